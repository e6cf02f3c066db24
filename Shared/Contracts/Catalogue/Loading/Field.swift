import Yams

/// One YAML value and its name: reads itself as what is asked for, or notes what is wrong with it.
struct Field {
    let name: String
    let place: Place
    let journal: LoadingJournal
    private let node: Node

    init(_ node: Node, name: String, in parent: Place, journal: LoadingJournal) {
        self.node = node
        self.name = name
        self.place = Place(file: parent.file, node: node, or: parent)
        self.journal = journal
    }

    func mistake(_ message: String) {
        self.journal.mistake("`\(self.name)` \(message)", at: self.place)
    }

    /// Any scalar that is not empty.
    func text() -> String? {
        guard let text = self.node.scalar?.string, !text.isEmpty else {
            self.mistake("takes a text")
            return nil
        }
        return text
    }

    /// Whether it is this word, and nothing else.
    func isText(_ text: String) -> Bool { self.node.scalar?.string == text }

    var isList: Bool {
        if case .sequence = self.node { true } else { false }
    }

    func boolean() -> Bool? {
        switch self.node.scalar?.string {
        case "true": return true
        case "false": return false
        default:
            self.mistake("takes true or false\(self.insteadOf)")
            return nil
        }
    }

    func integer(_ range: ClosedRange<Int64>) -> Int64? {
        guard let text = self.node.scalar?.string, let number = Int64(text) else {
            self.mistake("takes a whole number\(self.insteadOf)")
            return nil
        }
        guard range.contains(number) else {
            self.mistake("is \(number); it may be \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    func integer(_ range: ClosedRange<Int>) -> Int? {
        self.integer(Int64(range.lowerBound)...Int64(range.upperBound)).map { Int($0) }
    }

    /// An amount from nothing to ten million yuan: no price of a line is beyond.
    func money() -> Milliyuan? {
        self.integer(0...Int64(10_000_000_000)).map { Milliyuan($0) }
    }

    func choice<Choice: RawRepresentable & CaseIterable>(_ kind: Choice.Type) -> Choice?
    where Choice.RawValue == String {
        guard let text = self.node.scalar?.string, let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            self.mistake("takes one of \(known)\(self.insteadOf)")
            return nil
        }
        return choice
    }

    /// The code of another part of the catalogue, which must exist.
    func reference(_ kind: PartKind) -> String? {
        guard let code = self.text() else { return nil }
        self.journal.refer(to: kind, code, at: self.place)
        return code
    }

    /// Only what `read` can make something of; `nil` for what is no list.
    func list<Element>(_ read: (Field) -> Element?) -> [Element]? {
        guard case .sequence(let sequence) = self.node else {
            self.mistake("takes a list")
            return nil
        }
        return sequence.compactMap { read(Field($0, name: self.name, in: self.place, journal: self.journal)) }
    }

    /// A list of codes without repetitions, and not empty.
    func references(_ kind: PartKind) -> Set<String>? {
        guard let codes = self.list({ $0.reference(kind) }) else { return nil }
        if codes.isEmpty { self.mistake("takes at least one \(kind.rawValue)") }
        if Set(codes).count < codes.count { self.mistake("names one \(kind.rawValue) twice") }
        return Set(codes)
    }

    func block() -> Block? {
        guard case .mapping(let mapping) = self.node else {
            self.mistake("takes a block of keys and values")
            return nil
        }
        return Block(mapping, at: self.place, journal: self.journal)
    }

    /// What `read` makes of each value, by key.
    func dictionary<Value>(_ read: (_ key: Field, _ value: Field) -> Value?) -> [String: Value]? {
        guard case .mapping(let mapping) = self.node else {
            self.mistake("takes a block of keys and values")
            return nil
        }
        var values: [String: Value] = [:]
        for (key, value) in mapping {
            let keyField = Field(key, name: self.name, in: self.place, journal: self.journal)
            guard let name = keyField.text() else { continue }
            values[name] = read(keyField, Field(value, name: name, in: self.place, journal: self.journal))
        }
        return values
    }

    /// Texts in quotes stay texts; plain ones are read as null, true, false or an integer where they look so.
    func json() -> JSONValue {
        switch self.node {
        case .scalar(let scalar): return Self.json(scalar)
        case .sequence(let sequence):
            return .array(sequence.map { Field($0, name: self.name, in: self.place, journal: self.journal).json() })
        case .mapping:
            return .object(self.dictionary { _, value in value.json() } ?? [:])
        case .alias: return .null
        }
    }

    private static func json(_ scalar: Node.Scalar) -> JSONValue {
        guard scalar.style == .plain else { return .string(scalar.string) }
        switch scalar.string {
        case "", "~", "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: return Int64(scalar.string).map { .integer($0) } ?? .string(scalar.string)
        }
    }

    private var insteadOf: String {
        self.node.scalar.map { ", not '\($0.string)'" } ?? ""
    }
}

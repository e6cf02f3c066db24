import Yams

/// A YAML mapping while it is read: knows its place, its keys, and which of them nobody asked for.
final class Block {
    let place: Place
    let journal: LoadingJournal
    private let fields: [String: Field]
    private let keys: [(name: String, place: Place)]
    private var known: [String] = []

    init(_ mapping: Node.Mapping, at place: Place, journal: LoadingJournal) {
        self.place = place
        self.journal = journal
        var fields: [String: Field] = [:]
        var keys: [(name: String, place: Place)] = []
        for (key, value) in mapping {
            let name = key.scalar?.string ?? ""
            let keyPlace = Place(file: place.file, node: key, or: place)
            fields[name] = Field(value, name: name, in: place, journal: journal)
            keys.append((name, keyPlace))
        }
        self.fields = fields
        self.keys = keys
    }

    /// What `read` makes of the value; absent, `nil` without a mistake.
    func optional<Value>(_ key: String, _ read: (Field) -> Value?) -> Value? {
        self.know(key)
        return self.fields[key].flatMap(read)
    }

    /// What `read` makes of the value; its absence is a mistake.
    func required<Value>(_ key: String, _ read: (Field) -> Value?) -> Value? {
        self.know(key)
        guard let field = self.fields[key] else {
            self.mistake("`\(key)` is missing")
            return nil
        }
        return read(field)
    }

    func has(_ key: String) -> Bool { self.fields[key] != nil }

    private func know(_ key: String) {
        if !self.known.contains(key) { self.known.append(key) }
    }

    /// Every key that was not asked for is a mistake. To be called last.
    func finish() {
        for (name, place) in self.keys where !self.known.contains(name) {
            self.journal.mistake("unknown key `\(name)`; known here: \(self.known.joined(separator: ", "))", at: place)
        }
    }

    func mistake(_ message: String) {
        self.journal.mistake(message, at: self.place)
    }

    /// Where a key's value stands; the block's own place when it is absent.
    func place(of key: String) -> Place { self.fields[key]?.place ?? self.place }
}

extension Place {
    init(file: String, node: Node, or other: Place) {
        self.init(file: file, line: node.mark?.line ?? other.line, column: node.mark?.column ?? other.column)
    }
}

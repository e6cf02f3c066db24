/// Reads the grammar of RFC 8259, and nothing that goes beyond it.
struct JSONParser {
    /// Deeper than any message, far from what a thread's stack holds.
    private static let deepest = 64

    let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var nodes: [JSONDocument.Node] = []
    private var isASCII = true

    init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    private var end: Int { self.bytes.count }

    mutating func parse() -> [JSONDocument.Node]? {
        self.nodes.reserveCapacity(64)
        guard self.value(depth: 0) else { return nil }
        self.skipSpace()
        guard self.position == self.end else { return nil }
        return self.isASCII || String(validating: self.bytes, as: UTF8.self) != nil ? self.nodes : nil
    }

    private mutating func value(depth: Int) -> Bool {
        self.skipSpace()
        guard self.position < self.end, depth < Self.deepest else { return false }
        switch self.bytes[self.position] {
        case UInt8(ascii: "{"): return self.members(depth: depth)
        case UInt8(ascii: "["): return self.elements(depth: depth)
        case UInt8(ascii: "\""): return self.text()
        case UInt8(ascii: "t"): return self.word("true", .true)
        case UInt8(ascii: "f"): return self.word("false", .false)
        case UInt8(ascii: "n"): return self.word("null", .null)
        default: return self.number()
        }
    }

    private mutating func members(depth: Int) -> Bool {
        let index = self.begin(.object)
        if self.take(UInt8(ascii: "}")) { return self.close(index) }
        repeat {
            guard self.name(), self.take(UInt8(ascii: ":")), self.value(depth: depth + 1) else { return false }
        } while self.take(UInt8(ascii: ","))
        return self.take(UInt8(ascii: "}")) && self.close(index)
    }

    /// No message's names have escapes; others are left to the general decoder, which looks at each of them.
    private mutating func name() -> Bool {
        self.skipSpace()
        guard self.position < self.end, self.bytes[self.position] == UInt8(ascii: "\""), self.text() else {
            return false
        }
        return self.nodes.last?.kind == .text
    }

    private mutating func elements(depth: Int) -> Bool {
        let index = self.begin(.array)
        if self.take(UInt8(ascii: "]")) { return self.close(index) }
        repeat {
            guard self.value(depth: depth + 1) else { return false }
        } while self.take(UInt8(ascii: ","))
        return self.take(UInt8(ascii: "]")) && self.close(index)
    }

    private mutating func begin(_ kind: JSONDocument.Kind) -> Int {
        self.nodes.append(.init(kind: kind, start: self.position, end: self.position, after: 0))
        self.position += 1
        return self.nodes.count - 1
    }

    private mutating func close(_ index: Int) -> Bool {
        self.nodes[index].end = self.position
        self.nodes[index].after = self.nodes.count
        return true
    }

    private mutating func append(_ kind: JSONDocument.Kind, _ range: Range<Int>) {
        self.nodes.append(
            .init(kind: kind, start: range.lowerBound, end: range.upperBound, after: self.nodes.count + 1))
    }

    /// The escapes are looked at when the text is asked for.
    private mutating func text() -> Bool {
        self.position += 1
        let start = self.position
        var kind = JSONDocument.Kind.text
        while self.position < self.end {
            switch self.bytes[self.position] {
            case UInt8(ascii: "\""):
                self.append(kind, start..<self.position)
                self.position += 1
                return true
            case UInt8(ascii: "\\"):
                kind = .escapedText
                self.position += 2
            case 0..<0x20: return false
            case 0x80...:
                self.isASCII = false
                self.position += 1
            default: self.position += 1
            }
        }
        return false
    }

    private mutating func number() -> Bool {
        let start = self.position
        var kind = JSONDocument.Kind.integer
        _ = self.takeByte(UInt8(ascii: "-"))
        if !self.takeByte(UInt8(ascii: "0")) {
            guard self.digits() else { return false }
        }
        if self.takeByte(UInt8(ascii: ".")) {
            kind = .number
            guard self.digits() else { return false }
        }
        if self.takeByte(UInt8(ascii: "e")) || self.takeByte(UInt8(ascii: "E")) {
            kind = .number
            if !self.takeByte(UInt8(ascii: "+")) { _ = self.takeByte(UInt8(ascii: "-")) }
            guard self.digits() else { return false }
        }
        self.append(kind, start..<self.position)
        return true
    }

    /// At least one.
    private mutating func digits() -> Bool {
        let start = self.position
        while self.position < self.end, self.bytes[self.position] >= UInt8(ascii: "0"),
            self.bytes[self.position] <= UInt8(ascii: "9")
        { self.position += 1 }
        return self.position > start
    }

    private mutating func word(_ word: StaticString, _ kind: JSONDocument.Kind) -> Bool {
        let start = self.position
        let isThere = word.withUTF8Buffer { word in
            start + word.count <= self.end && self.bytes[start..<(start + word.count)].elementsEqual(word)
        }
        guard isThere else { return false }
        self.position += word.utf8CodeUnitCount
        self.append(kind, start..<self.position)
        return true
    }

    private mutating func skipSpace() {
        while self.position < self.end {
            switch self.bytes[self.position] {
            case 0x20, 0x09, 0x0a, 0x0d: self.position += 1
            default: return
            }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        self.skipSpace()
        return self.takeByte(byte)
    }

    private mutating func takeByte(_ byte: UInt8) -> Bool {
        guard self.position < self.end, self.bytes[self.position] == byte else { return false }
        self.position += 1
        return true
    }
}

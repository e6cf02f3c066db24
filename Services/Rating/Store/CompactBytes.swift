/// Writes whole numbers and texts in few bytes: numbers in groups of seven bits, the lowest first.
struct CompactWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int = 0) { self.bytes.reserveCapacity(capacity) }

    mutating func append(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            self.bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        self.bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Small numbers are short, whatever their sign.
    mutating func append(_ number: Int64) {
        self.append(UInt64(bitPattern: (number << 1) ^ (number >> 63)))
    }

    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { text in
            self.append(UInt64(text.count))
            self.bytes.append(contentsOf: text)
        }
    }

    /// The bytes of a text by itself.
    static func form(of text: String) -> [UInt8] {
        var writer = CompactWriter()
        writer.append(text)
        return writer.bytes
    }

    mutating func append(byte: UInt8) { self.bytes.append(byte) }

    /// Eight bytes, the lowest first.
    mutating func append(code: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) { self.bytes.append(UInt8(truncatingIfNeeded: code >> shift)) }
    }
}

/// Reads what `CompactWriter` has written.
struct CompactReader {
    /// The bytes are none that were written so.
    struct Damaged: Error, CustomStringConvertible {
        var description: String { "the bytes have another form" }
    }

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { self.position == self.bytes.count }

    mutating func byte() throws -> UInt8 {
        guard self.position < self.bytes.count else { throw Damaged() }
        defer { self.position += 1 }
        return self.bytes[self.position]
    }

    mutating func number() throws -> UInt64 {
        var number: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            let byte = try self.byte()
            let bits = UInt64(byte & 0x7f)
            guard shift < 63 || bits <= 1 else { throw Damaged() }
            number |= bits << shift
            if byte < 0x80 { return number }
        }
        throw Damaged()
    }

    mutating func signed() throws -> Int64 {
        let number = try self.number()
        return Int64(bitPattern: (number >> 1) ^ (0 &- (number & 1)))
    }

    mutating func text() throws -> String {
        guard let count = Int(exactly: try self.number()), count <= self.bytes.count - self.position,
            let text = String(validating: self.bytes[self.position..<(self.position + count)], as: UTF8.self)
        else { throw Damaged() }
        self.position += count
        return text
    }

    mutating func code() throws -> UInt64 {
        var code: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 8) { code |= UInt64(try self.byte()) << shift }
        return code
    }
}

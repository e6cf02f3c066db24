/// A JSON text taken apart in one pass: what stands where, in the order of the text.
final class JSONDocument {
    enum Kind {
        case null, `false`, `true`
        case integer
        /// With a fraction or an exponent.
        case number
        case text
        /// With escapes.
        case escapedText
        case array, object
    }

    /// A value, or the name of a member.
    struct Node {
        var kind: Kind
        /// Its bytes; those of a text without the quotation marks.
        var start: Int
        var end: Int
        /// The index of the first node behind it and behind all that is inside of it.
        var after: Int
    }

    let bytes: [UInt8]
    /// What is inside of an array or object follows it; in an object, names and values in turn.
    let nodes: [Node]
    let userInfo: [CodingUserInfoKey: any Sendable]
    /// Something was asked for that only the general decoder can do.
    var isBeyond = false

    /// - Parameter userInfo: for the values that are made of it.
    /// - Returns: `nil` when it is no valid JSON text, or is nested deeper than messages are.
    init?(_ bytes: [UInt8], userInfo: [CodingUserInfoKey: any Sendable] = [:]) {
        let nodes = bytes.withUnsafeBufferPointer { buffer in
            var parser = JSONParser(bytes: buffer)
            return parser.parse()
        }
        guard let nodes else { return nil }
        self.bytes = bytes
        self.nodes = nodes
        self.userInfo = userInfo
    }

    /// The index of a member's value; of several under one name the first counts, as for the general decoder.
    func value(of name: String, in object: Int) -> Int? {
        var name = name
        return name.withUTF8 { name in
            self.bytes.withUnsafeBufferPointer { bytes in
                var index = object + 1
                while index < self.nodes[object].after {
                    if Self.isSame(bytes[self.nodes[index].start..<self.nodes[index].end], name) { return index + 1 }
                    index = self.nodes[index + 1].after
                }
                return nil
            }
        }
    }

    private static func isSame(
        _ text: Slice<UnsafeBufferPointer<UInt8>>, _ wanted: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        guard text.count == wanted.count else { return false }
        for offset in 0..<wanted.count where text.base[text.startIndex + offset] != wanted[offset] { return false }
        return true
    }

    /// `nil` for what is no text, or one whose escapes are not resolved here.
    func text(_ node: Node) -> String? {
        self.bytes.withUnsafeBufferPointer { bytes in
            let range = UnsafeBufferPointer(rebasing: bytes[node.start..<node.end])
            return switch node.kind {
            case .text: String(decoding: range, as: UTF8.self)
            case .escapedText: JSONEscapes.resolve(range)
            default: nil
            }
        }
    }

    /// `nil` for what is no whole number, or none of this type's.
    func integer<Value: FixedWidthInteger>(_ node: Node) -> Value? {
        guard node.kind == .integer else { return nil }
        return self.bytes.withUnsafeBufferPointer { bytes in
            let isNegative = bytes[node.start] == UInt8(ascii: "-")
            var value: Value = 0
            for index in (node.start + (isNegative ? 1 : 0))..<node.end {
                let digit = Value(truncatingIfNeeded: bytes[index] &- UInt8(ascii: "0"))
                let (tens, isTooMuch) = value.multipliedReportingOverflow(by: 10)
                let (sum, isOver) =
                    isNegative ? tens.subtractingReportingOverflow(digit) : tens.addingReportingOverflow(digit)
                if isTooMuch || isOver { return nil }
                value = sum
            }
            return value
        }
    }
}

/// The escapes of JSON texts.
enum JSONEscapes {
    /// - Returns: `nil` when an escape is none, or half of a character.
    static func resolve(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        var resolved: [UInt8] = []
        resolved.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\\") else {
                resolved.append(bytes[index])
                index += 1
                continue
            }
            guard index + 1 < bytes.count else { return nil }
            switch bytes[index + 1] {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): resolved.append(bytes[index + 1])
            case UInt8(ascii: "b"): resolved.append(0x08)
            case UInt8(ascii: "f"): resolved.append(0x0c)
            case UInt8(ascii: "n"): resolved.append(0x0a)
            case UInt8(ascii: "r"): resolved.append(0x0d)
            case UInt8(ascii: "t"): resolved.append(0x09)
            case UInt8(ascii: "u"):
                guard let unit = Self.unit(bytes, at: index + 2) else { return nil }
                // Characters beyond the basic plane are written as two units: rare enough for the general decoder.
                guard let scalar = Unicode.Scalar(unit) else { return nil }
                resolved.append(contentsOf: String(Character(scalar)).utf8)
                index += 4
            default: return nil
            }
            index += 2
        }
        return String(validating: resolved, as: UTF8.self)
    }

    private static func unit(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> UInt16? {
        guard start + 4 <= bytes.count else { return nil }
        var unit: UInt16 = 0
        for byte in bytes[start..<(start + 4)] {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt16(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): unit = unit << 4 | UInt16(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): unit = unit << 4 | UInt16(byte - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return unit
    }
}

/// Steps through JSON as most producers write it: ASCII, texts without escapes, whole numbers where one is wanted.
///
/// Every step says whether the next thing is of that form. What is not has to be read by the general decoder, which
/// knows every form and says what is wrong; so a scanner may give up, but may never read what that decoder refuses,
/// nor read it otherwise.
package struct JSONScanner {
    /// How deep values that are skipped may be nested.
    private static let maximumDepth = 32

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    package init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// Whether nothing but space is left.
    package mutating func isAtEnd() -> Bool {
        self.skipSpace()
        return self.position == self.bytes.count
    }

    /// Takes a sign if it is the next.
    package mutating func take(_ sign: Unicode.Scalar) -> Bool {
        self.skipSpace()
        guard self.position < self.bytes.count, self.bytes[self.position] == UInt8(ascii: sign) else { return false }
        self.position += 1
        return true
    }

    /// A text of ASCII characters that stand for themselves, without its quotes.
    package mutating func text() -> UnsafeBufferPointer<UInt8>? {
        guard self.take("\"") else { return nil }
        let start = self.position
        while self.position < self.bytes.count {
            let byte = self.bytes[self.position]
            if byte == UInt8(ascii: "\"") {
                self.position += 1
                return UnsafeBufferPointer(rebasing: self.bytes[start..<(self.position - 1)])
            }
            guard byte.standsForItself, byte < 0x80 else { return nil }
            self.position += 1
        }
        return nil
    }

    /// A whole number. Where it goes on with a fraction or an exponent, the next step finds neither comma nor brace.
    package mutating func integer() -> Int64? {
        let isNegative = self.take("-")
        if !isNegative { self.skipSpace() }
        let start = self.position
        var number: Int64 = 0
        while self.position < self.bytes.count {
            let digit = self.bytes[self.position] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            let (product, overflows) = number.multipliedReportingOverflow(by: 10)
            let (sum, overflowsToo) = product.subtractingReportingOverflow(Int64(digit))
            guard !overflows, !overflowsToo else { return nil }
            number = sum
            self.position += 1
        }
        let digits = self.position - start
        guard digits > 0, digits == 1 || self.bytes[start] != UInt8(ascii: "0") else { return nil }
        // Counted downwards, since there is one negative number more.
        if isNegative { return number }
        return number == .min ? nil : -number
    }

    /// Passes over a value of any kind.
    package mutating func skipValue(depth: Int = 0) -> Bool {
        guard depth < Self.maximumDepth else { return false }
        self.skipSpace()
        guard self.position < self.bytes.count else { return false }
        switch self.bytes[self.position] {
        case UInt8(ascii: "\""): return self.text() != nil
        case UInt8(ascii: "{"): return self.skipObject(depth: depth)
        case UInt8(ascii: "["): return self.skipArray(depth: depth)
        case UInt8(ascii: "t"): return self.takeWord("true")
        case UInt8(ascii: "f"): return self.takeWord("false")
        case UInt8(ascii: "n"): return self.takeWord("null")
        default: return self.skipNumber()
        }
    }

    private mutating func skipObject(depth: Int) -> Bool {
        guard self.take("{") else { return false }
        if self.take("}") { return true }
        repeat {
            guard self.text() != nil, self.take(":"), self.skipValue(depth: depth + 1) else { return false }
        } while self.take(",")
        return self.take("}")
    }

    private mutating func skipArray(depth: Int) -> Bool {
        guard self.take("[") else { return false }
        if self.take("]") { return true }
        repeat {
            guard self.skipValue(depth: depth + 1) else { return false }
        } while self.take(",")
        return self.take("]")
    }

    /// By the grammar of RFC 8259.
    private mutating func skipNumber() -> Bool {
        self.takeByte(UInt8(ascii: "-"))
        let start = self.position
        let digits = self.skipDigits()
        guard digits > 0, digits == 1 || self.bytes[start] != UInt8(ascii: "0") else { return false }
        if self.takeByte(UInt8(ascii: ".")) {
            guard self.skipDigits() > 0 else { return false }
        }
        if self.takeByte(UInt8(ascii: "e")) || self.takeByte(UInt8(ascii: "E")) {
            if !self.takeByte(UInt8(ascii: "+")) { self.takeByte(UInt8(ascii: "-")) }
            guard self.skipDigits() > 0 else { return false }
        }
        return true
    }

    private mutating func skipDigits() -> Int {
        let start = self.position
        while self.position < self.bytes.count, (48...57).contains(self.bytes[self.position]) { self.position += 1 }
        return self.position - start
    }

    @discardableResult
    private mutating func takeByte(_ byte: UInt8) -> Bool {
        guard self.position < self.bytes.count, self.bytes[self.position] == byte else { return false }
        self.position += 1
        return true
    }

    private mutating func takeWord(_ word: StaticString) -> Bool {
        let rest = self.bytes[self.position...]
        let matches = word.withUTF8Buffer { rest.starts(with: $0) }
        if matches { self.position += word.utf8CodeUnitCount }
        return matches
    }

    private mutating func skipSpace() {
        while self.position < self.bytes.count {
            switch self.bytes[self.position] {
            case 0x20, 0x09, 0x0a, 0x0d: self.position += 1
            default: return
            }
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether the bytes are those of a name.
    package func isText(_ name: StaticString) -> Bool {
        guard self.count == name.utf8CodeUnitCount else { return false }
        let wanted = name.utf8Start
        for index in 0..<self.count where self[index] != wanted[index] { return false }
        return true
    }
}

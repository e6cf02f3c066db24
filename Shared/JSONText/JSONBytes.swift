/// JSON written by byte, for messages of which there are tens of thousands a second.
extension [UInt8] {
    /// Appends a text with its quotes.
    package mutating func appendJSON(_ text: String) {
        self.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { text in
            // Without an early end, so that many bytes are looked at at once.
            var standsForItself = true
            for byte in text { standsForItself = byte.standsForItself && standsForItself }
            if standsForItself {
                self.append(contentsOf: text)
            } else {
                for byte in text { self.appendEscaped(byte) }
            }
        }
        self.append(UInt8(ascii: "\""))
    }

    /// Appends a text of which each byte stands for itself, such as a field's name, or signs between values.
    package mutating func appendJSON(raw text: StaticString) {
        self.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    package mutating func appendJSON(_ number: Int64) {
        if (0...9).contains(number) {
            self.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number))
            return
        }
        if number < 0 { self.append(UInt8(ascii: "-")) }
        let start = self.count
        var rest = number.magnitude
        while rest > 0 {
            self.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        }
        self[start...].reverse()
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            self.append(UInt8(ascii: "\\"))
            self.append(byte)
        case 0..<0x20:
            self.append(contentsOf: "\\u00".utf8)
            for digit in [byte >> 4, byte & 15] {
                self.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        default:
            self.append(byte)
        }
    }
}

extension UInt8 {
    /// Whether the byte of a JSON text means itself: no escape, no end, nothing that has to be escaped.
    package var standsForItself: Bool {
        self >= 0x20 && self != UInt8(ascii: "\"") && self != UInt8(ascii: "\\")
    }
}

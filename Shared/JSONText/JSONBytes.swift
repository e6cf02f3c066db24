extension [UInt8] {
    /// Appends a text with its quotation marks.
    package mutating func append(jsonText text: String) {
        self.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { text in
            if text.allSatisfy({ $0.standsForItself }) {
                self.append(contentsOf: text)
            } else {
                for byte in text { self.append(escaping: byte) }
            }
        }
        self.append(UInt8(ascii: "\""))
    }

    private mutating func append(escaping byte: UInt8) {
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

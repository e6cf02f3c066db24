package import Foundation

// Foundation formats and parses UUIDs by printf and scanf. A message has half a dozen, so it shows.
extension UUID {
    /// The 36 characters of RFC 9562, lower-case.
    package var text: String { self.text(grouped: true) }

    /// The same without hyphens: 32 characters.
    package var hexadecimal: String { self.text(grouped: false) }

    private func text(grouped: Bool) -> String {
        String(unsafeUninitializedCapacity: 36) { self.write(into: $0, grouped: grouped) }
    }

    /// Writes the characters.
    ///
    /// - Parameter buffer: of at least 36 bytes.
    /// - Returns: how many there are.
    func write(into buffer: UnsafeMutableBufferPointer<UInt8>, grouped: Bool) -> Int {
        withUnsafeBytes(of: self.uuid) { bytes in
            var position = 0
            for (index, byte) in bytes.enumerated() {
                if grouped, index == 4 || index == 6 || index == 8 || index == 10 {
                    buffer[position] = UInt8(ascii: "-")
                    position += 1
                }
                buffer[position] = Self.digit(byte >> 4)
                buffer[position + 1] = Self.digit(byte & 15)
                position += 2
            }
            return position
        }
    }

    /// `nil` when the text has another form; both cases of letters are accepted.
    package init?(text: String) {
        var text = text
        guard let uuid = text.withUTF8({ UUID(characters: $0) }) else { return nil }
        self = uuid
    }

    /// The same for text that is still bytes.
    package init?(characters: UnsafeBufferPointer<UInt8>) {
        guard characters.count == 36 else { return nil }
        var bytes: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        guard withUnsafeMutableBytes(of: &bytes, { Self.parse(characters, into: $0) }) else { return nil }
        self.init(uuid: bytes)
    }

    private static func parse(_ text: UnsafeBufferPointer<UInt8>, into bytes: UnsafeMutableRawBufferPointer) -> Bool {
        var position = 0
        for index in 0..<16 {
            if index == 4 || index == 6 || index == 8 || index == 10 {
                guard text[position] == UInt8(ascii: "-") else { return false }
                position += 1
            }
            guard let high = Self.value(text[position]), let low = Self.value(text[position + 1]) else { return false }
            bytes[index] = high << 4 | low
            position += 2
        }
        return true
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

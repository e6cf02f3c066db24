/// How a text travels by SMS, and in how many parts.
package struct ShortMessage: Sendable, Hashable {
    package enum Coding: String, Sendable {
        /// The seven-bit alphabet of 3GPP TS 23.038.
        case gsm7
        case ucs2
    }

    package let coding: Coding
    /// Of 140 bytes each, less what numbers them where there are several.
    package let parts: Int

    package init(_ text: String) {
        if let septets = Self.septets(text) {
            self.coding = .gsm7
            self.parts = Self.parts(septets, alone: 160, together: 153)
        } else {
            self.coding = .ucs2
            self.parts = Self.parts(text.unicodeScalars.map { UTF16.width($0) }, alone: 70, together: 67)
        }
    }

    /// - Parameter lengths: of the characters; none is torn.
    private static func parts(_ lengths: [Int], alone: Int, together: Int) -> Int {
        guard lengths.reduce(0, +) > alone else { return 1 }
        var (parts, used) = (1, 0)
        for length in lengths {
            if used + length > together { (parts, used) = (parts + 1, 0) }
            used += length
        }
        return parts
    }

    /// The length of each character in the seven-bit alphabet; `nil` when there is one that it has not.
    private static func septets(_ text: String) -> [Int]? {
        var lengths: [Int] = []
        lengths.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            if Self.alphabet.contains(scalar) {
                lengths.append(1)
            } else if Self.extended.contains(scalar) {
                lengths.append(2)
            } else {
                return nil
            }
        }
        return lengths
    }

    private static let alphabet = Set(
        ("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
            + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà").unicodeScalars)
    private static let extended = Set("\u{0C}^{}\\[~]|€".unicodeScalars)
}

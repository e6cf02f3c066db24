/// An amount of money in whole milliyuan: a thousandth of a yuan, 厘. Never a fraction, never floating point.
///
/// In messages and in the catalogue it is an integer, in a field whose name ends in `Milliyuan`.
package struct Milliyuan: RawRepresentable, Hashable, Comparable, Sendable, Codable, AdditiveArithmetic {
    package var rawValue: Int64

    /// The largest amount, of either sign, that a message may carry: a trillion yuan. Sums of thousands of
    /// such amounts are still far from the end of the range, so `+` and `-` need no check.
    package static let largestInMessages = Milliyuan(1_000_000_000_000_000)

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    package init(_ amount: Int64) {
        self.rawValue = amount
    }

    /// Whole yuan; for amounts that the code states.
    package static func yuan(_ amount: Int64) -> Milliyuan { Milliyuan(amount * 1000) }

    package static let zero = Milliyuan(0)

    package static func < (left: Milliyuan, right: Milliyuan) -> Bool { left.rawValue < right.rawValue }
    package static func + (left: Milliyuan, right: Milliyuan) -> Milliyuan { Milliyuan(left.rawValue + right.rawValue) }
    package static func - (left: Milliyuan, right: Milliyuan) -> Milliyuan { Milliyuan(left.rawValue - right.rawValue) }

    /// The sum, for amounts of unknown size; `nil` when it does not fit.
    package func adding(_ other: Milliyuan) -> Milliyuan? {
        let (sum, overflows) = self.rawValue.addingReportingOverflow(other.rawValue)
        return overflows ? nil : Milliyuan(sum)
    }

    /// This amount times `numerator / denominator`, rounded half up to the milliyuan; a credit is rounded
    /// like the charge of the same size, so that it undoes it exactly.
    ///
    /// - Parameters:
    ///   - numerator: not negative.
    ///   - denominator: above zero.
    /// - Returns: `nil` when the parameters are not so, or the result does not fit.
    package func scaled(by numerator: Int64, over denominator: Int64) -> Milliyuan? {
        guard numerator >= 0, denominator > 0 else { return nil }
        let divisor = UInt64(denominator)
        let product = self.rawValue.magnitude.multipliedFullWidth(by: UInt64(numerator))
        guard product.high < divisor else { return nil }
        let (quotient, remainder) = divisor.dividingFullWidth(product)
        guard quotient < UInt64(Int64.max) else { return nil }
        let rounded = Int64(quotient) + (remainder >= divisor - remainder ? 1 : 0)
        return Milliyuan(self.rawValue < 0 ? -rounded : rounded)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let amount = try container.decode(Int64.self)
        guard amount.magnitude <= Self.largestInMessages.rawValue.magnitude else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "\(amount) is beyond \(Self.largestInMessages.rawValue) milliyuan"
            )
        }
        self.rawValue = amount
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.rawValue)
    }
}

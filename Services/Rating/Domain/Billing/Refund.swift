package import Contracts

/// What may be credited (RAT-49 to RAT-54, G-36).
package enum Refund {
    package enum Refusal: String, Error, Hashable, Sendable {
        case invalidAmount = "INVALID_AMOUNT"
        case aboveCharge = "ABOVE_CHARGE"
    }

    /// The most that is given back for what was charged: the charge itself, or twice as much where the fault was ours.
    /// Without usage records it is what was charged in all.
    ///
    /// - Parameters:
    ///   - charge: of the usage records that are refunded; `nil` where none is named.
    ///   - chargedInAll: the account's bills that can still be asked for, and its open cycle.
    package static func limit(
        _ rule: AdjustmentRule, charge: Milliyuan?, chargedInAll: Milliyuan
    ) -> Milliyuan {
        guard let charge else { return chargedInAll }
        return rule == .single ? charge : charge + charge
    }

    package static func check(
        _ amount: Milliyuan, _ rule: AdjustmentRule, charge: Milliyuan?, chargedInAll: Milliyuan
    ) throws(Refusal) {
        guard amount > .zero else { throw .invalidAmount }
        guard amount <= Self.limit(rule, charge: charge, chargedInAll: chargedInAll) else { throw .aboveCharge }
    }
}

/// Why money moves.
package enum LedgerMovementCause: String, Codable, Sendable, CaseIterable {
    case payment
    case bill
    case adjustment
    /// To the account of a member that leaves, or from the one that it left (ORD-86).
    case transfer
    /// What a campaign gives back (CAT-32, RAT-24).
    case rebate
    /// A payment is taken back (RAT-55).
    case reversal
}

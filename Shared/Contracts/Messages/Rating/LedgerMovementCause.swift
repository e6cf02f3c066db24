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
    /// A minimum spend is put aside for the month (RAT-24, G-39), or what is left of it put back.
    case reservation
    /// What was given for a time is over, and what is left of it lapses (CAT-25).
    case expiry
    /// What a company leaves to its employee of a limit that was not used (RAT-34).
    case groupPayment
}

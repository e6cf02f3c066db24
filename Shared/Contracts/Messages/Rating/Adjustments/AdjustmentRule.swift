/// What is refunded, and how much of it (G-36).
package enum AdjustmentRule: String, Codable, Sendable, CaseIterable {
    /// The charge.
    case single
    /// Twice the charge: a charging error on a provider's service (RAT-49), or a service that was open but unusable
    /// (RAT-50).
    case double
    /// Rent for the days of a fault or an outage (RAT-51, RAT-52).
    case rentWaiver
    /// At discretion (RAT-54).
    case goodwill
}

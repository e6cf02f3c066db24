/// A cap is reached (G-04): of the charge, which does not grow any more in this cycle, or of the volume, beyond which
/// the service is barred. Told once a cycle and cap.
package struct AllowanceCapReached: MessageBody, Hashable {
    package static let type = "allowance.capReached"
    package static let topic = Topic.accountsEvents

    /// What is limited.
    package enum Cap: String, Codable, Sendable, CaseIterable {
        case charge
        case volume
    }

    package var accountId: String
    package var serviceNumber: String
    package var cycle: BillingCycle
    package var kind: UsageKind
    package var cap: Cap
    /// Milliyuan of `charge`, bytes of `volume`.
    package var limit: Int64
    /// Of `volume`: the 1st of the next month.
    package var barredUntil: Timestamp?
    /// The record with which it was reached.
    package var usageId: UsageID?
    /// The end of that record.
    package var reachedAt: Timestamp?

    package var key: String { self.accountId }

    package init(
        accountId: String,
        serviceNumber: String,
        cycle: BillingCycle,
        kind: UsageKind,
        cap: Cap,
        limit: Int64,
        barredUntil: Timestamp? = nil,
        usageId: UsageID? = nil,
        reachedAt: Timestamp? = nil
    ) {
        self.accountId = accountId
        self.serviceNumber = serviceNumber
        self.cycle = cycle
        self.kind = kind
        self.cap = cap
        self.limit = limit
        self.barredUntil = barredUntil
        self.usageId = usageId
        self.reachedAt = reachedAt
    }
}

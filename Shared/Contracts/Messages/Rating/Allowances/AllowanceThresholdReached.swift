/// Of an allowance no more is left than one of its thresholds. Told once a cycle and threshold.
package struct AllowanceThresholdReached: MessageBody, Hashable {
    package static let type = "allowance.thresholdReached"
    package static let topic = Topic.accountsEvents

    package var accountId: String
    package var serviceNumber: String
    package var allowance: String
    package var cycle: BillingCycle
    package var totalUnits: Int64
    package var usedUnits: Int64
    package var remainingUnits: Int64
    /// In the same units; 0 means that the allowance is used up.
    package var threshold: Int64
    /// The record with which it was reached.
    package var usageId: UsageID?
    /// The end of that record.
    package var reachedAt: Timestamp?

    package var key: String { self.accountId }

    package init(
        accountId: String,
        serviceNumber: String,
        allowance: String,
        cycle: BillingCycle,
        totalUnits: Int64,
        usedUnits: Int64,
        remainingUnits: Int64,
        threshold: Int64,
        usageId: UsageID? = nil,
        reachedAt: Timestamp? = nil
    ) {
        self.accountId = accountId
        self.serviceNumber = serviceNumber
        self.allowance = allowance
        self.cycle = cycle
        self.totalUnits = totalUnits
        self.usedUnits = usedUnits
        self.remainingUnits = remainingUnits
        self.threshold = threshold
        self.usageId = usageId
        self.reachedAt = reachedAt
    }
}

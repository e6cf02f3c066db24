/// At the end of a day no more is left of a line's last data pack than one of its thresholds, and that day's use made it so
/// (NTF-03).
package struct AllowanceLow: MessageBody, Hashable {
    package static let type = "allowance.low"
    package static let topic = Topic.accountsEvents

    package var accountId: String
    package var serviceNumber: String
    /// The pack that is used last.
    package var allowance: String
    package var cycle: BillingCycle
    /// Bytes of all packs of the line.
    package var totalUnits: Int64
    /// Beyond the packs too.
    package var usedUnits: Int64
    package var remainingUnits: Int64
    /// 0 means that the packs are used up.
    package var threshold: Int64
    /// The end of the day.
    package var at: Timestamp

    package var key: String { self.accountId }
    package var subject: String { self.accountId }

    package init(
        accountId: String,
        serviceNumber: String,
        allowance: String,
        cycle: BillingCycle,
        totalUnits: Int64,
        usedUnits: Int64,
        remainingUnits: Int64,
        threshold: Int64,
        at: Timestamp
    ) {
        self.accountId = accountId
        self.serviceNumber = serviceNumber
        self.allowance = allowance
        self.cycle = cycle
        self.totalUnits = totalUnits
        self.usedUnits = usedUnits
        self.remainingUnits = remainingUnits
        self.threshold = threshold
        self.at = at
    }
}

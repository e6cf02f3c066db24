/// What a line has used so far of its data packs, told on the days that the catalogue names (NTF-01, NTF-02).
package struct AllowanceUsageNotice: MessageBody, Hashable {
    package static let type = "allowance.usageNotice"
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
    /// The beginning of the day.
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
        at: Timestamp
    ) {
        self.accountId = accountId
        self.serviceNumber = serviceNumber
        self.allowance = allowance
        self.cycle = cycle
        self.totalUnits = totalUnits
        self.usedUnits = usedUnits
        self.remainingUnits = remainingUnits
        self.at = at
    }
}

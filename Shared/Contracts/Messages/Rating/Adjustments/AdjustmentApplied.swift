/// A credit is in the account: `ledger.credited` tells where, or the next bill has it as a line.
package struct AdjustmentApplied: MessageBody, Hashable {
    package static let type = "adjustment.applied"
    package static let topic = Topic.accountsEvents

    package var adjustmentId: String
    package var accountId: String
    package var serviceNumber: String?
    package var usageIds: [UsageID]?
    /// `subject` in the message.
    package var billSubject: [String]?
    package var amountMilliyuan: Milliyuan
    package var rule: AdjustmentRule
    package var reason: String
    /// Whose bill has it.
    package var cycle: BillingCycle
    package var appliedAt: Timestamp

    private enum CodingKeys: String, CodingKey {
        case adjustmentId, accountId, serviceNumber, usageIds, amountMilliyuan, rule, reason, cycle, appliedAt
        // `subject` is the event's.
        case billSubject = "subject"
    }

    package var key: String { self.accountId }
    package var subject: String { self.adjustmentId }

    package init(
        adjustmentId: String,
        accountId: String,
        serviceNumber: String? = nil,
        usageIds: [UsageID]? = nil,
        billSubject: [String]? = nil,
        amountMilliyuan: Milliyuan,
        rule: AdjustmentRule,
        reason: String,
        cycle: BillingCycle,
        appliedAt: Timestamp
    ) {
        self.adjustmentId = adjustmentId
        self.accountId = accountId
        self.serviceNumber = serviceNumber
        self.usageIds = usageIds
        self.billSubject = billSubject
        self.amountMilliyuan = amountMilliyuan
        self.rule = rule
        self.reason = reason
        self.cycle = cycle
        self.appliedAt = appliedAt
    }
}

/// A credit that somebody grants a customer. Done once for each `adjustmentId`.
package struct AdjustmentRequested: MessageBody, Hashable {
    package static let type = "adjustment.requested"
    package static let topic = Topic.adjustmentsRequested

    /// The requester's own id of it.
    package var adjustmentId: String
    package var accountId: String
    package var serviceNumber: String?
    /// The usage records that are refunded, each at most once.
    package var usageIds: [UsageID]?
    /// The bill subject that it concerns, where it is for no usage record. `subject` in the message.
    package var billSubject: [String]?
    /// Above zero: it credits.
    package var amountMilliyuan: Milliyuan
    /// An `AdjustmentRule`; others are refused.
    package var rule: String
    /// For people.
    package var reason: String
    package var requestedBy: String
    package var approvedBy: String?

    private enum CodingKeys: String, CodingKey {
        case adjustmentId, accountId, serviceNumber, usageIds, amountMilliyuan, rule, reason, requestedBy, approvedBy
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
        rule: String,
        reason: String,
        requestedBy: String,
        approvedBy: String? = nil
    ) {
        self.adjustmentId = adjustmentId
        self.accountId = accountId
        self.serviceNumber = serviceNumber
        self.usageIds = usageIds
        self.billSubject = billSubject
        self.amountMilliyuan = amountMilliyuan
        self.rule = rule
        self.reason = reason
        self.requestedBy = requestedBy
        self.approvedBy = approvedBy
    }
}

/// What somebody does about a complaint. Done once for each commandId.
package struct ComplaintCommand: MessageBody, Hashable {
    package static let type = "complaint.command"
    package static let topic = Topic.complaintsCommands

    /// The same on every repetition: done once.
    package var commandId: CommandID
    /// The complaint's id; of `resolve`, `reply` and `note` also a problem's, for all of its complaints.
    package var complaintId: ComplaintID
    /// `assign`, `dispatch`, `reply`, `escalate`, `resolve`, `close`, `reopen`, `satisfaction`, `refund`, `approve`,
    /// `decline`, `wait`, `continue`, `reclassify`, `repaired`, `cancel` or `note`.
    package var command: String
    /// What is said: of `reply` and `resolve` to the customer, of `dispatch` to the partner; else for the record.
    package var text: String?
    /// Of `assign`.
    package var queue: String?
    /// Of `assign`: who works on it from now on.
    package var owner: String?
    /// Of `dispatch`; of `reply`: the partner whose answer it is.
    package var partner: String?
    /// Of `escalate`; absent, the next.
    package var level: String?
    /// Of `wait`: `customer`, `vendor` or `department`.
    package var waitsOn: String?
    /// Of `reclassify`, as the next three.
    package var tier: String?
    package var category: String?
    package var subCategory: String?
    package var area: String?
    /// Of `repaired`; absent, now.
    package var repairedAt: Timestamp?
    /// Of `satisfaction`: 5 is satisfied, 1 is not.
    package var score: Int?
    /// Of `refund`: `single`, `double`, `rentWaiver` or `goodwill`.
    package var rule: String?
    /// Of `refund`: what was charged wrongly; of `rentWaiver` the monthly fee, absent that of the number's offer.
    package var amountMilliyuan: Milliyuan?
    /// Of `refund`: the usage records that were charged wrongly, each refunded at most once.
    package var usageIds: [UsageID]?
    /// Of `refund`: absent, the complaint's.
    package var accountId: String?
    /// Of `approve` and `decline`.
    package var refundId: RefundID?
    /// In which `by` acts: limits of refunds go by it; absent, the first of the catalogue.
    package var role: String?
    package var by: String
    package var at: Timestamp

    package var key: String { self.complaintId.description }

    package init(
        commandId: CommandID, complaintId: ComplaintID, command: String, text: String? = nil, queue: String? = nil,
        owner: String? = nil, partner: String? = nil, level: String? = nil, waitsOn: String? = nil,
        tier: String? = nil, category: String? = nil, subCategory: String? = nil, area: String? = nil,
        repairedAt: Timestamp? = nil, score: Int? = nil, rule: String? = nil, amountMilliyuan: Milliyuan? = nil,
        usageIds: [UsageID]? = nil, accountId: String? = nil, refundId: RefundID? = nil, role: String? = nil,
        by: String, at: Timestamp
    ) {
        self.commandId = commandId
        self.complaintId = complaintId
        self.command = command
        self.text = text
        self.queue = queue
        self.owner = owner
        self.partner = partner
        self.level = level
        self.waitsOn = waitsOn
        self.tier = tier
        self.category = category
        self.subCategory = subCategory
        self.area = area
        self.repairedAt = repairedAt
        self.score = score
        self.rule = rule
        self.amountMilliyuan = amountMilliyuan
        self.usageIds = usageIds
        self.accountId = accountId
        self.refundId = refundId
        self.role = role
        self.by = by
        self.at = at
    }
}

/// The complaint is taken, or linked to one of the same customer, number and category that is open.
package struct ComplaintAcknowledged: MessageBody, Hashable {
    package static let type = "complaint.acknowledged"
    package static let topic = Topic.complaintsEvents

    /// When a clock's time is over if nothing happens.
    package struct Deadline: Codable, Hashable, Sendable {
        package var clock: String
        package var dueAt: Timestamp

        package init(
            clock: String, dueAt: Timestamp
        ) {
            self.clock = clock
            self.dueAt = dueAt
        }
    }

    package var complaintId: ComplaintID
    package var externalId: String
    package var channel: String
    package var customerId: String
    package var serviceNumber: String?
    package var contactNumber: String?
    package var accountId: String?
    package var tier: String
    package var category: String
    package var subCategory: String?
    package var area: String
    package var queue: String
    /// Who answers for it until it is closed (CMP-06).
    package var owner: String
    package var level: String
    /// It is another word on the complaint that is open under this id.
    package var isLinked: Bool
    package var problemId: ProblemID?
    package var acknowledgedAt: Timestamp
    /// Of the first reply.
    package var dueAt: Timestamp
    /// Of each clock that runs.
    package var deadlines: [Deadline]

    package var key: String { self.complaintId.description }

    package init(
        complaintId: ComplaintID, externalId: String, channel: String, customerId: String,
        serviceNumber: String? = nil, contactNumber: String? = nil, accountId: String? = nil, tier: String,
        category: String, subCategory: String? = nil, area: String, queue: String, owner: String, level: String,
        isLinked: Bool, problemId: ProblemID? = nil, acknowledgedAt: Timestamp, dueAt: Timestamp,
        deadlines: [Deadline]
    ) {
        self.complaintId = complaintId
        self.externalId = externalId
        self.channel = channel
        self.customerId = customerId
        self.serviceNumber = serviceNumber
        self.contactNumber = contactNumber
        self.accountId = accountId
        self.tier = tier
        self.category = category
        self.subCategory = subCategory
        self.area = area
        self.queue = queue
        self.owner = owner
        self.level = level
        self.isLinked = isLinked
        self.problemId = problemId
        self.acknowledgedAt = acknowledgedAt
        self.dueAt = dueAt
        self.deadlines = deadlines
    }
}

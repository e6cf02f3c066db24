/// A deadline is over, and what it was for has not happened.
package struct ComplaintDeadlineMissed: MessageBody, Hashable {
    package static let type = "complaint.deadlineMissed"
    package static let topic = Topic.complaintsEvents

    package var complaintId: ComplaintID
    package var customerId: String
    package var serviceNumber: String?
    package var contactNumber: String?
    package var accountId: String?
    package var clock: String
    package var tier: String
    package var category: String
    package var area: String
    package var queue: String
    package var owner: String?
    package var level: String
    package var dueAt: Timestamp
    package var missedAt: Timestamp

    package var key: String { self.complaintId.description }

    package init(
        complaintId: ComplaintID, customerId: String, serviceNumber: String? = nil, contactNumber: String? = nil,
        accountId: String? = nil, clock: String, tier: String, category: String, area: String, queue: String,
        owner: String? = nil, level: String, dueAt: Timestamp, missedAt: Timestamp
    ) {
        self.complaintId = complaintId
        self.customerId = customerId
        self.serviceNumber = serviceNumber
        self.contactNumber = contactNumber
        self.accountId = accountId
        self.clock = clock
        self.tier = tier
        self.category = category
        self.area = area
        self.queue = queue
        self.owner = owner
        self.level = level
        self.dueAt = dueAt
        self.missedAt = missedAt
    }
}

/// Another queue, or another person, works on the complaint. Its first owner goes on answering for it.
package struct ComplaintAssigned: MessageBody, Hashable {
    package static let type = "complaint.assigned"
    package static let topic = Topic.complaintsEvents

    package var complaintId: ComplaintID
    package var queue: String
    package var owner: String?
    package var level: String
    package var by: String
    package var text: String?
    package var assignedAt: Timestamp

    package var key: String { self.complaintId.description }

    package init(
        complaintId: ComplaintID, queue: String, owner: String? = nil, level: String, by: String, text: String? = nil,
        assignedAt: Timestamp
    ) {
        self.complaintId = complaintId
        self.queue = queue
        self.owner = owner
        self.level = level
        self.by = by
        self.text = text
        self.assignedAt = assignedAt
    }
}

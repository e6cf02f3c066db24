/// The complaint is at a higher level (CMP-19).
package struct ComplaintEscalated: MessageBody, Hashable {
    package static let type = "complaint.escalated"
    package static let topic = Topic.complaintsEvents

    package var complaintId: ComplaintID
    package var level: String
    package var formerLevel: String
    package var cause: String
    /// Whose deadline was missed.
    package var clock: String?
    package var queue: String
    package var by: String
    package var text: String?
    /// By when the level has to have resolved it.
    package var dueAt: Timestamp?
    package var escalatedAt: Timestamp

    package var key: String { self.complaintId.description }

    package init(
        complaintId: ComplaintID, level: String, formerLevel: String, cause: String, clock: String? = nil,
        queue: String, by: String, text: String? = nil, dueAt: Timestamp? = nil, escalatedAt: Timestamp
    ) {
        self.complaintId = complaintId
        self.level = level
        self.formerLevel = formerLevel
        self.cause = cause
        self.clock = clock
        self.queue = queue
        self.by = by
        self.text = text
        self.dueAt = dueAt
        self.escalatedAt = escalatedAt
    }
}

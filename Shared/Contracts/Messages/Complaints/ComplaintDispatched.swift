/// A partner is asked, or reminded of what it was asked.
package struct ComplaintDispatched: MessageBody, Hashable {
    package static let type = "complaint.dispatched"
    package static let topic = Topic.complaintsEvents

    package var complaintId: ComplaintID
    package var partner: String
    package var text: String
    package var category: String
    package var subCategory: String?
    package var serviceNumber: String?
    /// How often it has been reminded; 0: it is asked.
    package var reminder: Int
    package var replyDueAt: Timestamp
    package var dispatchedAt: Timestamp

    package var key: String { self.complaintId.description }

    package init(
        complaintId: ComplaintID, partner: String, text: String, category: String, subCategory: String? = nil,
        serviceNumber: String? = nil, reminder: Int, replyDueAt: Timestamp, dispatchedAt: Timestamp
    ) {
        self.complaintId = complaintId
        self.partner = partner
        self.text = text
        self.category = category
        self.subCategory = subCategory
        self.serviceNumber = serviceNumber
        self.reminder = reminder
        self.replyDueAt = replyDueAt
        self.dispatchedAt = dispatchedAt
    }
}

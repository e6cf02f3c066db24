/// The solution was none.
package struct ComplaintReopened: MessageBody, Hashable {
    package static let type = "complaint.reopened"
    package static let topic = Topic.complaintsEvents

    package var complaintId: ComplaintID
    package var customerId: String
    package var serviceNumber: String?
    package var contactNumber: String?
    package var accountId: String?
    package var score: Int?
    package var by: String
    package var text: String?
    package var reopenedAt: Timestamp

    package var key: String { self.complaintId.description }

    package init(
        complaintId: ComplaintID, customerId: String, serviceNumber: String? = nil, contactNumber: String? = nil,
        accountId: String? = nil, score: Int? = nil, by: String, text: String? = nil, reopenedAt: Timestamp
    ) {
        self.complaintId = complaintId
        self.customerId = customerId
        self.serviceNumber = serviceNumber
        self.contactNumber = contactNumber
        self.accountId = accountId
        self.score = score
        self.by = by
        self.text = text
        self.reopenedAt = reopenedAt
    }
}

/// The customer is answered, or a partner has answered.
package struct ComplaintReplied: MessageBody, Hashable {
    package static let type = "complaint.replied"
    package static let topic = Topic.complaintsEvents

    package var complaintId: ComplaintID
    package var customerId: String
    package var serviceNumber: String?
    package var contactNumber: String?
    package var accountId: String?
    /// Whose answer it is; absent, it is ours to the customer.
    package var partner: String?
    /// After the partner's time limit; of ours, after the limit of the first reply.
    package var isLate: Bool
    /// The first answer to the customer.
    package var isFirst: Bool
    package var text: String
    package var by: String
    package var repliedAt: Timestamp

    package var key: String { self.complaintId.description }

    package init(
        complaintId: ComplaintID, customerId: String, serviceNumber: String? = nil, contactNumber: String? = nil,
        accountId: String? = nil, partner: String? = nil, isLate: Bool, isFirst: Bool, text: String, by: String,
        repliedAt: Timestamp
    ) {
        self.complaintId = complaintId
        self.customerId = customerId
        self.serviceNumber = serviceNumber
        self.contactNumber = contactNumber
        self.accountId = accountId
        self.partner = partner
        self.isLate = isLate
        self.isFirst = isFirst
        self.text = text
        self.by = by
        self.repliedAt = repliedAt
    }
}

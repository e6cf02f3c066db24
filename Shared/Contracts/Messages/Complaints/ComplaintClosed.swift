/// Nothing more is done about the complaint.
package struct ComplaintClosed: MessageBody, Hashable {
    package static let type = "complaint.closed"
    package static let topic = Topic.complaintsEvents

    package var complaintId: ComplaintID
    package var customerId: String
    package var serviceNumber: String?
    package var contactNumber: String?
    package var accountId: String?
    package var outcome: String
    package var score: Int?
    package var by: String
    /// Of its last entry: who keeps this can prove the history.
    package var historyHash: String
    package var closedAt: Timestamp

    package var key: String { self.complaintId.description }

    package init(
        complaintId: ComplaintID, customerId: String, serviceNumber: String? = nil, contactNumber: String? = nil,
        accountId: String? = nil, outcome: String, score: Int? = nil, by: String, historyHash: String,
        closedAt: Timestamp
    ) {
        self.complaintId = complaintId
        self.customerId = customerId
        self.serviceNumber = serviceNumber
        self.contactNumber = contactNumber
        self.accountId = accountId
        self.outcome = outcome
        self.score = score
        self.by = by
        self.historyHash = historyHash
        self.closedAt = closedAt
    }
}

/// There is a solution, and the customer is asked whether it is one (CMP-25).
package struct ComplaintResolved: MessageBody, Hashable {
    package static let type = "complaint.resolved"
    package static let topic = Topic.complaintsEvents

    package var complaintId: ComplaintID
    package var customerId: String
    package var serviceNumber: String?
    package var contactNumber: String?
    package var accountId: String?
    package var text: String
    package var by: String
    package var problemId: ProblemID?
    /// An answer counts until then.
    package var surveyUntil: Timestamp
    package var resolvedAt: Timestamp

    package var key: String { self.complaintId.description }

    package init(
        complaintId: ComplaintID, customerId: String, serviceNumber: String? = nil, contactNumber: String? = nil,
        accountId: String? = nil, text: String, by: String, problemId: ProblemID? = nil, surveyUntil: Timestamp,
        resolvedAt: Timestamp
    ) {
        self.complaintId = complaintId
        self.customerId = customerId
        self.serviceNumber = serviceNumber
        self.contactNumber = contactNumber
        self.accountId = accountId
        self.text = text
        self.by = by
        self.problemId = problemId
        self.surveyUntil = surveyUntil
        self.resolvedAt = resolvedAt
    }
}

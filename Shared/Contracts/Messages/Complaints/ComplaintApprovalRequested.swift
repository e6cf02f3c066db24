/// A refund is above what its role may grant: another person has to approve it (SEC-18).
package struct ComplaintApprovalRequested: MessageBody, Hashable {
    package static let type = "complaint.approvalRequested"
    package static let topic = Topic.complaintsEvents

    package var complaintId: ComplaintID
    package var refundId: RefundID
    package var rule: String
    package var amountMilliyuan: Milliyuan
    package var reason: String
    package var requestedBy: String
    package var role: String
    /// The role's.
    package var limitMilliyuan: Milliyuan
    package var requestedAt: Timestamp

    package var key: String { self.complaintId.description }

    package init(
        complaintId: ComplaintID, refundId: RefundID, rule: String, amountMilliyuan: Milliyuan, reason: String,
        requestedBy: String, role: String, limitMilliyuan: Milliyuan, requestedAt: Timestamp
    ) {
        self.complaintId = complaintId
        self.refundId = refundId
        self.rule = rule
        self.amountMilliyuan = amountMilliyuan
        self.reason = reason
        self.requestedBy = requestedBy
        self.role = role
        self.limitMilliyuan = limitMilliyuan
        self.requestedAt = requestedAt
    }
}

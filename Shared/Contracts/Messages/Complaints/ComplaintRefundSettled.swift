/// A refund is booked, or it never will be.
package struct ComplaintRefundSettled: MessageBody, Hashable {
    package static let type = "complaint.refundSettled"
    package static let topic = Topic.complaintsEvents

    package var complaintId: ComplaintID
    package var refundId: RefundID
    package var state: String
    package var amountMilliyuan: Milliyuan
    /// Whose bill has it.
    package var cycle: BillingCycle?
    /// Why it is not.
    package var code: String?
    package var message: String?
    package var settledAt: Timestamp

    package var key: String { self.complaintId.description }

    package init(
        complaintId: ComplaintID, refundId: RefundID, state: String, amountMilliyuan: Milliyuan,
        cycle: BillingCycle? = nil, code: String? = nil, message: String? = nil, settledAt: Timestamp
    ) {
        self.complaintId = complaintId
        self.refundId = refundId
        self.state = state
        self.amountMilliyuan = amountMilliyuan
        self.cycle = cycle
        self.code = code
        self.message = message
        self.settledAt = settledAt
    }
}

/// A payment is not credited: the channel has to be told, or send it again when the cause is gone.
package struct PaymentRejected: MessageBody, Hashable {
    package static let type = "payment.rejected"
    package static let topic = Topic.accountsEvents

    package var paymentId: String
    package var accountId: String?
    package var serviceNumber: String?
    package var amountMilliyuan: Milliyuan
    package var ledger: String?
    /// Stable and documented, such as `UNKNOWN_ACCOUNT`.
    package var code: String
    /// Names field, value and what is accepted.
    package var message: String
    package var rejectedAt: Timestamp

    package var key: String { self.accountId ?? self.serviceNumber ?? self.paymentId }
    package var subject: String { self.paymentId }

    package init(
        paymentId: String,
        accountId: String? = nil,
        serviceNumber: String? = nil,
        amountMilliyuan: Milliyuan,
        ledger: String? = nil,
        code: String,
        message: String,
        rejectedAt: Timestamp
    ) {
        self.paymentId = paymentId
        self.accountId = accountId
        self.serviceNumber = serviceNumber
        self.amountMilliyuan = amountMilliyuan
        self.ledger = ledger
        self.code = code
        self.message = message
        self.rejectedAt = rejectedAt
    }
}

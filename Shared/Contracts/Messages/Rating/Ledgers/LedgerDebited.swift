/// Money went out of a ledger.
package struct LedgerDebited: MessageBody, Hashable {
    package static let type = "ledger.debited"
    package static let topic = Topic.accountsEvents

    package var accountId: String
    package var ledgerId: LedgerID
    package var amountMilliyuan: Milliyuan
    /// The ledger's, with this movement.
    package var balanceMilliyuan: Milliyuan
    /// The member to which a dedicated ledger is limited.
    package var serviceNumber: String?
    package var cause: LedgerMovementCause
    /// The id of the bill, transfer or reversed payment.
    package var reference: String
    package var debitedAt: Timestamp

    package var key: String { self.accountId }
    package var subject: String { self.ledgerId.description }

    package init(
        accountId: String,
        ledgerId: LedgerID,
        amountMilliyuan: Milliyuan,
        balanceMilliyuan: Milliyuan,
        serviceNumber: String? = nil,
        cause: LedgerMovementCause,
        reference: String,
        debitedAt: Timestamp
    ) {
        self.accountId = accountId
        self.ledgerId = ledgerId
        self.amountMilliyuan = amountMilliyuan
        self.balanceMilliyuan = balanceMilliyuan
        self.serviceNumber = serviceNumber
        self.cause = cause
        self.reference = reference
        self.debitedAt = debitedAt
    }
}

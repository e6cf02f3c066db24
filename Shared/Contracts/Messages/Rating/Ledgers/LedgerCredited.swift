/// Money came into a ledger.
package struct LedgerCredited: MessageBody, Hashable {
    package static let type = "ledger.credited"
    package static let topic = Topic.accountsEvents

    package var accountId: String
    package var ledgerId: LedgerID
    package var amountMilliyuan: Milliyuan
    /// The ledger's, with this movement.
    package var balanceMilliyuan: Milliyuan
    /// The member to which a dedicated ledger is limited.
    package var serviceNumber: String?
    package var cause: LedgerMovementCause
    /// The id of the payment, adjustment, transfer or campaign.
    package var reference: String
    package var creditedAt: Timestamp

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
        creditedAt: Timestamp
    ) {
        self.accountId = accountId
        self.ledgerId = ledgerId
        self.amountMilliyuan = amountMilliyuan
        self.balanceMilliyuan = balanceMilliyuan
        self.serviceNumber = serviceNumber
        self.cause = cause
        self.reference = reference
        self.creditedAt = creditedAt
    }
}

/// An account is there, with its public ledger.
package struct AccountOpened: MessageBody, Hashable {
    package static let type = "account.opened"
    package static let topic = Topic.accountsEvents

    package var accountId: String
    package var customerId: String?
    package var publicLedgerId: LedgerID
    /// The order that opened it.
    package var orderId: OrderID?
    package var openedAt: Timestamp

    package var key: String { self.accountId }

    package init(
        accountId: String,
        customerId: String? = nil,
        publicLedgerId: LedgerID,
        orderId: OrderID? = nil,
        openedAt: Timestamp
    ) {
        self.accountId = accountId
        self.customerId = customerId
        self.publicLedgerId = publicLedgerId
        self.orderId = orderId
        self.openedAt = openedAt
    }
}

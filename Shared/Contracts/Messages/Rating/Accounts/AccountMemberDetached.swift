/// A service number belongs to the account no longer. What its dedicated ledgers held goes with it (ORD-86).
package struct AccountMemberDetached: MessageBody, Hashable {
    package static let type = "account.memberDetached"
    package static let topic = Topic.accountsEvents

    package var accountId: String
    package var serviceNumber: String
    package var product: String?
    package var bundleId: BundleID?
    /// The account to which it belongs now.
    package var toAccountId: String?
    /// The balance that it took with it.
    package var movedMilliyuan: Milliyuan?
    package var orderId: OrderID?
    package var detachedAt: Timestamp

    package var key: String { self.accountId }

    package init(
        accountId: String,
        serviceNumber: String,
        product: String? = nil,
        bundleId: BundleID? = nil,
        toAccountId: String? = nil,
        movedMilliyuan: Milliyuan? = nil,
        orderId: OrderID? = nil,
        detachedAt: Timestamp
    ) {
        self.accountId = accountId
        self.serviceNumber = serviceNumber
        self.product = product
        self.bundleId = bundleId
        self.toAccountId = toAccountId
        self.movedMilliyuan = movedMilliyuan
        self.orderId = orderId
        self.detachedAt = detachedAt
    }
}

/// A service number belongs to the account: it pays for what the number uses from `attachedAt` on.
package struct AccountMemberAttached: MessageBody, Hashable {
    package static let type = "account.memberAttached"
    package static let topic = Topic.accountsEvents

    package var accountId: String
    package var serviceNumber: String
    /// A product of the catalogue, such as `mobile3g`.
    package var product: String
    package var plan: String?
    package var bundleId: BundleID?
    /// The bundle's offer.
    package var offer: String?
    /// The bundle's charge shows under this number (RAT-39).
    package var main: Bool?
    package var orderId: OrderID?
    package var attachedAt: Timestamp

    package var key: String { self.accountId }

    package init(
        accountId: String,
        serviceNumber: String,
        product: String,
        plan: String? = nil,
        bundleId: BundleID? = nil,
        offer: String? = nil,
        main: Bool? = nil,
        orderId: OrderID? = nil,
        attachedAt: Timestamp
    ) {
        self.accountId = accountId
        self.serviceNumber = serviceNumber
        self.product = product
        self.plan = plan
        self.bundleId = bundleId
        self.offer = offer
        self.main = main
        self.orderId = orderId
        self.attachedAt = attachedAt
    }
}

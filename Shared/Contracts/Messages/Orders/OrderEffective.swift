/// What was ordered is in effect from `effectiveAt` on.
package struct OrderEffective: MessageBody, Hashable {
    package static let type = "order.effective"
    package static let topic = Topic.ordersEvents

    /// One line of the bundle.
    package struct Member: Codable, Hashable, Sendable {
        package var ref: String
        package var product: String
        package var serviceNumber: String
        package var main: Bool
        package var plan: String?

        package init(
            ref: String,
            product: String,
            serviceNumber: String,
            main: Bool,
            plan: String? = nil
        ) {
            self.ref = ref
            self.product = product
            self.serviceNumber = serviceNumber
            self.main = main
            self.plan = plan
        }
    }

    package var orderId: OrderID
    package var externalId: String
    package var accountId: String
    package var offer: String
    package var bundleId: BundleID
    package var effectiveAt: Timestamp
    package var members: [Member]
    /// The bundle that this one takes the place of, in the same instant.
    package var replaces: BundleID?
    /// What the order asked for.
    package var action: String?
    /// Lines that are members no longer, with the plans to which they went.
    package var leaving: [Member]?
    /// Of a release: how many prepaid months are given up (ORD-92).
    package var unusedMonths: Int?

    package var key: String { self.orderId.description }

    package init(
        orderId: OrderID,
        externalId: String,
        accountId: String,
        offer: String,
        bundleId: BundleID,
        effectiveAt: Timestamp,
        members: [Member],
        replaces: BundleID? = nil,
        action: String? = nil,
        leaving: [Member]? = nil,
        unusedMonths: Int? = nil
    ) {
        self.orderId = orderId
        self.externalId = externalId
        self.accountId = accountId
        self.offer = offer
        self.bundleId = bundleId
        self.effectiveAt = effectiveAt
        self.members = members
        self.replaces = replaces
        self.action = action
        self.leaving = leaving
        self.unusedMonths = unusedMonths
    }
}

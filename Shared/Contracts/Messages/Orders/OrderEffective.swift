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
        /// The plan of its own that the offer puts beside its tariff, or else its tariff.
        package var plan: String?
        /// `included`, `sharedTerminal`, `networkTerminal` or `leaving`.
        package var role: String?
        /// The tariff that it has from now on; absent where this order leaves that alone.
        package var newPlan: String?
        /// The plan that it has beside its tariff for as long as this is in effect.
        package var extraPlan: String?
        /// Value-added services that it has for as long as this is in effect.
        package var services: [String]?
        /// Those that it has beside them.
        package var otherServices: [String]?
        package var options: [String]?
        /// Of one that leaves: it is closed.
        package var closed: Bool?

        package init(
            ref: String,
            product: String,
            serviceNumber: String,
            main: Bool,
            plan: String? = nil,
            role: String? = nil,
            newPlan: String? = nil,
            extraPlan: String? = nil,
            services: [String]? = nil,
            otherServices: [String]? = nil,
            options: [String]? = nil,
            closed: Bool? = nil
        ) {
            self.ref = ref
            self.product = product
            self.serviceNumber = serviceNumber
            self.main = main
            self.plan = plan
            self.role = role
            self.newPlan = newPlan
            self.extraPlan = extraPlan
            self.services = services
            self.otherServices = otherServices
            self.options = options
            self.closed = closed
        }
    }

    package var orderId: OrderID
    package var externalId: String
    package var accountId: String
    package var customerId: String?
    package var offer: String
    package var term: String?
    package var payment: String?
    package var bundleId: BundleID
    package var effectiveAt: Timestamp
    package var members: [Member]
    /// The bundle that this one takes the place of, in the same instant.
    package var replaces: BundleID?
    /// What the order asked for.
    package var action: String?
    /// By which it was submitted.
    package var channel: String?
    /// Lines that are members no longer, with the plans to which they went.
    package var leaving: [Member]?
    /// Of a release: how many prepaid months are given up (ORD-92).
    package var unusedMonths: Int?
    /// Of `reconnect`: a line has got a new card with it (ORD-65).
    package var newCard: Bool?

    package var key: String { self.orderId.description }

    package init(
        orderId: OrderID,
        externalId: String,
        accountId: String,
        customerId: String? = nil,
        offer: String,
        term: String? = nil,
        payment: String? = nil,
        bundleId: BundleID,
        effectiveAt: Timestamp,
        members: [Member],
        replaces: BundleID? = nil,
        action: String? = nil,
        channel: String? = nil,
        leaving: [Member]? = nil,
        unusedMonths: Int? = nil,
        newCard: Bool? = nil
    ) {
        self.orderId = orderId
        self.externalId = externalId
        self.accountId = accountId
        self.customerId = customerId
        self.offer = offer
        self.term = term
        self.payment = payment
        self.bundleId = bundleId
        self.effectiveAt = effectiveAt
        self.members = members
        self.replaces = replaces
        self.action = action
        self.channel = channel
        self.leaving = leaving
        self.unusedMonths = unusedMonths
        self.newCard = newCard
    }
}

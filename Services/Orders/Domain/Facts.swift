package import Contracts

/// A service number as the operator knows it.
package struct Line: Hashable, Sendable {
    package enum State: String, Sendable, CaseIterable {
        /// An order in flight installs it.
        case reserved
        case active
        case suspended
        case closed
    }

    /// The bundle that the line is a member of, and whether it is in effect.
    package struct Membership: Hashable, Sendable {
        package var bundleId: BundleID
        package var isInEffect: Bool

        package init(bundleId: BundleID, isInEffect: Bool) {
            self.bundleId = bundleId
            self.isInEffect = isInEffect
        }
    }

    package var product: String
    package var state: State
    /// The tariff: a line plan or a bundle.
    package var plan: String?
    /// Plans beside the tariff, such as a data pack.
    package var extraPlans: [String]
    package var services: Set<String>
    package var speedMbps: Int?
    /// The order whose work orders are under way on it.
    package var heldBy: OrderID?
    package var membership: Membership?
    package var customerId: String?
    package var accountId: String?
    /// Since when it is served, where that was seen.
    package var servedSince: Timestamp?
    /// It is to be another customer's, and is not yet.
    package var isBeingTransferred: Bool

    package init(
        product: String,
        state: State = .active,
        plan: String? = nil,
        extraPlans: [String] = [],
        services: Set<String> = [],
        speedMbps: Int? = nil,
        heldBy: OrderID? = nil,
        membership: Membership? = nil,
        customerId: String? = nil,
        accountId: String? = nil,
        servedSince: Timestamp? = nil,
        isBeingTransferred: Bool = false
    ) {
        self.product = product
        self.state = state
        self.plan = plan
        self.extraPlans = extraPlans
        self.services = services
        self.speedMbps = speedMbps
        self.heldBy = heldBy
        self.membership = membership
        self.customerId = customerId
        self.accountId = accountId
        self.servedSince = servedSince
        self.isBeingTransferred = isBeingTransferred
    }
}

/// A bundle, or what a single offer put into effect, as an order to change, release, stop or start it finds it.
package struct CurrentBundle: Hashable, Sendable {
    package enum State: String, Sendable, CaseIterable {
        case pending, active, ended, cancelled
    }

    package struct Member: Hashable, Sendable {
        package var ref: String
        package var product: String
        package var serviceNumber: String
        package var role: ValidOrder.Member.Role
        /// Value-added services that the bundle gives it.
        package var givenServices: [String]
        package var speedMbps: Int?
        package var options: Set<String>

        package init(
            ref: String,
            product: String,
            serviceNumber: String,
            role: ValidOrder.Member.Role,
            givenServices: [String] = [],
            speedMbps: Int? = nil,
            options: Set<String> = []
        ) {
            self.ref = ref
            self.product = product
            self.serviceNumber = serviceNumber
            self.role = role
            self.givenServices = givenServices
            self.speedMbps = speedMbps
            self.options = options
        }
    }

    package var id: BundleID
    package var offer: String
    package var customerId: String
    package var accountId: String
    package var state: State
    /// Of a bundle that is not yet in effect, the order that brings it, as long as a change can amend that.
    package var amendableOrder: OrderID?
    package var term: Term
    package var effectiveAt: Timestamp?
    package var members: [Member]
    /// The change or release that is to take its place, and is not yet in effect: a later one supersedes it.
    package var openOrder: OrderID?
    /// One before that, whose undoing the open one waits for.
    package var endingOrder: OrderID?
    /// Numbers that either of them touches, and whether they existed before.
    package var openNumbers: [String: Bool]
    /// Changes accepted in this calendar month; withdrawn ones do not count (G-27).
    package var changesThisMonth: Int
    /// Whether it is no bundle, but what a single offer put into effect for its members.
    package var isSingle: Bool

    package init(
        id: BundleID,
        offer: String,
        customerId: String,
        accountId: String,
        state: State = .active,
        amendableOrder: OrderID? = nil,
        term: Term = .monthly,
        effectiveAt: Timestamp? = nil,
        members: [Member],
        openOrder: OrderID? = nil,
        endingOrder: OrderID? = nil,
        openNumbers: [String: Bool] = [:],
        changesThisMonth: Int = 0,
        isSingle: Bool = false
    ) {
        self.id = id
        self.offer = offer
        self.customerId = customerId
        self.accountId = accountId
        self.state = state
        self.amendableOrder = amendableOrder
        self.term = term
        self.effectiveAt = effectiveAt
        self.members = members
        self.openOrder = openOrder
        self.endingOrder = endingOrder
        self.openNumbers = openNumbers
        self.changesThisMonth = changesThisMonth
        self.isSingle = isSingle
    }
}

/// What an order is judged by besides itself and the catalogue.
package struct Facts: Sendable {
    /// By service number. A number that is not here was never seen: the channel's word counts.
    package var lines: [String: Line]
    /// Plans of the order's customer, by service number, orders in flight included.
    package var customerPlans: [String: Set<String>]
    /// The bundle that an order is about which changes, releases, stops or starts one; `nil` where there is none.
    package var bundle: CurrentBundle?
    /// Accounts that owe money beyond its time, of those that an order asks about.
    package var accountsInArrears: Set<String>
    /// Offers that lines have together with others, by service number, where an order asks about that.
    package var sharedOffers: [String: String]
    /// Business time.
    package var now: Timestamp

    package init(
        lines: [String: Line] = [:],
        customerPlans: [String: Set<String>] = [:],
        bundle: CurrentBundle? = nil,
        accountsInArrears: Set<String> = [],
        sharedOffers: [String: String] = [:],
        now: Timestamp = Timestamp(microseconds: 0)
    ) {
        self.lines = lines
        self.customerPlans = customerPlans
        self.bundle = bundle
        self.accountsInArrears = accountsInArrears
        self.sharedOffers = sharedOffers
        self.now = now
    }
}

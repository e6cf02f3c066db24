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

    package init(
        product: String,
        state: State = .active,
        plan: String? = nil,
        extraPlans: [String] = [],
        services: Set<String> = [],
        speedMbps: Int? = nil,
        heldBy: OrderID? = nil,
        membership: Membership? = nil
    ) {
        self.product = product
        self.state = state
        self.plan = plan
        self.extraPlans = extraPlans
        self.services = services
        self.speedMbps = speedMbps
        self.heldBy = heldBy
        self.membership = membership
    }
}

/// What an order is judged by besides itself and the catalogue.
package struct Facts: Sendable {
    /// By service number. A number that is not here was never seen: the channel's word counts.
    package var lines: [String: Line]
    /// Plans of the order's customer, by service number, orders in flight included.
    package var customerPlans: [String: Set<String>]

    package init(lines: [String: Line] = [:], customerPlans: [String: Set<String>] = [:]) {
        self.lines = lines
        self.customerPlans = customerPlans
    }
}

/// Something that a member has from one instant until another: a plan, a pack, a service.
package struct Subscription: Hashable, Sendable {
    package var code: String
    package var from: Instant
    /// The first instant at which it is no longer in force.
    package var until: Instant?

    package init(_ code: String, from: Instant, until: Instant? = nil) {
        self.code = code
        self.from = from
        self.until = until
    }

    package func isInForce(at instant: Instant) -> Bool {
        self.from <= instant && (self.until.map { instant < $0 } ?? true)
    }
}

/// A service number of an account.
package struct Member: Hashable, Sendable {
    package var number: String
    package var product: Product
    package var activeFrom: Instant
    package var activeUntil: Instant?
    /// The line's own plan: `FX-STD`, `3G-96`, …; a bundle takes the place of all but the 3G plans.
    package var plans: [Subscription]
    /// Data plans and packs, WLAN plans, message packs.
    package var packs: [Subscription]
    package var services: [Subscription]
    /// Of a data card: the number that pays for it (RAT-03).
    package var boundTo: String?

    package init(
        _ number: String, _ product: Product, activeFrom: Instant = 0, activeUntil: Instant? = nil,
        plans: [Subscription] = [], packs: [Subscription] = [], services: [Subscription] = [], boundTo: String? = nil
    ) {
        self.number = number
        self.product = product
        self.activeFrom = activeFrom
        self.activeUntil = activeUntil
        self.plans = plans
        self.packs = packs
        self.services = services
        self.boundTo = boundTo
    }

    package func isActive(at instant: Instant) -> Bool {
        self.activeFrom <= instant && (self.activeUntil.map { instant < $0 } ?? true)
    }
}

/// A bundle in force for whole months.
package struct Bundle: Hashable, Sendable {
    package var code: String
    package var from: Month
    /// The first month in which it is no longer in force.
    package var until: Month?
    /// The number on the bill (RAT-39).
    package var main: String
    /// Its own members and the additional terminals, all of them.
    package var members: [String]
    /// What is chosen with it, once for each time that it is chosen.
    package var options: [String]

    package init(
        _ code: String, from: Month, until: Month? = nil, main: String, members: [String], options: [String] = []
    ) {
        self.code = code
        self.from = from
        self.until = until
        self.main = main
        self.members = members
        self.options = options
    }

    package func isInForce(in month: Month) -> Bool {
        self.from <= month && (self.until.map { month < $0 } ?? true)
    }
}

/// A family group: 200 minutes from the main number to all secondaries, 200 from each secondary to the other three.
package struct Family: Hashable, Sendable {
    package var main: String
    package var secondaries: [String]
    package var from: Instant
    package var until: Instant?

    package init(main: String, secondaries: [String], from: Instant, until: Instant? = nil) {
        self.main = main
        self.secondaries = secondaries
        self.from = from
        self.until = until
    }

    package var subscription: Subscription { Subscription("FAMILY-5", from: self.from, until: self.until) }
}

package struct Account: Hashable, Sendable {
    package var id: String
    package var members: [Member]
    package var bundles: [Bundle]
    package var families: [Family]
    package var ledgers: [Ledger]

    package init(
        _ id: String, members: [Member], bundles: [Bundle] = [], families: [Family] = [], ledgers: [Ledger] = []
    ) {
        self.id = id
        self.members = members
        self.bundles = bundles
        self.families = families
        self.ledgers = [Ledger("public", openedAt: 0)] + ledgers
    }

    package func member(_ number: String) -> Member? { self.members.first { $0.number == number } }

    package func bundle(in month: Month) -> Bundle? { self.bundles.first { $0.isInForce(in: month) } }

    /// Whether a number is in the account's private network: the voice members of its bundle, with the additional
    /// terminals.
    package func isInPrivateNetwork(_ number: String, at instant: Instant) -> Bool {
        guard let bundle = self.bundle(in: Month(of: instant)), bundle.members.contains(number),
            let member = self.member(number), member.isActive(at: instant)
        else { return false }
        return [.fixedLine, .mobile2g, .mobile3g].contains(member.product)
    }
}

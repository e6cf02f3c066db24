package import Contracts

/// A time in which something is in force: from its start up to, and without, its end.
package struct Span: Hashable, Sendable, Codable {
    package var from: Timestamp
    /// `nil`: no end is known.
    package var until: Timestamp?

    package init(from: Timestamp, until: Timestamp? = nil) {
        self.from = from
        self.until = until
    }

    package func contains(_ instant: Timestamp) -> Bool {
        self.from <= instant && (self.until.map { instant < $0 } ?? true)
    }

    func meets(_ frame: CycleFrame) -> Bool {
        self.from < frame.end && (self.until.map { $0 > frame.start && $0 > self.from } ?? true)
    }
}

/// What an account has in a cycle, and when: all that rating must know of it. Whoever was a member at any time of the
/// cycle is in it, so that its usage is the same whenever it is rated.
package struct AccountTerms: Hashable, Sendable, Codable {
    package var accountId: String
    package var cycle: BillingCycle
    package var members: [MemberTerms]
    package var bundles: [BundleTerms]
    package var families: [FamilyTerms]
    package var networks: [NetworkTerms]

    package init(
        accountId: String,
        cycle: BillingCycle,
        members: [MemberTerms],
        bundles: [BundleTerms] = [],
        families: [FamilyTerms] = [],
        networks: [NetworkTerms] = []
    ) {
        self.accountId = accountId
        self.cycle = cycle
        self.members = members
        self.bundles = bundles
        self.families = families
        self.networks = networks
    }
}

/// One line of the account.
package struct MemberTerms: Hashable, Sendable, Codable {
    /// A plan or a pack of the line's own.
    package struct PlanSpan: Hashable, Sendable, Codable {
        /// The same whenever the terms are told, and no other plan's of the line: the counters go by it.
        package var id: String
        package var plan: String
        package var span: Span

        package init(id: String? = nil, plan: String, span: Span) {
            self.id = id ?? plan
            self.plan = plan
            self.span = span
        }
    }

    package struct ServiceSpan: Hashable, Sendable, Codable {
        package var service: String
        package var span: Span

        package init(service: String, span: Span) {
            self.service = service
            self.span = span
        }
    }

    /// The number that pays for a data card (RAT-03).
    package struct Binding: Hashable, Sendable, Codable {
        package var serviceNumber: String
        package var span: Span

        package init(serviceNumber: String, span: Span) {
            self.serviceNumber = serviceNumber
            self.span = span
        }
    }

    package var serviceNumber: String
    package var product: String
    /// When it can be used.
    package var active: [Span]
    package var plans: [PlanSpan]
    package var services: [ServiceSpan]
    package var bindings: [Binding]
    /// When it is stopped at its customer's wish, and keeps its number (RAT-23).
    package var kept: [Span]
    /// It may send as many messages as it likes (PRO-19).
    package var isExempt = false

    package init(
        serviceNumber: String,
        product: String,
        active: [Span],
        plans: [PlanSpan] = [],
        services: [ServiceSpan] = [],
        bindings: [Binding] = [],
        kept: [Span] = []
    ) {
        self.serviceNumber = serviceNumber
        self.product = product
        self.active = active
        self.plans = plans
        self.services = services
        self.bindings = bindings
        self.kept = kept
    }
}

/// A bundle of the account.
package struct BundleTerms: Hashable, Sendable, Codable {
    package enum Role: String, Sendable, CaseIterable, Codable {
        /// The bundle is its plan: it shares the minutes and pays no fee of its own (CAT-64, CAT-69, ORD-80).
        case inBundle
        /// It is in the private network and keeps its own plan: 3G, and terminals for the network alone (CAT-70).
        case ownPlan
    }

    package struct Member: Hashable, Sendable, Codable {
        package var serviceNumber: String
        package var role: Role

        package init(_ serviceNumber: String, _ role: Role) {
            self.serviceNumber = serviceNumber
            self.role = role
        }
    }

    /// An option, and for which member it is.
    package struct ChosenOption: Hashable, Sendable, Codable {
        package var option: String
        package var serviceNumber: String

        package init(_ option: String, _ serviceNumber: String) {
            self.option = option
            self.serviceNumber = serviceNumber
        }
    }

    package var id: String
    package var bundle: String
    package var span: Span
    /// On whose bill its fee stands (RAT-39).
    package var mainNumber: String
    package var members: [Member]
    package var options: [ChosenOption]

    package init(
        id: String,
        bundle: String,
        span: Span,
        mainNumber: String,
        members: [Member],
        options: [ChosenOption] = []
    ) {
        self.id = id
        self.bundle = bundle
        self.span = span
        self.mainNumber = mainNumber
        self.members = members
        self.options = options
    }
}

/// A family service: one main card and up to three others (CAT-27).
package struct FamilyTerms: Hashable, Sendable, Codable {
    package var id: String
    package var plan: String
    package var mainNumber: String
    package var secondaries: [String]
    package var span: Span

    package init(id: String, plan: String, mainNumber: String, secondaries: [String], span: Span) {
        self.id = id
        self.plan = plan
        self.mainNumber = mainNumber
        self.secondaries = secondaries
        self.span = span
    }
}

/// A network of numbers with a price of its own (CAT-71).
package struct NetworkTerms: Hashable, Sendable, Codable {
    package var network: String
    package var serviceNumbers: Set<String>
    package var span: Span

    package init(network: String, serviceNumbers: Set<String>, span: Span) {
        self.network = network
        self.serviceNumbers = serviceNumbers
        self.span = span
    }
}

/// One of a ticket's clocks, as the catalogue has it (CMP-01 to CMP-03, G-23).
package struct DeadlineRule: Sendable, Hashable {
    package enum Clock: String, Sendable, Codable, CaseIterable {
        /// Until the first reply, or the solution.
        case reply
        /// Until it is resolved.
        case handling
        /// Until the fault is repaired, or the ticket is resolved.
        case repair
        /// Until the level that it is at has resolved it, from its coming there.
        case level
    }

    /// On whom a ticket can wait.
    package enum Party: String, Sendable, Codable, CaseIterable {
        case customer, vendor, department
    }

    /// Of whoever is of one of the tiers and in one of the areas; of none named: of all.
    package struct Limit: Sendable, Hashable {
        package var tiers: Set<String>
        package var areas: Set<String>
        package var seconds: Int

        package init(tiers: Set<String> = [], areas: Set<String> = [], seconds: Int) {
            self.tiers = tiers
            self.areas = areas
            self.seconds = seconds
        }
    }

    package var clock: Clock
    /// Of which categories; none: of all.
    package var categories: Set<String>
    /// Such as faults that the customer's own terminal causes (CMP-03).
    package var excludedSubCategories: Set<String>
    /// The first that fits is taken.
    package var limits: [Limit]
    package var hours: ServiceHours
    /// A warning is due when so much of the time has passed.
    package var warnPercent: Int
    /// On whom a ticket may wait without time being counted.
    package var uncounted: Set<Party>

    package init(
        clock: Clock, categories: Set<String> = [], excludedSubCategories: Set<String> = [], limits: [Limit],
        hours: ServiceHours, warnPercent: Int = 75, uncounted: Set<Party> = [.customer]
    ) {
        self.clock = clock
        self.categories = categories
        self.excludedSubCategories = excludedSubCategories
        self.limits = limits
        self.hours = hours
        self.warnPercent = warnPercent
        self.uncounted = uncounted
    }

    /// How long a ticket of these facts may take, in seconds; `nil`: it has no such clock.
    package func limit(tier: String, category: String, subCategory: String?, area: String) -> Int? {
        guard self.categories.isEmpty || self.categories.contains(category),
            !(subCategory.map(self.excludedSubCategories.contains) ?? false)
        else { return nil }
        return self.limits.first { limit in
            (limit.tiers.isEmpty || limit.tiers.contains(tier))
                && (limit.areas.isEmpty || limit.areas.contains(area))
        }?.seconds
    }
}

/// How complaints are handled: what is taken, by when, by whom, and who may give what back.
package struct ComplaintRules: Sendable, Hashable {
    package var channels: Set<String>
    package var tiers: Set<String>
    package var areas: Set<String>
    /// Each with its sub-categories; of none named, any is taken.
    package var categories: [String: Set<String>]
    /// One of each kind at most.
    package var clocks: [DeadlineRule]
    /// From the lowest.
    package var levels: [ComplaintLevel]
    /// The first that fits is taken; the last fits all.
    package var routes: [ComplaintRoute]
    package var partners: [String: ComplaintPartner]
    /// Who may grant how much; the first is whoever names no role.
    package var roles: [RefundRole]
    package var survey: ComplaintSurvey
    /// `nil`: complaints are never one problem.
    package var problems: ProblemRule?

    package init(
        channels: Set<String>, tiers: Set<String>, areas: Set<String>, categories: [String: Set<String>],
        clocks: [DeadlineRule], levels: [ComplaintLevel], routes: [ComplaintRoute],
        partners: [String: ComplaintPartner] = [:], roles: [RefundRole], survey: ComplaintSurvey,
        problems: ProblemRule? = nil
    ) {
        self.channels = channels
        self.tiers = tiers
        self.areas = areas
        self.categories = categories
        self.clocks = clocks
        self.levels = levels
        self.routes = routes
        self.partners = partners
        self.roles = roles
        self.survey = survey
        self.problems = problems
    }

    /// What customers are who name nothing else.
    package static let usualTier = "standard"
    package static let usualArea = "urban"

    package func level(_ code: String) -> ComplaintLevel? { self.levels.first { $0.code == code } }

    /// The level above another; `nil` where it is the highest.
    package func level(above code: String) -> ComplaintLevel? {
        self.levels.firstIndex { $0.code == code }.flatMap { index in
            index + 1 < self.levels.count ? self.levels[index + 1] : nil
        }
    }

    /// Where a complaint goes first.
    package func route(category: String, subCategory: String?, tier: String) -> ComplaintRoute? {
        self.routes.first { $0.fits(category: category, subCategory: subCategory, tier: tier) }
    }
}

/// Who works on complaints that others have not solved (CMP-19).
package struct ComplaintLevel: Sendable, Hashable {
    package var code: String
    package var queue: String
    /// By when it has to have resolved what comes to it, in seconds; `nil`: it has no time of its own.
    package var seconds: Int?
    /// Whether missed deadlines lead to it; else a command or a category does, as with an appeal (申诉).
    package var byDeadline: Bool

    package init(code: String, queue: String, seconds: Int? = nil, byDeadline: Bool = true) {
        self.code = code
        self.queue = queue
        self.seconds = seconds
        self.byDeadline = byDeadline
    }
}

/// A row of the table of routes: which complaints go where (CMP-08, CMP-15, CMP-30).
package struct ComplaintRoute: Sendable, Hashable {
    /// None named: all. So with the next two.
    package var categories: Set<String>
    package var subCategories: Set<String>
    package var tiers: Set<String>
    package var queue: String
    package var level: String

    package init(
        categories: Set<String> = [], subCategories: Set<String> = [], tiers: Set<String> = [], queue: String,
        level: String
    ) {
        self.categories = categories
        self.subCategories = subCategories
        self.tiers = tiers
        self.queue = queue
        self.level = level
    }

    package var fitsAll: Bool { self.categories.isEmpty && self.subCategories.isEmpty && self.tiers.isEmpty }

    package func fits(category: String, subCategory: String?, tier: String) -> Bool {
        (self.categories.isEmpty || self.categories.contains(category))
            && (self.subCategories.isEmpty || subCategory.map(self.subCategories.contains) ?? false)
            && (self.tiers.isEmpty || self.tiers.contains(tier))
    }
}

/// Somebody outside who has to answer: a terminal vendor, a base province, a provider (CMP-08, CMP-15).
package struct ComplaintPartner: Sendable, Hashable {
    package var code: String
    package var name: String
    /// What it is to the clocks while a ticket waits for it.
    package var party: DeadlineRule.Party
    package var replySeconds: Int
    /// How often it is reminded before the ticket goes a level up, and after how long each time.
    package var reminders: Int
    package var reminderSeconds: Int

    package init(
        code: String, name: String, party: DeadlineRule.Party, replySeconds: Int, reminders: Int, reminderSeconds: Int
    ) {
        self.code = code
        self.name = name
        self.party = party
        self.replySeconds = replySeconds
        self.reminders = reminders
        self.reminderSeconds = reminderSeconds
    }
}

/// How much of a complaint's refunds somebody may grant alone (SEC-18).
package struct RefundRole: Sendable, Hashable {
    package var role: String
    /// `nil`: any amount.
    package var limit: Milliyuan?

    package init(role: String, limit: Milliyuan? = nil) {
        self.role = role
        self.limit = limit
    }
}

/// What customers are asked when a complaint is resolved (CMP-25).
package struct ComplaintSurvey: Sendable, Hashable {
    /// An answer counts for so long.
    package var seconds: Int
    /// Such an answer, or a lower one, opens the complaint again.
    package var reopenAtMost: Int

    package static let scores = 1...5

    package init(seconds: Int, reopenAtMost: Int) {
        self.seconds = seconds
        self.reopenAtMost = reopenAtMost
    }
}

/// When complaints of one category and area are one problem.
package struct ProblemRule: Sendable, Hashable {
    package var categories: Set<String>
    /// So many …
    package var complaints: Int
    /// … within so long.
    package var seconds: Int
    /// A problem takes complaints that come within so long of the last one.
    package var joinSeconds: Int

    package init(categories: Set<String>, complaints: Int, seconds: Int, joinSeconds: Int) {
        self.categories = categories
        self.complaints = complaints
        self.seconds = seconds
        self.joinSeconds = joinSeconds
    }
}

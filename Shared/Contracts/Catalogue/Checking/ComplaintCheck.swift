/// Whether every complaint that is taken has its clocks, and somewhere to go.
struct ComplaintCheck {
    private let rules: ComplaintRules
    private let block: Block

    init(_ rules: ComplaintRules, _ block: Block) {
        self.rules = rules
        self.block = block
    }

    func run() {
        self.checkClocks()
        self.checkLevels()
        self.checkRoutes()
        self.checkRoles()
        let categories = self.rules.problems?.categories ?? []
        self.check(categories, within: Set(self.rules.categories.keys), "category", "problems")
    }

    private func mistake(_ text: String, _ key: String) {
        self.block.journal.mistake(text, at: self.block.place(of: key))
    }

    private func check(_ words: Set<String>, within known: Set<String>, _ what: String, _ key: String) {
        for word in words.subtracting(known).sorted() {
            self.mistake("`\(key)`: there is no \(what) '\(word)': \(known.sorted().joined(separator: ", "))", key)
        }
    }

    private var subCategories: Set<String> { self.rules.categories.values.reduce(into: []) { $0.formUnion($1) } }

    private func checkClocks() {
        for (clock, rules) in Dictionary(grouping: self.rules.clocks, by: \.clock) where rules.count > 1 {
            self.mistake("`clocks`: there is more than one \(clock.rawValue)", "clocks")
        }
        for rule in self.rules.clocks {
            self.check(rule.categories, within: Set(self.rules.categories.keys), "category", "clocks")
            self.check(rule.excludedSubCategories, within: self.subCategories, "sub-category", "clocks")
            for limit in rule.limits {
                self.check(limit.tiers, within: self.rules.tiers, "tier", "clocks")
                self.check(limit.areas, within: self.rules.areas, "area", "clocks")
            }
        }
        // Whoever complains is told by when there is an answer (CMP-04).
        guard let reply = self.rules.clocks.first(where: { $0.clock == .reply }) else {
            return self.mistake("`clocks` has no reply", "clocks")
        }
        for tier in self.rules.tiers.sorted() {
            for area in self.rules.areas.sorted() {
                for category in self.rules.categories.keys.sorted() {
                    guard reply.limit(tier: tier, category: category, subCategory: nil, area: area) == nil else {
                        continue
                    }
                    return self.mistake("`clocks`: reply has no limit for \(tier), \(category), \(area)", "clocks")
                }
            }
        }
    }

    private func checkLevels() {
        if self.rules.levels.isEmpty { self.mistake("`levels` takes at least one level", "levels") }
        for (code, levels) in Dictionary(grouping: self.rules.levels, by: \.code) where levels.count > 1 {
            self.mistake("`levels` has '\(code)' twice", "levels")
        }
    }

    private func checkRoutes() {
        let levels = Set(self.rules.levels.map(\.code))
        for route in self.rules.routes {
            self.check(route.categories, within: Set(self.rules.categories.keys), "category", "routes")
            self.check(route.subCategories, within: self.subCategories, "sub-category", "routes")
            self.check(route.tiers, within: self.rules.tiers, "tier", "routes")
            self.check([route.level], within: levels, "level", "routes")
        }
        guard self.rules.routes.last?.fitsAll == true else {
            return self.mistake("`routes`: the last one has to fit all complaints", "routes")
        }
        if self.rules.routes.dropLast().contains(where: \.fitsAll) {
            self.mistake("`routes`: what follows one that fits all is never taken", "routes")
        }
    }

    private func checkRoles() {
        if self.rules.roles.isEmpty { self.mistake("`refundRoles` takes at least one role", "refundRoles") }
        for (role, roles) in Dictionary(grouping: self.rules.roles, by: \.role) where roles.count > 1 {
            self.mistake("`refundRoles` has '\(role)' twice", "refundRoles")
        }
    }
}

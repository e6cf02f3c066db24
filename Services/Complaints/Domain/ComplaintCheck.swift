package import Contracts

extension ComplaintRules {
    /// Every rule that a complaint breaks, not only the first.
    package func refusals(of complaint: ComplaintSubmitted, at now: Timestamp) -> [ComplaintRefusal] {
        var refusals: [ComplaintRefusal] = []
        func refuse(_ code: ComplaintCode, _ path: String, _ message: String) {
            refusals.append(ComplaintRefusal(code, path, message))
        }
        func isKnown(_ word: String, _ known: Set<String>, _ code: ComplaintCode, _ path: String) {
            if !known.contains(word) { refuse(code, path, "'\(word.prefix(60))'; accepted: \(Self.list(known))") }
        }
        if complaint.customer.id.isEmpty { refuse(.emptyField, "/customer/id", "is empty") }
        if complaint.text.allSatisfy(\.isWhitespace) { refuse(.emptyField, "/text", "is empty") }
        if complaint.serviceNumber?.isEmpty == true { refuse(.emptyField, "/serviceNumber", "is empty") }
        isKnown(complaint.channel, self.channels, .unknownChannel, "/channel")
        let facts = complaint.facts
        isKnown(facts.tier, self.tiers, .unknownTier, "/customer/tier")
        refusals += self.refusals(of: facts)
        // A little ahead is another clock, not another time.
        if complaint.submittedAt > now.advanced(bySeconds: 300) {
            refuse(.impossibleTime, "/submittedAt", "is later than now")
        }
        if let occurredAt = complaint.occurredAt, occurredAt > complaint.submittedAt {
            refuse(.impossibleTime, "/occurredAt", "is later than submittedAt")
        }
        return refusals
    }

    /// What is wrong with a category, its sub-category, or an area.
    func refusals(of facts: TicketFacts) -> [ComplaintRefusal] {
        var refusals: [ComplaintRefusal] = []
        if let subCategories = self.categories[facts.category] {
            if let sub = facts.subCategory, !subCategories.isEmpty, !subCategories.contains(sub) {
                let text = "'\(sub.prefix(60))'; accepted of \(facts.category): \(Self.list(subCategories))"
                refusals.append(.init(.unknownCategory, "/subCategory", text))
            }
        } else {
            let text = "'\(facts.category.prefix(60))'; accepted: \(Self.list(Set(self.categories.keys)))"
            refusals.append(.init(.unknownCategory, "/category", text))
        }
        if !self.areas.contains(facts.area) {
            let text = "'\(facts.area.prefix(60))'; accepted: \(Self.list(self.areas))"
            refusals.append(.init(.unknownArea, "/area", text))
        }
        return refusals
    }

    static func list(_ words: Set<String>) -> String { words.sorted().joined(separator: ", ") }
}

extension ComplaintSubmitted {
    package var facts: TicketFacts {
        TicketFacts(
            tier: self.customer.tier ?? ComplaintRules.usualTier, category: self.category,
            subCategory: self.subCategory, area: self.area ?? ComplaintRules.usualArea)
    }
}

package import Contracts

/// What deciding on a command needs beside the ticket.
package struct CommandSurroundings: Sendable {
    package var rules: ComplaintRules
    package var calendar: BusinessCalendar
    package var now: Timestamp
    /// Usage records among those that are named that have been refunded, or are to be, by whatever complaint.
    package var refundedUsage: Set<UsageID>
    /// Of the number's offer; `nil` where it is not known.
    package var monthlyFee: Milliyuan?

    package init(
        rules: ComplaintRules, calendar: BusinessCalendar, now: Timestamp, refundedUsage: Set<UsageID> = [],
        monthlyFee: Milliyuan? = nil
    ) {
        self.rules = rules
        self.calendar = calendar
        self.now = now
        self.refundedUsage = refundedUsage
        self.monthlyFee = monthlyFee
    }
}

extension Ticket {
    /// Does what somebody has decided; what has fallen due before happens first.
    package mutating func apply(
        _ command: ComplaintCommand, in surroundings: CommandSurroundings
    ) throws(ComplaintRefusal) {
        let (rules, now) = (surroundings.rules, surroundings.now)
        self.advance(to: now, by: rules)
        let event: TicketEvent
        switch command.command {
        case "assign": event = try self.assign(command, rules)
        case "dispatch": event = try self.dispatch(command, rules, at: now)
        case "reply": event = try self.reply(command, rules, at: now)
        case "escalate": event = try self.escalate(command, rules)
        case "resolve":
            try self.require(.resolved, command)
            let until = now.advanced(bySeconds: rules.survey.seconds)
            event = .resolved(.init(text: try command.needed("text", \.text), problemId: nil, surveyUntil: until))
        case "close":
            try self.require(.closed, command)
            event = .closed(.init(outcome: .byCommand, score: nil, text: command.text))
        case "reopen":
            try self.require(.reopened, command)
            event = .reopened(.init(score: nil, text: command.text))
        case "satisfaction": event = try self.satisfaction(command, rules, at: now)
        case "wait":
            try self.require(.waited, command)
            let word = try command.needed("waitsOn", \.waitsOn)
            guard let party = DeadlineRule.Party(rawValue: word) else {
                let known = Set(DeadlineRule.Party.allCases.map(\.rawValue))
                throw .init(.unknownParty, "/waitsOn", "'\(word)'; accepted: \(ComplaintRules.list(known))")
            }
            event = .waits(.init(on: party, text: command.text))
        case "continue":
            try self.require(.wentOn, command)
            event = .goesOn(.init(text: command.text))
        case "reclassify": return try self.reclassify(command, rules, at: now)
        case "repaired": event = try self.repaired(command, rules, at: now)
        case "cancel":
            try self.require(.cancelled, command)
            event = .cancelled(.init(text: command.text))
        case "note": event = .noted(.init(text: try command.needed("text", \.text)))
        case "refund": event = try self.refund(command, in: surroundings)
        case "approve": event = try self.approve(command, rules)
        case "decline": event = try self.decline(command, rules)
        default:
            let accepted = ComplaintRules.list(Self.commands)
            throw .init(.unknownCommand, "/command", "'\(command.command.prefix(40))'; accepted: \(accepted)")
        }
        self.note(event, by: command.by, at: now)
    }

    package static let commands: Set<String> = [
        "assign", "dispatch", "reply", "escalate", "resolve", "close", "reopen", "satisfaction", "wait", "continue",
        "reclassify", "repaired", "cancel", "note", "refund", "approve", "decline",
    ]

    /// Resolves it with all others of a problem.
    package mutating func resolve(
        as problem: ProblemID, _ text: String, by: String, in surroundings: CommandSurroundings
    ) {
        self.advance(to: surroundings.now, by: surroundings.rules)
        guard TicketLifecycle.next(self.state, on: .resolved) != nil else { return }
        let until = surroundings.now.advanced(bySeconds: surroundings.rules.survey.seconds)
        self.note(
            .resolved(.init(text: text, problemId: problem, surveyUntil: until)), by: by, at: surroundings.now)
    }

    /// Hears what is said to all complaints of a problem, while it is open.
    package mutating func hear(_ text: String, isReply: Bool, by: String, in surroundings: CommandSurroundings) {
        self.advance(to: surroundings.now, by: surroundings.rules)
        guard self.isOpen else { return }
        self.note(isReply ? .replied(.init(text: text)) : .noted(.init(text: text)), by: by, at: surroundings.now)
    }

    private func require(
        _ event: TicketLifecycle.Event, _ command: ComplaintCommand
    ) throws(ComplaintRefusal) {
        guard TicketLifecycle.next(self.state, on: event) == nil else { return }
        let states = State.allCases.filter { TicketLifecycle.next($0, on: event) != nil }.map(\.rawValue)
        throw .init(
            .wrongState, "/command",
            "'\(command.command)' of a complaint that is \(self.state.rawValue); it may be \(states.joined(separator: ", "))"
        )
    }

    private func assign(_ command: ComplaintCommand, _ rules: ComplaintRules) throws(ComplaintRefusal) -> TicketEvent {
        try self.require(.worked, command)
        guard command.queue != nil || command.owner != nil else {
            throw .init(.missingField, "/queue", "'assign' needs queue or owner")
        }
        let queues = rules.queues
        if let queue = command.queue, !queues.contains(queue) {
            throw .init(.unknownQueue, "/queue", "'\(queue.prefix(60))'; accepted: \(ComplaintRules.list(queues))")
        }
        let place = TicketEvent.Place(
            queue: command.queue ?? self.place.queue, owner: command.owner, level: self.place.level)
        return .assigned(.init(to: place, from: self.place, text: command.text))
    }

    private func dispatch(
        _ command: ComplaintCommand, _ rules: ComplaintRules, at now: Timestamp
    ) throws(ComplaintRefusal) -> TicketEvent {
        try self.require(.waited, command)
        let partner = try rules.partner(command)
        return .dispatched(
            .init(
                partner: partner.code, text: try command.needed("text", \.text), waitsOn: partner.party,
                replyDueAt: now.advanced(bySeconds: partner.replySeconds)))
    }

    /// To the customer; or a partner's answer, which is taken whenever it comes.
    private func reply(
        _ command: ComplaintCommand, _ rules: ComplaintRules, at now: Timestamp
    ) throws(ComplaintRefusal) -> TicketEvent {
        let text = try command.needed("text", \.text)
        guard command.partner != nil else {
            try self.require(.worked, command)
            return .replied(.init(text: text))
        }
        let partner = try rules.partner(command)
        guard let limit = self.asked[partner.code] else {
            throw .init(.notAsked, "/partner", "'\(partner.code)' was never asked about this complaint")
        }
        return .partnerReplied(.init(partner: partner.code, text: text, isLate: now > limit))
    }

    private func escalate(
        _ command: ComplaintCommand, _ rules: ComplaintRules
    ) throws(ComplaintRefusal) -> TicketEvent {
        try self.require(.worked, command)
        let index = rules.levels.firstIndex { $0.code == self.place.level } ?? 0
        let above = rules.levels.dropFirst(index + 1)
        guard let level = command.level.map({ code in above.first { $0.code == code } }) ?? above.first else {
            let accepted = above.map(\.code).joined(separator: ", ")
            throw .init(
                .unknownLevel, "/level",
                "'\(command.level ?? "the next")' from \(self.place.level); accepted: \(accepted)")
        }
        let place = TicketEvent.Place(queue: level.queue, owner: command.owner, level: level.code)
        return .escalated(.init(to: place, from: self.place, cause: .command, text: command.text))
    }

    private func satisfaction(
        _ command: ComplaintCommand, _ rules: ComplaintRules, at now: Timestamp
    ) throws(ComplaintRefusal) -> TicketEvent {
        guard let score = command.score, ComplaintSurvey.scores.contains(score) else {
            throw .init(.invalidScore, "/score", "is \(command.score.map { "\($0)" } ?? "missing"); accepted: 1 to 5")
        }
        guard self.state == .resolved, self.surveyUntil.map({ now < $0 }) ?? false else {
            throw .init(.surveyOver, "/complaintId", "nobody waits for an answer: it is \(self.state.rawValue)")
        }
        return score <= rules.survey.reopenAtMost
            ? .reopened(.init(score: score, text: command.text))
            : .closed(.init(outcome: .satisfied, score: score, text: command.text))
    }

    /// Another tier, category or area: its deadlines are counted anew, and it goes where such complaints go.
    private mutating func reclassify(
        _ command: ComplaintCommand, _ rules: ComplaintRules, at now: Timestamp
    ) throws(ComplaintRefusal) {
        try self.require(.worked, command)
        var facts = self.facts
        facts.tier = command.tier ?? facts.tier
        if let category = command.category, category != facts.category {
            facts.category = category
            facts.subCategory = nil
        }
        facts.subCategory = command.subCategory ?? facts.subCategory
        facts.area = command.area ?? facts.area
        guard facts != self.facts else {
            throw .init(.nothingChanges, "/command", "'reclassify' needs another tier, category, subCategory or area")
        }
        if let refusal = rules.refusals(of: facts).first { throw refusal }
        guard rules.tiers.contains(facts.tier) else {
            let text = "'\(facts.tier.prefix(60))'; accepted: \(ComplaintRules.list(rules.tiers))"
            throw .init(.unknownTier, "/tier", text)
        }
        let former = self.facts
        self.note(.reclassified(.init(to: facts, from: former, text: command.text)), by: command.by, at: now)
        guard let route = rules.route(category: facts.category, subCategory: facts.subCategory, tier: facts.tier),
            let was = rules.route(category: former.category, subCategory: former.subCategory, tier: former.tier),
            route != was
        else { return }
        func index(_ level: String) -> Int { rules.levels.firstIndex { $0.code == level } ?? 0 }
        if index(route.level) > index(self.place.level) {
            let place = TicketEvent.Place(queue: route.queue, owner: nil, level: route.level)
            self.note(
                .escalated(.init(to: place, from: self.place, cause: .category)), by: command.by, at: now)
        } else if route.queue != self.place.queue, index(route.level) == index(self.place.level) {
            let place = TicketEvent.Place(queue: route.queue, owner: nil, level: self.place.level)
            self.note(.assigned(.init(to: place, from: self.place)), by: command.by, at: now)
        }
    }

    private func repaired(
        _ command: ComplaintCommand, _ rules: ComplaintRules, at now: Timestamp
    ) throws(ComplaintRefusal) -> TicketEvent {
        try self.require(.worked, command)
        let hasClock = rules.clocks.contains { rule in
            rule.clock == .repair
                && rule.limit(
                    tier: self.facts.tier, category: self.facts.category, subCategory: self.facts.subCategory,
                    area: self.facts.area) != nil
        }
        guard hasClock else {
            throw .init(.notAFault, "/command", "a complaint of \(self.facts.category) has nothing to be repaired")
        }
        let repairedAt = command.repairedAt ?? now
        guard self.submittedAt <= repairedAt, repairedAt <= now else {
            throw .init(.impossibleTime, "/repairedAt", "takes a time between the complaint and now")
        }
        return .repaired(.init(repairedAt: repairedAt, text: command.text))
    }
}

extension ComplaintRules {
    package var queues: Set<String> { Set(self.levels.map(\.queue)).union(self.routes.map(\.queue)) }

    fileprivate func partner(_ command: ComplaintCommand) throws(ComplaintRefusal) -> ComplaintPartner {
        let code = try command.needed("partner", \.partner)
        guard let partner = self.partners[code] else {
            let accepted = Self.list(Set(self.partners.keys))
            throw .init(.unknownPartner, "/partner", "'\(code.prefix(60))'; accepted: \(accepted)")
        }
        return partner
    }
}

extension ComplaintCommand {
    func needed(
        _ name: String, _ field: (ComplaintCommand) -> String?
    ) throws(ComplaintRefusal) -> String {
        guard let text = field(self), !text.isEmpty else {
            throw .init(.missingField, "/\(name)", "'\(self.command)' needs the field")
        }
        return text
    }
}

extension ComplaintRules {
    static func read(_ block: Block, _ workingCalendar: WorkingCalendar) -> ComplaintRules? {
        defer { block.finish() }
        let channels = block.required("channels") { $0.words() }
        let tiers = block.required("tiers") { $0.words() }
        let areas = block.required("areas") { $0.words() }
        let categories = block.required("categories") { field in
            field.dictionary { _, value in value.list { $0.text() }.map { Set($0) } }
        }
        let hours =
            block.optional("hours") { field in
                field.dictionary { _, value in value.block().flatMap { ServiceHours.read($0, workingCalendar) } }
            } ?? [:]
        let warnPercent = block.optional("warnPercent") { $0.integer(1...99) as Int? } ?? 75
        let clocks = block.required("clocks") { field in
            field.blocks { DeadlineRule.read($0, hours, warnPercent, workingCalendar.calendar) }
        }
        let levels = block.required("levels") { field in field.blocks(ComplaintLevel.read) }
        let routes = block.required("routes") { field in field.blocks(ComplaintRoute.read) }
        let partners = block.optional("partners") { field in field.blocks(ComplaintPartner.read) } ?? []
        let roles = block.required("refundRoles") { field in field.blocks(RefundRole.read) }
        let survey = block.required("survey") { $0.block().flatMap(ComplaintSurvey.read) }
        let problems = block.optional("problems") { $0.block().flatMap(ProblemRule.read) }
        guard let channels, let tiers, let areas, let categories, let clocks, let levels, let routes, let roles,
            let survey
        else { return nil }
        let rules = ComplaintRules(
            channels: channels, tiers: tiers, areas: areas, categories: categories, clocks: clocks, levels: levels,
            routes: routes, partners: Dictionary(partners.map { ($0.code, $0) }) { first, _ in first }, roles: roles,
            survey: survey, problems: problems)
        ComplaintCheck(rules, block).run()
        return rules
    }
}

extension Field {
    /// A list of words, at least one.
    fileprivate func words() -> Set<String>? {
        guard let words = self.list({ $0.text() }) else { return nil }
        if words.isEmpty { self.mistake("takes at least one word") }
        return Set(words)
    }

    fileprivate func blocks<Value>(_ read: (Block) -> Value?) -> [Value]? {
        self.list { field in
            guard let block = field.block() else { return nil }
            defer { block.finish() }
            return read(block)
        }
    }

    /// Whole hours, as seconds.
    fileprivate func hours() -> Int? { (self.integer(1...8784) as Int?).map { $0 * 3600 } }
}

private enum DayName: String, CaseIterable {
    case monday, tuesday, wednesday, thursday, friday, saturday, sunday
}

extension ServiceHours {
    /// The windows of each weekday; holidays are those of the working calendar.
    fileprivate static func read(_ block: Block, _ workingCalendar: WorkingCalendar) -> ServiceHours? {
        defer { block.finish() }
        var windows: [Int: [Window]] = [:]
        for (index, day) in DayName.allCases.enumerated() {
            let read = block.optional(day.rawValue) { field -> [Window]? in
                let windows = field.list { field -> Window? in
                    guard let block = field.block() else { return nil }
                    defer { block.finish() }
                    let from = block.required("from") { $0.timeOfDay() }
                    let until = block.required("until") { $0.timeOfDay() }
                    guard let from, let until else { return nil }
                    return Window(from: from, until: until)
                }
                guard let windows else { return nil }
                let isOrdered = zip(windows, windows.dropFirst()).allSatisfy { $0.until <= $1.from }
                guard isOrdered, windows.allSatisfy({ $0.from < $0.until }) else {
                    field.mistake("takes windows in their order that are not empty and do not overlap")
                    return nil
                }
                return windows
            }
            if let read { windows[index + 1] = read }
        }
        if windows.values.allSatisfy(\.isEmpty) { block.mistake("no day has a window: time would never run") }
        let holidays = block.optional("holidays") { $0.boolean() } ?? true
        return ServiceHours(
            calendar: workingCalendar.calendar, windows: windows, holidays: holidays ? workingCalendar.holidays : [])
    }
}

extension DeadlineRule {
    fileprivate static func read(
        _ block: Block, _ hours: [String: ServiceHours], _ warnPercent: Int, _ calendar: BusinessCalendar
    ) -> DeadlineRule? {
        let clock = block.required("clock") { $0.choice(Clock.self) }
        let categories = block.optional("categories") { $0.words() } ?? []
        let excluded = block.optional("exceptSubCategories") { $0.words() } ?? []
        let limits = block.required("limits") { field in
            field.blocks { block -> Limit? in
                let tiers = block.optional("tiers") { $0.words() } ?? []
                let areas = block.optional("areas") { $0.words() } ?? []
                return block.required("hours") { $0.hours() }.map { Limit(tiers: tiers, areas: areas, seconds: $0) }
            }
        }
        let name = block.optional("during") { field -> String? in
            guard let name = field.text() else { return nil }
            if hours[name] == nil { field.mistake("takes one of \(hours.keys.sorted().joined(separator: ", "))") }
            return name
        }
        let uncounted = block.optional("notWhileWaitingFor") { field in field.list { $0.choice(Party.self) } }
        guard let clock, let limits else { return nil }
        if clock == .level {
            block.mistake("the time of levels is given by `levels`")
            return nil
        }
        return DeadlineRule(
            clock: clock, categories: categories, excludedSubCategories: excluded, limits: limits,
            hours: name.flatMap { hours[$0] } ?? ServiceHours(calendar: calendar), warnPercent: warnPercent,
            uncounted: Set(uncounted ?? [.customer]))
    }
}

extension ComplaintLevel {
    fileprivate static func read(_ block: Block) -> ComplaintLevel? {
        let code = block.required("level") { $0.text() }
        let queue = block.required("queue") { $0.text() }
        let seconds = block.optional("hours") { $0.hours() }
        let byDeadline = block.optional("byDeadline") { $0.boolean() } ?? true
        guard let code, let queue else { return nil }
        return ComplaintLevel(code: code, queue: queue, seconds: seconds, byDeadline: byDeadline)
    }
}

extension ComplaintRoute {
    fileprivate static func read(_ block: Block) -> ComplaintRoute? {
        let categories = block.optional("categories") { $0.words() } ?? []
        let subCategories = block.optional("subCategories") { $0.words() } ?? []
        let tiers = block.optional("tiers") { $0.words() } ?? []
        let queue = block.required("queue") { $0.text() }
        let level = block.required("level") { $0.text() }
        guard let queue, let level else { return nil }
        return ComplaintRoute(
            categories: categories, subCategories: subCategories, tiers: tiers, queue: queue, level: level)
    }
}

extension ComplaintPartner {
    fileprivate static func read(_ block: Block) -> ComplaintPartner? {
        let code = block.required("partner") { $0.text() }
        let name = block.required("name") { $0.text() }
        let party = block.required("party") { $0.choice(DeadlineRule.Party.self) }
        let reply = block.required("replyHours") { $0.hours() }
        let reminders = block.required("reminders") { $0.integer(0...20) as Int? }
        let between = block.required("reminderHours") { $0.hours() }
        guard let code, let name, let party, let reply, let reminders, let between else { return nil }
        if party == .customer { block.mistake("`party`: a partner is a vendor or a department") }
        return ComplaintPartner(
            code: code, name: name, party: party, replySeconds: reply, reminders: reminders, reminderSeconds: between)
    }
}

extension RefundRole {
    fileprivate static func read(_ block: Block) -> RefundRole? {
        let role = block.required("role") { $0.text() }
        let limit = block.optional("limitMilliyuan") { $0.money() }
        return role.map { RefundRole(role: $0, limit: limit) }
    }
}

extension ComplaintSurvey {
    fileprivate static func read(_ block: Block) -> ComplaintSurvey? {
        defer { block.finish() }
        let seconds = block.required("hours") { $0.hours() }
        let score = block.required("reopenAtMost") { $0.integer(0...4) as Int? }
        guard let seconds, let score else { return nil }
        return ComplaintSurvey(seconds: seconds, reopenAtMost: score)
    }
}

extension ProblemRule {
    fileprivate static func read(_ block: Block) -> ProblemRule? {
        defer { block.finish() }
        let categories = block.required("categories") { $0.words() }
        let complaints = block.required("complaints") { $0.integer(2...1_000_000) as Int? }
        let minutes = block.required("minutes") { $0.integer(1...44_640) as Int? }
        let join = block.required("joinHours") { $0.hours() }
        guard let categories, let complaints, let minutes, let join else { return nil }
        return ProblemRule(
            categories: categories, complaints: complaints, seconds: minutes * 60, joinSeconds: join)
    }
}

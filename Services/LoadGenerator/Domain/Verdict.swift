package import Contracts

/// Whether an order is in the state that the rules give it.
package struct Verdict: Hashable, Sendable {
    /// For people: what the order came to.
    package var got: String
    /// What differs from the expectation; empty when nothing does.
    package var differences: [String]

    package var isRight: Bool { self.differences.isEmpty }

    /// - Parameter isClockMoved: whether business time has got to every effect.
    package init(
        of story: OrderStory, expecting expected: Expectation, isClockMoved: Bool, calendar: BusinessCalendar
    ) {
        self.got = Self.describe(story)
        var differences: [String] = []
        switch expected.state {
        case .effective:
            Self.checkEffective(story, expected, isClockMoved, calendar, &differences)
        case .held:
            if story.held == nil { differences.append("not held") }
            if !story.completions.isEmpty { differences.append("completed") }
        case .rejected:
            let codes = Set(story.rejections.flatMap { $0.reasons.map(\.code) })
            if story.rejections.count != 1 { differences.append("rejected \(story.rejections.count) times") }
            if let wanted = expected.codes, codes != Set(wanted) {
                differences.append("codes \(codes.sorted().joined(separator: ", "))")
            }
            if story.acknowledgements > 0 { differences.append("acknowledged") }
        case .deadLetter:
            if let wanted = expected.codes, story.deadLetters != wanted {
                differences.append("dead letters: \(story.deadLetters.joined(separator: ", "))")
            } else if story.deadLetters.isEmpty {
                differences.append("no dead letter")
            }
        }
        Self.checkWork(story, expected, &differences)
        self.differences = differences
    }

    private static func checkEffective(
        _ story: OrderStory, _ expected: Expectation, _ isClockMoved: Bool, _ calendar: BusinessCalendar,
        _ differences: inout [String]
    ) {
        if story.acknowledgements != 1 { differences.append("acknowledged \(story.acknowledgements) times") }
        if !story.rejections.isEmpty { differences.append("rejected") }
        if story.completions.count != 1 { differences.append("completed \(story.completions.count) times") }
        guard let completion = story.completions.first else { return }
        let between = completion.effectiveAt.microseconds(since: completion.completedAt)
        let isRightTime =
            switch expected.effect {
            case .immediate: between == 0
            case .within24Hours: (0...86_400_000_000).contains(between)
            case .firstOfNextMonth: completion.effectiveAt == calendar.startOfNextMonth(after: completion.completedAt)
            case nil: true
            }
        if !isRightTime {
            differences.append(
                "completed \(calendar.format(completion.completedAt)) for \(calendar.format(completion.effectiveAt))")
        }
        let wanted = isClockMoved || expected.effect == .immediate ? 1 : 0
        if story.effects.count != wanted { differences.append("in effect \(story.effects.count) times") }
        if let effect = story.effects.first, effect.effectiveAt != completion.effectiveAt {
            differences.append("in effect from \(calendar.format(effect.effectiveAt))")
        }
    }

    private static func checkWork(_ story: OrderStory, _ expected: Expectation, _ differences: inout [String]) {
        if let wanted = expected.workOrders {
            let got = story.work.map { "\($0.plan.memberRef) \($0.plan.type)" }
            if got.sorted() != wanted.sorted() {
                differences.append("work orders: \(got.sorted().joined(separator: ", "))")
            }
        }
        if expected.state == .effective, let open = story.work.first(where: { $0.state != .completed }) {
            differences.append("\(open.plan.memberRef) \(open.plan.type) is \(open.state.rawValue)")
        }
        if let wanted = expected.retries, story.retries < wanted {
            differences.append("\(story.retries) repetitions instead of \(wanted) or more")
        }
    }

    private static func describe(_ story: OrderStory) -> String {
        if let code = story.deadLetters.first { return "dead letter \(code)" }
        if let rejection = story.rejections.first {
            return "rejected \(Set(rejection.reasons.map(\.code)).sorted().joined(separator: ", "))"
        }
        let work = "\(story.work.count) work order\(story.work.count == 1 ? "" : "s")"
        if !story.effects.isEmpty { return "effective, \(work)" }
        if !story.completions.isEmpty { return "pending, \(work)" }
        if let held = story.held { return "held \(held.reasons.map(\.code).joined(separator: ", "))" }
        if let failed = story.failed { return "\(failed.state)" }
        if story.cancelled != nil { return "cancelled" }
        return story.acknowledged == nil ? "nothing heard" : "in progress, \(work)"
    }
}

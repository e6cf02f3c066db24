package import Contracts

extension Ticket {
    /// What each of its clocks shows.
    package func deadlines(by rules: ComplaintRules, at now: Timestamp) -> [DeadlineReading] {
        guard self.state != .rejected else { return [] }
        let clocks = rules.clocks.compactMap { $0.reading(of: self.clockEvents, at: now) }
        return clocks + [self.levelReading(by: rules, at: now)].compactMap(\.self)
    }

    /// The time of the level that it is at, from its coming there on.
    private func levelReading(by rules: ComplaintRules, at now: Timestamp) -> DeadlineReading? {
        guard let level = rules.level(self.place.level), let seconds = level.seconds else { return nil }
        let like = rules.clocks.first { $0.clock == .handling } ?? rules.clocks.first
        guard let like else { return nil }
        let rule = DeadlineRule(
            clock: .level, limits: [.init(seconds: seconds)], hours: like.hours, warnPercent: like.warnPercent,
            uncounted: like.uncounted)
        var events = [ClockEvent(.submitted(self.facts), at: self.levelSince)]
        let before = self.clockEvents.prefix { $0.at <= self.levelSince }
        // What goes on from before: that it waits, or is over.
        for event in before {
            switch event.change {
            case .waits, .goesOn, .resolved, .reopened, .ended:
                events.append(ClockEvent(event.change, at: self.levelSince))
            case .submitted, .changed, .replied, .repaired: break
            }
        }
        return rule.reading(of: events + self.clockEvents.dropFirst(before.count), at: now)
    }

    /// The nearest deadline that has not passed, of those that run.
    package func dueAt(by rules: ComplaintRules) -> Timestamp? {
        guard self.isOpen else { return nil }
        return self.deadlines(by: rules, at: self.lastAt).filter(\.isRunning).compactMap(\.dueAt)
            .filter { $0 > self.lastAt }.min()
    }

    /// Something that happens to it when its time has come and nothing else has happened.
    enum Occurrence {
        case warning(TicketEvent.Alarm)
        case miss(TicketEvent.Alarm)
        case silence(OpenDispatch)
        case noAnswer

        /// Of those at the same instant.
        fileprivate var order: Int {
            switch self {
            case .warning: 0
            case .miss: 1
            case .silence: 2
            case .noAnswer: 3
            }
        }
    }

    /// What falls due next, and when; never before what has happened.
    func nextOccurrence(by rules: ComplaintRules) -> (at: Timestamp, what: Occurrence)? {
        var occurrences: [(at: Timestamp, what: Occurrence)] = []
        if self.isOpen {
            for reading in self.deadlines(by: rules, at: self.lastAt) where reading.isRunning {
                guard let dueAt = reading.dueAt else { continue }
                if let warnsAt = reading.warnsAt {
                    let alarm = TicketEvent.Alarm(clock: reading.clock, at: warnsAt, dueAt: dueAt)
                    if !self.isTold(alarm, in: self.warned) { occurrences.append((warnsAt, .warning(alarm))) }
                }
                let alarm = TicketEvent.Alarm(clock: reading.clock, at: dueAt, dueAt: dueAt)
                if !self.isTold(alarm, in: self.missed) { occurrences.append((dueAt, .miss(alarm))) }
            }
            for dispatch in self.dispatches {
                if let replyDueAt = dispatch.replyDueAt { occurrences.append((replyDueAt, .silence(dispatch))) }
            }
        }
        if self.state == .resolved, let surveyUntil = self.surveyUntil {
            occurrences.append((surveyUntil, .noAnswer))
        }
        let next = occurrences.min { ($0.at, $0.what.order) < ($1.at, $1.what.order) }
        return next.map { (max($0.at, self.lastAt), $0.what) }
    }

    /// A pause after a warning puts off the deadline, and does not make it another warning.
    private func isTold(_ alarm: TicketEvent.Alarm, in told: [TicketEvent.Alarm]) -> Bool {
        told.contains { $0.clock == alarm.clock && $0.at == alarm.at }
    }

    /// When something falls due next; `nil` when nothing does.
    package func nextAt(by rules: ComplaintRules) -> Timestamp? { self.nextOccurrence(by: rules)?.at }

    /// Has everything happen that falls due up to and including an instant, in due order.
    package mutating func advance(to instant: Timestamp, by rules: ComplaintRules) {
        while let next = self.nextOccurrence(by: rules), next.at <= instant {
            switch next.what {
            case .warning(let alarm): self.note(.warned(alarm), by: TicketEntry.system, at: next.at)
            case .miss(let alarm):
                self.note(.missed(alarm), by: TicketEntry.system, at: next.at)
                // Clocks that are missed at the same instant lead one level up, once all of them are told.
                if !self.isMissedAgain(at: next.at, by: rules), !self.isEscalated(at: next.at) {
                    self.escalate(.deadline, clock: alarm.clock, by: rules, at: next.at)
                }
            case .silence(let dispatch): self.chase(dispatch, by: rules, at: next.at)
            case .noAnswer:
                self.note(.closed(.init(outcome: .noResponse)), by: TicketEntry.system, at: next.at)
            }
        }
    }

    private func isMissedAgain(at instant: Timestamp, by rules: ComplaintRules) -> Bool {
        guard let next = self.nextOccurrence(by: rules), next.at == instant else { return false }
        if case .miss = next.what { return true }
        return false
    }

    private func isEscalated(at instant: Timestamp) -> Bool {
        self.entries.reversed().prefix { $0.at == instant }.contains { entry in
            if case .escalated(let escalation) = entry.event { escalation.cause == .deadline } else { false }
        }
    }

    /// One level up, where there is one to which this leads.
    private mutating func escalate(
        _ cause: TicketEvent.Escalation.Cause, clock: DeadlineRule.Clock? = nil, by rules: ComplaintRules, at: Timestamp
    ) {
        guard let level = rules.level(above: self.place.level), level.byDeadline else { return }
        let place = TicketEvent.Place(queue: level.queue, owner: nil, level: level.code)
        self.note(
            .escalated(.init(to: place, from: self.place, cause: cause, clock: clock)), by: TicketEntry.system, at: at)
    }

    /// A partner that is silent is reminded, as often as the catalogue says; then the ticket goes a level up.
    private mutating func chase(_ dispatch: OpenDispatch, by rules: ComplaintRules, at: Timestamp) {
        guard let partner = rules.partners[dispatch.partner], dispatch.reminders < partner.reminders else {
            let before = self.place
            self.escalate(.partner, by: rules, at: at)
            // At the highest level nobody is left to be asked.
            if self.place == before { self.giveUp(dispatch, at: at) }
            return
        }
        self.note(
            .reminded(
                .init(
                    partner: dispatch.partner, number: dispatch.reminders + 1,
                    replyDueAt: at.advanced(bySeconds: partner.reminderSeconds))), by: TicketEntry.system, at: at)
    }

    /// The level that it is at is told all the same.
    private mutating func giveUp(_ dispatch: OpenDispatch, at: Timestamp) {
        self.note(
            .escalated(.init(to: self.place, from: self.place, cause: .partner)), by: TicketEntry.system, at: at)
    }
}

package import Contracts

/// What deadlines go by: of whom a ticket is, and what it is about.
package struct TicketFacts: Sendable, Hashable, Codable {
    package var tier: String
    package var category: String
    package var subCategory: String?
    package var area: String

    package init(tier: String, category: String, subCategory: String? = nil, area: String) {
        self.tier = tier
        self.category = category
        self.subCategory = subCategory
        self.area = area
    }
}

/// What has happened to a ticket, as far as its deadlines go by it.
package struct ClockEvent: Sendable, Hashable {
    package enum Change: Sendable, Hashable {
        case submitted(TicketFacts)
        /// Another tier, category or area: what counts is counted anew from the beginning.
        case changed(TicketFacts)
        case waits(on: DeadlineRule.Party)
        case goesOn
        case replied
        case repaired
        case resolved
        case reopened
        /// Cancelled: nothing is waited for any more.
        case ended
    }

    package var at: Timestamp
    package var change: Change

    package init(_ change: Change, at: Timestamp) {
        self.at = at
        self.change = change
    }
}

extension DeadlineRule {
    /// Reads the clock: a pure function of the rule and of what has happened, so that whatever is changed in a ticket
    /// changes it from the beginning.
    ///
    /// - Parameter history: in its order, beginning with the submission; what is later than `now` is left out.
    /// - Returns: `nil` where the ticket, as it is now, has no such clock.
    package func reading(of history: [ClockEvent], at now: Timestamp) -> DeadlineReading? {
        let history = history.prefix { $0.at <= now }
        guard let first = history.first, case .submitted = first.change,
            let facts = history.reversed().lazy.compactMap(\.facts).first,
            let limit = self.limit(
                tier: facts.tier, category: facts.category, subCategory: facts.subCategory, area: facts.area)
        else { return nil }
        var counter = DeadlineCounter(rule: self, limitSeconds: limit)
        for (event, next) in zip(history, Array(history.dropFirst().map(\.at)) + [now]) {
            counter.take(event.change)
            counter.pass(from: event.at, to: next)
        }
        return counter.reading(at: now)
    }

    /// Whether what the clock waits for has happened.
    func isEnded(by change: ClockEvent.Change) -> Bool {
        switch (self.clock, change) {
        case (_, .ended), (_, .resolved), (.reply, .replied), (.repair, .repaired): true
        default: false
        }
    }

    /// Whether the clock goes on where it has stopped. Who has been answered has been answered.
    func isBegunAgain(by change: ClockEvent.Change) -> Bool { self.clock != .reply && change == .reopened }
}

extension ClockEvent {
    fileprivate var facts: TicketFacts? {
        switch self.change {
        case .submitted(let facts), .changed(let facts): facts
        default: nil
        }
    }
}

/// Counts the time of one clock.
private struct DeadlineCounter {
    private let rule: DeadlineRule
    private let limit: Int64
    private let warning: Int64
    private let limitSeconds: Int
    private var party: DeadlineRule.Party?
    private var endedAt: Timestamp?
    private var isEnded = false
    private var counted: Int64 = 0
    private var intervals: [DeadlineReading.Interval] = []
    private var warnsAt: Timestamp?
    private var dueAt: Timestamp?

    init(rule: DeadlineRule, limitSeconds: Int) {
        self.rule = rule
        self.limitSeconds = limitSeconds
        self.limit = Int64(limitSeconds) * 1_000_000
        self.warning = self.limit / 100 * Int64(rule.warnPercent)
    }

    mutating func take(_ change: ClockEvent.Change) {
        switch change {
        case .waits(let party): self.party = party
        case .goesOn: self.party = nil
        default: break
        }
        if self.rule.isEnded(by: change) { self.isEnded = true }
        if self.isEnded, self.rule.isBegunAgain(by: change) { self.isEnded = false }
    }

    private var standstill: DeadlineReading.Interval.Reason? {
        if self.isEnded { return .ended }
        guard let party = self.party, self.rule.uncounted.contains(party) else { return nil }
        return switch party {
        case .customer: .waitsForCustomer
        case .vendor: .waitsForVendor
        case .department: .waitsForDepartment
        }
    }

    mutating func pass(from: Timestamp, to: Timestamp) {
        if self.isEnded { self.endedAt = self.endedAt ?? from } else { self.endedAt = nil }
        guard from < to else { return }
        if let standstill = self.standstill { return self.note(from, to, isCounted: false, standstill) }
        var last = from
        for opening in self.rule.hours.openings(in: from..<to) {
            if last < opening.lowerBound { self.note(last, opening.lowerBound, isCounted: false, .closed) }
            self.count(opening)
            last = opening.upperBound
        }
        if last < to { self.note(last, to, isCounted: false, .closed) }
    }

    private mutating func count(_ opening: Range<Timestamp>) {
        let length = opening.upperBound.microseconds(since: opening.lowerBound)
        func instant(_ amount: Int64) -> Timestamp? {
            guard self.counted < amount, self.counted + length >= amount else { return nil }
            return Timestamp(microseconds: opening.lowerBound.microseconds + amount - self.counted)
        }
        self.warnsAt = self.warnsAt ?? instant(self.warning)
        self.dueAt = self.dueAt ?? instant(self.limit)
        self.counted += length
        self.note(opening.lowerBound, opening.upperBound, isCounted: true, .running)
    }

    /// Adds to the interval before where it is of the same kind.
    private mutating func note(
        _ from: Timestamp, _ until: Timestamp, isCounted: Bool, _ reason: DeadlineReading.Interval.Reason
    ) {
        if let last = self.intervals.last, last.reason == reason, last.until == from {
            self.intervals[self.intervals.count - 1].until = until
        } else {
            self.intervals.append(.init(from: from, until: until, isCounted: isCounted, reason: reason))
        }
    }

    func reading(at now: Timestamp) -> DeadlineReading {
        func ahead(_ amount: Int64) -> Timestamp? {
            self.standstill == nil ? self.rule.hours.adding(amount - self.counted, to: now) : nil
        }
        return DeadlineReading(
            clock: self.rule.clock, limitSeconds: self.limitSeconds, intervals: self.intervals,
            countedMicroseconds: self.counted, warnsAt: self.warnsAt ?? ahead(self.warning),
            dueAt: self.dueAt ?? ahead(self.limit), endedAt: self.endedAt)
    }
}

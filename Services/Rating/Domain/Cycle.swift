package import Contracts

extension BillingCycle {
    /// The cycle to which what ended at `instant` belongs.
    package init(containing instant: Timestamp, calendar: BusinessCalendar) {
        self.init(of: calendar.date(of: instant))
    }

    package var firstDay: CivilDate { CivilDate(firstOf: self) }

    package func start(_ calendar: BusinessCalendar) -> Timestamp { calendar.start(of: self.firstDay) }
}

/// A cycle with its instants, found once: rating asks for them with every record.
package struct CycleFrame: Hashable, Sendable {
    package let cycle: BillingCycle
    /// The first instant of each day, and that of the next cycle.
    package let dayStarts: [Timestamp]

    package init(_ cycle: BillingCycle, calendar: BusinessCalendar) {
        self.cycle = cycle
        let first = cycle.firstDay.daysSinceEpoch
        let days = cycle.next.firstDay.daysSinceEpoch - first
        self.dayStarts = (0...days).map { calendar.start(of: CivilDate(daysSinceEpoch: first + $0)) }
    }

    package var start: Timestamp { self.dayStarts[0] }
    /// The first instant after it.
    package var end: Timestamp { self.dayStarts[self.dayStarts.count - 1] }
    package var days: Int { self.dayStarts.count - 1 }

    package func contains(_ instant: Timestamp) -> Bool { self.start <= instant && instant < self.end }

    /// The day of an instant of the cycle, from 0.
    package func day(of instant: Timestamp) -> Int {
        // Right but for days on which clocks change; these are one step away.
        let guess = Int(instant.microseconds(since: self.start) / 86_400_000_000)
        var day = min(max(guess, 0), self.days - 1)
        while day > 0, instant < self.dayStarts[day] { day -= 1 }
        while day < self.days - 1, instant >= self.dayStarts[day + 1] { day += 1 }
        return day
    }
}

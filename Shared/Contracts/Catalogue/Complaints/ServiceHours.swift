/// When a deadline's time runs: always (G-50), or in the windows of weekdays that are no holidays, by the clock on the wall.
package struct ServiceHours: Sendable, Hashable {
    /// Local time, in seconds after midnight; the end is at most 86 400, the end of the day.
    package struct Window: Sendable, Hashable {
        package var from: Int
        package var until: Int

        package init(from: Int, until: Int) {
            self.from = from
            self.until = until
        }
    }

    package var calendar: BusinessCalendar
    /// By weekday, of which 1 is Monday: in their order, none overlapping another. `nil`: time always runs.
    package var windows: [Int: [Window]]?
    package var holidays: Set<CivilDate>

    package init(
        calendar: BusinessCalendar, windows: [Int: [Window]]? = nil, holidays: Set<CivilDate> = []
    ) {
        self.calendar = calendar
        self.windows = windows
        self.holidays = holidays
    }

    /// The parts of a span in which time runs, in their order.
    package func openings(in span: Range<Timestamp>) -> [Range<Timestamp>] {
        guard !span.isEmpty else { return [] }
        guard self.windows != nil else { return [span] }
        var openings: [Range<Timestamp>] = []
        var date = self.calendar.date(of: span.lowerBound)
        while self.calendar.start(of: date) < span.upperBound {
            openings += self.openings(on: date).map { $0.clamped(to: span) }.filter { !$0.isEmpty }
            date = date.nextDay
        }
        return openings
    }

    /// The instant by which so much time has run since `start`. What ends with a window ends at its end, not at the next
    /// beginning. `nil` where no window comes for ten years.
    package func adding(_ microseconds: Int64, to start: Timestamp) -> Timestamp? {
        guard self.windows != nil else { return Timestamp(microseconds: start.microseconds + microseconds) }
        var remaining = microseconds
        var date = self.calendar.date(of: start)
        for _ in 0..<3660 {
            for opening in self.openings(on: date) where opening.upperBound > start {
                let from = max(start, opening.lowerBound)
                let available = opening.upperBound.microseconds(since: from)
                if remaining <= available { return Timestamp(microseconds: from.microseconds + remaining) }
                remaining -= available
            }
            date = date.nextDay
        }
        return nil
    }

    private func openings(on date: CivilDate) -> [Range<Timestamp>] {
        guard !self.holidays.contains(date) else { return [] }
        return (self.windows?[date.weekday] ?? []).compactMap { window in
            let from = self.calendar.instant(of: date, secondOfDay: window.from)
            let until = self.calendar.instant(of: date, secondOfDay: window.until)
            return from < until ? from..<until : nil
        }
    }
}

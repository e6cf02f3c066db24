/// When people work: from `opensAt` to `closesAt` on weekdays that are not holidays, in the business time zone.
package struct WorkingCalendar: Sendable, Hashable {
    package var calendar: BusinessCalendar
    /// Local time, in seconds after midnight; the close is at most 86 400, the end of the day.
    package var opensAtSecond: Int
    package var closesAtSecond: Int
    /// 1 is Monday, 7 is Sunday.
    package var weekdays: Set<Int>
    package var holidays: Set<CivilDate>

    package init(
        calendar: BusinessCalendar,
        opensAtSecond: Int = 9 * 3600,
        closesAtSecond: Int = 18 * 3600,
        weekdays: Set<Int> = [1, 2, 3, 4, 5],
        holidays: Set<CivilDate> = []
    ) {
        self.calendar = calendar
        self.opensAtSecond = opensAtSecond
        self.closesAtSecond = closesAtSecond
        self.weekdays = weekdays
        self.holidays = holidays
    }

    package func isWorkingDay(_ date: CivilDate) -> Bool {
        self.weekdays.contains(date.weekday) && !self.holidays.contains(date)
    }

    /// The instant by which `target` has passed since `start`. A target of working time that ends
    /// with a working day ends at its close, not at the next opening.
    package func due(_ target: TargetTime, from start: Timestamp) -> Timestamp {
        switch target.counting {
        case .calendar: start.advanced(bySeconds: target.seconds)
        case .working: self.addingWorkingTime(microseconds: Int64(target.seconds) * 1_000_000, to: start)
        }
    }

    private func addingWorkingTime(microseconds: Int64, to start: Timestamp) -> Timestamp {
        var remaining = microseconds
        var date = self.calendar.date(of: start)
        var from = start
        // A calendar without a working day would never end; the loader refuses one, ten years bound the rest.
        for _ in 0..<3660 {
            if self.isWorkingDay(date) {
                // By the clock on the wall: on the day in which clocks change, too.
                let opening = max(from, self.calendar.instant(of: date, secondOfDay: self.opensAtSecond))
                let closing = self.calendar.instant(of: date, secondOfDay: self.closesAtSecond)
                let available = max(0, closing.microseconds(since: opening))
                if remaining <= available {
                    return Timestamp(microseconds: opening.microseconds + remaining)
                }
                remaining -= available
            }
            date = date.nextDay
            from = self.calendar.start(of: date)
        }
        return from
    }
}

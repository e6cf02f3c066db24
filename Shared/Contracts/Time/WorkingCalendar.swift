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

    /// How many whole seconds of such a target lie between two instants; none where the second is not the later one.
    package func seconds(from start: Timestamp, to end: Timestamp, counting: TargetTime.Counting) -> Int {
        guard end > start else { return 0 }
        switch counting {
        case .calendar: return Int(end.microseconds(since: start) / 1_000_000)
        case .working: return Int(self.workingMicroseconds(from: start, to: end) / 1_000_000)
        }
    }

    private func workingMicroseconds(from start: Timestamp, to end: Timestamp) -> Int64 {
        var passed: Int64 = 0
        var date = self.calendar.date(of: start)
        // As far as `addingWorkingTime` looks ahead.
        for _ in 0..<3660 where self.calendar.start(of: date) < end {
            if self.isWorkingDay(date) {
                let opening = max(start, self.calendar.instant(of: date, secondOfDay: self.opensAtSecond))
                let closing = min(end, self.calendar.instant(of: date, secondOfDay: self.closesAtSecond))
                passed += max(0, closing.microseconds(since: opening))
            }
            date = date.nextDay
        }
        return passed
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

package import Contracts

/// When customers are reminded of what is to come: some days before, in the morning, when it is told at once.
package enum Reminding {
    /// Of an offer that is paid a year in advance (ORD-92): the year begins with the month in which it takes effect.
    package static let prepaidMonths = 12
    private static let secondOfDay = 9 * 3600

    /// - Parameter end: the first instant after what ends, or that of what comes.
    package static func dueAt(before end: Timestamp, days: Int, _ calendar: BusinessCalendar) -> Timestamp {
        let day = CivilDate(daysSinceEpoch: calendar.date(of: end).daysSinceEpoch - days)
        return calendar.instant(of: day, secondOfDay: Self.secondOfDay)
    }

    /// All that is earlier is to be reminded of by `now`.
    package static func horizon(at now: Timestamp, days: Int, _ calendar: BusinessCalendar) -> Timestamp {
        let day = calendar.date(of: now.advanced(bySeconds: -Self.secondOfDay)).daysSinceEpoch
        return calendar.start(of: CivilDate(daysSinceEpoch: day + days + 1))
    }

    /// The first month of whose end it is reminded after an instant, and when.
    package static func nextMonth(
        after instant: Timestamp, days: Int, _ calendar: BusinessCalendar
    ) -> (last: BillingCycle, dueAt: Timestamp) {
        var month = calendar.cycle(of: instant)
        while true {
            let dueAt = Self.dueAt(before: month.next.start(calendar), days: days, calendar)
            if dueAt > instant { return (month, dueAt) }
            month = month.next
        }
    }

    /// The month in which a prepaid year has begun whose last one is given.
    package static func beginning(of last: BillingCycle) -> BillingCycle {
        (1..<Self.prepaidMonths).reduce(last) { month, _ in month.previous }
    }
}

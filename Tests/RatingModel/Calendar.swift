/// Microseconds since 1970-01-01T00:00:00Z.
package typealias Instant = Int

package let second = 1_000_000
package let day = 86_400 * second

/// Business time is China Standard Time: eight hours ahead, no daylight saving (G-50).
private let offset = 8 * 3600 * second

/// A billing cycle.
package struct Month: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let year: Int
    package let month: Int

    package init(_ year: Int, _ month: Int) {
        self.year = year
        self.month = month
    }

    /// The month in which an instant falls.
    package init(of instant: Instant) {
        let date = localDate(of: instant)
        self.init(date.year, date.month)
    }

    package var next: Month { self.month == 12 ? Month(self.year + 1, 1) : Month(self.year, self.month + 1) }
    package var previous: Month { self.month == 1 ? Month(self.year - 1, 12) : Month(self.year, self.month - 1) }

    /// 00:00 on the 1st.
    package var start: Instant { instant(self.year, self.month, 1) }
    package var end: Instant { self.next.start }

    package static func < (left: Month, right: Month) -> Bool {
        (left.year, left.month) < (right.year, right.month)
    }

    package var description: String { "\(self.year)-\(self.month < 10 ? "0" : "")\(self.month)" }
}

/// An instant by the clock on the wall.
package func instant(
    _ year: Int, _ month: Int, _ dayOfMonth: Int, _ hour: Int = 0, _ minute: Int = 0, _ seconds: Int = 0
) -> Instant {
    var days = dayOfMonth - 1
    for earlier in 1970..<year { days += daysIn(year: earlier) }
    for earlier in 1..<month { days += daysIn(month: earlier, of: year) }
    return days * day + (hour * 3600 + minute * 60 + seconds) * second - offset
}

package func localDate(of instant: Instant) -> (year: Int, month: Int, day: Int) {
    var days = (instant + offset) / day
    var (year, month) = (1970, 1)
    while days >= daysIn(year: year) {
        days -= daysIn(year: year)
        year += 1
    }
    while days >= daysIn(month: month, of: year) {
        days -= daysIn(month: month, of: year)
        month += 1
    }
    return (year, month, days + 1)
}

private func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

private func daysIn(year: Int) -> Int { isLeap(year) ? 366 : 365 }

private func daysIn(month: Int, of year: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: isLeap(year) ? 29 : 28
    default: 31
    }
}

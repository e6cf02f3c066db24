package import Contracts

/// When all users of data packs are told what they have used so far (NTF-01, NTF-02).
package enum UsageNotices {
    /// The first beginning of one of the days of a month after an instant; `nil` without days.
    package static func next(after instant: Timestamp, days: [Int], _ calendar: BusinessCalendar) -> Timestamp? {
        guard !days.isEmpty else { return nil }
        var date = calendar.date(of: instant).nextDay
        while !days.contains(date.day) {
            // A day that no month has would never come.
            guard date.daysSinceEpoch - calendar.date(of: instant).daysSinceEpoch < 366 else { return nil }
            date = date.nextDay
        }
        return calendar.start(of: date)
    }
}

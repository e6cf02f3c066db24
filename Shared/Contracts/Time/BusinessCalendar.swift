package import Foundation

/// Days and months as the business counts them: in its time zone, Asia/Shanghai unless configured.
package struct BusinessCalendar: Hashable, Sendable {
    package let timeZone: TimeZone

    package init(timeZone: TimeZone) {
        self.timeZone = timeZone
    }

    /// The offset from UTC in force at an instant, in seconds.
    package func offsetSeconds(at instant: Timestamp) -> Int {
        // Whole seconds are exact in floating point, and offsets change on whole seconds only.
        let seconds = instant.microseconds.flooredDivision(by: 1_000_000).quotient
        return self.timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
    }

    /// The day on which an instant falls.
    package func date(of instant: Timestamp) -> CivilDate {
        let local = instant.microseconds + Int64(self.offsetSeconds(at: instant)) * 1_000_000
        return CivilDate(daysSinceEpoch: Int(local.flooredDivision(by: 86_400_000_000).quotient))
    }

    /// Microseconds since local midnight.
    package func microsecondOfDay(of instant: Timestamp) -> Int64 {
        let local = instant.microseconds + Int64(self.offsetSeconds(at: instant)) * 1_000_000
        return local.flooredDivision(by: 86_400_000_000).remainder
    }

    /// The first instant of a day.
    package func start(of date: CivilDate) -> Timestamp {
        self.instant(of: date, secondOfDay: 0)
    }

    /// The instant at which local clocks show a time of a day: the first where they show it twice, the
    /// moment in which they are put forward where they leave it out.
    ///
    /// - Parameter secondOfDay: 0 to 86 400, which is the start of the next day.
    package func instant(of date: CivilDate, secondOfDay: Int) -> Timestamp {
        let local = Timestamp(microseconds: Int64(date.daysSinceEpoch) * 86_400_000_000)
            .advanced(bySeconds: secondOfDay)
        // Offsets lie between -12 and +14 hours, so the instant lies between these two.
        var (earliest, latest) = (local.advanced(bySeconds: -14 * 3600), local.advanced(bySeconds: 12 * 3600))
        let (before, after) = (self.offsetSeconds(at: earliest), self.offsetSeconds(at: latest))
        if before == after { return local.advanced(bySeconds: -before) }
        let candidates = [before, after].map { local.advanced(bySeconds: -$0) }.sorted()
        for candidate in candidates
        where candidate.advanced(bySeconds: self.offsetSeconds(at: candidate)) == local { return candidate }
        // Left out: search for the second in which the offset changes.
        while latest.microseconds - earliest.microseconds > 1_000_000 {
            let seconds = (latest.microseconds - earliest.microseconds) / 2_000_000
            let middle = earliest.advanced(bySeconds: Int(seconds))
            if self.offsetSeconds(at: middle) == before { earliest = middle } else { latest = middle }
        }
        return latest
    }

    /// The first instant of the calendar month after the one in which `instant` falls: when a bundle
    /// completed at `instant` takes effect (ORD-77).
    package func startOfNextMonth(after instant: Timestamp) -> Timestamp {
        self.start(of: self.date(of: instant).firstOfNextMonth)
    }

    /// The instant as local time, with its offset.
    package func format(_ instant: Timestamp) -> String {
        instant.rfc3339(offsetSeconds: self.offsetSeconds(at: instant))
    }
}

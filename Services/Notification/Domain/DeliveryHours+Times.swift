package import Contracts

extension DeliveryHours {
    /// The first instant that is in the hours: `instant` itself, where it is.
    package func first(from instant: Timestamp, _ calendar: BusinessCalendar) -> Timestamp {
        var date = calendar.date(of: instant)
        // An opening may fall into the hour that a day leaves out when clocks are put forward.
        for _ in 0..<3 {
            for opening in self.openings {
                let start = calendar.instant(of: date, secondOfDay: opening.from)
                let end = calendar.instant(of: date, secondOfDay: opening.until)
                if instant < end, start < end { return max(instant, start) }
            }
            date = date.nextDay
        }
        return instant
    }

    package func contain(_ instant: Timestamp, _ calendar: BusinessCalendar) -> Bool {
        self.first(from: instant, calendar) == instant
    }
}

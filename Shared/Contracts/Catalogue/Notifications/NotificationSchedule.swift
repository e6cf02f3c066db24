/// What lines are sent at times of their own, for as long as they have an offer (NTF-15 to NTF-17).
package struct NotificationSchedule: Sendable, Hashable {
    /// The days on which it is due.
    package enum Days: Sendable, Hashable {
        /// 1 is Monday, 7 is Sunday.
        case ofWeek(Set<Int>)
        /// 1 to 31; one that a month has not is left out.
        case ofMonth(Set<Int>)
        /// The same each year.
        case ofYear(Set<MonthDay>)
        /// Each line's own: once for a date that was noted of it, when that is so many days away.
        case before(date: String, days: ClosedRange<Int>)
    }

    package struct MonthDay: Sendable, Hashable {
        package var month: Int
        package var day: Int

        /// Reads `03-15`; `nil` when no year has such a day.
        package init?(_ text: String) {
            // A leap year has all days that there are.
            guard let date = CivilDate("2024-\(text)") else { return nil }
            (self.month, self.day) = (date.month, date.day)
        }
    }

    package var name: String
    /// Whoever has one of these.
    package var offers: Set<String>
    package var days: Days
    /// When on these days, in the business time zone.
    package var secondOfDay: Int
    package var template: String
    package var channel: NotificationChannel
    package var priority: NotificationPriority
    /// The name of the hours that it keeps.
    package var hours: String
    /// For how long it is of use, in seconds from when it is due.
    package var validSeconds: Int?

    package init(
        name: String,
        offers: Set<String>,
        days: Days,
        secondOfDay: Int,
        template: String,
        channel: NotificationChannel = .sms,
        priority: NotificationPriority = .normal,
        hours: String = NotificationRules.usualHours,
        validSeconds: Int? = nil
    ) {
        self.name = name
        self.offers = offers
        self.days = days
        self.secondOfDay = secondOfDay
        self.template = template
        self.channel = channel
        self.priority = priority
        self.hours = hours
        self.validSeconds = validSeconds
    }

    /// What is known when it is told: `month` is that in which it is due, `date` what was noted of the line.
    package var facts: [String: ParameterKind] {
        var facts: [String: ParameterKind] = [
            "serviceNumber": .text, "offer": .text, "offerName": .text, "at": .date, "month": .month,
        ]
        if case .before = self.days { facts["date"] = .date }
        return facts
    }
}

extension NotificationSchedule {
    /// The first instant after another one at which it is due; one of a date is looked at once a day.
    package func next(after instant: Timestamp, _ calendar: BusinessCalendar) -> Timestamp {
        var date = calendar.date(of: instant)
        // The leap day may be eight years away, and no day is further.
        for _ in 0..<3000 {
            let due = calendar.instant(of: date, secondOfDay: self.secondOfDay)
            if due > instant, self.falls(on: date) { return due }
            date = date.nextDay
        }
        return calendar.start(of: date)
    }

    private func falls(on date: CivilDate) -> Bool {
        switch self.days {
        case .ofWeek(let days): days.contains(date.weekday)
        case .ofMonth(let days): days.contains(date.day)
        case .ofYear(let days): days.contains { $0.month == date.month && $0.day == date.day }
        case .before: true
        }
    }
}

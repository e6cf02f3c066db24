package import Contracts

/// A line that has what a schedule is for.
package struct Subscriber: Sendable, Hashable {
    package var serviceNumber: String
    package var offer: String
    /// What was noted of it, where the schedule is about that.
    package var date: CivilDate?

    package init(serviceNumber: String, offer: String, date: CivilDate? = nil) {
        self.serviceNumber = serviceNumber
        self.offer = offer
        self.date = date
    }
}

extension NotificationSchedule {
    /// What a line is sent; once for each time that it is due, or for each date.
    package func draft(
        for subscriber: Subscriber, dueAt: Timestamp, offerName: String, id: NotificationID,
        _ calendar: BusinessCalendar
    ) -> NotificationDraft {
        var facts: JSONObject = [
            "serviceNumber": .string(subscriber.serviceNumber), "offer": .string(subscriber.offer),
            "offerName": .string(offerName), "at": .string(calendar.format(dueAt)),
            "month": .string(calendar.cycle(of: dueAt).description),
        ]
        var occasion = calendar.format(dueAt)
        if let date = subscriber.date {
            occasion = calendar.format(calendar.start(of: date))
            facts["date"] = .string(occasion)
        }
        return NotificationDraft(
            id: id,
            dedupeKey: "schedule/\(self.name)/\(occasion)/\(subscriber.serviceNumber)",
            recipient: subscriber.serviceNumber, channel: self.channel, template: self.template, parameters: facts,
            priority: self.priority, hours: self.hours,
            expiresAt: self.validSeconds.map { dueAt.advanced(bySeconds: $0) })
    }

    /// The dates of which lines are told on a day; `nil` for one that is about no date.
    package func dates(on day: CivilDate) -> ClosedRange<CivilDate>? {
        guard case .before(_, let days) = self.days else { return nil }
        func date(_ days: Int) -> CivilDate { CivilDate(daysSinceEpoch: day.daysSinceEpoch + days) }
        return date(days.lowerBound)...date(days.upperBound)
    }

    /// Which days and which time it has, in one line: the next time is found anew where that is another.
    package var rule: String {
        let days =
            switch self.days {
            case .ofWeek(let days): "week \(days.sorted())"
            case .ofMonth(let days): "month \(days.sorted())"
            case .ofYear(let days):
                "year \(days.map { [$0.month, $0.day] }.sorted { $0.lexicographicallyPrecedes($1) })"
            case .before(let date, let days): "\(days.upperBound) to \(days.lowerBound) before \(date)"
            }
        return "\(days) at \(self.secondOfDay)"
    }
}

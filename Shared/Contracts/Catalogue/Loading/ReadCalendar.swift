private enum Weekday: String, CaseIterable {
    case monday, tuesday, wednesday, thursday, friday, saturday, sunday
}

extension Field {
    /// By their numbers: 1 is Monday, 7 is Sunday.
    func weekdays() -> Set<Int>? {
        let weekdays = self.list { $0.choice(Weekday.self) }
        return weekdays.map { days in
            Set(days.compactMap { Weekday.allCases.firstIndex(of: $0) }.map { $0 + 1 })
        }
    }
}

extension WorkingCalendar {
    static func read(_ block: Block, calendar: BusinessCalendar) -> WorkingCalendar? {
        defer { block.finish() }
        let opens = block.required("opens") { $0.timeOfDay() }
        let closes = block.required("closes") { $0.timeOfDay() }
        let weekdays = block.required("weekdays") { $0.weekdays() }
        let holidays = block.optional("holidays") { field in field.list { $0.date() } } ?? []
        if weekdays?.isEmpty == true {
            block.journal.mistake("`weekdays` has no working day", at: block.place(of: "weekdays"))
        }
        if Set(holidays).count < holidays.count {
            block.journal.mistake("`holidays` names one day twice", at: block.place(of: "holidays"))
        }
        guard let opens, let closes, let weekdays else { return nil }
        guard opens < closes else {
            block.journal.mistake("`closes` is not later than `opens`", at: block.place(of: "closes"))
            return nil
        }
        return WorkingCalendar(
            calendar: calendar,
            opensAtSecond: opens,
            closesAtSecond: closes,
            weekdays: weekdays,
            holidays: Set(holidays)
        )
    }
}

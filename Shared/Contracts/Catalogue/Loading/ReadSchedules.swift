extension NotificationSchedule {
    static func read(_ block: Block) -> NotificationSchedule? {
        let name = block.required("name") { $0.text() }
        let offers = block.required("offers") { $0.references(.singleOffer) }
        let days = Self.days(block)
        let second = block.required("at") { $0.timeOfDay() }
        let template = block.required("template") { $0.reference(.messageTemplate) }
        let channel = block.optional("channel") { $0.choice(NotificationChannel.self) } ?? .sms
        let priority = block.optional("priority") { $0.choice(NotificationPriority.self) } ?? .normal
        let hours = block.optional("hours") { $0.text() } ?? NotificationRules.usualHours
        // What was due while nothing ran is of no use in a heap.
        let valid = block.required("validHours") { $0.integer(1...8784) as Int? }
        guard let name, let offers, let days, let second, let template, let valid else { return nil }
        return NotificationSchedule(
            name: name, offers: offers, days: days, secondOfDay: second, template: template, channel: channel,
            priority: priority, hours: hours, validSeconds: valid * 3600)
    }

    private static func days(_ block: Block) -> Days? {
        let week = block.optional("weekdays") { field in
            field.weekdays().flatMap { Self.some($0, field) }.map(Days.ofWeek)
        }
        let month = block.optional("monthDays") { field in
            field.list { $0.integer(1...31) as Int? }.flatMap { Self.some(Set($0), field) }.map(Days.ofMonth)
        }
        let year = block.optional("yearDays") { field in
            field.list { $0.monthDay() }.flatMap { Self.some(Set($0), field) }.map(Days.ofYear)
        }
        let before = block.optional("before") { $0.block().flatMap(Self.before) }
        let keys = ["weekdays", "monthDays", "yearDays", "before"]
        guard keys.count(where: block.has) == 1 else {
            block.mistake("a schedule has one of `weekdays`, `monthDays`, `yearDays` and `before`")
            return nil
        }
        return week ?? month ?? year ?? before
    }

    private static func some<Day>(_ days: Set<Day>, _ field: Field) -> Set<Day>? {
        if days.isEmpty { field.mistake("takes at least one day") }
        return days.isEmpty ? nil : days
    }

    private static func before(_ block: Block) -> Days? {
        defer { block.finish() }
        let date = block.required("date") { $0.text() }
        let most = block.required("days") { $0.integer(1...366) as Int? }
        let fewest = block.optional("until") { $0.integer(1...366) as Int? } ?? 1
        guard let date, let most else { return nil }
        guard fewest <= most else {
            block.journal.mistake("`until` is more than `days`", at: block.place(of: "until"))
            return nil
        }
        return .before(date: date, days: fewest...most)
    }
}

extension Field {
    /// `03-15`.
    fileprivate func monthDay() -> NotificationSchedule.MonthDay? {
        guard let text = self.text() else { return nil }
        guard let day = NotificationSchedule.MonthDay(text) else {
            self.mistake("takes a day of each year such as 03-15, not '\(text)'")
            return nil
        }
        return day
    }
}

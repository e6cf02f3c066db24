extension NotificationRules {
    static func read(_ block: Block) -> NotificationRules? {
        defer { block.finish() }
        let language = block.required("language") { $0.choice(MessageLanguage.self) }
        let hours = block.required("hours") { field in field.dictionary { _, value in value.deliveryHours() } }
        let limit = block.optional("recipientLimit") { $0.block().flatMap(RecipientLimit.read) } ?? RecipientLimit()
        let campaignLimit = block.optional("campaignLimit") { $0.block().flatMap(CampaignLimit.read) }
        let days = block.optional("textsKeptDays") { $0.integer(1...3650) } ?? 180
        let templates = block.required("templates") { Self.blocks($0, NotificationTemplate.read) }
        let triggers = block.required("triggers") { Self.blocks($0, NotificationTrigger.read) }
        let withdrawals = block.optional("withdrawals") { Self.blocks($0, NotificationWithdrawal.read) } ?? []
        let schedules = block.optional("schedules") { Self.blocks($0, NotificationSchedule.read) } ?? []
        let commands = block.optional("commands") { Self.blocks($0, TextCommandRule.read) } ?? []
        let help = block.optional("help") { $0.reference(.messageTemplate) }
        let stranger = block.optional("stranger") { $0.reference(.messageTemplate) }
        guard let language, let hours, let templates, let triggers else { return nil }
        if hours[Self.usualHours] == nil {
            block.journal.mistake("`hours` has no `\(Self.usualHours)`", at: block.place(of: "hours"))
        }
        let rules = NotificationRules(
            language: language, hours: hours, recipientLimit: limit, campaignLimit: campaignLimit,
            templates: Dictionary(templates.map { ($0.value.code, $0.value) }) { first, _ in first },
            triggers: triggers.map(\.value), withdrawals: withdrawals.map(\.value),
            schedules: schedules.map(\.value), commands: commands.flatMap(\.value),
            help: help, stranger: stranger,
            keepsTextsDays: days)
        NotificationCheck(
            rules, templates: templates, triggers: triggers, withdrawals: withdrawals, schedules: schedules,
            commands: commands
        ).run()
        return rules
    }

    private static func blocks<Value>(_ field: Field, _ read: (Block) -> Value?) -> [Located<Value>]? {
        field.list { field in
            guard let block = field.block() else { return nil }
            defer { block.finish() }
            return read(block).map { Located(value: $0, block: block) }
        }
    }
}

extension RecipientLimit {
    fileprivate static func read(_ block: Block) -> RecipientLimit? {
        defer { block.finish() }
        let count = block.required("messages") { $0.integer(1...1000) as Int? }
        let hours = block.required("hours") { $0.integer(1...744) as Int? }
        guard let count, let hours else { return nil }
        return RecipientLimit(count: count, seconds: hours * 3600)
    }
}

extension CampaignLimit {
    fileprivate static func read(_ block: Block) -> CampaignLimit? {
        defer { block.finish() }
        let count = block.required("messages") { $0.integer(1...10_000_000) as Int? }
        let minutes = block.required("minutes") { $0.integer(1...44_640) as Int? }
        guard let count, let minutes else { return nil }
        return CampaignLimit(count: count, seconds: minutes * 60)
    }
}

extension Field {
    /// A list of `{ from: "08:00", until: "12:00" }`.
    fileprivate func deliveryHours() -> DeliveryHours? {
        let openings = self.list { field -> DeliveryHours.Opening? in
            guard let block = field.block() else { return nil }
            defer { block.finish() }
            let from = block.required("from") { $0.timeOfDay() }
            let until = block.required("until") { $0.timeOfDay() }
            guard let from, let until else { return nil }
            return DeliveryHours.Opening(from: from, until: until)
        }
        guard let openings else { return nil }
        guard let hours = DeliveryHours(openings) else {
            self.mistake("takes parts of a day that are not empty and do not overlap")
            return nil
        }
        return hours
    }

    fileprivate func messageTemplate() -> MessageTemplate? {
        guard let text = self.text() else { return nil }
        do throws(MessageTemplate.Mistake) {
            return try MessageTemplate(text)
        } catch {
            self.mistake("is no template: \(error)")
            return nil
        }
    }

    /// Some values of each fact.
    fileprivate func words() -> [String: Set<String>]? {
        self.dictionary { _, value in value.list { $0.text() }.map(Set.init) }
    }

    /// A text in each language.
    fileprivate func messageTemplates() -> [MessageLanguage: MessageTemplate]? {
        let texts = self.dictionary { key, value -> (MessageLanguage, MessageTemplate)? in
            guard let language = key.choice(MessageLanguage.self), let text = value.messageTemplate() else {
                return nil
            }
            return (language, text)
        }
        return texts.map { Dictionary($0.values.map { ($0.0, $0.1) }) { first, _ in first } }
    }
}

extension NotificationTemplate {
    fileprivate static func read(_ block: Block) -> NotificationTemplate? {
        let code = block.required("code") { $0.text() }
        if let code { block.journal.define(.messageTemplate, code, at: block.place(of: "code")) }
        let parameters =
            block.optional("parameters") { field in
                field.dictionary { _, value in value.choice(ParameterKind.self) }
            } ?? [:]
        let texts = block.required("texts") { $0.messageTemplates() }
        let subjects = block.optional("subjects") { $0.messageTemplates() } ?? [:]
        let sender = block.optional("sender") { $0.text() }
        guard let code, let texts else { return nil }
        return NotificationTemplate(
            code: code, parameters: parameters, texts: texts, subjects: subjects, sender: sender)
    }
}

extension NotificationWithdrawal {
    fileprivate static func read(_ block: Block) -> NotificationWithdrawal? {
        let event = block.required("event") { $0.choice(NotificationEvent.self) }
        let when = block.optional("when") { $0.words() } ?? [:]
        let of = block.required("of") { field in field.list { $0.choice(NotificationEvent.self) } }
        guard let event, let of else { return nil }
        return NotificationWithdrawal(event: event, when: when, of: Set(of))
    }
}

extension NotificationTrigger {
    fileprivate static func read(_ block: Block) -> NotificationTrigger? {
        let event = block.required("event") { $0.choice(NotificationEvent.self) }
        let when = block.optional("when") { $0.words() } ?? [:]
        let unless = block.optional("unless") { $0.words() } ?? [:]
        let template = block.required("template") { $0.reference(.messageTemplate) }
        let recipient = block.optional("to") { $0.choice(Recipient.self) } ?? .mainNumber
        let channel = block.optional("channel") { $0.choice(NotificationChannel.self) } ?? .sms
        let priority = block.optional("priority") { $0.choice(NotificationPriority.self) } ?? .normal
        let hours = block.optional("hours") { $0.text() } ?? NotificationRules.usualHours
        let isNextDay = block.optional("nextDay") { $0.boolean() } ?? false
        let valid = block.optional("validHours") { $0.integer(1...8784) as Int? }
        let replaces = block.optional("replaces") { field in field.list { $0.text() } } ?? []
        guard let event, let template else { return nil }
        return NotificationTrigger(
            event: event, when: when, unless: unless, template: template, recipient: recipient, channel: channel,
            priority: priority, hours: hours, isNextDay: isNextDay, validSeconds: valid.map { $0 * 3600 },
            replaces: replaces)
    }
}

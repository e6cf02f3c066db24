/// Whether every message can be written from what is known when it is told.
struct NotificationCheck {
    private let rules: NotificationRules
    private let templates: [Located<NotificationTemplate>]
    private let triggers: [Located<NotificationTrigger>]
    private let withdrawals: [Located<NotificationWithdrawal>]
    private let schedules: [Located<NotificationSchedule>]
    private let commands: [Located<[TextCommandRule]>]

    init(
        _ rules: NotificationRules, templates: [Located<NotificationTemplate>],
        triggers: [Located<NotificationTrigger>], withdrawals: [Located<NotificationWithdrawal>],
        schedules: [Located<NotificationSchedule>], commands: [Located<[TextCommandRule]>]
    ) {
        self.rules = rules
        self.templates = templates
        self.triggers = triggers
        self.withdrawals = withdrawals
        self.schedules = schedules
        self.commands = commands
    }

    func run() {
        for template in self.templates { self.check(template) }
        for trigger in self.triggers { self.check(trigger) }
        for withdrawal in self.withdrawals { self.check(withdrawal) }
        for schedule in self.schedules { self.check(schedule) }
        for (name, entries) in Dictionary(grouping: self.schedules, by: \.value.name) where entries.count > 1 {
            entries[1].block.mistake("'\(name)' is a schedule already")
        }
        self.checkCommands()
    }

    private func check(_ template: Located<NotificationTemplate>) {
        let (value, block) = (template.value, template.block)
        func mistake(_ text: String, _ key: String) { block.journal.mistake(text, at: block.place(of: key)) }
        if value.texts[self.rules.language] == nil {
            mistake("`texts` has none in \(self.rules.language.rawValue), the catalogue's language", "texts")
        }
        let texts =
            value.texts.map { ("texts", $0.key, $0.value) } + value.subjects.map { ("subjects", $0.key, $0.value) }
        for (key, language, text) in texts.sorted(by: { ($0.0, $0.1.rawValue) < ($1.0, $1.1.rawValue) }) {
            for name in text.parameters.subtracting(value.parameters.keys).sorted() {
                mistake("`\(key)`: \(language.rawValue) names `{\(name)}`, which is not among `parameters`", key)
            }
        }
        let used = texts.reduce(into: Set<String>()) { $0.formUnion($1.2.parameters) }
        for name in Set(value.parameters.keys).subtracting(used).sorted() {
            mistake("`parameters`: no text names `\(name)`", "parameters")
        }
    }

    private func check(_ trigger: Located<NotificationTrigger>) {
        let (value, block) = (trigger.value, trigger.block)
        let facts = value.event.facts
        func mistake(_ text: String, _ key: String) { block.journal.mistake(text, at: block.place(of: key)) }
        self.check(value.template, block, by: facts, of: value.event.rawValue)
        for name in value.when.keys.sorted() where facts[name] != .text {
            mistake("`when`: \(value.event.rawValue) has no word `\(name)`", "when")
        }
        for name in value.unless.keys.sorted() where facts[name] != .text {
            mistake("`unless`: \(value.event.rawValue) has no word `\(name)`", "unless")
        }
        for name in value.replaces where facts[name] == nil {
            let known = facts.keys.sorted().joined(separator: ", ")
            mistake("`replaces`: \(value.event.rawValue) does not tell `\(name)`: \(known)", "replaces")
        }
        self.check(hours: value.hours, block)
        if value.priority == .urgent, value.isNextDay {
            mistake("`nextDay` waits, an urgent message does not", "nextDay")
        }
    }

    /// Whether a template needs no more than is known.
    private func check(_ template: String, _ block: Block, by facts: [String: ParameterKind], of whom: String) {
        let place = block.place(of: "template")
        for (name, kind) in (self.rules.templates[template]?.parameters ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let fact = facts[name] else {
                let known = facts.keys.sorted().joined(separator: ", ")
                block.journal.mistake(
                    "'\(template)' needs `\(name)`, which \(whom) does not tell: \(known)", at: place)
                continue
            }
            if fact != kind {
                block.journal.mistake(
                    "'\(template)' takes `\(name)` for \(kind.rawValue); it is \(fact.rawValue)", at: place)
            }
        }
    }

    private func check(hours: String, _ block: Block) {
        guard self.rules.hours[hours] == nil else { return }
        let known = self.rules.hours.keys.sorted().joined(separator: ", ")
        block.journal.mistake("`hours` takes one of \(known)", at: block.place(of: "hours"))
    }

    private func check(_ withdrawal: Located<NotificationWithdrawal>) {
        let (value, block) = (withdrawal.value, withdrawal.block)
        let subject = NotificationWithdrawal.subject
        for name in value.when.keys.sorted() where value.event.facts[name] != .text {
            block.journal.mistake(
                "`when`: \(value.event.rawValue) has no word `\(name)`", at: block.place(of: "when"))
        }
        if value.event.facts[subject] == nil {
            block.journal.mistake("\(value.event.rawValue) is about no line", at: block.place(of: "event"))
        }
        for event in value.of.sorted(by: { $0.rawValue < $1.rawValue }) {
            let isKept = self.rules.triggers.contains { $0.event == event && $0.replaces == [subject] }
            if isKept { continue }
            block.journal.mistake(
                "`of`: no trigger of \(event.rawValue) has `replaces: [\(subject)]`", at: block.place(of: "of"))
        }
    }

    private func check(_ schedule: Located<NotificationSchedule>) {
        let (value, block) = (schedule.value, schedule.block)
        self.check(value.template, block, by: value.facts, of: "schedule '\(value.name)'")
        self.check(hours: value.hours, block)
        guard case .before(let date, _) = value.days else { return }
        let isNoted = self.rules.commands.contains { rule in
            if case .note(date, _) = rule.effect { true } else { false }
        }
        if !isNoted { block.journal.mistake("`before`: no command notes a '\(date)'", at: block.place(of: "before")) }
    }

    private func checkCommands() {
        var places: [TextCommand.Form: Place] = [:]
        for entry in self.commands {
            for rule in entry.value {
                let form = rule.command.form
                if let first = places[form] {
                    entry.block.journal.mistake(
                        "'\(rule.command.code)' is a command already at \(first.file):\(first.line)",
                        at: entry.block.place(of: "forms"))
                }
                places[form] = entry.block.place
                var needsArgument = false
                switch rule.effect {
                case .order(_, .byArgument), .note: needsArgument = true
                default: break
                }
                if needsArgument != rule.command.takesArgument, rule.effect != .survey {
                    entry.block.journal.mistake(
                        needsArgument
                            ? "'\(rule.command.code)' has no place for the argument that it needs"
                            : "'\(rule.command.code)' has a place for an argument, of which nothing is made",
                        at: entry.block.place(of: "forms"))
                }
            }
        }
    }
}

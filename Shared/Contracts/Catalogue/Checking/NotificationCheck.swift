/// Whether every message can be written from what is known when it is told.
struct NotificationCheck {
    private let rules: NotificationRules
    private let templates: [Located<NotificationTemplate>]
    private let triggers: [Located<NotificationTrigger>]
    private let commands: [Located<[TextCommandRule]>]

    init(
        _ rules: NotificationRules, templates: [Located<NotificationTemplate>],
        triggers: [Located<NotificationTrigger>], commands: [Located<[TextCommandRule]>]
    ) {
        self.rules = rules
        self.templates = templates
        self.triggers = triggers
        self.commands = commands
    }

    func run() {
        for template in self.templates { self.check(template) }
        for trigger in self.triggers { self.check(trigger) }
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
        let known = facts.keys.sorted().joined(separator: ", ")
        for (name, kind) in (self.rules.templates[value.template]?.parameters ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let fact = facts[name] else {
                mistake(
                    "'\(value.template)' needs `\(name)`, which \(value.event.rawValue) does not tell: \(known)",
                    "template")
                continue
            }
            if fact != kind {
                mistake("'\(value.template)' takes `\(name)` for \(kind.rawValue); it is \(fact.rawValue)", "template")
            }
        }
        for name in value.when.keys.sorted() where facts[name] != .text {
            mistake("`when`: \(value.event.rawValue) has no word `\(name)`", "when")
        }
        for name in value.replaces where facts[name] == nil {
            mistake("`replaces`: \(value.event.rawValue) does not tell `\(name)`: \(known)", "replaces")
        }
        if self.rules.hours[value.hours] == nil {
            mistake("`hours` takes one of \(self.rules.hours.keys.sorted().joined(separator: ", "))", "hours")
        }
        if value.priority == .urgent, value.isNextDay {
            mistake("`nextDay` waits, an urgent message does not", "nextDay")
        }
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
                if case .order(_, .byArgument) = rule.effect { needsArgument = true }
                if needsArgument != rule.command.takesArgument, rule.effect != .survey {
                    entry.block.journal.mistake(
                        needsArgument
                            ? "'\(rule.command.code)' has no place for the argument by which `offers` goes"
                            : "'\(rule.command.code)' has a place for an argument, of which nothing is made",
                        at: entry.block.place(of: "forms"))
                }
            }
        }
    }
}

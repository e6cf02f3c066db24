/// What is told to whom, when and in which words.
package struct NotificationRules: Sendable, Hashable {
    /// In which messages are written where nobody says otherwise.
    package var language: MessageLanguage
    /// When messages go out, by the name that triggers use; `day` is what all others keep.
    package var hours: [String: DeliveryHours]
    package var recipientLimit: RecipientLimit
    /// `nil`: campaigns send as gateways take.
    package var campaignLimit: CampaignLimit?
    package var templates: [String: NotificationTemplate]
    package var triggers: [NotificationTrigger]
    package var withdrawals: [NotificationWithdrawal]
    package var schedules: [NotificationSchedule]
    package var commands: [TextCommandRule]
    /// What is sent as it is where a text is no command.
    package var help: String?
    /// What is sent where a command orders something for a number that nobody knows.
    package var stranger: String?
    /// For how long texts are kept, in days; that something was sent is kept beyond.
    package var keepsTextsDays: Int

    /// The name of the hours that normal and bulk messages keep.
    package static let usualHours = "day"

    package init(
        language: MessageLanguage,
        hours: [String: DeliveryHours],
        recipientLimit: RecipientLimit = RecipientLimit(),
        campaignLimit: CampaignLimit? = nil,
        templates: [String: NotificationTemplate],
        triggers: [NotificationTrigger],
        withdrawals: [NotificationWithdrawal] = [],
        schedules: [NotificationSchedule] = [],
        commands: [TextCommandRule] = [],
        help: String? = nil,
        stranger: String? = nil,
        keepsTextsDays: Int = 180
    ) {
        self.language = language
        self.hours = hours
        self.recipientLimit = recipientLimit
        self.campaignLimit = campaignLimit
        self.templates = templates
        self.triggers = triggers
        self.withdrawals = withdrawals
        self.schedules = schedules
        self.commands = commands
        self.help = help
        self.stranger = stranger
        self.keepsTextsDays = keepsTextsDays
    }
}

/// The words of one message, in each language.
package struct NotificationTemplate: Sendable, Hashable {
    package var code: String
    package var parameters: [String: ParameterKind]
    package var texts: [MessageLanguage: MessageTemplate]
    /// Of e-mails.
    package var subjects: [MessageLanguage: MessageTemplate]
    /// The number from which it is sent; `nil`: the gateway's own.
    package var sender: String?

    package init(
        code: String, parameters: [String: ParameterKind], texts: [MessageLanguage: MessageTemplate],
        subjects: [MessageLanguage: MessageTemplate] = [:], sender: String? = nil
    ) {
        self.code = code
        self.parameters = parameters
        self.texts = texts
        self.subjects = subjects
        self.sender = sender
    }
}

/// A row of the table of triggers: which event is told, in which cases, to whom and how.
package struct NotificationTrigger: Sendable, Hashable {
    /// Whom an event is told.
    package enum Recipient: String, Sendable, CaseIterable {
        /// The number that the event is about.
        case serviceNumber
        /// The number that stands for the account: its bundle's main one, else its first.
        case mainNumber
    }

    package var event: NotificationEvent
    /// Facts that have to be one of these values; all of them.
    package var when: [String: Set<String>]
    /// Facts that may not be one of these values; none of them.
    package var unless: [String: Set<String>]
    package var template: String
    package var recipient: Recipient
    package var channel: NotificationChannel
    package var priority: NotificationPriority
    /// The name of the hours that it keeps.
    package var hours: String
    /// It tells what stands at the end of the day (NTF-03).
    package var isNextDay: Bool
    /// For how long it is of use, in seconds from its time on.
    package var validSeconds: Int?
    /// Facts that say what it is about: a later one about the same takes the place of one that still waits.
    package var replaces: [String]

    package init(
        event: NotificationEvent,
        when: [String: Set<String>] = [:],
        unless: [String: Set<String>] = [:],
        template: String,
        recipient: Recipient = .mainNumber,
        channel: NotificationChannel = .sms,
        priority: NotificationPriority = .normal,
        hours: String = NotificationRules.usualHours,
        isNextDay: Bool = false,
        validSeconds: Int? = nil,
        replaces: [String] = []
    ) {
        self.event = event
        self.when = when
        self.unless = unless
        self.template = template
        self.recipient = recipient
        self.channel = channel
        self.priority = priority
        self.hours = hours
        self.isNextDay = isNextDay
        self.validSeconds = validSeconds
        self.replaces = replaces
    }
}

/// What is not told any more when something else has happened, as far as it still waits.
package struct NotificationWithdrawal: Sendable, Hashable {
    /// What has happened …
    package var event: NotificationEvent
    /// … where these facts are one of these values.
    package var when: [String: Set<String>]
    /// Whose messages go: of these events, about the same line.
    package var of: Set<NotificationEvent>

    package init(event: NotificationEvent, when: [String: Set<String>] = [:], of: Set<NotificationEvent>) {
        self.event = event
        self.when = when
        self.of = of
    }

    /// The fact that both events tell, and by which they are about the same.
    package static let subject = "serviceNumber"
}

/// A row of the table of commands that customers send as texts (ORD-02, ORD-03, ORD-07).
package struct TextCommandRule: Sendable, Hashable {
    /// What a command does.
    package enum Effect: Sendable, Hashable {
        /// Orders an offer for the number that sends it; by its argument, where it has one.
        case order(action: String, offers: Offers)
        /// Is answered by a template.
        case answer(String)
        /// No bulk messages any more, or again.
        case optOut
        case optIn
        /// An answer to a question of the complaints service.
        case survey
        /// Says a date of the number that sends it, of which a schedule is told (NTF-16).
        case note(date: String, wrong: String)
        /// Says yes to what was asked before.
        case confirm
    }

    /// What is asked before anything is ordered (G-29).
    package struct Question: Sendable, Hashable {
        package var template: String
        /// For how long yes is taken for an answer, in seconds.
        package var seconds: Int

        package init(template: String, seconds: Int) {
            self.template = template
            self.seconds = seconds
        }
    }

    /// Which offer is meant.
    package enum Offers: Sendable, Hashable {
        case one(String)
        /// By the command's argument.
        case byArgument([String: String])
    }

    package var command: TextCommand
    package var effect: Effect
    /// What is answered at once; absent: what becomes of the order is told.
    package var answer: String?
    /// Of an order: it is given once this has been answered by a yes.
    package var question: Question?

    package init(command: TextCommand, effect: Effect, answer: String? = nil, question: Question? = nil) {
        self.command = command
        self.effect = effect
        self.answer = answer
        self.question = question
    }
}

import Contracts
import Messaging
import NotificationDomain
import Postgres

/// What the texts of a batch come to, one after the other.
struct CommandOutcome {
    private struct Numbers: Hashable {
        var recipient: String
        var sender: String
    }

    private let rules: NotificationRules
    private let calendar: BusinessCalendar
    private var orders: [(messageId: String, offer: String, action: String)] = []
    private var answers: [NotificationIntake.Wanted] = []
    /// In the order of the texts: the last one of a number counts.
    private var wishes: [String: Bool] = [:]
    private var dates: [String: NotedDate] = [:]
    private var questions: [Numbers: AskedQuestion]
    private var answered: [Numbers: AskedQuestion] = [:]
    private var asked: Set<Numbers> = []
    /// By who was asked.
    private var surveys: [String: AskedSurvey]
    private var answeredSurveys: [String] = []

    /// - Parameters:
    ///   - questions: that the senders have been asked.
    ///   - surveys: of complaints that were resolved for them.
    init(rules: NotificationRules, questions: [AskedQuestion], surveys: [AskedSurvey], calendar: BusinessCalendar) {
        self.surveys = Dictionary(surveys.map { ($0.recipient, $0) }) { first, _ in first }
        self.rules = rules
        self.calendar = calendar
        self.questions = Dictionary(
            questions.map { (Numbers(recipient: $0.recipient, sender: $0.sender), $0) }
        ) { first, _ in first }
    }

    mutating func take(
        _ message: Message<MessageReceived>, from contact: Contact?, _ context: HandlingContext,
        _ handled: inout Handled
    ) {
        let text = message.body
        let today = self.calendar.date(of: context.now)
        let meaning = self.rules.meaning(of: text.text, to: text.to, today: today)
        handled.count("notification.texts", [("meaning", meaning.word)])
        switch meaning {
        case .order(let action, let offer, let answer):
            guard let contact else { return self.answerStranger(message, context) }
            self.order(message, action, offer, contact, &handled)
            self.answer(message, by: answer, context)
        case .question(let question, let action, let offer):
            guard contact != nil else { return self.answerStranger(message, context) }
            let numbers = Numbers(recipient: text.from, sender: text.to)
            self.asked.insert(numbers)
            self.questions[numbers] = AskedQuestion(
                recipient: text.from, sender: text.to, action: action, offer: offer,
                expiresAt: context.now.advanced(bySeconds: question.seconds))
            self.answer(message, by: question.template, context)
        case .confirm(let answer):
            let numbers = Numbers(recipient: text.from, sender: text.to)
            guard let contact, let question = self.questions.removeValue(forKey: numbers),
                question.expiresAt > context.now
            else { return self.answer(message, by: self.rules.help, context) }
            self.asked.remove(numbers)
            self.answered[numbers] = question
            self.order(message, question.action, question.offer, contact, &handled)
            self.answer(message, by: answer, context)
        case .note(let name, let date, let answer):
            guard contact != nil else { return self.answerStranger(message, context) }
            self.dates["\(text.from)/\(name)"] = NotedDate(serviceNumber: text.from, name: name, date: date)
            self.answer(message, by: answer, context)
        case .answer(let template): self.answer(message, by: template, context)
        case .optOut(let answer):
            self.wishes[text.from] = true
            self.answer(message, by: answer, context)
        case .optIn(let answer):
            self.wishes[text.from] = false
            self.answer(message, by: answer, context)
        case .survey(let score, let answer): self.takeScore(score, message, answer, context, &handled)
        case .unknown: self.answer(message, by: self.rules.help, context)
        }
    }

    private mutating func order(
        _ message: Message<MessageReceived>, _ action: String, _ offer: String, _ contact: Contact,
        _ handled: inout Handled
    ) {
        self.orders.append((message.body.messageId, offer, action))
        handled.send(
            OrderSubmitted(message.body, action: action, offer: offer, contact),
            causedBy: message.context, correlationID: message.body.messageId)
    }

    /// What the solution of a complaint is worth to who complained (CMP-25).
    private mutating func takeScore(
        _ score: Int, _ message: Message<MessageReceived>, _ answer: String?, _ context: HandlingContext,
        _ handled: inout Handled
    ) {
        guard let survey = self.surveys.removeValue(forKey: message.body.from), survey.expiresAt > context.now else {
            return self.answer(message, by: self.rules.help, context)
        }
        self.answeredSurveys.append(survey.recipient)
        handled.send(
            ComplaintCommand(
                commandId: context.identifiers.next(), complaintId: survey.complaintId, command: "satisfaction",
                score: score, by: "customer", at: message.body.receivedAt),
            causedBy: message.context, correlationID: survey.complaintId.description)
        self.answer(message, by: answer, context)
    }

    private mutating func answerStranger(_ message: Message<MessageReceived>, _ context: HandlingContext) {
        self.answer(message, by: self.rules.stranger ?? self.rules.help, context)
    }

    /// At once, whatever the hour: whoever has asked is awake.
    private mutating func answer(_ message: Message<MessageReceived>, by template: String?, _ context: HandlingContext)
    {
        guard let template else { return }
        let draft = NotificationDraft(
            id: NotificationID(rawValue: context.identifiers.next()),
            dedupeKey: "answer/\(message.body.messageId)",
            recipient: message.body.from, channel: .sms, template: template, priority: .urgent)
        self.answers.append(.init(draft, causedBy: message.context))
    }

    func save(_ intake: NotificationIntake, _ handled: inout Handled, in context: HandlingContext) async throws {
        let transaction = context.transaction
        if !self.orders.isEmpty { _ = try await transaction.execute(NoteOrderedByText(orders: self.orders)) }
        if !self.wishes.isEmpty {
            let refusing = self.wishes.filter(\.value).keys.sorted()
            let others = self.wishes.filter { !$0.value }.keys.sorted()
            _ = try await transaction.execute(
                together: InsertOptOuts(recipients: refusing, since: context.now), DeleteOptOuts(recipients: others))
        }
        if !self.dates.isEmpty {
            _ = try await transaction.execute(InsertNotedDates(dates: Array(self.dates.values)))
        }
        if !self.answeredSurveys.isEmpty {
            _ = try await transaction.execute(DeleteAskedSurveys(recipients: self.answeredSurveys))
        }
        if !self.answered.isEmpty {
            _ = try await transaction.execute(DeleteAskedQuestions(questions: Array(self.answered.values)))
        }
        if !self.asked.isEmpty {
            let asked = self.asked.compactMap { self.questions[$0] }
            _ = try await transaction.execute(SaveAskedQuestions(questions: asked, askedAt: context.now))
        }
        try await intake.take(self.answers, &handled, in: context)
    }
}

extension OrderSubmitted {
    /// The text's own id is the order's: the same text orders once.
    fileprivate init(_ text: MessageReceived, action: String, offer: String, _ contact: Contact) {
        self.init(
            externalId: text.messageId,
            channel: OrderEvent.textChannel,
            action: action,
            requestedAt: text.receivedAt,
            customer: Customer(id: contact.customerId ?? contact.accountId, segment: "individual"),
            accountId: contact.accountId,
            offer: offer,
            members: [
                Member(ref: "line", product: contact.product, serviceNumber: contact.serviceNumber, existing: true)
            ]
        )
    }
}

extension TextMeaning {
    /// For metrics.
    fileprivate var word: String {
        switch self {
        case .order: "order"
        case .answer: "answer"
        case .optOut: "optOut"
        case .optIn: "optIn"
        case .survey: "survey"
        case .question: "question"
        case .confirm: "confirm"
        case .note: "note"
        case .unknown: "unknown"
        }
    }
}

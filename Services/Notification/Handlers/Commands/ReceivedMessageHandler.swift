import Contracts
import Messaging
import NotificationDomain
import Postgres

/// Makes orders, answers and opt-outs of the texts that customers send (ORD-02, ORD-03, ORD-07).
struct ReceivedMessageHandler: MessageHandler {
    let intake: NotificationIntake

    func handle(_ batch: [Message<MessageReceived>], in context: HandlingContext) async throws -> Handled {
        var handled = Handled()
        var messages: [Message<MessageReceived>] = []
        for message in batch {
            if [message.body.messageId, message.body.from, message.body.to].contains(where: { $0.utf8.contains(0) }) {
                handled.refuse(
                    message, code: "CONTROL_CHARACTER", text: "a field has the character U+0000, which none may have")
            } else {
                messages.append(message)
            }
        }
        guard !messages.isEmpty, let rules = self.intake.catalogues.current.notifications else { return handled }
        let new = Set(
            try await context.transaction.execute(InsertReceivedTexts(messages: messages.map(\.body))))
        let contacts = try await context.transaction.execute(
            FindContacts(accounts: [], numbers: Set(messages.map(\.body.from)).sorted()))
        let directory = ContactDirectory(contacts, self.intake.catalogues.current)
        var outcome = CommandOutcome(rules: rules, catalogue: self.intake.catalogues.current)
        var seen: Set<String> = []
        for message in messages where new.contains(message.body.messageId) {
            guard seen.insert(message.body.messageId).inserted else { continue }
            outcome.take(message, from: directory.contact(of: message.body.from), context, &handled)
        }
        try await outcome.save(self.intake, &handled, in: context)
        return handled
    }
}

/// What the texts of a batch come to.
private struct CommandOutcome {
    let rules: NotificationRules
    let catalogue: Catalogue
    private var orders: [(messageId: String, offer: String, action: String)] = []
    private var answers: [NotificationIntake.Wanted] = []
    /// In the order of the texts: the last one of a number counts.
    private var wishes: [String: Bool] = [:]

    init(rules: NotificationRules, catalogue: Catalogue) {
        self.rules = rules
        self.catalogue = catalogue
    }

    mutating func take(
        _ message: Message<MessageReceived>, from contact: Contact?, _ context: HandlingContext,
        _ handled: inout Handled
    ) {
        let meaning = self.rules.meaning(of: message.body.text, to: message.body.to)
        handled.count("notification.texts", [("meaning", meaning.word)])
        switch meaning {
        case .order(let action, let offer, let answer):
            guard let contact else { return self.answer(message, by: self.rules.stranger ?? self.rules.help, context) }
            self.orders.append((message.body.messageId, offer, action))
            handled.send(
                OrderSubmitted(message.body, action: action, offer: offer, contact),
                causedBy: message.context, correlationID: message.body.messageId)
            self.answer(message, by: answer, context)
        case .answer(let template): self.answer(message, by: template, context)
        case .optOut(let answer):
            self.wishes[message.body.from] = true
            self.answer(message, by: answer, context)
        case .optIn(let answer):
            self.wishes[message.body.from] = false
            self.answer(message, by: answer, context)
        case .survey(let answer): self.answer(message, by: answer, context)
        case .unknown: self.answer(message, by: self.rules.help, context)
        }
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
        case .unknown: "unknown"
        }
    }
}

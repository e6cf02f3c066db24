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
        let senders = Set(messages.map(\.body.from)).sorted()
        let (contacts, questions, surveys) = try await context.transaction.execute(
            together: FindContacts(accounts: [], numbers: senders), LockAskedQuestions(recipients: senders),
            LockAskedSurveys(recipients: senders))
        let directory = ContactDirectory(contacts, self.intake.catalogues.current)
        var outcome = CommandOutcome(
            rules: rules, questions: questions, surveys: surveys, calendar: self.intake.calendar)
        var seen: Set<String> = []
        for message in messages where new.contains(message.body.messageId) {
            guard seen.insert(message.body.messageId).inserted else { continue }
            outcome.take(message, from: directory.contact(of: message.body.from), context, &handled)
        }
        try await outcome.save(self.intake, &handled, in: context)
        return handled
    }
}

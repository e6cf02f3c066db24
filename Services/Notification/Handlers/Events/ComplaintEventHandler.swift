import Contracts
import Messaging
import NotificationDomain
import Postgres

/// Tells customers what becomes of their complaints, and keeps who is asked whether a solution is one (CMP-20, CMP-25).
struct ComplaintEventHandler: MessageHandler {
    let telling: EventTelling

    func handle(_ batch: [Message<ComplaintEvent>], in context: HandlingContext) async throws -> Handled {
        var handled = Handled()
        let accounts = Set(batch.compactMap(\.body.numbers.accountId)).sorted()
        let numbers = Set(batch.compactMap(\.body.numbers.service)).sorted()
        let directory = ContactDirectory(
            try await context.transaction.execute(FindContacts(accounts: accounts, numbers: numbers)),
            self.telling.intake.catalogues.current)
        var events: [(told: ToldEvent, cause: EventContext)] = []
        var surveys: [String: AskedSurvey] = [:]
        var over: Set<String> = []
        for message in batch {
            let (contact, service, account) = message.body.numbers
            let recipient = contact ?? service.flatMap(directory.texted) ?? account.flatMap(directory.mainNumber)
            if let (event, facts) = self.facts(message.body) {
                let told = ToldEvent(
                    event, id: message.context.id, facts: facts, serviceNumber: recipient, mainNumber: recipient)
                events.append((told, message.context))
            }
            guard let recipient else { continue }
            switch message.body {
            case .resolved(let resolved):
                over.remove(recipient)
                surveys[recipient] = AskedSurvey(
                    recipient: recipient, complaintId: resolved.complaintId, expiresAt: resolved.surveyUntil)
            case .reopened, .closed:
                surveys[recipient] = nil
                over.insert(recipient)
            case .acknowledged, .replied, .deadlineMissed: break
            }
        }
        _ = try await context.transaction.execute(
            together: DeleteAskedSurveys(recipients: over.sorted()),
            SaveAskedSurveys(surveys: surveys.values.sorted { $0.recipient < $1.recipient }))
        let toldEvents = self.telling.toldEvents
        try await self.telling.tell(events.filter { toldEvents.contains($0.told.event) }, &handled, in: context)
        return handled
    }

    private func facts(_ event: ComplaintEvent) -> (NotificationEvent, JSONObject)? {
        switch event {
        case .acknowledged(let event):
            return (
                .complaintAcknowledged,
                [
                    "reference": .string(event.externalId), "category": .string(event.category),
                    "tier": .string(event.tier), "linked": .string(event.isLinked ? "yes" : "no"),
                    "dueAt": self.telling.date(event.dueAt),
                ]
            )
        case .replied(let event):
            // What a partner answers is for us.
            guard event.partner == nil else { return nil }
            return (
                .complaintReplied, ["text": .string(event.text), "first": .string(event.isFirst ? "yes" : "no")]
            )
        case .resolved(let event):
            return (
                .complaintResolved,
                ["text": .string(event.text), "surveyUntil": self.telling.date(event.surveyUntil)]
            )
        case .reopened(let event): return (.complaintReopened, ["by": .string(event.by)])
        case .closed(let event): return (.complaintClosed, ["outcome": .string(event.outcome)])
        case .deadlineMissed(let event):
            return (
                .complaintDeadlineMissed,
                [
                    "clock": .string(event.clock), "category": .string(event.category),
                    "tier": .string(event.tier),
                ]
            )
        }
    }
}

import Contracts
import Messaging
import NotificationDomain
import Postgres

/// Keeps whose lines are whose, and tells customers what happens to their accounts.
struct AccountEventHandler: MessageHandler {
    let telling: EventTelling

    func handle(_ batch: [Message<AccountEvent>], in context: HandlingContext) async throws -> Handled {
        var handled = Handled()
        try await self.noteLines(batch, in: context)
        let catalogue = self.telling.intake.catalogues.current
        let toldEvents = self.telling.toldEvents
        let told = batch.compactMap { message in
            message.body.facts(catalogue, self.telling.intake.calendar).map { (message, $0.event, $0.facts) }
        }.filter { toldEvents.contains($0.1) }
        guard !told.isEmpty else { return handled }
        let accounts = Set(told.map(\.0.body.accountId)).sorted()
        let numbers = Set(told.compactMap(\.0.body.serviceNumber)).sorted()
        let directory = ContactDirectory(
            try await context.transaction.execute(FindContacts(accounts: accounts, numbers: numbers)), catalogue)
        let events = told.map { message, event, facts in
            (
                ToldEvent(
                    event, id: message.context.id, facts: facts,
                    serviceNumber: message.body.serviceNumber.flatMap(directory.texted),
                    mainNumber: directory.mainNumber(of: message.body.accountId)),
                message.context
            )
        }
        try await self.telling.tell(events, &handled, in: context)
        return handled
    }

    /// In the order in which lines come and go.
    private func noteLines(_ batch: [Message<AccountEvent>], in context: HandlingContext) async throws {
        var attached: [Contact] = []
        var detached: [(serviceNumber: String, accountId: String, at: Timestamp)] = []
        var closed: [(serviceNumber: String, at: Timestamp)] = []
        func save() async throws {
            if !attached.isEmpty {
                let last = Dictionary(attached.map { ("\($0.accountId)/\($0.serviceNumber)/\($0.attachedAt)", $0) }) {
                    $1
                }
                _ = try await context.transaction.execute(InsertContacts(contacts: Array(last.values)))
            }
            if !detached.isEmpty { _ = try await context.transaction.execute(EndContacts(ended: detached)) }
            (attached, detached) = ([], [])
        }
        for message in batch {
            switch message.body {
            case .memberAttached(let event):
                if !detached.isEmpty { try await save() }
                attached.append(
                    Contact(
                        serviceNumber: event.serviceNumber, accountId: event.accountId, product: event.product,
                        isMain: event.main ?? false, attachedAt: event.attachedAt))
            case .memberDetached(let event):
                detached.append((event.serviceNumber, event.accountId, event.detachedAt))
                if event.toAccountId == nil { closed.append((event.serviceNumber, event.detachedAt)) }
            default: continue
            }
        }
        try await save()
        if !closed.isEmpty { _ = try await context.transaction.execute(EndSubscriptions(ended: closed)) }
    }
}

import Contracts
import Messaging
import NotificationDomain
import Postgres

/// Tells customers when somebody comes to them.
struct WorkOrderEventHandler: MessageHandler {
    let telling: EventTelling

    func handle(_ batch: [Message<WorkOrderRescheduled>], in context: HandlingContext) async throws -> Handled {
        var handled = Handled()
        guard self.telling.toldEvents.contains(.workOrderRescheduled) else { return handled }
        let catalogue = self.telling.intake.catalogues.current
        let ids = Set(batch.map(\.body.orderId)).sorted()
        let rows = try await context.transaction.execute(FindKnownOrders(ids: ids))
        let known = Dictionary(rows.map { ($0.orderId, $0) }) { first, _ in first }
        let accounts = Set(rows.map(\.accountId)).sorted()
        let directory = ContactDirectory(
            try await context.transaction.execute(FindContacts(accounts: accounts)), catalogue)
        let events = batch.compactMap { message -> (told: ToldEvent, cause: EventContext)? in
            guard let order = known[message.body.orderId] else { return nil }
            var facts = order.facts(catalogue)
            facts["type"] = .string(message.body.type)
            facts["appointmentAt"] = self.telling.date(message.body.appointmentAt)
            let told = ToldEvent(
                .workOrderRescheduled, id: message.context.id, facts: facts, serviceNumber: order.serviceNumber,
                mainNumber: order.serviceNumber ?? directory.mainNumber(of: order.accountId))
            return (told, message.context)
        }
        try await self.telling.tell(events, &handled, in: context)
        return handled
    }
}

import Contracts
import Messaging
import NotificationDomain
import Postgres

/// Tells customers how their orders get on.
struct OrderEventHandler: MessageHandler {
    let telling: EventTelling

    func handle(_ batch: [Message<OrderEvent>], in context: HandlingContext) async throws -> Handled {
        var handled = Handled()
        let catalogue = self.telling.intake.catalogues.current
        let texts = try await self.texts(of: batch, in: context)
        let acknowledged = batch.compactMap { message -> KnownOrder? in
            guard case .acknowledged(let order) = message.body else { return nil }
            let lines = order.workOrders.map { (serviceNumber: $0.serviceNumber, product: $0.product) }
            return KnownOrder(
                orderId: order.orderId, accountId: order.accountId, offer: order.offer, action: order.action,
                channel: order.channel,
                serviceNumber: texts[order.externalId]?.sender ?? catalogue.mainNumber(of: lines))
        }
        let ids = Set(batch.map(\.body.orderId)).sorted()
        let (_, _, rows) = try await context.transaction.execute(
            together: InsertCustomers(customers: batch.compactMap(\.body.customer)),
            InsertKnownOrders(orders: acknowledged, at: context.now), FindKnownOrders(ids: ids))
        let known = Dictionary(rows.map { ($0.orderId, $0) }) { first, _ in first }
        let accounts = Set(rows.map(\.accountId)).sorted()
        let directory = ContactDirectory(
            try await context.transaction.execute(FindContacts(accounts: accounts)), catalogue)
        let events = batch.compactMap { message -> (told: ToldEvent, cause: EventContext)? in
            let order = known[message.body.orderId]
            guard let (event, facts) = self.facts(message.body, order, texts[message.body.externalId], catalogue) else {
                return nil
            }
            let number = order?.serviceNumber ?? texts[message.body.externalId]?.sender
            let told = ToldEvent(
                event, id: message.context.id, facts: facts, serviceNumber: number,
                mainNumber: number ?? order.flatMap { directory.mainNumber(of: $0.accountId) })
            return (told, message.context)
        }
        try await self.telling.tell(events, &handled, in: context)
        return handled
    }

    /// The texts by which some of the orders were given.
    private func texts(
        of batch: [Message<OrderEvent>], in context: HandlingContext
    ) async throws -> [String: ReceivedText] {
        let ids = Set(batch.map(\.body.externalId)).sorted()
        let found = try await context.transaction.execute(FindReceivedTexts(ids: ids))
        return Dictionary(found.map { ($0.messageId, $0) }) { first, _ in first }
    }

    /// - Returns: `nil` where not enough is known of the order to say anything.
    private func facts(
        _ body: OrderEvent, _ order: KnownOrder?, _ text: ReceivedText?, _ catalogue: Catalogue
    ) -> (NotificationEvent, JSONObject)? {
        if case .rejected(let rejected) = body {
            guard
                rejected.channel == OrderEvent.textChannel, let offer = text?.offer,
                let reason = rejected.reasons.first
            else { return nil }
            return (
                .orderRejected,
                [
                    "offer": .string(offer), "offerName": .string(catalogue.offerName(offer)),
                    "code": .string(reason.code), "reason": .string(reason.message),
                    "channel": .string(rejected.channel), "by": .string("customer"),
                ]
            )
        }
        guard let order else { return nil }
        var facts: JSONObject = [
            "offer": .string(order.offer), "offerName": .string(catalogue.offerName(order.offer)),
            "action": .string(order.action), "channel": .string(order.channel),
            "by": .string(order.channel == OrderEvent.systemChannel ? "system" : "customer"),
        ]
        switch body {
        case .rejected: return nil
        case .acknowledged: return (.orderAcknowledged, facts)
        case .completed(let completed):
            facts["effectiveAt"] = self.telling.date(completed.effectiveAt)
            return (.orderCompleted, facts)
        case .effective(let effective):
            facts["effectiveAt"] = self.telling.date(effective.effectiveAt)
            return (.orderEffective, facts)
        case .failed(let failed):
            facts["state"] = .string(failed.state)
            facts["code"] = .string(failed.failedWorkOrders.first?.code ?? failed.state)
            return (.orderFailed, facts)
        case .cancelled: return (.orderCancelled, facts)
        }
    }
}

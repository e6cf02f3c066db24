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
        try await self.noteSubscriptions(batch, catalogue, in: context)
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

    /// Which lines have got single offers, and have them no longer: schedules go by it.
    private func noteSubscriptions(
        _ batch: [Message<OrderEvent>], _ catalogue: Catalogue, in context: HandlingContext
    ) async throws {
        var noted: [String: Subscription] = [:]
        for message in batch {
            guard case .effective(let order) = message.body, catalogue.singleOffers[order.offer] != nil else {
                continue
            }
            for subscription in Self.subscriptions(order) {
                let key = "\(subscription.bundleId)/\(subscription.serviceNumber)"
                noted[key] = noted[key]?.merged(with: subscription) ?? subscription
            }
        }
        guard !noted.isEmpty else { return }
        _ = try await context.transaction.execute(InsertSubscriptions(subscriptions: Array(noted.values)))
    }

    private static func subscriptions(_ order: OrderEffective) -> [Subscription] {
        guard ["subscribe", "change", "release"].contains(order.action ?? "subscribe") else { return [] }
        let begun = order.members.map {
            Subscription(
                bundleId: order.bundleId, serviceNumber: $0.serviceNumber, offer: order.offer,
                since: order.effectiveAt)
        }
        guard let former = order.replaces else { return begun }
        let ended = (order.members + (order.leaving ?? [])).map {
            Subscription(bundleId: former, serviceNumber: $0.serviceNumber, until: order.effectiveAt)
        }
        return begun + ended
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
        var facts = order.facts(catalogue)
        switch body {
        case .rejected: return nil
        case .acknowledged: return (.orderAcknowledged, facts)
        case .completed(let completed):
            facts["effectiveAt"] = self.telling.date(completed.effectiveAt)
            return (.orderCompleted, facts)
        case .effective(let effective):
            let members = effective.members + (effective.leaving ?? [])
            facts["effectiveAt"] = self.telling.date(effective.effectiveAt)
            facts["month"] = facts["effectiveAt"]
            facts["serviceNumber"] = (members.first(where: \.main) ?? members.first).map {
                .string($0.serviceNumber)
            }
            return (.orderEffective, facts)
        case .failed(let failed):
            facts["state"] = .string(failed.state)
            facts["code"] = .string(failed.failedWorkOrders.first?.code ?? failed.state)
            return (.orderFailed, facts)
        case .cancelled: return (.orderCancelled, facts)
        }
    }
}

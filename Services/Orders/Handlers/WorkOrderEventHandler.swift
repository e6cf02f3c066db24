import Contracts
import Messaging
import OrdersDomain

/// Folds what Provisioning says of work orders into their orders.
struct WorkOrderEventHandler: MessageHandler {
    let catalogues: CatalogueLibrary

    func handle(_ batch: [Message<WorkOrderEvent>], in context: HandlingContext) async throws -> Handled {
        // A failure may have its order cancelled by the fallout policy, and all that was done undone.
        let mayCancel = batch.contains { $0.body.isFailure }
        var orders = try await LockedOrders(
            batch.map(\.body.orderId), isWhole: mayCancel, by: self.catalogues, in: context.transaction)
        let surroundings = Order.Surroundings(self.catalogues.current, context)
        var changes = OrderChanges(surroundings, self.catalogues)
        for message in batch {
            let event = message.body
            guard var order = orders[event.orderId] else {
                changes.handled.count("orders.events.ignored", [("reason", Outcome.Ignored.unknownOrder.rawValue)])
                continue
            }
            let outcomes = order.apply(event, in: orders.surroundings(of: order, surroundings))
            orders[event.orderId] = order
            if outcomes.allSatisfy(\.isChange), let entry = TimelineEntry(event, heardAt: context.now) {
                changes.append(entry)
            }
            changes.note(outcomes, of: order, causedBy: message.context)
        }
        try await orders.save(in: context.transaction)
        return try await changes.save(in: context.transaction)
    }
}

extension Order.Surroundings {
    init(_ catalogue: Catalogue, _ context: HandlingContext) {
        self.init(catalogue: catalogue, now: context.now, identifiers: context.identifiers)
    }
}

extension WorkOrderEvent {
    fileprivate var isFailure: Bool {
        if case .failed = self { true } else { false }
    }
}

extension Outcome {
    fileprivate var isChange: Bool {
        if case .ignored = self { false } else { true }
    }
}

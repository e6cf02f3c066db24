import Contracts
import Messaging
import OrdersDomain
import Postgres

/// Folds what Provisioning says of work orders into their orders.
struct WorkOrderEventHandler: MessageHandler {
    let catalogue: Catalogue

    func handle(_ batch: [Message<WorkOrderEvent>], in context: HandlingContext) async throws -> Handled {
        let before = try await self.orders(of: batch, in: context.transaction)
        var orders = before
        var changes = OrderChanges(now: context.now)
        for message in batch {
            let event = message.body
            guard var order = orders[event.orderId] else {
                changes.handled.count("orders.events.ignored", [("reason", Outcome.Ignored.unknownOrder.rawValue)])
                continue
            }
            let outcomes = order.apply(event, at: context.now, by: self.catalogue.workingCalendar)
            orders[event.orderId] = order
            if outcomes.allSatisfy(\.isChange), let entry = TimelineEntry(event, heardAt: context.now) {
                changes.append(entry)
            }
            changes.note(outcomes, of: order, causedBy: message.context)
        }
        try await self.save(orders, changedFrom: before, in: context.transaction)
        return try await changes.save(in: context.transaction)
    }

    private func orders(
        of batch: [Message<WorkOrderEvent>],
        in transaction: Transaction
    ) async throws -> [OrderID: Order] {
        let ids = Set(batch.map(\.body.orderId)).sorted()
        let (orders, workOrders) = try await transaction.execute(
            together: LockOrders(ids: ids),
            FindWorkOrders(orders: ids)
        )
        var byId = Dictionary(orders.map { ($0.id, $0) }) { first, _ in first }
        for stored in workOrders { byId[stored.orderId]?.workOrders.append(stored.workOrder) }
        return byId
    }

    private func save(
        _ orders: [OrderID: Order],
        changedFrom before: [OrderID: Order],
        in transaction: Transaction
    ) async throws {
        var changed: [Order] = []
        var changedWorkOrders: [WorkOrder] = []
        for (id, order) in orders.sorted(by: { $0.key < $1.key }) where order != before[id] {
            let former = before[id]?.workOrders ?? []
            changedWorkOrders += zip(order.workOrders, former).compactMap { $0 == $1 ? nil : $0 }
            if !order.hasSameRow(as: before[id]) { changed.append(order) }
        }
        guard !changed.isEmpty || !changedWorkOrders.isEmpty else { return }
        _ = try await transaction.execute(
            together: UpdateOrders(orders: changed),
            UpdateWorkOrders(workOrders: changedWorkOrders)
        )
    }
}

extension Outcome {
    fileprivate var isChange: Bool {
        if case .ignored = self { false } else { true }
    }
}

extension Order {
    /// Whether they differ in their work orders at most.
    fileprivate func hasSameRow(as other: Order?) -> Bool {
        var other = other
        other?.workOrders = self.workOrders
        return self == other
    }
}

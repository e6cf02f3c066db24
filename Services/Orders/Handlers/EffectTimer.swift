import Contracts
import Messaging
import OrdersDomain
import Postgres

/// Puts completed orders into effect at their time (ORD-77).
struct EffectTimer: TimerSource {
    let name = "effect"
    let clock = TimerClock.business
    let catalogues: CatalogueLibrary

    func nextDueAt(in transaction: Transaction) async throws -> Timestamp? {
        try await transaction.execute(NextEffect()).first ?? nil
    }

    func fire(dueBy: Timestamp, limit: Int, in context: HandlingContext) async throws -> Fired {
        let due = try await context.transaction.execute(LockDueEffects(dueBy: dueBy, limit: limit))
        var orders: [Order] = []
        var changes = OrderChanges(Order.Surroundings(self.catalogues.current, context), self.catalogues)
        for (order, outcomes) in try await DueEffects(due, dueBy: dueBy, in: context.transaction).taken() {
            orders.append(order)
            changes.note(outcomes, of: order, causedBy: nil)
        }
        guard !orders.isEmpty else { return Fired(count: 0) }
        _ = try await context.transaction.execute(UpdateOrders(orders: orders))
        let handled = try await changes.save(in: context.transaction)
        return Fired(count: orders.count, outgoing: handled.outgoing, occurrences: handled.occurrences)
    }
}

import Contracts
import Messaging
import OrdersDomain
import Postgres

/// Issues failed work orders again when the fallout policy says so, by the business clock.
struct RetryTimer: TimerSource {
    let name = "fallout"
    let clock = TimerClock.business
    let catalogues: CatalogueLibrary

    func nextDueAt(in transaction: Transaction) async throws -> Timestamp? {
        try await transaction.execute(NextRetry()).first ?? nil
    }

    func fire(dueBy: Timestamp, limit: Int, in context: HandlingContext) async throws -> Fired {
        let due = try await context.transaction.execute(FindDueRetries(dueBy: dueBy, limit: limit))
        guard !due.isEmpty else { return Fired(count: 0) }
        var orders = try await LockedOrders(
            due.map(\.orderId), isWhole: false, by: self.catalogues, in: context.transaction)
        var surroundings = Order.Surroundings(self.catalogues.current, context)
        var changes = OrderChanges(surroundings, self.catalogues)
        var count = 0
        for retry in due {
            guard var order = orders[retry.orderId] else { continue }
            surroundings.now = max(retry.retryAt, order.stateSince)
            let outcomes = order.retry(retry.workOrderId, in: orders.surroundings(of: order, surroundings))
            if outcomes.first != .ignored(.lateOrRepeated) { count += 1 }
            orders[retry.orderId] = order
            changes.note(outcomes, of: order, causedBy: nil)
        }
        try await orders.save(in: context.transaction)
        let handled = try await changes.save(in: context.transaction)
        return Fired(count: count, outgoing: handled.outgoing, occurrences: handled.occurrences)
    }
}

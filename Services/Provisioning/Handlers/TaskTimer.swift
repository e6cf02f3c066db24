import Contracts
import Messaging
import Postgres
import ProvisioningDomain

/// Gives commands up whose time is over, and sends those again whose delay is.
struct TaskTimer: TimerSource {
    let name = "task"
    let clock = TimerClock.wall
    let catalogue: Catalogue

    func nextDueAt(in transaction: Transaction) async throws -> Timestamp? {
        try await transaction.execute(NextTaskTimer()).first ?? nil
    }

    func fire(dueBy: Timestamp, limit: Int, in context: HandlingContext) async throws -> Fired {
        let due = try await context.transaction.execute(FindDueTasks(dueBy: dueBy, limit: limit))
        guard !due.isEmpty else { return Fired(count: 0) }
        var lanes = try await LockedLanes(
            of: due.map { ($0.workOrderId, $0.serviceNumber) },
            by: self.catalogue,
            in: context
        )
        var handled = Handled()
        var count = 0
        for timer in due {
            let effects = try lanes.apply(.taskTimer(timer.workOrderId), on: timer.serviceNumber)
            _ = handled.tell(effects, causedBy: nil)
            if effects.first != .ignored(.notDue) { count += 1 }
        }
        try await lanes.save()
        return Fired(count: count, outgoing: handled.outgoing, occurrences: handled.occurrences)
    }
}

import Contracts
import Messaging
import Postgres
import ProvisioningDomain

/// Tells of targets that are near or missed, each at its own time, in the order of time.
struct TargetTimer: TimerSource {
    let name = "target"
    let clock = TimerClock.business
    let catalogues: CatalogueLibrary

    func nextDueAt(in transaction: Transaction) async throws -> Timestamp? {
        try await transaction.execute(NextTargetTimer()).first ?? nil
    }

    func fire(dueBy: Timestamp, limit: Int, in context: HandlingContext) async throws -> Fired {
        let due = try await context.transaction.execute(FindDueTargets(dueBy: dueBy, limit: limit))
        guard let latest = due.last?.dueAt else { return Fired(count: 0) }
        var lanes = try await LockedLanes(
            // Each may be due twice: near, then missed.
            of: (due + due).map { ($0.workOrderId, $0.serviceNumber) },
            by: self.catalogues,
            in: context
        )
        // Those that were not loaded come after the latest that was.
        let end = due.count < limit ? dueBy : latest
        var waiting = due
        var handled = Handled()
        var count = 0
        var position = 0
        while position < waiting.count, waiting[position].dueAt <= end {
            let timer = waiting[position]
            position += 1
            let event = Lane.Event.targetTimer(timer.workOrderId)
            let effects = try lanes.apply(event, on: timer.serviceNumber, at: timer.dueAt)
            _ = handled.tell(effects, causedBy: nil)
            if effects.first != .ignored(.notDue) { count += 1 }
            if let next = lanes[timer.workOrderId, on: timer.serviceNumber]?.jeopardyAt, next > timer.dueAt {
                let index = waiting[position...].firstIndex { $0.dueAt > next } ?? waiting.endIndex
                waiting.insert(timer.moved(to: next), at: index)
            }
        }
        try await lanes.save()
        return Fired(count: count, outgoing: handled.outgoing, occurrences: handled.occurrences)
    }
}

extension DueTimer {
    fileprivate func moved(to dueAt: Timestamp) -> DueTimer {
        var timer = self
        timer.dueAt = dueAt
        return timer
    }
}

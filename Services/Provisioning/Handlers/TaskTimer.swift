import Contracts
import Messaging
import Postgres
import ProvisioningDomain

/// Of commands that are out, ends the attempts that have had no answer in time; sends those again whose delay is over.
struct TaskTimer: TimerSource {
    let name: String
    let clock = TimerClock.wall
    let silentTopic: Topic?
    private let state: WorkTask.State
    private let catalogues: CatalogueLibrary

    static func all(_ catalogues: CatalogueLibrary) -> [TaskTimer] {
        [
            TaskTimer(name: "answer", silentTopic: .networkResponses, state: .sent, catalogues: catalogues),
            TaskTimer(name: "retry", silentTopic: nil, state: .backingOff, catalogues: catalogues),
        ]
    }

    func nextDueAt(in transaction: Transaction) async throws -> Timestamp? {
        try await transaction.execute(NextTaskTimer(state: self.state)).first ?? nil
    }

    func fire(dueBy: Timestamp, limit: Int, in context: HandlingContext) async throws -> Fired {
        let due = try await context.transaction.execute(FindDueTasks(state: self.state, dueBy: dueBy, limit: limit))
        guard !due.isEmpty else { return Fired(count: 0) }
        var lanes = try await LockedLanes(
            of: due.map { ($0.workOrderId, $0.serviceNumber) },
            by: self.catalogues,
            in: context,
            mayFail: self.state == .sent
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

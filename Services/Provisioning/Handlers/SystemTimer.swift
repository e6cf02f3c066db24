import Contracts
import Messaging
import Postgres
import ProvisioningDomain

/// Sends the commands of tasks that wait for their system: one at a time while the system does not answer, as many as
/// it may have afterwards.
struct SystemTimer: TimerSource {
    let name = "system"
    let clock = TimerClock.wall
    let catalogues: CatalogueLibrary

    func nextDueAt(in transaction: Transaction) async throws -> Timestamp? {
        try await self.admissions(in: transaction).map(\.dueAt).min()
    }

    func fire(dueBy: Timestamp, limit: Int, in context: HandlingContext) async throws -> Fired {
        var due: [DueTimer] = []
        for admission in try await self.admissions(in: context.transaction) where admission.dueAt <= dueBy {
            let room = min(limit - due.count, admission.system.isOpen ? 1 : admission.system.room ?? limit)
            guard room > 0 else { continue }
            due += try await context.transaction.execute(FindQueuedTasks(system: admission.system.name, limit: room))
        }
        guard !due.isEmpty else { return Fired(count: 0) }
        var lanes = try await LockedLanes(
            of: due.map { ($0.workOrderId, $0.serviceNumber) },
            by: self.catalogues,
            in: context,
            mayFail: true
        )
        var handled = Handled()
        var count = 0
        for task in due {
            let effects = try lanes.apply(.systemReady(task.workOrderId), on: task.serviceNumber)
            _ = handled.tell(effects, causedBy: nil)
            if effects.first != .ignored(.notDue) { count += 1 }
        }
        try await lanes.save()
        return Fired(count: count, outgoing: handled.outgoing, occurrences: handled.occurrences)
    }

    /// The systems for which tasks wait and that may be given a command, and from when on.
    private func admissions(
        in transaction: Transaction
    ) async throws -> [(system: TargetSystem, dueAt: Timestamp)] {
        let awaited = try await transaction.execute(FindAwaitedSystems())
        var systems = awaited.map { (system: $0.system.system(by: self.catalogues.current), waitsSince: $0.waitsSince) }
        let limited = systems.filter { $0.system.policy.inFlight != nil }.map(\.system.name)
        if !limited.isEmpty {
            let measured = try await transaction.execute(MeasureTargetSystems(names: limited))
            for row in measured {
                guard let index = systems.firstIndex(where: { $0.system.name == row.name }) else { continue }
                systems[index].system.inFlight = Int(row.inFlight)
            }
        }
        return systems.compactMap { entry in
            entry.system.nextAdmission.map { (entry.system, max($0, entry.waitsSince)) }
        }
    }
}

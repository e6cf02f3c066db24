import Contracts
import Foundation
import Messaging
import Postgres
import RatingDomain

/// Rates cycles again into which records came that others depend on, or whose terms have changed. See `ReratingDelay` for
/// when.
struct ReratingTimer: TimerSource {
    /// Usage of cycles that are locked has to wait.
    static let mostCycles = 100

    let name = "rerating"
    let clock = TimerClock.wall
    let shelf: TermsShelf
    let provisions: ProvisionBook

    func nextDueAt(in transaction: Transaction) async throws -> Timestamp? {
        try await transaction.execute(NextPendingCycle()).first
    }

    func fire(dueBy: Timestamp, limit: Int, in context: HandlingContext) async throws -> Fired {
        let pending = try await context.transaction.execute(
            LockPendingCycles(dueBy: dueBy, limit: min(limit, Self.mostCycles)))
        guard !pending.isEmpty else { return Fired(count: 0) }
        let terms = try await self.shelf.terms(of: pending, in: context.transaction, keeping: true)
        var rerating = CycleRerating(context, try await self.provisions.stored(in: context.transaction))
        var rated: [(cycle: StoredCycle, terms: CompiledTerms)] = []
        for cycle in pending {
            switch terms[cycle.key] {
            case .terms(let terms): rated.append((cycle, terms))
            case .fault(let fault): try await rerating.park(cycle, fault)
            case nil: continue
            }
        }
        try await rerating.rate(rated)
        return Fired(
            count: pending.count, outgoing: rerating.handled.outgoing, occurrences: rerating.handled.occurrences)
    }
}

import Contracts
import Foundation
import Messaging
import Postgres
import RatingDomain

/// Rates cycles again into which records came that others depend on, or whose terms have changed: a second after that,
/// so that many late records cost one rating.
struct ReratingTimer: TimerSource {
    static let delayMilliseconds = 1000

    let name = "rerating"
    let clock = TimerClock.wall
    let shelf: TermsShelf
    let provisions: ProvisionBook

    func nextDueAt(in transaction: Transaction) async throws -> Timestamp? {
        let since = try await transaction.execute(NextPendingCycle()).first
        return since?.advanced(byMilliseconds: Self.delayMilliseconds)
    }

    func fire(dueBy: Timestamp, limit: Int, in context: HandlingContext) async throws -> Fired {
        let pending = try await context.transaction.execute(
            LockPendingCycles(pendingSince: dueBy.advanced(byMilliseconds: -Self.delayMilliseconds), limit: limit))
        guard !pending.isEmpty else { return Fired(count: 0) }
        let terms = try await self.shelf.terms(of: pending, in: context.transaction, keeping: true)
        var rerating = CycleRerating(context, try await self.provisions.stored(in: context.transaction))
        for cycle in pending {
            switch terms[cycle.key] {
            case .terms(let terms): try await rerating.rate(cycle, terms)
            case .fault(let fault): try await rerating.park(cycle, fault)
            case nil: continue
            }
        }
        return Fired(
            count: pending.count, outgoing: rerating.handled.outgoing, occurrences: rerating.handled.occurrences)
    }
}

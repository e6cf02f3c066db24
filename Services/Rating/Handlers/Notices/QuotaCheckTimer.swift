import Contracts
import Messaging
import Postgres
import RatingDomain

/// Tells at the end of a day how the quotas stand of which thresholds were reached on it (NTF-03, NTF-05, NTF-06).
///
/// What has got better meanwhile, by another pack or since usage was rated again, is not told; nor is what the end of its
/// month has overtaken.
struct QuotaCheckTimer: TimerSource {
    let name = "quotaChecks"
    let clock = TimerClock.business
    let balances: DataBalances

    func nextDueAt(in transaction: Transaction) async throws -> Timestamp? {
        try await transaction.execute(NextQuotaCheck()).first ?? nil
    }

    func fire(dueBy: Timestamp, limit: Int, in context: HandlingContext) async throws -> Fired {
        let checks = try await context.transaction.execute(TakeQuotaChecks(dueBy: dueBy, limit: limit))
        var handled = Handled()
        for (when, checks) in Dictionary(grouping: checks, by: { When(cycle: $0.key.cycle, dueAt: $0.dueAt) }) {
            let calendar = self.balances.tariffs.current.calendar
            guard when.dueAt < when.cycle.next.start(calendar) else { continue }
            let found = try await self.balances.find(
                checks.map(\.key.account), in: when.cycle, at: when.dueAt.advanced(byMilliseconds: -1),
                context.transaction)
            for (accountId, balances) in found {
                for balance in balances {
                    guard let threshold = balance.threshold else { continue }
                    handled.send(
                        AllowanceLow(
                            accountId: accountId, serviceNumber: balance.serviceNumber, allowance: balance.allowance,
                            cycle: when.cycle, totalUnits: balance.quota, usedUnits: balance.used,
                            remainingUnits: balance.remaining, threshold: threshold, at: when.dueAt),
                        causedBy: nil, correlationID: accountId)
                }
            }
        }
        return Fired(count: checks.count, outgoing: handled.outgoing, occurrences: handled.occurrences)
    }

    private struct When: Hashable {
        var cycle: BillingCycle
        var dueAt: Timestamp
    }
}

import Contracts
import Messaging
import Postgres
import RatingDomain

/// Tells all users of data packs what they have used so far, on the days that the catalogue names (NTF-01, NTF-02).
struct UsageNoticeTimer: TimerSource {
    /// Of accounts, in one transaction.
    private static let most = 500

    let name = "usageNotices"
    let clock = TimerClock.business
    let balances: DataBalances
    let calendar: BusinessCalendar

    private var days: [Int] { self.balances.tariffs.current.tariffs.usageNoticeDays }

    func nextDueAt(in transaction: Transaction) async throws -> Timestamp? {
        guard !self.days.isEmpty else { return nil }
        // Before the first time it is due at once, to find out when that is.
        return try await transaction.execute(FindUsageNotice()).first?.dueAt ?? Timestamp(microseconds: 0)
    }

    func fire(dueBy: Timestamp, limit: Int, in context: HandlingContext) async throws -> Fired {
        let transaction = context.transaction
        guard let notice = try await transaction.execute(FindUsageNotice()).first else {
            return try await self.set(after: context.now, in: transaction)
        }
        guard notice.dueAt <= dueBy else { return Fired(count: 0) }
        let most = min(limit, Self.most)
        let accounts = try await transaction.execute(ListAccountsAfter(after: notice.after, limit: most))
        guard let last = accounts.last else { return try await self.set(after: notice.dueAt, in: transaction) }
        let cycle = self.calendar.cycle(of: notice.dueAt)
        var handled = Handled()
        for (accountId, balances) in try await self.balances.find(accounts, in: cycle, at: notice.dueAt, transaction) {
            for balance in balances {
                handled.send(
                    AllowanceUsageNotice(
                        accountId: accountId, serviceNumber: balance.serviceNumber, allowance: balance.allowance,
                        cycle: cycle, totalUnits: balance.quota, usedUnits: balance.used,
                        remainingUnits: balance.remaining, at: notice.dueAt),
                    causedBy: nil, correlationID: accountId)
            }
        }
        _ = try await transaction.execute(SetUsageNotice(dueAt: notice.dueAt, after: last))
        return Fired(count: accounts.count, outgoing: handled.outgoing, occurrences: handled.occurrences)
    }

    private func set(after instant: Timestamp, in transaction: Transaction) async throws -> Fired {
        guard let next = UsageNotices.next(after: instant, days: self.days, self.calendar) else {
            return Fired(count: 0)
        }
        _ = try await transaction.execute(SetUsageNotice(dueAt: next, after: 0))
        return Fired(count: 1)
    }
}

import Contracts
import Messaging
import Postgres
import RatingDomain

/// Tries parked accounts again: when an order has changed them, and every hour, for a new catalogue may know what the
/// former did not. Usage that came meanwhile is sent to the service once more.
struct ParkedAccountTimer: TimerSource {
    static let pauseSeconds = 3600

    let name = "parkedAccounts"
    let clock = TimerClock.wall
    let tariffs: TariffLibrary

    func nextDueAt(in transaction: Transaction) async throws -> Timestamp? {
        try await transaction.execute(NextParkedAccount()).first ?? nil
    }

    func fire(dueBy: Timestamp, limit: Int, in context: HandlingContext) async throws -> Fired {
        let transaction = context.transaction
        let accounts = try await transaction.execute(LockParkedAccounts(dueBy: dueBy, limit: limit))
        guard !accounts.isEmpty else { return Fired(count: 0) }
        let cycles = try await transaction.execute(LockOpenCycles(accounts: accounts.map(\.number)))
        let histories = try await transaction.histories(of: accounts)
        let open = Dictionary(grouping: cycles, by: \.key.account)
        let now = BillingCycle(containing: context.now, calendar: self.tariffs.current.calendar)
        var resumed: [StoredAccount] = []
        var delayed: [(number: Int64, reason: String)] = []
        for account in accounts {
            guard let history = histories[account.number] else { continue }
            let wanted = Set((open[account.number] ?? []).map(\.key.cycle) + [now])
            if let fault = self.fault(history, wanted) {
                delayed.append((account.number, fault.description))
            } else {
                resumed.append(account)
            }
        }
        var handled = Handled()
        if !resumed.isEmpty { try await self.resume(resumed, &handled, in: context) }
        if !delayed.isEmpty {
            let until = context.wallNow.advanced(bySeconds: Self.pauseSeconds)
            _ = try await transaction.execute(DelayParkedAccounts(accounts: delayed, until: until))
        }
        return Fired(count: accounts.count, outgoing: handled.outgoing, occurrences: handled.occurrences)
    }

    /// By the catalogue that holds now: a cycle that began on another goes on with this one, which knows what it needs.
    private func fault(_ history: AccountHistory, _ cycles: Set<BillingCycle>) -> TermsFault? {
        let book = self.tariffs.current
        for cycle in cycles.sorted() {
            let frame = book.frame(cycle)
            do throws(TermsFault) {
                _ = try CompiledTerms(history.terms(of: frame, by: book), book: book, frame: frame)
            } catch {
                return error
            }
        }
        return nil
    }

    private func resume(
        _ accounts: [StoredAccount], _ handled: inout Handled, in context: HandlingContext
    ) async throws {
        let (_, _, records) = try await context.transaction.execute(
            together: ResumeAccounts(accounts: accounts.map(\.number), wallNow: context.wallNow),
            RebaseCycles(accounts: accounts.map(\.number), catalogueVersion: self.tariffs.version),
            TakeParkedUsage(accountIds: accounts.map(\.accountId))
        )
        for account in accounts {
            handled.send(
                AccountResumed(accountId: account.accountId, by: "rating", resumedAt: context.now), causedBy: nil)
            handled.count("rating.accounts.resumed")
        }
        for record in records { handled.send(record, causedBy: nil) }
    }
}

/// Open cycles go by another catalogue from now on.
private struct RebaseCycles: Statement {
    static let sql = """
        UPDATE account_cycle
           SET catalogue_version = $2
         WHERE account_no = ANY ($1)
           AND billed_counters IS NULL
        """

    var accounts: [Int64]
    var catalogueVersion: String

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.accounts)
        parameters.append(self.catalogueVersion)
    }
}

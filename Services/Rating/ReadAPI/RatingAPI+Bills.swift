import Contracts
import Hummingbird
import Messaging
import Postgres
import RatingDomain
import ServiceRuntime

/// Bills of the current cycle and the five before (RAT-40), the preview of the next, and what partners have of them.
extension RatingAPI {
    /// The current cycle counts too.
    private static let months = 6

    private var oldest: BillingCycle {
        var cycle = BillingCycle(containing: self.clock.now(), calendar: self.calendar)
        for _ in 1..<Self.months { cycle = cycle.previous }
        return cycle
    }

    @Sendable func bills(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let id = try self.accountId(context)
        let oldest = self.oldest
        let bills = try await self.pool.withTransaction("show bills") { transaction -> [BillView]? in
            guard let account = try await transaction.execute(FindAccount(accountId: id)).first?.account else {
                return nil
            }
            var views: [BillView] = []
            for bill in try await transaction.execute(FindBills(accountId: account.accountId, limit: Self.months))
            where bill.key.cycle >= oldest {
                views.append(BillView(bill, try await transaction.execute(FindBillLines(key: bill.key)), of: id))
            }
            return views
        }
        guard let bills else { throw ProblemDetails.notFound("account", id: id) }
        return try .json(Page(items: bills, next: nil))
    }

    @Sendable func bill(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let id = try self.accountId(context)
        let cycle = try self.cycle(try context.parameters.require("cycle"))
        let isShown = cycle >= self.oldest
        let bill = try await self.pool.withTransaction("show bill") { transaction -> BillView? in
            isShown ? try await self.issued(id, cycle, transaction) : nil
        }
        guard let bill else { throw ProblemDetails.notFound("bill of the last six months", id: "\(id) \(cycle)") }
        return try .json(bill)
    }

    @Sendable func billPreview(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let id = try self.accountId(context)
        let cycle = try self.cycle(of: request)
        let view = try await self.pool.withTransaction("preview bill") { transaction -> BillView? in
            if let issued = try await self.issued(id, cycle, transaction) { return issued }
            guard let account = try await transaction.execute(FindAccount(accountId: id)).first?.account,
                let history = try await transaction.histories(of: [account])[account.number]
            else { return nil }
            return try await self.preview(account, history, cycle, transaction)
        }
        guard let view else { throw ProblemDetails.notFound("account", id: id) }
        return try .json(view)
    }

    private func issued(
        _ id: String, _ cycle: BillingCycle, _ transaction: Transaction
    ) async throws -> BillView? {
        let bills = try await transaction.execute(FindBills(accountId: id, limit: 100))
        guard let bill = bills.first(where: { $0.key.cycle == cycle }) else { return nil }
        return BillView(bill, try await transaction.execute(FindBillLines(key: bill.key)), of: id)
    }

    /// As the bill would be now.
    private func preview(
        _ account: StoredAccount, _ history: AccountHistory, _ cycle: BillingCycle, _ transaction: Transaction
    ) async throws -> BillView {
        let key = CycleKey(account: account.number, cycle: cycle)
        let (usage, late, credits, stored, row) = try await transaction.execute(
            together: FindUsageOfCycles(keys: [key]), FindLateUsage(accounts: [account.number], before: cycle),
            FindOpenCredits(accounts: [account.number]), FindLedgers(accounts: [account.number]),
            FindCycle(accountId: account.accountId, cycle: cycle)
        )
        let version = row.first?.catalogueVersion ?? self.tariffs.version
        let book = try await self.tariffs.books(of: [version], in: transaction)[version] ?? self.tariffs.current
        let draft = BillDraft(
            book: book, cycle: cycle, numbers: try await self.provisions.stored(in: transaction))
        let terms = history.terms(of: draft.frame, by: book)
        let billed = BilledAccount(account: account.number, cycle: cycle, endsAt: draft.frame.end)
        let extras = try await BillExtras.find([billed], book, in: transaction)[account.number]
        var ledgers = stored.map(\.ledger)
        let bill = try draft.bill(
            terms, usage: usage, late: late, extras ?? BillExtras(), credits: credits.map(\.credit), ledgers: &ledgers)
        return BillView(preview: bill, cycle, terms, of: account.accountId)
    }
}

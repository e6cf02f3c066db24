import Contracts
import Foundation
import Hummingbird
import Messaging
import Postgres
import RatingDomain
import ServiceRuntime

/// What operators and complaint handlers may look at. Nothing here changes anything.
struct RatingAPI: Sendable {
    let pool: PostgresPool
    let shelf: TermsShelf
    let provisions: ProvisionBook
    let tariffs: TariffLibrary
    let calendar: BusinessCalendar
    let clock: BusinessClock

    func addRoutes(to router: Router<BasicRequestContext>) {
        router.get("/accounts/:accountId", use: self.account)
        router.get("/accounts/:accountId/history", use: self.history)
        router.get("/accounts/:accountId/allowances", use: self.allowances)
        router.get("/accounts/:accountId/usage", use: self.usage)
        router.get("/accounts/:accountId/bills", use: self.bills)
        router.get("/accounts/:accountId/bills/:cycle", use: self.bill)
        router.get("/accounts/:accountId/bill-preview", use: self.billPreview)
        router.get("/settlements/:cycle", use: self.settlement)
        router.get("/settlements/:cycle/usage", use: self.sharedUsage)
        router.get("/usage/:usageId", use: self.usageRecord)
        router.get("/usage-rejections", use: self.rejections)
    }

    @Sendable private func account(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let id = try self.accountId(context)
        let view = try await self.pool.withTransaction("show account") { transaction -> AccountView? in
            guard let row = try await transaction.execute(FindAccount(accountId: id)).first,
                let history = try await transaction.histories(of: [row.account])[row.account.number]
            else { return nil }
            let ledgers = try await transaction.execute(FindLedgers(accounts: [row.account.number]))
            return AccountView(row, history, ledgers.map(\.ledger))
        }
        guard let view else { throw ProblemDetails.notFound("account", id: id) }
        return try .json(view)
    }

    @Sendable private func history(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let id = try self.accountId(context)
        let view = try await self.pool.withTransaction("show history") { transaction -> HistoryView? in
            guard let account = try await transaction.execute(FindAccount(accountId: id)).first?.account else {
                return nil
            }
            return try await transaction.histories(of: [account])[account.number].map(HistoryView.init)
        }
        guard let view else { throw ProblemDetails.notFound("account", id: id) }
        return try .json(view)
    }

    @Sendable private func allowances(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let id = try self.accountId(context)
        let cycle = try self.cycle(of: request)
        let view = try await self.pool.withTransaction("show allowances") { transaction -> CycleView? in
            guard let row = try await transaction.execute(FindCycle(accountId: id, cycle: cycle)).first else {
                let accounts = try await transaction.execute(FindAccount(accountId: id))
                return accounts.isEmpty ? nil : CycleView(accountId: id, unused: cycle)
            }
            let terms = try await self.shelf.terms(of: [row], in: transaction)[row.key]
            return try CycleView(row, terms)
        }
        guard let view else { throw ProblemDetails.notFound("account", id: id) }
        return try .json(view)
    }

    @Sendable private func usage(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let id = try self.accountId(context)
        let cycle = try self.cycle(of: request)
        let page = try PageRequest(request, keyParts: 2)
        var after: (endedAt: Timestamp, usageId: UUID)?
        if let parts = page.after?.parts {
            guard let endedAt = Int64(parts[0]), let usageId = UUID(text: parts[1]) else {
                throw Self.foreignCursor(request)
            }
            after = (Timestamp(microseconds: endedAt), usageId)
        }
        let number = try self.text("serviceNumber", of: request)
        let items = try await self.pool.withTransaction("show usage") { transaction -> [UsageView]? in
            guard let row = try await transaction.execute(FindAccount(accountId: id)).first else { return nil }
            let key = CycleKey(account: row.account.number, cycle: cycle)
            let rows = try await transaction.execute(
                ListUsage(key: key, after: after, serviceNumber: number, limit: page.fetchLimit))
            let numbers = try await self.provisions.stored(in: transaction)
            return try rows.map { try UsageView($0, id, numbers) }
        }
        guard let items else { throw ProblemDetails.notFound("account", id: id) }
        return try .json(
            Page(fetched: items, for: page) { [String($0.rated.endedAt.microseconds), $0.rated.usageId.description] })
    }

    @Sendable private func usageRecord(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let text = try context.parameters.require("usageId")
        guard let id = UUID(text: text) else { throw ProblemDetails.notFound("usage record", id: text) }
        let view = try await self.pool.withTransaction("show usage record") { transaction -> UsageView? in
            guard let row = try await transaction.execute(FindUsage(usageId: id)).first else { return nil }
            return try UsageView(row.usage, row.accountId, try await self.provisions.stored(in: transaction))
        }
        guard let view else { throw ProblemDetails.notFound("usage record", id: text) }
        return try .json(view)
    }

    @Sendable private func rejections(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let page = try PageRequest(request)
        var before: UsageID?
        if let part = page.after?.parts.first {
            guard let id = UsageID(part) else { throw Self.foreignCursor(request) }
            before = id
        }
        let list = ListRejections(
            serviceNumber: try self.text("serviceNumber", of: request), code: try self.text("code", of: request),
            before: before, limit: page.fetchLimit)
        let items = try await self.pool.execute(list)
        return try .json(Page(fetched: items, for: page) { [$0.usageId.description] })
    }

    func accountId(_ context: BasicRequestContext) throws -> String {
        let text = try context.parameters.require("accountId")
        let id = text.removingPercentEncoding ?? text
        guard isStorable(id) else { throw ProblemDetails.notFound("account", id: text) }
        return id
    }

    func cycle(of request: Request) throws -> BillingCycle {
        try self.cycle(try self.text("cycle", of: request) ?? "")
    }

    func cycle(_ text: String) throws -> BillingCycle {
        guard let cycle = BillingCycle(text) else {
            throw ProblemDetails.invalidParameter("cycle", value: text, takes: "a month, such as 2026-12")
        }
        return cycle
    }

    /// A filter's value, which the database can compare with.
    func text(_ name: String, of request: Request) throws -> String? {
        guard let value = request.uri.queryParameters[Substring(name)].map(String.init) else { return nil }
        guard isStorable(value) else {
            throw ProblemDetails.invalidParameter(name, value: value, takes: "a text of at most 512 bytes")
        }
        return value
    }

    static func foreignCursor(_ request: Request) -> ProblemDetails {
        let value = request.uri.queryParameters["after"].map(String.init) ?? ""
        return .invalidParameter("after", value: value, takes: "the value of next of the page before")
    }
}

import ComplaintsDomain
import Contracts
import Foundation
import Hummingbird
import Messaging
import Postgres
import ServiceRuntime

/// What those may look at who handle complaints. Nothing here changes anything.
struct ComplaintsAPI: Sendable {
    let pool: PostgresPool
    let catalogues: CatalogueLibrary
    let calendar: BusinessCalendar
    let clock: BusinessClock

    func addRoutes(to router: Router<BasicRequestContext>) {
        router.get("/complaints", use: self.complaints)
        router.get("/complaints/statistics", use: self.statistics)
        router.get("/complaints/:complaintId", use: self.complaint)
        router.get("/problems", use: self.problems)
        router.get("/problems/:problemId", use: self.problem)
    }

    @Sendable private func complaint(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let text = try context.parameters.require("complaintId")
        guard let id = ComplaintID(text) else { throw ProblemDetails.notFound("complaint", id: text) }
        let now = self.clock.now()
        let view = try await self.pool.withTransaction("show complaint") { transaction -> TicketView? in
            let (versions, entries) = try await transaction.execute(
                together: FindTicketVersion(id: id), FindEntries(ids: [id]))
            guard let version = versions.first,
                let ticket = Ticket(id: id, entries: try entries.map { try $0.entry() })
            else { return nil }
            let catalogues = try await self.catalogues.catalogues(of: [version], in: transaction)
            guard let rules = catalogues[version].complaints ?? self.catalogues.current.complaints else { return nil }
            return try TicketView(ticket, entries, rules, at: now)
        }
        guard let view else { throw ProblemDetails.notFound("complaint", id: text) }
        return try .json(view)
    }

    @Sendable private func complaints(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let page = try PageRequest(request)
        let rows = try await self.pool.execute(
            ListTickets(filter: try Self.filter(request, page), limit: page.fetchLimit))
        return try .json(Page(fetched: rows, for: page) { [$0.complaintId.description] })
    }

    private static func filter(_ request: Request, _ page: PageRequest) throws(ProblemDetails) -> TicketFilter {
        var filter = TicketFilter()
        if let text = Self.text("state", of: request) {
            guard let state = TicketLifecycle.State(rawValue: text) else {
                let accepted = TicketLifecycle.State.allCases.map(\.rawValue).joined(separator: ", ")
                throw .invalidParameter("state", value: text, takes: "one of \(accepted)")
            }
            filter.state = state
        }
        filter.owner = Self.text("owner", of: request)
        filter.queue = Self.text("queue", of: request)
        filter.customerId = Self.text("customerId", of: request)
        if let text = Self.text("problemId", of: request) {
            guard let id = ProblemID(text) else {
                throw .invalidParameter("problemId", value: text, takes: "a problem's id")
            }
            filter.problemId = id
        }
        filter.dueBefore = try Self.instant("dueBefore", of: request)
        if let cursor = page.after {
            guard let after = cursor.parts.first.flatMap({ ComplaintID($0) }) else { throw Self.foreignCursor(request) }
            filter.after = after
        }
        return filter
    }

    @Sendable private func statistics(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        guard let from = try Self.instant("from", of: request), let to = try Self.instant("to", of: request) else {
            throw ProblemDetails.invalidParameter("from", value: "", takes: "RFC 3339 times: from and to are needed")
        }
        guard from < to else {
            throw ProblemDetails.invalidParameter(
                "to", value: Self.text("to", of: request) ?? "", takes: "a time after from")
        }
        let sums = SumComplaints(
            from: from, to: to, dimension: try Self.word("by", of: request, else: .none),
            period: try Self.word("period", of: request, else: .all), timeZone: self.calendar.timeZone.identifier)
        return try .json(StatisticsView(from: from, to: to, try await self.pool.execute(sums)))
    }

    @Sendable private func problem(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let text = try context.parameters.require("problemId")
        guard let id = ProblemID(text), let problem = try await self.pool.execute(FindProblems(ids: [id])).first else {
            throw ProblemDetails.notFound("problem", id: text)
        }
        return try .json(ProblemView(problem))
    }

    @Sendable private func problems(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let page = try PageRequest(request)
        var before: ProblemID?
        if let part = page.after?.parts.first {
            guard let id = ProblemID(part) else { throw Self.foreignCursor(request) }
            before = id
        }
        let state = Self.text("state", of: request)
        if let state, !["open", "resolved"].contains(state) {
            throw ProblemDetails.invalidParameter("state", value: state, takes: "open or resolved")
        }
        let rows = try await self.pool.execute(ListProblems(state: state, before: before, limit: page.fetchLimit))
        return try .json(Page(fetched: rows.map(ProblemView.init), for: page) { [$0.problemId.description] })
    }

    // MARK: Parameters

    private static func text(_ name: String, of request: Request) -> String? {
        request.uri.queryParameters[Substring(name)].map(String.init)
    }

    private static func instant(_ name: String, of request: Request) throws(ProblemDetails) -> Timestamp? {
        guard let text = self.text(name, of: request) else { return nil }
        guard let instant = Timestamp(rfc3339: text) else {
            let takes = "an RFC 3339 time with an offset, its + written %2B: 2026-11-21T09:30:00%2B08:00"
            throw .invalidParameter(name, value: text, takes: takes)
        }
        return instant
    }

    private static func word<Word: RawRepresentable & CaseIterable>(
        _ name: String, of request: Request, else usual: Word
    ) throws(ProblemDetails) -> Word where Word.RawValue == String {
        guard let text = self.text(name, of: request) else { return usual }
        guard let word = Word(rawValue: text) else {
            let accepted = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalidParameter(name, value: text, takes: "one of \(accepted)")
        }
        return word
    }

    private static func foreignCursor(_ request: Request) -> ProblemDetails {
        .invalidParameter(
            "after", value: self.text("after", of: request) ?? "", takes: "the value of next of the page before")
    }
}

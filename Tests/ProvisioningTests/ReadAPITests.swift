import Contracts
import Foundation
import FoundationNetworking
import Hummingbird
import Logging
import Messaging
import Postgres
import ProvisioningDomain
import ServiceRuntime
import TestSupport
import Testing

@testable import Provisioning

@Suite("Read API")
struct ReadAPITests {
    private struct Shown: Decodable {
        struct Task: Decodable {
            struct Attempt: Decodable {
                var attempt: Int
                var outcome: String
                var code: String?
            }

            struct Answer: Decodable {
                var reason: String
                var status: String
            }

            var name: String
            var state: String
            var attempts: [Attempt]
            var answersWithoutEffect: [Answer]
        }

        struct Failure: Decodable {
            var code: String
        }

        var workOrderId: String
        var state: String
        var dueAt: Timestamp
        var failure: Failure?
        var tasks: [Task]?
    }

    private struct List: Decodable {
        var items: [Shown]
        var next: String?
    }

    private struct Problem: Decodable {
        var status: Int
        var code: String
        var detail: String
    }

    /// Asks a server on a free port.
    private struct Client: Sendable {
        let port: Int

        func get<Body: Decodable>(_ path: String, _ type: Body.Type = Body.self) async throws -> Body {
            let url = try #require(URL(string: "http://127.0.0.1:\(self.port)\(path)"))
            let (data, _) = try await URLSession.shared.data(from: url)
            return try JSONDecoder().decode(Body.self, from: data)
        }
    }

    nonisolated(nonsending) private func serving(
        _ workshop: Workshop, _ body: (Client) async throws -> Void
    ) async throws {
        let (ports, port) = AsyncStream<Int>.makeStream()
        let api = ProvisioningAPI(pool: workshop.pool, catalogue: workshop.catalogues.current)
        let server = HTTPServer(
            host: "127.0.0.1", port: 0, health: Health(), metrics: MetricsRegistry(), openAPI: "",
            logger: TestDatabase.silent, onListening: { port.yield($0) }, routes: { api.addRoutes(to: $0) })
        let running = Task { try await server.run() }
        let listening = try #require(await ports.first { _ in true })
        do {
            try await body(Client(port: listening))
        } catch {
            running.cancel()
            throw error
        }
        running.cancel()
        _ = await running.result
    }

    @Test(
        "A work order is shown with its tasks, their attempts and what was heard without effect",
        .timeLimit(.minutes(10)))
    func workOrder() async throws {
        try await Workshop.open { workshop in
            let issued = workshop.issued("two", on: "13109160001")
            let first = try #require(try await workshop.issue([issued]).outgoing.commands.first)
            try await workshop.answer([first.answer(.failed, code: "BUSY", retriable: true)])
            let due = try #require(try await workshop.nextDue(workshop.taskTimer))
            _ = try await workshop.fire(workshop.taskTimer, at: due)
            let second = try #require(
                try await workshop.answer([first.answer(), first.answer()]).outgoing.commands.first)
            try await self.serving(workshop) { client in
                let shown: Shown = try await client.get("/work-orders/\(issued.workOrderId)")
                #expect(shown.state == "inProgress")
                #expect(shown.dueAt == issued.dueAt)
                let tasks = try #require(shown.tasks)
                #expect(tasks.map(\.name) == ["hlr.create", "hlr.setServices"])
                #expect(tasks.map(\.state) == ["succeeded", "sent"])
                #expect(tasks[0].attempts.map(\.attempt) == [1, 2])
                #expect(tasks[0].attempts.map(\.outcome) == ["failed", "succeeded"])
                #expect(tasks[0].attempts.map(\.code) == ["BUSY", nil])
                #expect(tasks[0].answersWithoutEffect.map(\.reason) == ["repeatedAnswer"])
                #expect(tasks[1].attempts.map(\.outcome) == ["awaited"])
                try await workshop.answer([second.answer(.rejected, code: "E9")])
                let failed: Shown = try await client.get("/work-orders/\(issued.workOrderId)")
                #expect(failed.state == "failed")
                #expect(failed.failure?.code == "E9")
                #expect(failed.tasks?.last?.attempts.map(\.code) == ["E9"])
            }
        }
    }

    @Test("Lists are narrowed by state and target, and turned page by page", .timeLimit(.minutes(10)))
    func list() async throws {
        try await Workshop.open { workshop in
            let issued = (0..<5).map { number in
                let now = Workshop.morning.advanced(bySeconds: number * 600)
                return workshop.issued("one", on: "1310916000\(number)", at: now)
            }
            let commands = try await workshop.issue(issued).outgoing.commands
            try await workshop.answer([commands[0].answer(), commands[3].answer(.failed)])
            let ids = issued.map(\.workOrderId.description)
            try await self.serving(workshop) { client in
                func found(_ query: String) async throws -> [String] {
                    try await client.get("/work-orders?\(query)", List.self).items.map(\.workOrderId)
                }
                #expect(try await found("") == ids)
                #expect(try await found("state=completed") == [ids[0]])
                #expect(try await found("state=failed") == [ids[3]])
                #expect(try await found("state=inProgress") == [ids[1], ids[2], ids[4]])
                // Targets end at 10:00, 10:10 … in Shanghai.
                #expect(try await found("dueBefore=2026-11-23T10:20:00%2B08:00") == [ids[0], ids[1]])
                #expect(try await found("state=inProgress&dueBefore=2026-11-23T02:20:00Z") == [ids[1]])
                var pages: [[String]] = []
                var query = "limit=2"
                while true {
                    let page: List = try await client.get("/work-orders?\(query)")
                    pages.append(page.items.map(\.workOrderId))
                    guard let next = page.next else { break }
                    query = "limit=2&after=\(next)"
                }
                #expect(pages == [[ids[0], ids[1]], [ids[2], ids[3]], [ids[4]]])
            }
        }
    }

    @Test(
        "A wrong question is told what is wrong with it", .timeLimit(.minutes(10)),
        arguments: [
            ("/work-orders/00000000-0000-0000-0000-000000000000", 404, "NOT_FOUND"),
            ("/work-orders/17", 404, "NOT_FOUND"),
            ("/work-orders?state=paused", 400, "INVALID_PARAMETER"),
            ("/work-orders?dueBefore=tomorrow", 400, "INVALID_PARAMETER"),
            ("/work-orders?limit=0", 400, "INVALID_PARAMETER"),
            ("/work-orders?after=zzz", 400, "INVALID_PARAMETER"),
            ("/work-orders?after=WyJ4Il0", 400, "INVALID_PARAMETER"),
        ])
    func problems(path: String, status: Int, code: String) async throws {
        try await Workshop.open { workshop in
            try await self.serving(workshop) { client in
                let problem: Problem = try await client.get(path)
                #expect(problem.status == status)
                #expect(problem.code == code)
            }
        }
    }

    @Test("Open work orders are counted by state, with those past their target, until they end")
    func openWorkOrders() async throws {
        try await Workshop.open { workshop in
            let issued = [workshop.issued("one", on: "1"), workshop.issued("one", on: "1")]
            let command = try #require(try await workshop.issue(issued).outgoing.commands.first)
            func counts() async throws -> [String] {
                try await workshop.pool.execute(CountOpenWorkOrders())
                    .map { "\($0.state) \($0.open) \($0.overdue)" }.sorted()
            }
            #expect(try await counts() == ["inProgress 1 0", "queued 1 0"])
            _ = try await workshop.fire(workshop.targetTimer, at: Workshop.morning.advanced(bySeconds: 3600))
            #expect(try await counts() == ["inProgress 1 1", "queued 1 1"])
            let next = try #require(try await workshop.answer([command.answer()]).outgoing.commands.first)
            try await workshop.answer([next.answer()])
            #expect(try await counts() == [])
        }
    }
}

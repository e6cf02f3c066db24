import Foundation
import FoundationNetworking
import Hummingbird
import Logging
import ServiceLifecycle
import ServiceLifecycleTestKit
import ServiceRuntime
import Testing

@Suite("HTTP server")
struct HTTPServerTests {
    private struct Secret: Error {
        let text = "password=hunter2"
    }

    private struct Answer {
        let status: Int
        let contentType: String?
        let body: String
        var json: [String: Any]? {
            try? JSONSerialization.jsonObject(with: Data(self.body.utf8)) as? [String: Any]
        }
    }

    private static func addRoutes(to router: Router<BasicRequestContext>) {
        router.get("orders/:id") { _, context -> Response in
            throw ProblemDetails.notFound("order", id: try context.parameters.require("id"))
        }
        router.get("orders") { request, _ in
            let page = try PageRequest(request)
            return Page(fetched: Array(1...300).prefix(page.fetchLimit).map { $0 }, for: page) { ["\($0)"] }
        }
        router.get("broken") { _, _ -> String in throw Secret() }
    }

    /// Runs a server on a free port over real sockets, then stops it gracefully.
    private func withServer(
        health: Health = Health(), metrics: MetricsRegistry = MetricsRegistry(),
        test: @escaping @Sendable (_ get: @escaping @Sendable (String) async throws -> Answer) async throws -> Void
    ) async throws {
        let (ports, port) = AsyncStream<Int>.makeStream()
        let server = HTTPServer(
            host: "127.0.0.1", port: 0, health: health, metrics: metrics, openAPI: "openapi: 3.1.0\n",
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            onListening: { port.yield($0) },
            routes: Self.addRoutes)
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                let port = try #require(await ports.first { _ in true })
                try await test { path in
                    let url = try #require(URL(string: "http://127.0.0.1:\(port)\(path)"))
                    let (data, response) = try await URLSession.shared.data(from: url)
                    let http = try #require(response as? HTTPURLResponse)
                    return Answer(
                        status: http.statusCode, contentType: http.value(forHTTPHeaderField: "Content-Type"),
                        body: String(decoding: data, as: UTF8.self))
                }
                trigger.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
    }

    @Test("A server on port 0 tells its port, answers over a socket and stops gracefully", .timeLimit(.minutes(10)))
    func operational() async throws {
        try await self.withServer { get in
            #expect(try await get("/livez").status == 200)
            #expect(try await get("/readyz").body == #"{"checks":{},"status":"ready"}"#)
            let document = try await get("/openapi.yaml")
            #expect(document.body == "openapi: 3.1.0\n")
            #expect(document.contentType == "application/yaml")
        }
    }

    @Test("A service that is not ready answers 503 and says why, and is alive all the same", .timeLimit(.minutes(10)))
    func notReady() async throws {
        let health = Health()
        health.register("database") { .notReady("connection refused") }
        try await self.withServer(health: health) { get in
            let answer = try await get("/readyz")
            #expect(answer.status == 503)
            #expect(
                answer.body == """
                    {"checks":{"database":{"reason":"connection refused","status":"notReady"}},"status":"notReady"}
                    """)
            #expect(try await get("/livez").status == 200)
        }
    }

    @Test("Metrics are served as Prometheus text and count requests by route, not by path", .timeLimit(.minutes(10)))
    func metrics() async throws {
        try await self.withServer { get in
            _ = try await get("/orders/1")
            _ = try await get("/orders/2")
            let answer = try await get("/metrics")
            #expect(answer.contentType == "text/plain; version=0.0.4; charset=utf-8")
            #expect(
                answer.body.contains(
                    """
                    http_server_request_duration_seconds_count{http_request_method="GET",http_response_status_code="404",\
                    http_route="/orders/{id}"} 2
                    """))
            #expect(answer.body.contains("process_resident_memory_bytes"))
        }
    }

    @Test("A problem thrown by a route becomes problem details", .timeLimit(.minutes(10)))
    func problem() async throws {
        try await self.withServer { get in
            let answer = try await get("/orders/O-1?secret=1")
            #expect(answer.contentType == "application/problem+json")
            #expect(
                answer.body == """
                    {"code":"NOT_FOUND","detail":"There is no order \\"O-1\\".","instance":"/orders/O-1","status":404,\
                    "title":"Not Found","type":"about:blank"}
                    """)
        }
    }

    @Test("An unknown route is a 404 problem", .timeLimit(.minutes(10)))
    func unknownRoute() async throws {
        try await self.withServer { get in
            let answer = try await get("/nothing/here")
            #expect(answer.status == 404)
            #expect(answer.contentType == "application/problem+json")
            #expect(answer.json?["detail"] as? String == "There is nothing at GET /nothing/here.")
        }
    }

    @Test("An unexpected error is a 500 problem that tells nothing of the inside", .timeLimit(.minutes(10)))
    func unexpectedError() async throws {
        try await self.withServer { get in
            let answer = try await get("/broken")
            #expect(answer.status == 500)
            #expect(answer.json?["code"] as? String == "INTERNAL_SERVER_ERROR")
            #expect(!answer.body.contains("hunter2") && !answer.body.contains("Secret"))
        }
    }

    @Test("A list is walked page by page, and a wrong parameter is a 400 problem", .timeLimit(.minutes(10)))
    func pages() async throws {
        try await self.withServer { get in
            let first = try await get("/orders?limit=2")
            let next = Cursor(["2"]).text
            #expect(first.body == #"{"items":[1,2],"next":"\#(next)"}"#)
            #expect(try await get("/orders?limit=2&after=\(next)").status == 200)
            let wrong = try await get("/orders?limit=1000")
            #expect(wrong.status == 400)
            #expect(wrong.json?["code"] as? String == "INVALID_PARAMETER")
        }
    }

    @Test("A port in use makes the server throw instead of hanging", .timeLimit(.minutes(10)))
    func portInUse() async throws {
        let taken = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(taken) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = bind(taken, pointer, size)
                listen(taken, 1)
                getsockname(taken, pointer, &size)
            }
        }
        let server = HTTPServer(
            host: "127.0.0.1", port: Int(address.sin_port.bigEndian), health: Health(), metrics: MetricsRegistry(),
            openAPI: "", logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        await #expect(throws: (any Error).self) { try await server.run() }
    }
}

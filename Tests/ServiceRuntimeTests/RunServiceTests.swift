import Foundation
import Logging
import ServiceLifecycle
import ServiceRuntime
import Testing

/// Runs until shutdown; says when it starts and stops.
private struct Announcing: Service {
    let name: String
    let started: @Sendable () -> Void

    func run() async throws {
        self.started()
        while !Task.isStopping { await idle(for: .seconds(600)) }
        print("stopped \(self.name)")
        fflush(nil)
    }
}

private struct Failing: Service {
    struct Failure: Error {}
    func run() async throws { throw Failure() }
}

@Suite("Running a service", .timeLimit(.minutes(10)))
struct RunServiceTests {
    @Test("SIGTERM stops the services from last to first and the process exits with 0")
    func terminate() async throws {
        let result = try #require(
            await #expect(processExitsWith: .exitCode(0), observing: [\.standardOutputContent]) {
                await serviceMain("orders") { _ in
                    let health = Health()
                    let services: [any Service] = [
                        Announcing(name: "http") {},
                        Announcing(name: "relay") {},
                        Announcing(name: "consumer") { kill(getpid(), SIGTERM) },
                    ]
                    try await runService(
                        name: "orders", services: services, health: health,
                        logger: Logger(label: "orders", factory: { _ in SwiftLogNoOpLogHandler() }))
                    print("ready after stop: \(await health.report().isReady)")
                    fflush(nil)
                }
                exit(0)
            })
        let lines = String(decoding: result.standardOutputContent, as: UTF8.self).split(separator: "\n")
        #expect(
            lines.filter { $0.hasPrefix("stopped") || $0.hasPrefix("ready") } == [
                "stopped consumer", "stopped relay", "stopped http", "ready after stop: false",
            ])
    }

    @Test("A service that fails ends the process with 1 and one line that says why")
    func failure() async throws {
        let result = try #require(
            await #expect(processExitsWith: .exitCode(1), observing: [\.standardErrorContent]) {
                await serviceMain("orders") { _ in
                    try await runService(
                        name: "orders", services: [Announcing(name: "http") {}, Failing()],
                        logger: Logger(label: "orders", factory: { _ in SwiftLogNoOpLogHandler() }))
                }
            })
        let text = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(text.contains("orders: stopped by an error: Failure()\n"))
    }

    @Test("A service that ignores the shutdown is cancelled after the time-out")
    func stubborn() async throws {
        await #expect(processExitsWith: .exitCode(1)) {
            struct Stubborn: Service {
                func run() async throws {
                    kill(getpid(), SIGTERM)
                    try await Task.sleep(for: .seconds(600))
                }
            }
            await serviceMain("orders") { _ in
                try await runService(
                    name: "orders", services: [Stubborn()],
                    logger: Logger(label: "orders", factory: { _ in SwiftLogNoOpLogHandler() }),
                    shutdownTimeout: .milliseconds(100))
            }
        }
    }
}

import ServiceRuntime
import Testing

@Suite("Readiness")
struct HealthTests {
    @Test("With every check ready, and with none, the service is ready")
    func ready() async {
        let health = Health()
        #expect(await health.report().isReady)
        health.register("database") { .ready }
        let report = await health.report()
        #expect(report.isReady)
        #expect(report.statuses == ["database": .ready])
    }

    @Test("What is not ready is named, with the reason")
    func notReady() async {
        let health = Health()
        health.register("database") { .ready }
        health.register("kafka") { .notReady("no broker answers") }
        let report = await health.report()
        #expect(!report.isReady)
        #expect(report.statuses == ["database": .ready, "kafka": .notReady("no broker answers")])
    }

    @Test("A check that hangs counts as not ready", .timeLimit(.minutes(10)))
    func hanging() async {
        let health = Health(timeout: .milliseconds(20))
        health.register("kafka") {
            try? await Task.sleep(for: .seconds(600))
            return .ready
        }
        #expect(await health.report().statuses == ["kafka": .notReady("no answer within 0.02 seconds")])
    }

    @Test("A stopping service is not ready")
    func stopping() async {
        let health = Health()
        health.stop()
        #expect(await health.report().statuses == ["shutdown": .notReady("the service is stopping")])
    }
}

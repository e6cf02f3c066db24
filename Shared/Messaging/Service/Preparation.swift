import Logging
import ServiceLifecycle
import ServiceRuntime
import Synchronization

/// Whether schema and topics are there, so that the rest may begin.
final class Preparation: Sendable {
    private let latch = StartLatch(isOpen: false)

    var isDone: Bool { self.latch.isOpen }

    func done() { self.latch.open() }

    func wait() async { await self.latch.wait() }
}

/// Prepares schema and topics, for as long as it takes; then only waits for the end.
struct PreparedServices: Service {
    let prepare: @Sendable () async throws -> Void
    let preparation: Preparation
    let logger: Logger

    func run() async throws {
        var failures = 0
        while !Task.isStopping, !self.preparation.isDone {
            do {
                try await self.prepare()
                self.preparation.done()
            } catch  where Disposition(of: error) == .environment {
                failures += 1
                self.logger.warning("Waiting for the environment", metadata: ["error": "\(error)"])
                let backoff = Backoff(firstMilliseconds: 200, maximumMilliseconds: 5000)
                await idle(
                    for: .milliseconds(backoff.milliseconds(afterAttempt: failures, fraction: .random(in: 0..<1))))
            }
        }
        try? await gracefulShutdown()
    }
}

/// A service that begins when the preparation is done.
struct AfterPreparation: Service {
    let preparation: Preparation
    let service: any Service

    func run() async throws {
        await self.preparation.wait()
        guard self.preparation.isDone else { return }
        try await self.service.run()
    }
}

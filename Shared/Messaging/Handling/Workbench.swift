package import Contracts
import Kafka
import Postgres

/// What a service changes beside its handlers and timers: in loops of its own that call others, and when others call it.
///
/// As with a handler, what a transaction tells is in the outbox with what it changes.
package struct Workbench: Sendable {
    private let processor: BatchProcessor
    private let gate: BatchGate
    private let started: StartLatch

    init(processor: BatchProcessor, gate: BatchGate, started: StartLatch) {
        self.processor = processor
        self.gate = gate
        self.started = started
    }

    /// Returns when business time is known, or the process is stopping.
    package func untilStarted() async { await self.started.wait() }

    /// Whether business time is known: before, nothing may be changed.
    package var isStarted: Bool { self.started.isOpen }

    package var now: Timestamp { self.processor.clock.now() }
    package var wallNow: Timestamp { self.processor.clock.wallNow() }

    /// Runs `body` in a transaction, not while the business clock leaps; after a transient error once more.
    package func transact<Result: Sendable>(
        _ name: String, _ body: (HandlingContext) async throws -> (Result, Handled)
    ) async throws -> Result {
        let (result, occurrences) = try await self.gate.pass {
            try await self.processor.pool.withTransaction(name) { transaction in
                let context = self.processor.context(transaction)
                let (result, handled) = try await body(context)
                let rows = try self.processor.outboxRows(Decision(of: handled), in: context)
                if !rows.isEmpty {
                    _ = try await transaction.execute(AppendToOutbox(rows: rows, appendedAt: context.wallNow))
                }
                return (result, handled.occurrences)
            }
        }
        self.processor.metrics.count(occurrences)
        self.processor.committed.signal()
        return result
    }
}

extension Decision {
    fileprivate init(of handled: Handled) {
        self.outgoing = handled.outgoing
        self.bundles = handled.bundles
    }
}

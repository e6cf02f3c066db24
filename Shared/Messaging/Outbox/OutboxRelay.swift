import Contracts
import Kafka
import Logging
import Postgres
import ServiceLifecycle
import ServiceRuntime

/// Publishes the outbox, in its order, and forgets what the broker has acknowledged.
///
/// One relay a service is at work at a time: of several instances, the one that holds the lock.
/// Dying between acknowledgement and forgetting, it publishes again: consumers recognise that.
struct OutboxRelay: Service {
    struct Settings: Sendable {
        var batch: Int32 = 2000
        /// Published messages are kept for so long, in case that the broker loses its log.
        var keepSeconds = 3600
        /// How long to wait for a signal; another instance's transactions give none.
        var idle = Duration.milliseconds(50)
    }

    let settings: Settings
    let pool: PostgresPool
    let makeProducer: @Sendable () throws -> KafkaProducer
    let wakeup: Wakeup
    let metrics: MessagingMetrics
    let clock: BusinessClock
    let logger: Logger

    func run() async throws {
        var failures = 0
        while !Task.isStopping {
            do {
                let producer = try self.makeProducer()
                let result: Result<Void, any Error>
                do {
                    result = .success(try await self.publish(with: producer))
                } catch {
                    result = .failure(error)
                }
                await producer.close(timeout: .seconds(5))
                try result.get()
                failures = 0
            } catch  where Disposition(of: error) != .cancelled {
                failures += 1
                self.logger.warning("The relay waits for its environment", metadata: ["error": "\(error)"])
                let backoff = Backoff(firstMilliseconds: 50, maximumMilliseconds: 2000)
                await idle(
                    for: .milliseconds(backoff.milliseconds(afterAttempt: failures, fraction: .random(in: 0..<1))))
            } catch {
                return
            }
        }
    }

    /// Publishes for as long as the connection and the producer hold.
    private func publish(with producer: KafkaProducer) async throws {
        try await self.pool.withConnection { connection in
            while try await connection.execute(TryRelayLock()).first != true {
                await idle(for: .milliseconds(500))
                if Task.isStopping { return }
            }
            var clusterCheckedAt: ContinuousClock.Instant?
            var droppedAt = ContinuousClock.now
            while !Task.isStopping {
                if clusterCheckedAt.map({ ContinuousClock.now - $0 > .seconds(1) }) ?? true {
                    try await self.verifyDestination(producer, connection)
                    clusterCheckedAt = .now
                }
                let published = try await self.publishBatch(producer, connection)
                if ContinuousClock.now - droppedAt > .seconds(10) {
                    droppedAt = .now
                    try await self.keepHouse(connection)
                }
                if published < Int(self.settings.batch) / 4 { await self.wakeup.wait(for: self.settings.idle) }
            }
        }
    }

    /// - Returns: how many messages the broker acknowledged.
    private func publishBatch(_ producer: KafkaProducer, _ connection: PostgresConnection) async throws -> Int {
        let pending = try await connection.execute(FetchPendingMessages(limit: self.settings.batch))
        guard !pending.isEmpty else { return 0 }
        let results = try await producer.send(pending.flatMap(\.records))
        var acknowledged: [Int64] = []
        var messages = 0
        var firstFailure: KafkaError?
        var rest = results[...]
        for row in pending {
            let failure = self.failure(of: rest.prefix(row.records.count), row)
            rest = rest.dropFirst(row.records.count)
            firstFailure = firstFailure ?? failure
            guard failure == nil else { continue }
            acknowledged.append(row.outboxID)
            messages += row.records.count
        }
        _ = try await connection.execute(RemovePendingMessages(outboxIDs: acknowledged))
        self.metrics.countPublished(messages)
        if let firstFailure { throw firstFailure }
        return messages
    }

    /// Why a row is to be published again.
    private func failure(
        of results: ArraySlice<Result<Int64, KafkaError>>, _ row: FetchPendingMessages.Row
    ) -> KafkaError? {
        for result in results {
            guard case .failure(let error) = result else { continue }
            guard error.code == .messageTooLarge else { return error }
            // No later attempt can succeed, and those behind it must not wait for ever.
            self.logger.critical(
                "The broker takes no message of this size; it stays in the outbox, unpublished",
                metadata: ["outbox.id": "\(row.outboxID)", "topic": "\(row.records.first?.topic ?? "")"]
            )
        }
        return nil
    }

    /// A cluster that is not the one published to before has lost what it was given, or never had it:
    /// all that is still kept is published again.
    private func verifyDestination(_ producer: KafkaProducer, _ connection: PostgresConnection) async throws {
        guard let clusterID = try await producer.clusterID(timeout: .seconds(5)) else { return }
        let former = try await connection.execute(FindDestination()).first
        guard former != clusterID else { return }
        if let former {
            let count = try await connection.execute(RequeueKeptMessages()).first ?? 0
            self.metrics.countLogLosses()
            self.logger.critical(
                "The broker is another one than before; publishing again what the outbox still holds",
                metadata: ["cluster": "\(clusterID)", "former.cluster": "\(former)", "messages": "\(count)"]
            )
        }
        _ = try await connection.execute(SetDestination(clusterID: clusterID))
    }

    /// - Returns: how many were dropped; never more than 5000.
    func drop(appendedBefore before: Timestamp, _ connection: PostgresConnection) async throws -> Int64? {
        try await connection.withTransaction { transaction in
            // With the lock held, what somebody wants to have published again is seen.
            _ = try await transaction.execute(LockOutboxKeeping())
            return try await transaction.execute(DropOldMessages(before: before, limit: 5000)).first
        }
    }

    /// Drops what was kept long enough, and measures.
    private func keepHouse(_ connection: PostgresConnection) async throws {
        let before = self.clock.wallNow().advanced(bySeconds: -self.settings.keepSeconds)
        while try await self.drop(appendedBefore: before, connection) == 5000 {
            if Task.isStopping { return }
        }
        guard let outbox = try await connection.execute(MeasureOutbox()).first else { return }
        let age = outbox.oldestAppendedAt.map { self.clock.wallNow().microseconds(since: $0) } ?? 0
        self.metrics.record(
            outboxPending: outbox.pending,
            oldestAgeSeconds: Double(age) / 1_000_000,
            parked: try await connection.execute(CountParkedRecords()).first ?? 0
        )
    }
}

import Contracts
import Kafka
import Logging
import Postgres
import ServiceLifecycle
import ServiceRuntime

/// Follows `clock.control`. Every instance reads the whole of its one partition; of several instances,
/// the one that comes first decides about a record and leaves what it decided in the database.
///
/// The last accepted setting is kept in the database: a broker that lost its log does not set time back.
struct ClockReader: Service {
    let makeConsumer: @Sendable () throws -> KafkaConsumer
    let processor: BatchProcessor
    let timers: TimerLoop
    let positions: InboxPositions
    let clock: BusinessClock
    /// Opened when the settings that were there at the start are read, and what they made due is done.
    let started: StartLatch
    let logger: Logger

    private static let partition = TopicPartition(topic: Topic.clockControl.name, partition: 0)

    func run() async throws {
        var failures = 0
        while !Task.isStopping {
            do {
                let consumer = try self.makeConsumer()
                let result: Result<Void, any Error>
                do {
                    result = .success(try await self.follow(consumer))
                } catch {
                    result = .failure(error)
                }
                await consumer.close()
                try result.get()
                failures = 0
            } catch  where Disposition(of: error) != .cancelled {
                failures += 1
                self.logger.warning("The clock's control cannot be read", metadata: ["error": "\(error)"])
                let backoff = Backoff(firstMilliseconds: 100, maximumMilliseconds: 5000)
                await idle(
                    for: .milliseconds(backoff.milliseconds(afterAttempt: failures, fraction: .random(in: 0..<1))))
            } catch {
                return
            }
        }
    }

    private func follow(_ consumer: KafkaConsumer) async throws {
        guard var clusterID = try await consumer.clusterID(timeout: .seconds(5)) else { return }
        let position = try await self.positions.load([Self.partition], of: clusterID)[Self.partition] ?? 0
        try await self.adopt()
        try await consumer.assignManually([Self.partition: .offset(position)])
        let (_, end) = try await consumer.watermarks(Self.partition, timeout: .seconds(5))
        if position >= end { try await self.start() }
        while !Task.isStopping {
            let polled = try await consumer.poll(maxRecords: 100, wait: .milliseconds(200), linger: .zero)
            if !polled.faults.isEmpty {
                clusterID = try await consumer.clusterID(timeout: .seconds(5)) ?? clusterID
                _ = try await self.positions.load([Self.partition], of: clusterID)
                let (low, _) = try await consumer.watermarks(Self.partition, timeout: .seconds(5))
                try await consumer.seek([Self.partition: .offset(low)])
                continue
            }
            for record in polled.records {
                try await self.decide(record, clusterID)
                try await self.adopt()
                if record.offset + 1 >= end { try await self.start() }
            }
        }
    }

    /// Makes the setting in the database this process's.
    private func adopt() async throws {
        guard let saved = try await self.savedSetting(), saved != self.clock.setting else { return }
        self.logger.notice(
            "Business time is set",
            metadata: ["now": "\(saved.businessAt.rfc3339(offsetSeconds: 0))", "rate": "\(saved.rate)"]
        )
        if self.started.isOpen {
            try await self.timers.leap(to: saved)
        } else {
            self.clock.restore(saved)
        }
    }

    private func start() async throws {
        guard !self.started.isOpen else { return }
        _ = try await self.timers.fireDue()
        self.started.open()
    }

    /// Accepts or refuses the record, unless that is done already.
    private func decide(_ record: ConsumedRecord, _ clusterID: String) async throws {
        try await self.processor.pool.withTransaction("set clock") { transaction in
            let rows = try await transaction.execute(
                LockInboxPositions(topics: [Self.partition.topic], partitions: [Self.partition.partition])
            )
            guard var position = rows.first, position.clusterID == clusterID, position.nextOffset <= record.offset
            else { return }
            let context = self.processor.context(transaction)
            let saved = try await transaction.execute(FindClockSetting()).first
            var decision = Decision()
            switch ClockControl.judge(record, after: saved) {
            case .success(let setting): _ = try await transaction.execute(SaveClockSetting(setting: setting))
            case .failure(let failure): decision.deadLetters = [(record, failure.refusal)]
            }
            position.nextOffset = record.offset + 1
            _ = try await transaction.execute(MoveInboxPositions(positions: [position]))
            guard !decision.deadLetters.isEmpty else { return }
            let refused = try self.processor.outboxRows(decision, in: context)
            _ = try await transaction.execute(AppendToOutbox(rows: refused, appendedAt: context.wallNow))
        }
        self.processor.committed.relay.signal()
    }

    private func savedSetting() async throws -> BusinessClock.Setting? {
        try await self.processor.pool.withTransaction("read clock") { transaction in
            try await transaction.execute(FindClockSetting()).first
        }
    }
}

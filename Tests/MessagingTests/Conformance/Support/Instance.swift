import Contracts
import Foundation
import Kafka
import Logging
import Postgres
import ServiceRuntime
import Synchronization
import TestSupport

@testable import Messaging

/// One process of the test service: several share a store as several replicas do.
struct Instance: Sendable {
    static let name = "test"

    let pool: PostgresPool
    let wall: TestWallClock
    let clock: BusinessClock
    let signals = CommitSignals()
    let gate = BatchGate()
    let started: StartLatch
    let metrics = MessagingMetrics()
    let processor: BatchProcessor
    let positions: InboxPositions
    private let kafka: KafkaConfiguration

    init(
        _ store: Store,
        _ behaviour: Behaviour = Behaviour(),
        broker: TestBroker? = nil,
        mode: BusinessClockMode = .system,
        wall: TestWallClock = TestWallClock(),
        maximumAttempts: Int = 8,
        backoff: Backoff = Backoff(firstMilliseconds: 1000, maximumMilliseconds: 8000),
        poolName: String = "instance"
    ) {
        self.wall = wall
        self.pool = store.pool(name: poolName)
        self.clock = BusinessClock(mode: mode) { wall.now }
        self.started = StartLatch(isOpen: mode == .system)
        self.kafka = broker?.configuration ?? KafkaConfiguration(properties: [:])
        let calendar = BusinessCalendar(timeZone: .gmt)
        let identifiers = UUIDv7Source { UInt64(max(0, wall.now.microseconds / 1000)) }
        self.processor = BatchProcessor(
            settings: .init(
                service: Self.name,
                calendar: calendar,
                maximumAttempts: maximumAttempts,
                parkedBackoff: backoff
            ),
            decider: BatchDecider(handlers: [NumberHandler(behaviour: behaviour)]),
            pool: self.pool,
            encoder: EventEncoder(source: "/\(Self.name)", calendar: calendar, identifiers: identifiers),
            identifiers: identifiers,
            clock: self.clock,
            metrics: self.metrics,
            committed: self.signals
        )
        self.positions = InboxPositions(pool: self.pool, metrics: self.metrics, logger: TestDatabase.silent)
    }

    /// Handles a batch as a pipeline does, with positions as after an assignment.
    func process(_ records: [ConsumedRecord], from clusterID: String = "cluster") async throws {
        _ = try await self.positions.load(Array(Set(records.map(\.topicPartition))), of: clusterID)
        try await self.processor.process(records, from: clusterID)
    }

    /// Tries what is parked, now and after each backoff, until nothing is due within the hour.
    func retryUntilQuiet() async throws {
        repeat { self.wall.advance(bySeconds: 60) } while try await self.processor.retryParked() > 0
    }

    /// - Parameter onConsumer: is given each consumer that the pipeline makes.
    func pipeline(
        _ properties: [String: String] = [:], maximumBatch: Int = 2000,
        onConsumer: @escaping @Sendable (KafkaConsumer) -> Void = { _ in }
    ) -> ConsumerPipeline {
        let kafka = self.kafka.setting(properties)
        return ConsumerPipeline(
            settings: .init(topics: self.processor.decider.topics, maximumBatch: maximumBatch),
            makeConsumer: {
                let consumer = try KafkaConsumer(
                    configuration: kafka, groupID: Self.name, logger: TestDatabase.silent)
                onConsumer(consumer)
                return consumer
            },
            processor: self.processor,
            gate: self.gate,
            positions: self.positions,
            started: self.started,
            logger: TestDatabase.silent
        )
    }

    func relay(batch: Int32 = 2000) -> OutboxRelay {
        let kafka = self.kafka.setting(["message.timeout.ms": "0", "message.max.bytes": "2097152"])
        return OutboxRelay(
            settings: .init(batch: batch),
            pool: self.pool,
            makeProducer: { try KafkaProducer(configuration: kafka, logger: TestDatabase.silent) },
            wakeup: self.signals.relay,
            metrics: self.metrics,
            clock: self.clock,
            logger: TestDatabase.silent
        )
    }

    func timers(_ sources: [any TimerSource] = []) -> TimerLoop {
        let kafka = self.kafka
        return TimerLoop(
            sources: sources,
            processor: self.processor,
            clock: self.clock,
            silence: Silence(
                makeConsumer: { try KafkaConsumer(configuration: kafka, groupID: nil, logger: TestDatabase.silent) },
                pool: self.pool
            ),
            gate: self.gate,
            wakeup: self.signals.timers,
            started: self.started,
            logger: TestDatabase.silent
        )
    }

    func clockReader(_ sources: [any TimerSource] = []) -> ClockReader {
        let kafka = self.kafka
        return ClockReader(
            makeConsumer: { try KafkaConsumer(configuration: kafka, groupID: nil, logger: TestDatabase.silent) },
            processor: self.processor,
            timers: self.timers(sources),
            positions: self.positions,
            clock: self.clock,
            started: self.started,
            logger: TestDatabase.silent
        )
    }

    func parkedLoop() -> ParkedLoop {
        ParkedLoop(
            processor: self.processor,
            gate: self.gate,
            started: self.started,
            logger: TestDatabase.silent,
            pause: .milliseconds(10)
        )
    }
}

/// The wall clock, some time ahead.
final class TestWallClock: Sendable {
    private let aheadSeconds = Mutex(0)

    var now: Timestamp { BusinessClock.systemWall().advanced(bySeconds: self.aheadSeconds.withLock { $0 }) }

    func advance(bySeconds seconds: Int) { self.aheadSeconds.withLock { $0 += seconds } }
}

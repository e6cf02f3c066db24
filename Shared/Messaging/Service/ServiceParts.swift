import Contracts
import Kafka
import Logging
import Postgres
import ServiceLifecycle
import ServiceRuntime

/// The running parts of a service, wired.
struct ServiceParts: Sendable {
    /// For what handles messages.
    let pool: PostgresPool
    /// For who reads and measures: few connections of their own, so that neither waits for the other.
    let readPool: PostgresPool
    let started: StartLatch
    let sideWork: SideWork
    let poolService: any Service
    /// In the order of starting: relay, clock, timers, parked records, consumers.
    let services: [any Service]

    func databaseStatus() async -> HealthStatus {
        do {
            _ = try await self.pool.execute(Ping())
            return .ready
        } catch {
            return .notReady("the database does not answer: \(error)")
        }
    }

    private struct Ping: Statement {
        static let sql = "SELECT 1"
        static func read(_ columns: inout Columns) throws -> Int32 { try columns.next() }
    }
}

extension ServiceHost {
    func parts(_ preparation: Preparation) -> ServiceParts {
        let pool = self.pool(
            "sheaf-\(self.name)", size: self.connections,
            PostgresConfiguration.keyedStatements)
        let readPool = self.pool("sheaf-\(self.name)-read", size: 2, PostgresConfiguration.searches)
        let metrics = MessagingMetrics()
        let signals = CommitSignals()
        let gate = BatchGate()
        let started = StartLatch(isOpen: self.clock.mode == .system)
        let processor = self.processor(pool, metrics, signals)
        let timers = TimerLoop(
            sources: self.plan.timers,
            processor: processor,
            clock: self.clock,
            silence: Silence(makeConsumer: self.makeConsumer(group: nil), pool: pool),
            gate: gate,
            wakeup: signals.timers,
            started: started,
            logger: self.logger
        )
        let positions = InboxPositions(pool: pool, metrics: metrics, logger: self.logger)
        var services: [any Service] = [
            self.relay(pool, metrics, signals), timers,
            ParkedLoop(processor: processor, gate: gate, started: started, logger: self.logger),
            Measuring(pool: readPool, measure: self.plan.measure, logger: self.logger),
        ]
        if self.clock.mode == .controlled {
            services.append(self.clockReader(processor, timers, positions, started))
        }
        let workbench = Workbench(processor: processor, gate: gate, started: started)
        let sideWork = self.plan.sideWork(workbench)
        services += sideWork.workers
        services += self.pipelineTopics.map { self.pipeline($0, processor, gate, positions, started) }
        return ServiceParts(
            pool: pool,
            readPool: readPool,
            started: started,
            sideWork: sideWork,
            poolService: PoolService(pools: [pool, readPool]),
            services: services.map { AfterPreparation(preparation: preparation, service: $0) }
        )
    }

    private func pool(_ applicationName: String, size: Int, _ settings: [String: String]) -> PostgresPool {
        PostgresPool(
            configuration: PostgresConfiguration(
                url: self.configuration.databaseURL,
                applicationName: applicationName,
                poolSize: size,
                role: "sheaf_\(self.name)",
                schema: self.name,
                settings: settings
            ),
            logger: self.logger
        )
    }

    private func processor(_ pool: PostgresPool, _ metrics: MessagingMetrics, _ signals: CommitSignals)
        -> BatchProcessor
    {
        BatchProcessor(
            settings: .init(service: self.name, calendar: self.configuration.calendar),
            decider: BatchDecider(handlers: self.plan.handlers),
            pool: pool,
            encoder: EventEncoder(
                source: "/\(self.name)",
                calendar: self.configuration.calendar,
                identifiers: self.identifiers
            ),
            identifiers: self.identifiers,
            clock: self.clock,
            metrics: metrics,
            committed: signals
        )
    }

    private func relay(_ pool: PostgresPool, _ metrics: MessagingMetrics, _ signals: CommitSignals) -> OutboxRelay {
        let configuration = self.configuration.kafka.setting([
            // A message that gave up waiting could be overtaken by the next of its key: it waits for ever.
            "message.timeout.ms": "0",
            "message.max.bytes": String(2 * EventDecoder.maximumValueBytes),
        ])
        let logger = self.logger
        return OutboxRelay(
            settings: .init(keepSeconds: self.configuration.outboxKeepSeconds),
            pool: pool,
            makeProducer: { try KafkaProducer(configuration: configuration, logger: logger) },
            wakeup: signals.relay,
            metrics: metrics,
            clock: self.clock,
            logger: logger
        )
    }

    private func clockReader(
        _ processor: BatchProcessor,
        _ timers: TimerLoop,
        _ positions: InboxPositions,
        _ started: StartLatch
    ) -> ClockReader {
        ClockReader(
            makeConsumer: self.makeConsumer(group: nil),
            processor: processor,
            timers: timers,
            positions: positions,
            clock: self.clock,
            started: started,
            logger: self.logger
        )
    }

    /// Of each pipeline. Topics of very many messages have pipelines to themselves: a group divides all that its members
    /// read, and one instance might have all of one topic, and the others the rest.
    private var pipelineTopics: [[String]] {
        let decider = BatchDecider(handlers: self.plan.handlers)
        let streams = decider.streams.keys.sorted()
        let others = decider.topics.filter { decider.streams[$0] == nil }
        let pipelines = self.configuration.pipelines
        guard !streams.isEmpty else { return Array(repeating: others, count: pipelines) }
        let rest = others.isEmpty ? [] : Array(repeating: others, count: min(2, pipelines))
        return Array(repeating: streams, count: pipelines) + rest
    }

    /// As many as configured, or as pipelines, relay, timers and what was parked need so that none waits for ever.
    private var connections: Int {
        max(self.configuration.poolSize, self.pipelineTopics.count + 4) + self.plan.connections
    }

    private func pipeline(
        _ topics: [String],
        _ processor: BatchProcessor,
        _ gate: BatchGate,
        _ positions: InboxPositions,
        _ started: StartLatch
    ) -> ConsumerPipeline {
        ConsumerPipeline(
            settings: .init(
                topics: topics, maximumBatch: self.configuration.batchSize,
                linger: self.configuration.batchLinger),
            makeConsumer: self.makeConsumer(group: self.name),
            processor: processor,
            gate: gate,
            positions: positions,
            started: started,
            logger: self.logger
        )
    }

    private func makeConsumer(group: String?) -> @Sendable () throws -> KafkaConsumer {
        let configuration = KafkaConfiguration(properties: [
            // Bounds of what a consumer fetches ahead: a service stays small with a million records waiting.
            "queued.max.messages.kbytes": "16384",
            "queued.min.messages": "10000",
            "fetch.message.max.bytes": "1048576",
        ]).setting(self.configuration.kafka.properties)
        let logger = self.logger
        return { try KafkaConsumer(configuration: configuration, groupID: group, logger: logger) }
    }
}

/// Closes the pools when all that use them have stopped.
struct PoolService: Service {
    let pools: [PostgresPool]

    func run() async throws {
        try? await gracefulShutdown()
        for pool in self.pools { await pool.close() }
    }
}

/// Has the service look into its tables for what it measures.
struct Measuring: Service {
    let pool: PostgresPool
    let measure: @Sendable (PostgresPool) async throws -> Void
    let logger: Logger
    var pause = Duration.seconds(5)

    func run() async throws {
        while !Task.isStopping {
            do {
                try await self.measure(self.pool)
            } catch  where Disposition(of: error) != .cancelled {
                self.logger.warning("Measuring failed", metadata: ["error": "\(error)"])
            } catch {
                return
            }
            await idle(for: self.pause)
        }
    }
}

import Contracts
import Kafka
import Logging
import Messaging
import NetworkSimulatorDomain
import ServiceLifecycle
import ServiceRuntime

/// Reads commands and sends what the element answers, when it answers.
///
/// Nothing is kept: a command counts as read once its last answer is out, so a killed process reads again what it
/// owes, and Provisioning recognises an answer that it has had.
struct Simulation: Service {
    let element: Element
    let kafka: KafkaConfiguration
    let encoder: EventEncoder
    let readiness: StartLatch
    let logger: Logger
    /// With more answers than this still to come, no command is read.
    private let maximumPending: Int

    private let reader = EventReader<ElementCommand>()
    private let metrics = SimulationMetrics()

    private static let group = "network-simulator"
    private static let maximumBatch = 2000

    init(
        element: Element,
        kafka: KafkaConfiguration,
        encoder: EventEncoder,
        readiness: StartLatch,
        maximumPending: Int = 10_000,
        logger: Logger
    ) {
        self.element = element
        self.kafka = kafka
        self.encoder = encoder
        self.readiness = readiness
        self.maximumPending = maximumPending
        self.logger = logger
    }

    /// The broker was away, and what comes now may be from another one: everything is begun anew.
    private struct BrokerAway: Error {}

    func run() async throws {
        await TopicCreation(configuration: self.kafka, replicationFactor: nil, logger: self.logger)
            .ensure([.networkCommands, .networkResponses])
        var pending = PendingAnswers()
        while !Task.isStopping {
            do {
                try await self.serve(&pending)
            } catch is CancellationError {
                return
            } catch {
                self.logger.warning("Starting the consumer again", metadata: ["error": "\(error)"])
                await idle(for: .milliseconds(500))
            }
        }
    }

    /// Reads as one member of the group, until stopping or until that is of no more use.
    private func serve(_ pending: inout PendingAnswers) async throws {
        let consumer = try KafkaConsumer(configuration: self.kafka, groupID: Self.group, logger: self.logger)
        let result: Result<KafkaProducer, any Error>
        do {
            let configuration = self.kafka.setting(["message.timeout.ms": "5000"])
            result = .success(try KafkaProducer(configuration: configuration, logger: self.logger))
        } catch {
            result = .failure(error)
        }
        do {
            let producer = try result.get()
            pending.begin()
            try await consumer.subscribe([Topic.networkCommands.name])
            while !Task.isStopping {
                try await self.read(from: consumer, &pending)
                try await self.answer(by: producer, consumer, &pending)
            }
        } catch {
            await self.close(consumer, try? result.get())
            throw error
        }
        await self.close(consumer, try? result.get())
    }

    private func close(_ consumer: KafkaConsumer, _ producer: KafkaProducer?) async {
        await producer?.close(timeout: .seconds(2))
        await consumer.close()
    }

    private func read(from consumer: KafkaConsumer, _ pending: inout PendingAnswers) async throws {
        guard pending.count < self.maximumPending else {
            // The group hears from this member by its heartbeats meanwhile.
            await idle(for: min(.milliseconds(20), pending.untilNext(.now)))
            return
        }
        let polled = try await consumer.poll(
            maxRecords: min(Self.maximumBatch, self.maximumPending - pending.count),
            wait: min(.milliseconds(200), pending.untilNext(.now)), linger: .zero)
        self.take(polled.records, &pending)
        try await self.examine(polled.faults, consumer)
        switch polled.rebalance {
        case .assign(let partitions):
            let committed = try await consumer.committed(partitions, timeout: .seconds(10))
            try await consumer.assign(
                Dictionary(
                    uniqueKeysWithValues: partitions.map { ($0, committed[$0].map { .offset($0) } ?? .beginning) }))
            self.readiness.open()
        case .revoke(let partitions), .lost(let partitions):
            pending.forget(partitions)
            try await consumer.unassign(partitions)
        case nil: break
        }
    }

    private func examine(_ faults: [ConsumerFault], _ consumer: KafkaConsumer) async throws {
        for fault in faults {
            switch fault {
            case .brokersUnreachable: throw BrokerAway()
            case .offsetOutOfRange(let partition, let offset):
                self.logger.critical(
                    "The log has no such position; reading what there is",
                    metadata: ["partition": "\(partition)", "position": "\(offset)"])
                try await consumer.seek([partition: .beginning])
            case .partition(_, let error), .other(let error):
                if error.isFatal { throw error }
                self.logger.warning("Consumer fault", metadata: ["error": "\(error)"])
            }
        }
    }

    private func take(_ records: [ConsumedRecord], _ pending: inout PendingAnswers) {
        let now = ContinuousClock.now
        var systems: [String] = []
        for record in records {
            if let system = self.take(record, at: now, &pending) { systems.append(system) }
        }
        self.metrics.countCommands(of: systems)
    }

    /// - Returns: the system that the command is for; `nil` of what is no command.
    private func take(
        _ record: ConsumedRecord,
        at now: ContinuousClock.Instant,
        _ pending: inout PendingAnswers
    ) -> String? {
        switch self.reader.read(record) {
        case .message(let message):
            pending.add(self.element.answers(to: message.body), to: message, of: record, at: now)
            return message.body.system
        case .ignored:
            pending.skip(record)
            return nil
        case .undecodable(let refusal):
            self.metrics.countMalformed(refusal.code)
            self.logger.warning(
                "A record is no command",
                metadata: [
                    "partition": "\(record.topicPartition)", "offset": "\(record.offset)", "code": "\(refusal.code)",
                    "error": "\(refusal.text)",
                ])
            pending.skip(record)
            return nil
        }
    }

    private func answer(
        by producer: KafkaProducer,
        _ consumer: KafkaConsumer,
        _ pending: inout PendingAnswers
    ) async throws {
        let due = pending.takeDue(by: .now, limit: Self.maximumBatch)
        if !due.isEmpty {
            let at = BusinessClock.systemWall()
            let results = try await producer.send(try due.map { try self.record(of: $0, at: at) })
            var fatal: KafkaError?
            for (answer, result) in zip(due, results) {
                switch result {
                case .success:
                    self.metrics.countAnswer(answer.answer.status)
                    pending.sent(answer)
                case .failure(let error):
                    if error.isFatal { fatal = error }
                    pending.putBack(answer)
                }
            }
            if let fatal { throw fatal }
        }
        self.metrics.record(pending: pending.count)
        try await consumer.commit(pending.takePositions(), synchronously: false)
    }

    private func record(of answer: PendingAnswer, at now: Timestamp) throws -> ProducerRecord {
        let command = answer.command.message
        let response = NetworkResponse(
            commandId: command.body.commandId,
            workOrderId: command.body.workOrderId,
            status: answer.answer.status,
            code: answer.answer.code,
            message: answer.answer.message,
            retriable: answer.answer.retriable,
            attempt: command.body.attempt,
            at: now
        )
        return try self.encoder.record(of: Outgoing(response, causedBy: command.context), at: now)
    }
}

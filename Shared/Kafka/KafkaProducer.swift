import CRdKafka
package import Logging
import Synchronization
import Threading

/// Writes batches of records and says of each what became of it.
///
/// Idempotent: what librdkafka repeats after a broken connection is stored once, in the order of the partition.
package final class KafkaProducer: Sendable {
    private let worker: ProducerWorker
    private let callbacks: ClientCallbacks

    /// Connects in the background. Unless the configuration says otherwise: idempotent, all replicas acknowledge,
    /// lz4, and partitions chosen by key as Java clients choose them.
    ///
    /// - Parameter statistics: gets librdkafka's statistics (JSON) every `statistics.interval.ms`.
    /// - Throws: `KafkaConfigurationError`; `KafkaError` if settings contradict each other.
    package init(
        configuration: KafkaConfiguration,
        logger: Logger,
        statistics: (@Sendable (String) -> Void)? = nil
    ) throws {
        let callbacks = ClientCallbacks(logger: logger, statistics: statistics)
        self.callbacks = callbacks
        self.worker = ProducerWorker(
            try ClientHandle(
                RD_KAFKA_PRODUCER,
                configuration: configuration,
                defaults: Self.defaults,
                callbacks: callbacks
            )
        )
    }

    private static let defaults = [
        "enable.idempotence": "true",
        "acks": "all",
        "compression.type": "lz4",
        "linger.ms": "5",
        "socket.nagle.disable": "true",
        "partitioner": "murmur2_random",
    ]

    /// Writes all records in their order and waits until each has its result: the offset it got, or why it has none.
    ///
    /// A failed record does not hold up the others, so the order within a partition holds among those that succeed.
    /// `message.timeout.ms` bounds the wait. Calls at the same time are served one after another.
    ///
    /// - Returns: one result per record, in the order given.
    /// - Throws: `KafkaError` if the producer is closed.
    package func send(_ records: [ProducerRecord]) async throws -> [Result<Int64, KafkaError>] {
        try await self.worker.send(records)
    }

    /// After a fatal error every record fails: close this producer and make a new one.
    package var isFatallyFailed: Bool { self.callbacks.isFatallyFailed }

    /// The id of the cluster as a broker tells it now.
    package func clusterID(timeout: Duration) async throws -> String? {
        try await self.worker.clusterID(timeout: timeout)
    }

    /// Frees the client; every later call throws. May be called again.
    ///
    /// - Parameter timeout: how long a `send` under way may go on; what it has not delivered by then fails.
    package func close(timeout: Duration) async {
        self.worker.giveUp(at: .now + timeout)
        await self.worker.close()
    }
}

/// The producer's thread.
private actor ProducerWorker {
    private let executor = ThreadExecutor(name: "kafka-producer")
    private var openHandle: ClientHandle?
    private let givingUpAt = Mutex<ContinuousClock.Instant?>(nil)

    nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }

    init(_ handle: ClientHandle) {
        self.openHandle = handle
    }

    func send(_ records: [ProducerRecord]) throws -> [Result<Int64, KafkaError>] {
        let handle = try self.handle("produce")
        let deliveries = handle.callbacks.deliveries
        let firstNumber = deliveries.begin(count: records.count)
        for (index, record) in records.enumerated() {
            let number = firstNumber + UInt(index)
            if let error = self.enqueue(record, number: number, in: handle) {
                deliveries.report(number, .failure(error))
            }
        }
        while !deliveries.areComplete {
            // Unlike polling, flushing does not wait for `linger.ms`. Short, so that closing is noticed.
            let result = rd_kafka_flush(handle.pointer, 100)
            if result == RD_KAFKA_RESP_ERR_NO_ERROR, !deliveries.areComplete {
                // Another thread took the last reports and is about to record them.
                rd_kafka_poll(handle.pointer, 1)
            }
            if self.shouldGiveUp {
                rd_kafka_purge(handle.pointer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
                rd_kafka_flush(handle.pointer, 100)
                break
            }
        }
        let results = deliveries.take(orElse: KafkaError(code: .purgedInFlight, operation: "produce"))
        guard handle.callbacks.noticeFatalError(of: handle.pointer) else { return results }
        // The records' own codes do not say that trying again is of no use.
        return results.map { result in
            result.mapError { error in
                var error = error
                error.isFatal = true
                error.isRetriable = false
                return error
            }
        }
    }

    /// Hands a record to librdkafka. A full queue is no failure: it empties as the records before are delivered.
    private func enqueue(_ record: ProducerRecord, number: UInt, in handle: ClientHandle) -> KafkaError? {
        while true {
            let code = record.produce(with: handle.pointer, number: number)
            switch code {
            case RD_KAFKA_RESP_ERR_NO_ERROR:
                return nil
            case RD_KAFKA_RESP_ERR__QUEUE_FULL where !self.shouldGiveUp:
                rd_kafka_poll(handle.pointer, 10)
            default:
                return KafkaError(code: KafkaError.Code(code), operation: "produce")
            }
        }
    }

    func clusterID(timeout: Duration) throws -> String? {
        try self.handle("read cluster id").clusterID(timeout: timeout)
    }

    nonisolated func giveUp(at instant: ContinuousClock.Instant) {
        self.givingUpAt.withLock { $0 = min($0 ?? instant, instant) }
    }

    private var shouldGiveUp: Bool { self.givingUpAt.withLock { $0.map { $0 <= .now } ?? false } }

    func close() {
        self.openHandle = nil
    }

    private func handle(_ operation: String) throws -> ClientHandle {
        guard let handle = self.openHandle else { throw KafkaError.closed(operation) }
        return handle
    }
}

import Contracts
import Kafka
import Logging
import Postgres
import ServiceLifecycle
import ServiceRuntime

/// One consumer and what it feeds: takes batches from the broker and has them handled, one after the other.
///
/// Where it is in each partition is in the database, with the state; the offsets committed to the broker
/// only show operators the lag. A batch under way is finished before a rebalance is answered.
struct ConsumerPipeline: Service {
    struct Settings: Sendable {
        var topics: [String]
        var maximumBatch = 2000
        /// How long a batch is gathered after its first record.
        var linger = Duration.milliseconds(5)
        var wait = Duration.milliseconds(200)
    }

    let settings: Settings
    let makeConsumer: @Sendable () throws -> KafkaConsumer
    let processor: BatchProcessor
    let gate: BatchGate
    let positions: InboxPositions
    let started: StartLatch
    let logger: Logger

    func run() async throws {
        await self.started.wait()
        var failures = 0
        while !Task.isStopping {
            do {
                let consumer = try self.makeConsumer()
                let result: Result<Void, any Error>
                do {
                    try await consumer.subscribe(self.settings.topics)
                    result = .success(try await self.consume(from: consumer))
                } catch {
                    result = .failure(error)
                }
                await consumer.close()
                try result.get()
                failures = 0
            } catch  where Disposition(of: error) != .cancelled {
                failures += 1
                self.logger.error("Consumer failed; starting it again", metadata: ["error": "\(error)"])
                await self.backOff(failures)
            } catch {
                return
            }
        }
    }

    private func consume(from consumer: KafkaConsumer) async throws {
        defer { self.processor.metrics.record(assigned: [], to: consumer) }
        var state = State()
        var lastLag = ContinuousClock.now
        // What was gathered while the batch before it was handled.
        var ahead: Polled?
        while !Task.isStopping {
            var polled =
                if let gathered = ahead { try await self.fillUp(gathered, consumer) } else {
                    try await self.poll(consumer)
                }
            ahead = nil
            try await self.examine(&polled, &state, consumer)
            let examined = state.continuity.examine(polled.records)
            if !examined.records.isEmpty {
                // Nothing is gathered ahead of what has to be answered first.
                let isUndisturbed = polled.isUndisturbed && examined.gaps.isEmpty
                async let next = isUndisturbed ? self.poll(consumer) : nil
                let handled = try await self.handle(examined.records, &state)
                ahead = try await next
                if !handled.isEmpty { try await consumer.commit(handled, synchronously: false) }
            }
            if let rebalance = polled.rebalance {
                try await self.answer(rebalance, &state, consumer)
            }
            try await self.readAgain(examined, state, consumer)
            if ContinuousClock.now - lastLag > .seconds(5) {
                lastLag = .now
                let ends = try await consumer.knownEnds()
                self.report(ends, state)
                if polled.records.isEmpty, polled.rebalance == nil {
                    try await self.readAgain(state.continuity.standingStill(before: ends), state, consumer)
                }
            }
        }
    }

    /// Waits for records.
    private func poll(_ consumer: KafkaConsumer) async throws -> Polled {
        try await consumer.poll(
            maxRecords: self.settings.maximumBatch, wait: self.settings.wait, linger: self.settings.linger)
    }

    /// Adds what has come since: batches are the larger the more there is to do.
    private func fillUp(_ polled: Polled, _ consumer: KafkaConsumer) async throws -> Polled {
        let room = self.settings.maximumBatch - polled.records.count
        guard polled.isUndisturbed, !polled.records.isEmpty, room > 0 else { return polled }
        let more = try await consumer.poll(maxRecords: room, wait: .zero, linger: .zero)
        return Polled(records: polled.records + more.records, rebalance: more.rebalance, faults: more.faults)
    }

    /// What the loop knows of the cluster.
    private struct State {
        var clusterID: String?
        /// The broker was away: what comes may be from another log, until the cluster has told its id.
        var mustVerifyCluster = false
        /// Of all assigned partitions: the offset of the next record.
        var next: [TopicPartition: Int64] = [:]
        var continuity = Continuity()

        /// The partitions are read from here on.
        mutating func begin(_ positions: [TopicPartition: Int64]) {
            self.next.merge(positions) { $1 }
            self.continuity.begin(positions)
        }

        mutating func end(_ partitions: [TopicPartition]) {
            for partition in partitions { self.next[partition] = nil }
            self.continuity.end(partitions)
        }
    }

    /// - Returns: the offsets after the records; nothing where they were not handled.
    private func handle(
        _ records: [ConsumedRecord],
        _ state: inout State
    ) async throws -> [TopicPartition: Int64] {
        guard let clusterID = state.clusterID else { return [:] }
        var failures = 0
        while true {
            do {
                try await self.gate.pass { try await self.processor.process(records, from: clusterID) }
                break
            } catch is BatchProcessor.StalePositions {
                // Another instance has met the new log before this one.
                state.mustVerifyCluster = true
                return [:]
            } catch  where Disposition(of: error) == .environment {
                failures += 1
                self.logger.warning(
                    "A batch waits for its environment",
                    metadata: ["error": "\(error)", "attempt": "\(failures)"]
                )
                await self.backOff(failures)
                // Not acknowledged and not handled: it comes again at the next start.
                if Task.isStopping { return [:] }
            }
        }
        var next: [TopicPartition: Int64] = [:]
        for record in records { next[record.topicPartition] = record.offset + 1 }
        state.next.merge(next) { $1 }
        return next
    }

    private func backOff(_ failures: Int) async {
        let backoff = Backoff(firstMilliseconds: 100, maximumMilliseconds: 5000)
        await idle(for: .milliseconds(backoff.milliseconds(afterAttempt: failures, fraction: .random(in: 0..<1))))
    }

    private func report(_ ends: [TopicPartition: Int64], _ state: State) {
        for (partition, end) in ends {
            guard let next = state.next[partition] else { continue }
            self.processor.metrics.record(
                lag: max(0, end - next), topic: partition.topic, partition: partition.partition)
        }
    }
}

// MARK: - Rebalances, and logs that are not what they were

extension ConsumerPipeline {
    private func answer(_ rebalance: Rebalance, _ state: inout State, _ consumer: KafkaConsumer) async throws {
        switch rebalance {
        case .assign(let partitions):
            let clusterID = try await self.clusterID(consumer)
            let positions = try await self.positions.load(partitions, of: clusterID)
            state.clusterID = clusterID
            state.mustVerifyCluster = false
            state.begin(positions)
            try await consumer.assign(positions.mapValues { .offset($0) })
            self.logger.info("Partitions assigned", metadata: ["partitions": "\(partitions.count)"])
        case .revoke(let partitions), .lost(let partitions):
            state.end(partitions)
            try await consumer.unassign(partitions)
            self.logger.info("Partitions revoked", metadata: ["partitions": "\(partitions.count)"])
        }
        self.processor.metrics.record(assigned: state.next.keys, to: consumer)
    }

    private func examine(_ polled: inout Polled, _ state: inout State, _ consumer: KafkaConsumer) async throws {
        for fault in polled.faults {
            switch fault {
            case .brokersUnreachable:
                state.mustVerifyCluster = true
            case .offsetOutOfRange(let partition, let offset):
                try await self.recover(partition, at: offset, &state, consumer)
            case .partition(let partition, let error):
                self.logger.warning("Partition fault", metadata: ["partition": "\(partition)", "error": "\(error)"])
            case .other(let error):
                if error.isFatal { throw error }
                self.logger.warning("Consumer fault", metadata: ["error": "\(error)"])
            }
        }
        guard state.mustVerifyCluster, !state.next.isEmpty else { return }
        // Records that came with the fault may be of either log: they are read again once it is known which.
        polled.records = []
        let clusterID = try await self.clusterID(consumer)
        if clusterID != state.clusterID {
            self.logger.critical(
                "The broker's log is another one than before; reading it from its beginning",
                metadata: ["cluster": "\(clusterID)", "former.cluster": "\(state.clusterID ?? "none")"]
            )
        }
        state.clusterID = clusterID
        state.mustVerifyCluster = false
        let positions = try await self.positions.load(Array(state.next.keys), of: clusterID)
        state.begin(positions)
        try await consumer.seek(positions.mapValues { .offset($0) })
    }

    /// See `Continuity`.
    private func readAgain(_ examined: Continuity.Examined, _ state: State, _ consumer: KafkaConsumer) async throws {
        if examined.recovered > 0 {
            self.processor.metrics.countRecovered(examined.recovered)
            self.logger.warning(
                "The client had left out records; they were read again", metadata: ["records": "\(examined.recovered)"])
        }
        try await self.readAgain(examined.gaps, state, consumer)
    }

    private func readAgain(
        _ gaps: [TopicPartition: Int64], _ state: State, _ consumer: KafkaConsumer
    ) async throws {
        let gaps = gaps.filter { state.next[$0.key] != nil }
        guard !gaps.isEmpty else { return }
        self.logger.debug("Records are missing; reading again", metadata: ["from": "\(gaps)"])
        try await consumer.seek(gaps.mapValues { .offset($0) })
    }

    /// The position is outside of the log: records were dropped before they were read, or the log was
    /// cut off, or it is new.
    private func recover(
        _ partition: TopicPartition,
        at offset: Int64,
        _ state: inout State,
        _ consumer: KafkaConsumer
    ) async throws {
        guard state.next[partition] != nil else { return }
        let clusterID = try await self.clusterID(consumer)
        guard clusterID == state.clusterID else {
            state.mustVerifyCluster = true
            return
        }
        let (low, high) = try await consumer.watermarks(partition, timeout: .seconds(10))
        let position = offset < low ? low : 0
        if offset > 0 {
            self.processor.metrics.countLogLosses()
            self.logger.critical(
                offset < low
                    ? "Records were dropped by the broker before they were read"
                    : "The broker's log ends before what was read of it; reading it from its beginning",
                metadata: [
                    "partition": "\(partition)", "position": "\(offset)", "low": "\(low)", "high": "\(high)",
                ]
            )
        }
        try await self.positions.move([partition: max(low, position)], of: clusterID)
        state.begin([partition: max(low, position)])
        try await consumer.seek([partition: .offset(max(low, position))])
    }

    /// Asks until the cluster answers: without its id, a position means nothing.
    private func clusterID(_ consumer: KafkaConsumer) async throws -> String {
        var failures = 0
        while true {
            do {
                if let id = try await consumer.clusterID(timeout: .seconds(5)) { return id }
            } catch let error as KafkaError where !error.isFatal {
                self.logger.debug("The cluster does not answer", metadata: ["error": "\(error)"])
            }
            failures += 1
            await self.backOff(failures)
            if Task.isStopping { throw CancellationError() }
        }
    }
}

extension Polled {
    /// Whether nothing but records has come.
    fileprivate var isUndisturbed: Bool { self.rebalance == nil && self.faults.isEmpty }
}

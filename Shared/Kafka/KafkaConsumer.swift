import CRdKafka
package import Logging
import Threading

/// A consumer whose owner decides: it answers rebalances, keeps positions and commits, and closes it at the end.
///
/// Every call may block, and blocks nothing but the consumer's own thread. Calls are served one after another, so
/// one made during a poll waits for the poll to end.
package actor KafkaConsumer {
    private let executor = ThreadExecutor(name: "kafka-consumer")
    private var openHandle: ClientHandle?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }

    /// Connects in the background: brokers out of reach are a fault of later polls, not an error here.
    ///
    /// Unless the configuration says otherwise, nothing is committed or reset automatically and partitions are
    /// handed over cooperatively.
    ///
    /// - Parameters:
    ///   - groupID: needed for `subscribe(_:)` and `commit(_:synchronously:)`; `nil` with `assignManually(_:)`.
    ///   - statistics: gets librdkafka's statistics (JSON) every `statistics.interval.ms`, during polls.
    /// - Throws: `KafkaConfigurationError`; `KafkaError` if settings contradict each other.
    package init(
        configuration: KafkaConfiguration,
        groupID: String?,
        logger: Logger,
        statistics: (@Sendable (String) -> Void)? = nil
    ) throws {
        // librdkafka reads partitions only as a member of some group; one that never subscribes nor commits leaves
        // no trace of it at the broker.
        self.openHandle = try ClientHandle(
            RD_KAFKA_CONSUMER,
            configuration: configuration.setting(["group.id": groupID ?? "none"]),
            defaults: Self.defaults,
            callbacks: ClientCallbacks(logger: logger, statistics: statistics)
        )
    }

    private static let defaults = [
        "enable.auto.commit": "false",
        "enable.auto.offset.store": "false",
        "auto.offset.reset": "error",
        "partition.assignment.strategy": "cooperative-sticky",
        "enable.partition.eof": "false",
    ]

    /// Joins the group for these topics. Partitions arrive as rebalances of later polls.
    package func subscribe(_ topics: [String]) throws {
        let list = PartitionList(topics.map { TopicPartition(topic: $0, partition: RD_KAFKA_PARTITION_UA) })
        let handle = try self.handle("subscribe")
        let code = list.lend { rd_kafka_subscribe(handle.pointer, $0) }
        try KafkaError.check(code, operation: "subscribe")
    }

    /// Waits up to `wait` for a first record or event, then gathers for up to `linger` and `maxRecords`.
    ///
    /// An event ends the gathering: records in the same result came before it, those after it come with later
    /// polls. A rebalance is returned, not answered; records of new partitions come only after the answer.
    package func poll(maxRecords: Int, wait: Duration, linger: Duration) throws -> Polled {
        let handle = try self.handle("poll")
        var polled = Polled()
        if handle.callbacks.events.isEmpty {
            self.gather(into: &polled, from: handle, maxRecords: maxRecords, wait: wait, linger: linger)
        }
        let (rebalance, faults) = handle.callbacks.events.take()
        polled.rebalance = rebalance
        polled.faults += faults
        return polled
    }

    /// One record at a time: librdkafka 2.0.2's batch calls lose records around a rebalance (those already gathered
    /// are discarded, but count as delivered when the partition resumes) and cost as much.
    private func gather(
        into polled: inout Polled,
        from handle: ClientHandle,
        maxRecords: Int,
        wait: Duration,
        linger: Duration
    ) {
        var topicNames = TopicNames()
        guard let first = rd_kafka_consumer_poll(handle.pointer, wait.wholeMilliseconds) else { return }
        polled.append(first, &topicNames)
        let end = ContinuousClock.now + linger
        while polled.records.count < maxRecords, handle.callbacks.events.isEmpty {
            if let next = rd_kafka_consumer_poll(handle.pointer, 0) {
                polled.append(next, &topicNames)
                continue
            }
            let remaining = end - .now
            guard remaining > .zero, handle.callbacks.events.isEmpty,
                let next = rd_kafka_consumer_poll(handle.pointer, remaining.wholeMilliseconds)
            else { return }
            polled.append(next, &topicNames)
        }
    }

    /// Answers `Rebalance.assign`, with where to begin each of its partitions.
    package func assign(_ positions: [TopicPartition: StartPosition]) throws {
        let handle = try self.handle("assign")
        let list = PartitionList(positions)
        if handle.isCooperative {
            let error = list.lend { rd_kafka_incremental_assign(handle.pointer, $0) }
            try KafkaError.check(error, operation: "assign")
        } else {
            let code = list.lend { rd_kafka_assign(handle.pointer, $0) }
            try KafkaError.check(code, operation: "assign")
        }
        handle.callbacks.events.answered()
    }

    /// Answers `Rebalance.revoke` and `Rebalance.lost`: from now on the partitions are another's.
    package func unassign(_ partitions: [TopicPartition]) throws {
        let handle = try self.handle("unassign")
        if handle.isCooperative {
            let error = PartitionList(partitions).lend { rd_kafka_incremental_unassign(handle.pointer, $0) }
            try KafkaError.check(error, operation: "unassign")
        } else {
            try KafkaError.check(rd_kafka_assign(handle.pointer, nil), operation: "unassign")
        }
        handle.callbacks.events.answered()
    }

    /// Reads exactly these partitions from now on, without a group.
    package func assignManually(_ positions: [TopicPartition: StartPosition]) throws {
        let handle = try self.handle("assign")
        let code = PartitionList(positions).lend { rd_kafka_assign(handle.pointer, $0) }
        try KafkaError.check(code, operation: "assign")
    }

    /// Continues assigned partitions elsewhere, also those that an offset out of range has stopped. Waits up to ten
    /// seconds for librdkafka to take the positions over.
    ///
    /// - Throws: `KafkaError` with code `state` for a stopped partition while a rebalance waits for its answer, and
    ///   always for one under an eager assignment strategy; for a partition that is not assigned.
    package func seek(_ positions: [TopicPartition: StartPosition]) throws {
        let handle = try self.handle("seek")
        let list = PartitionList(positions)
        let deadline = ContinuousClock.now + .seconds(10)
        while true {
            do {
                let error = list.lend { rd_kafka_seek_partitions(handle.pointer, $0, 10_000) }
                try KafkaError.check(error, operation: "seek")
                break
            } catch let error as KafkaError where error.code == .timedOut && ContinuousClock.now < deadline {
                // librdkafka 2.0.2 takes these milliseconds for microseconds. Seeking twice does no harm.
            }
        }
        let assigned = try self.assignment()
        let stopped = list.failures.filter { $0.value == .state && assigned.contains($0.key) }.keys
        if let failure = list.failures.first(where: { !stopped.contains($0.key) }) {
            throw KafkaError(code: failure.value, operation: "seek", partition: failure.key)
        }
        if let first = stopped.first {
            guard !handle.callbacks.events.isRebalanceUnanswered, handle.protocolName != "EAGER" else {
                throw KafkaError(code: .state, operation: "seek", partition: first)
            }
            try self.restart(positions.filter { stopped.contains($0.key) }, of: handle)
        }
    }

    /// librdkafka takes no seek of a partition that an offset out of range has stopped: it has to be given back and
    /// taken again, which the group does not notice.
    private func restart(_ positions: [TopicPartition: StartPosition], of handle: ClientHandle) throws {
        let list = PartitionList(positions)
        let refusal = list.lend { rd_kafka_incremental_unassign(handle.pointer, $0) }
        try KafkaError.check(refusal, operation: "seek")
        let error = list.lend { rd_kafka_incremental_assign(handle.pointer, $0) }
        try KafkaError.check(error, operation: "seek")
    }

    /// Stops reading these partitions, still as their owner. Nothing of them is returned until `resume(_:)`.
    package func pause(_ partitions: [TopicPartition]) throws {
        let handle = try self.handle("pause")
        let list = PartitionList(partitions)
        let code = list.lend { rd_kafka_pause_partitions(handle.pointer, $0) }
        try KafkaError.check(code, operation: "pause")
        try list.check(operation: "pause")
    }

    /// Goes on after `pause(_:)` with the first record that was not returned.
    package func resume(_ partitions: [TopicPartition]) throws {
        let handle = try self.handle("resume")
        let list = PartitionList(partitions)
        let code = list.lend { rd_kafka_resume_partitions(handle.pointer, $0) }
        try KafkaError.check(code, operation: "resume")
        try list.check(operation: "resume")
    }

    /// The partitions being read, in order.
    package func assignment() throws -> [TopicPartition] {
        try self.handle("read assignment").assignment()
    }

    /// Leaves the group and frees the client; every later call throws. May be called again.
    ///
    /// Commits nothing. Rebalances still open are answered with giving everything up. Takes some seconds at most
    /// when the brokers do not answer; the group then notices by the session time-out.
    package func close() {
        guard let handle = self.openHandle else { return }
        handle.leaveGroup(patience: .seconds(5))
        // Only now, as it frees the client.
        self.openHandle = nil
    }

    /// The client, for the consumer's other concerns.
    func handle(_ operation: String) throws -> ClientHandle {
        guard let handle = self.openHandle else { throw KafkaError.closed(operation) }
        return handle
    }
}

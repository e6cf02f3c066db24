import CRdKafka

/// How far a group is behind in a partition.
package struct PartitionLag: Hashable, Sendable {
    /// The next offset the group will read; `nil` if it never committed.
    package var committed: Int64?
    /// The oldest offset the broker still has.
    package var low: Int64
    /// The offset that the next record will get.
    package var high: Int64

    package init(committed: Int64?, low: Int64, high: Int64) {
        self.committed = committed
        self.low = low
        self.high = high
    }

    /// Records that can still be read and were not.
    package var records: Int64 { Swift.max(0, self.high - Swift.max(self.committed ?? self.low, self.low)) }

    /// Offsets that the broker deleted before the group read them. On a compacted topic that may be no loss.
    package var lost: Int64 { self.committed.map { Swift.max(0, self.low - $0) } ?? 0 }
}

extension KafkaConsumer {
    /// Commits the offset to be read next, i.e. the last one plus one, for each partition.
    ///
    /// - Parameter synchronously: waits for the broker and throws its refusal. Otherwise a refusal is a fault of a
    ///   later poll.
    package func commit(_ nextOffsets: [TopicPartition: Int64], synchronously: Bool) throws {
        guard !nextOffsets.isEmpty else { return }
        let handle = try self.handle("commit")
        let list = PartitionList(nextOffsets.map { ($0.key, $0.value) })
        if synchronously {
            let code = list.lend { rd_kafka_commit(handle.pointer, $0, 0) }
            try KafkaError.check(code, operation: "commit")
            try list.check(operation: "commit")
            return
        }
        let code = list.lend { list in
            rd_kafka_commit_queue(
                handle.pointer,
                list,
                handle.consumerQueue,
                { client, code, _, opaque in
                    guard code != RD_KAFKA_RESP_ERR_NO_ERROR, let client, let opaque else { return }
                    let error = KafkaError(code: KafkaError.Code(code), operation: "commit")
                    ClientCallbacks.from(opaque).events.append(.other(error))
                    rd_kafka_yield(client)
                },
                handle.callbacks.opaque
            )
        }
        try KafkaError.check(code, operation: "commit")
    }

    /// The offsets that the group committed; partitions without one are absent.
    package func committed(_ partitions: [TopicPartition], timeout: Duration) throws -> [TopicPartition: Int64] {
        guard !partitions.isEmpty else { return [:] }
        let handle = try self.handle("read committed offsets")
        let list = PartitionList(partitions)
        let code = list.lend { rd_kafka_committed(handle.pointer, $0, timeout.wholeMilliseconds) }
        try KafkaError.check(code, operation: "read committed offsets")
        try list.check(operation: "read committed offsets")
        return list.offsets
    }

    /// The oldest offset of a partition and the one its next record will get, as the broker says now.
    package func watermarks(_ partition: TopicPartition, timeout: Duration) throws -> (low: Int64, high: Int64) {
        var low: Int64 = 0
        var high: Int64 = 0
        let code = rd_kafka_query_watermark_offsets(
            try self.handle("read watermarks").pointer,
            partition.topic,
            partition.partition,
            &low,
            &high,
            timeout.wholeMilliseconds
        )
        try KafkaError.check(code, operation: "read watermarks of \(partition)")
        return (low, high)
    }

    /// How far the group is behind in the partitions that this consumer reads. Asks once per partition.
    ///
    /// - Parameter timeout: of each question.
    package func lag(timeout: Duration) throws -> [TopicPartition: PartitionLag] {
        let partitions = try self.assignment()
        let committed = try self.committed(partitions, timeout: timeout)
        var lag: [TopicPartition: PartitionLag] = [:]
        for partition in partitions {
            let (low, high) = try self.watermarks(partition, timeout: timeout)
            lag[partition] = PartitionLag(committed: committed[partition], low: low, high: high)
        }
        return lag
    }

    /// The id of the cluster as a broker tells it now, which shows whether the broker was replaced by another.
    package func clusterID(timeout: Duration) throws -> String? {
        try self.handle("read cluster id").clusterID(timeout: timeout)
    }

    /// The partitions of those of these topics that exist.
    package func partitions(of topics: [String], timeout: Duration) throws -> [String: [Int32]] {
        try self.handle("read metadata").partitionsOfAllTopics(timeout: timeout).filter { topics.contains($0.key) }
    }
}

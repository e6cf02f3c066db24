import CRdKafka

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

    /// The offsets that next records will get in the partitions that this consumer reads, by what its last fetches told:
    /// nobody is asked. Partitions are missing of which nothing was told yet.
    package func knownEnds() throws -> [TopicPartition: Int64] {
        let handle = try self.handle("read known watermarks")
        var ends: [TopicPartition: Int64] = [:]
        for partition in try self.assignment() {
            var low: Int64 = 0
            var high: Int64 = 0
            let code = rd_kafka_get_watermark_offsets(
                handle.pointer, partition.topic, partition.partition, &low, &high)
            if code == RD_KAFKA_RESP_ERR_NO_ERROR, high >= 0 { ends[partition] = high }
        }
        return ends
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

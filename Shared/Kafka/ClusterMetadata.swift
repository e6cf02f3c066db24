import CRdKafka

extension ClientHandle {
    /// The id of the cluster as a broker tells it now. librdkafka alone would repeat the one it learned first.
    func clusterID(timeout: Duration) throws -> String? {
        try self.withMetadata(ofAllTopics: false, timeout: timeout) { _ in
            guard let text = rd_kafka_clusterid(self.pointer, 0) else { return nil }
            defer { rd_kafka_mem_free(self.pointer, text) }
            return String(cString: text)
        }
    }

    /// The partitions of all topics. Asking for all of them creates none, whatever the broker's settings.
    func partitionsOfAllTopics(timeout: Duration) throws -> [String: [Int32]] {
        try self.withMetadata(ofAllTopics: true, timeout: timeout) { metadata in
            let topics = UnsafeBufferPointer(start: metadata.topics, count: Int(metadata.topic_cnt))
            return Dictionary(
                topics.filter { $0.err == RD_KAFKA_RESP_ERR_NO_ERROR }.map { topic in
                    let partitions = UnsafeBufferPointer(start: topic.partitions, count: Int(topic.partition_cnt))
                    return (String(cString: topic.topic), partitions.map(\.id).sorted())
                },
                uniquingKeysWith: { $1 }
            )
        }
    }

    private func withMetadata<Result>(
        ofAllTopics: Bool,
        timeout: Duration,
        _ body: (rd_kafka_metadata) throws -> Result
    ) throws -> Result {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let code = rd_kafka_metadata(self.pointer, ofAllTopics ? 1 : 0, nil, &metadata, timeout.wholeMilliseconds)
        try KafkaError.check(code, operation: "read metadata")
        guard let metadata else { throw KafkaError(code: .state, operation: "read metadata") }
        defer { rd_kafka_metadata_destroy(metadata) }
        return try body(metadata.pointee)
    }
}

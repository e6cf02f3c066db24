import CRdKafka

extension Polled {
    /// Takes over and frees a message of librdkafka: a record, or an error of a partition.
    mutating func append(_ message: UnsafeMutablePointer<rd_kafka_message_t>, _ topicNames: inout TopicNames) {
        defer { rd_kafka_message_destroy(message) }
        let partition = topicNames.topicPartition(of: message.pointee)
        switch (message.pointee.err, partition) {
        case (RD_KAFKA_RESP_ERR_NO_ERROR, let partition?):
            self.records.append(ConsumedRecord(message, partition))
        case (RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, let partition?):
            self.faults.append(.offsetOutOfRange(partition, offset: message.pointee.offset))
        case (let code, let partition):
            let error = KafkaError(
                code: KafkaError.Code(code),
                operation: "poll",
                detail: rd_kafka_message_errstr(message).map { String(cString: $0) }
            )
            if let partition, partition.partition >= 0 {
                self.faults.append(.partition(partition, error))
            } else {
                self.faults.append(.other(error))
            }
        }
    }
}

/// The names of topics by librdkafka's handles, for one poll: making a string for each record would cost more than
/// copying the record.
struct TopicNames {
    private var last: (handle: OpaquePointer, name: String)?

    mutating func topicPartition(of message: rd_kafka_message_t) -> TopicPartition? {
        guard let handle = message.rkt else { return nil }
        if let last, last.handle == handle {
            return TopicPartition(topic: last.name, partition: message.partition)
        }
        let name = String(cString: rd_kafka_topic_name(handle))
        self.last = (handle, name)
        return TopicPartition(topic: name, partition: message.partition)
    }
}

extension ConsumedRecord {
    fileprivate init(_ message: UnsafeMutablePointer<rd_kafka_message_t>, _ topicPartition: TopicPartition) {
        let content = message.pointee
        var timestampType = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let timestamp = rd_kafka_message_timestamp(message, &timestampType)
        self.init(
            topicPartition: topicPartition,
            offset: content.offset,
            key: [UInt8](content.key, count: content.key_len),
            value: [UInt8](content.payload, count: content.len),
            headers: [KafkaHeader](of: message),
            timestampMilliseconds: timestampType == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? nil : timestamp
        )
    }
}

extension [KafkaHeader] {
    fileprivate init(of message: UnsafeMutablePointer<rd_kafka_message_t>) {
        self = []
        var headers: OpaquePointer?
        guard rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR, let headers else { return }
        self.reserveCapacity(rd_kafka_header_cnt(headers))
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var length = 0
        while rd_kafka_header_get_all(headers, self.count, &name, &value, &length) == RD_KAFKA_RESP_ERR_NO_ERROR {
            self.append(
                KafkaHeader(
                    name: name.map { String(cString: $0) } ?? "",
                    value: [UInt8](value, count: length)
                )
            )
        }
    }
}

extension [UInt8] {
    /// A copy of C's bytes; `nil` for null, which is not the same as none.
    fileprivate init?(_ start: UnsafeRawPointer?, count: Int) {
        guard let start else { return nil }
        self.init(UnsafeRawBufferPointer(start: start, count: count))
    }
}

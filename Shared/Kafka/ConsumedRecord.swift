/// A header of a record. Names may repeat and their order counts.
package struct KafkaHeader: Hashable, Sendable {
    package var name: String
    /// `nil` is Kafka's null, which differs from no bytes.
    package var value: [UInt8]?

    package init(name: String, value: [UInt8]?) {
        self.name = name
        self.value = value
    }

    /// A header with text, as UTF-8.
    package init(_ name: String, _ value: String) {
        self.init(name: name, value: Array(value.utf8))
    }

    /// The value as text; `nil` for null and for bytes that are not UTF-8.
    package var text: String? { self.value.flatMap { String(validating: $0, as: UTF8.self) } }
}

/// A record as it was read, its bytes copied out of librdkafka.
package struct ConsumedRecord: Hashable, Sendable {
    package var topicPartition: TopicPartition
    package var offset: Int64
    /// `nil` is Kafka's null, which differs from no bytes.
    package var key: [UInt8]?
    /// `nil` is Kafka's null (a tombstone in a compacted topic), which differs from no bytes.
    package var value: [UInt8]?
    package var headers: [KafkaHeader]
    /// Milliseconds since 1970, as the producer or the broker stamped it.
    package var timestampMilliseconds: Int64?

    package init(
        topicPartition: TopicPartition,
        offset: Int64,
        key: [UInt8]? = nil,
        value: [UInt8]?,
        headers: [KafkaHeader] = [],
        timestampMilliseconds: Int64? = nil
    ) {
        self.topicPartition = topicPartition
        self.offset = offset
        self.key = key
        self.value = value
        self.headers = headers
        self.timestampMilliseconds = timestampMilliseconds
    }
}

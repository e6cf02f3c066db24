import CRdKafka

/// librdkafka's list of partitions with offsets, freed at the end of its scope.
struct PartitionList: ~Copyable {
    private let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(_ partitions: some Collection<TopicPartition>) {
        self.init(partitions.map { ($0, Int64(RD_KAFKA_OFFSET_INVALID)) })
    }

    init(_ positions: [TopicPartition: StartPosition]) {
        self.init(positions.map { ($0.key, $0.value.offset) })
    }

    init(_ offsets: [(TopicPartition, Int64)]) {
        // The allocation of librdkafka ends the process where it fails, so the pointer is never null.
        self.pointer = rd_kafka_topic_partition_list_new(Int32(offsets.count))
        for (partition, offset) in offsets {
            rd_kafka_topic_partition_list_add(self.pointer, partition.topic, partition.partition).pointee.offset =
                offset
        }
    }

    /// Takes over a list that librdkafka made.
    init(consuming pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) {
        self.pointer = pointer
    }

    deinit {
        rd_kafka_topic_partition_list_destroy(self.pointer)
    }

    /// Lends the list to a call. The only way to it, since a bare pointer could outlive a list that nobody uses more.
    func lend<Result>(_ body: (UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) -> Result) -> Result {
        defer { extendLifetime(self) }
        return body(self.pointer)
    }

    var partitions: [TopicPartition] { Self.partitions(of: self.pointer) }

    /// The errors that a call left at the partitions.
    var failures: [TopicPartition: KafkaError.Code] {
        Dictionary(
            Self.elements(of: self.pointer).filter { $0.err != RD_KAFKA_RESP_ERR_NO_ERROR }
                .map { (TopicPartition($0), KafkaError.Code($0.err)) },
            uniquingKeysWith: { $1 }
        )
    }

    /// Throws an error that a call left at a partition.
    func check(operation: String) throws {
        if let failure = self.failures.first {
            throw KafkaError(code: failure.value, operation: operation, partition: failure.key)
        }
    }

    /// The offsets that a call left at the partitions; those it left without are absent.
    var offsets: [TopicPartition: Int64] {
        Dictionary(
            Self.elements(of: self.pointer).filter { $0.offset >= 0 }.map { (TopicPartition($0), $0.offset) },
            uniquingKeysWith: { $1 }
        )
    }

    static func partitions(of list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) -> [TopicPartition] {
        Self.elements(of: list).map { TopicPartition($0) }
    }

    private static func elements(
        of list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>
    ) -> UnsafeMutableBufferPointer<rd_kafka_topic_partition_t> {
        UnsafeMutableBufferPointer(start: list.pointee.elems, count: Int(list.pointee.cnt))
    }
}

extension TopicPartition {
    init(_ element: rd_kafka_topic_partition_t) {
        self.init(topic: String(cString: element.topic), partition: element.partition)
    }
}

extension StartPosition {
    var offset: Int64 {
        switch self {
        case .offset(let offset): offset
        case .beginning: Int64(RD_KAFKA_OFFSET_BEGINNING)
        case .end: Int64(RD_KAFKA_OFFSET_END)
        }
    }
}

/// One partition of one topic: the unit of order, of ownership and of positions.
package struct TopicPartition: Hashable, Sendable, Comparable {
    package var topic: String
    package var partition: Int32

    package init(topic: String, partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    package static func < (left: TopicPartition, right: TopicPartition) -> Bool {
        (left.topic, left.partition) < (right.topic, right.partition)
    }
}

extension TopicPartition: CustomStringConvertible {
    package var description: String { "\(self.topic)[\(self.partition)]" }
}

/// Where reading of a partition begins.
///
/// A numeric offset starts at once; `beginning` and `end` first ask the broker, which takes about half a second
/// when the partition's leader is not known yet.
package enum StartPosition: Hashable, Sendable {
    /// The offset of the first record to read. If the broker no longer (or not yet) has it, polling reports
    /// `ConsumerFault.offsetOutOfRange`.
    case offset(Int64)
    case beginning
    case end
}

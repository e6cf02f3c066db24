/// A change of ownership that the group's leader asks of a consumer.
///
/// It must be answered: `.assign` by `KafkaConsumer.assign(_:)`, the others by `KafkaConsumer.unassign(_:)`.
/// Until then the group waits, and no other rebalance arrives.
package enum Rebalance: Hashable, Sendable {
    /// Partitions that are now the consumer's, in addition to those it has.
    case assign([TopicPartition])
    /// Partitions that another consumer is to take over; they are still the consumer's until the answer.
    case revoke([TopicPartition])
    /// Partitions that another consumer may have taken over already: what is done for them now may be done twice.
    case lost([TopicPartition])
}

/// What went wrong between a consumer and its brokers. The consumer goes on by itself unless a case says otherwise.
package enum ConsumerFault: Sendable {
    /// The broker does not have the record to be read next: it was deleted, or the broker lost or never had it.
    /// The partition stands still until a seek.
    case offsetOutOfRange(TopicPartition, offset: Int64)
    /// No broker is connected. Records polled after this may come from a broker that was replaced.
    case brokersUnreachable
    case partition(TopicPartition, KafkaError)
    /// With `KafkaError.isFatal` the consumer is of no more use: close it and make a new one.
    case other(KafkaError)
}

/// What one poll brought.
package struct Polled: Sendable {
    /// In the order of each partition. A record may come a second time around a rebalance, a pause or a seek:
    /// skip those below the position already reached.
    package var records: [ConsumedRecord]
    package var rebalance: Rebalance?
    /// In the order in which they occurred.
    package var faults: [ConsumerFault]

    package init(records: [ConsumedRecord] = [], rebalance: Rebalance? = nil, faults: [ConsumerFault] = []) {
        self.records = records
        self.rebalance = rebalance
        self.faults = faults
    }
}

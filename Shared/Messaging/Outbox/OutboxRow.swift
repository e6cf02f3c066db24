import Contracts
import Kafka

/// A record on its way to the broker, as the outbox keeps it.
struct OutboxRow: Sendable {
    var topic: String
    var key: [UInt8]?
    var headers: [KafkaHeader]
    var value: [UInt8]?
    /// How many there are in the value, of a bundle; `nil` of a record by itself.
    var messages: Int?

    init(topic: String, key: [UInt8]?, headers: [KafkaHeader], value: [UInt8]?) {
        self.topic = topic
        self.key = key
        self.headers = headers
        self.value = value
    }

    /// Many events.
    init(_ bundle: EventBundle) {
        self.init(topic: bundle.topic.name, key: nil, headers: [], value: bundle.bytes)
        self.messages = bundle.count
    }

    /// The untouched record, with the headers that say where it came from and why it is here.
    init(deadLetter record: ConsumedRecord, refusal: Refusal, topic: Topic, at time: String) {
        func header(_ name: String, _ value: String) -> KafkaHeader {
            KafkaHeader(name: name, value: Array(value.utf8))
        }
        self.init(
            topic: topic.name,
            key: record.key,
            headers: record.headers + [
                header(DeadLetterHeader.topic, record.topicPartition.topic),
                header(DeadLetterHeader.partition, String(record.topicPartition.partition)),
                header(DeadLetterHeader.offset, String(record.offset)),
                header(DeadLetterHeader.code, refusal.code),
                header(DeadLetterHeader.message, refusal.text),
                header(DeadLetterHeader.time, time),
            ],
            value: record.value
        )
    }
}

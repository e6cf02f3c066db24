import Contracts
import Kafka

/// A record's headers by name, lower-cased; of several with one name the last counts.
struct RecordHeaders {
    private var values: [String: String] = [:]

    init(_ headers: [KafkaHeader]) {
        for header in headers {
            guard let value = header.value else { continue }
            self.values[header.name.lowercased()] = String(decoding: value, as: UTF8.self)
        }
    }

    subscript(_ name: String) -> String? { self.values[name] }
}

extension ConsumedRecord {
    /// The key as text; a key that is no UTF-8 keeps its place in the order as the text that it repairs to.
    var textKey: String { self.key.map { String(decoding: $0, as: UTF8.self) } ?? "" }

    var origin: RecordOrigin {
        RecordOrigin(
            topic: self.topicPartition.topic,
            partition: self.topicPartition.partition,
            offset: self.offset,
            timestampMilliseconds: self.timestampMilliseconds ?? 0
        )
    }
}

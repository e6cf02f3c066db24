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
    /// The key as text that the database takes; a key that is no such text keeps its place in the order as the text
    /// that it repairs to.
    var textKey: String { self.key.map { String(decoding: $0, as: UTF8.self).storable } ?? "" }

    var origin: RecordOrigin {
        RecordOrigin(
            topic: self.topicPartition.topic,
            partition: self.topicPartition.partition,
            offset: self.offset,
            timestampMilliseconds: self.timestampMilliseconds ?? 0
        )
    }
}

extension String {
    /// With U+FFFD for each U+0000, which PostgreSQL does not take.
    var storable: String {
        guard self.utf8.contains(0) else { return self }
        return String(String.UnicodeScalarView(self.unicodeScalars.map { $0.value == 0 ? "\u{FFFD}" : $0 }))
    }
}

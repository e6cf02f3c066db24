import ArgumentParser
import Contracts
import Foundation
import Kafka

/// A record that a service refused, and what has been decided about it.
///
/// A decision is a record beside it, in the same partition, without a value: with the headers of the dead letter, and
/// those that say what was decided, by whom and why.
struct DeadLetter {
    var record: ConsumedRecord
    var decision: ConsumedRecord?

    static func all(of service: String) async throws -> [DeadLetter] {
        let records = try await Broker().read(.deadLetters(of: service))
        var decisions: [String: ConsumedRecord] = [:]
        for record in records { if let place = record.header("dl_of") { decisions[place] = record } }
        return records.filter { $0.header("dl_of") == nil }.map {
            DeadLetter(record: $0, decision: decisions[$0.place])
        }
    }

    /// Keeps what was decided.
    ///
    /// - Parameter word: `discarded` or `replayed`.
    func note(_ word: String, reason: String?, by: String) async throws {
        let now = Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
        var headers = self.record.headers.filter { $0.name.hasPrefix("dl_") }
        headers += [
            KafkaHeader("dl_of", self.record.place), KafkaHeader("dl_decision", word), KafkaHeader("dl_by", by),
            KafkaHeader("dl_decided_at", now.rfc3339(offsetSeconds: 0)),
        ]
        if let reason { headers.append(KafkaHeader("dl_reason", reason)) }
        let partition = self.record.topicPartition
        try await Broker().publish([
            ProducerRecord(
                topic: partition.topic, partition: partition.partition, key: self.record.key, value: nil,
                headers: headers)
        ])
    }

    /// What list shows in JSON.
    struct Document: Encodable {
        var place: String
        var key: String
        var topic: String?
        var code: String?
        var message: String?
        var time: String?
        var decision: String?
        var by: String?
        var reason: String?
        var decidedAt: String?
        /// Not in lists.
        var value: String?
    }

    var document: Document {
        Document(
            place: self.record.place, key: self.record.text(self.record.key), topic: self.record.header("dl_topic"),
            code: self.record.header("dl_code"), message: self.record.header("dl_message"),
            time: self.record.header("dl_time"), decision: self.decision?.header("dl_decision"),
            by: self.decision?.header("dl_by"), reason: self.decision?.header("dl_reason"),
            decidedAt: self.decision?.header("dl_decided_at"))
    }

    /// `discarded by li at …: a test`; `nil` while nothing is decided.
    var decisionText: String? {
        let document = self.document
        guard let decision = document.decision else { return nil }
        let why = document.reason.map { ": \($0)" } ?? ""
        return "\(decision) by \(document.by ?? "nobody") at \(document.decidedAt ?? "some time")\(why)"
    }
}

extension ConsumedRecord {
    /// PARTITION:OFFSET, as commands take it.
    var place: String { "\(self.topicPartition.partition):\(self.offset)" }

    func header(_ name: String) -> String? { self.headers.last { $0.name == name }?.text }

    func text(_ bytes: [UInt8]?) -> String { bytes.map { String(decoding: $0, as: UTF8.self) } ?? "" }
}

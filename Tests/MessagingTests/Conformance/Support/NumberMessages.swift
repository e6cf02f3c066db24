import Contracts
import Kafka

@testable import Messaging

/// What the test service takes: the next number of a key.
struct NumberRecorded: MessageBody, Hashable {
    static let type = "number.recorded"
    static let topic = Topic("test.numbers", partitions: 4)

    var key: String
    var number: Int
}

/// What it emits for each number that it has taken.
struct NumberEchoed: MessageBody, Hashable {
    static let type = "number.echoed"
    static let topic = Topic("test.echoes", partitions: 4)

    var key: String
    var number: Int
}

/// A key and a number, written `A3`.
struct Numbered: Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    var key: String
    var number: Int

    init(_ key: String, _ number: Int) {
        self.key = key
        self.number = number
    }

    init(stringLiteral value: String) {
        let digits = value.drop { !$0.isNumber && $0 != "-" }
        self.init(String(value.prefix(value.count - digits.count)), Int(digits) ?? 0)
    }

    var description: String { "\(self.key)\(self.number)" }
}

extension Sequence<Numbered> {
    /// The numbers of each key, in the order of the sequence.
    var byKey: [String: [Int]] {
        self.reduce(into: [:]) { $0[$1.key, default: []].append($1.number) }
    }
}

extension KafkaHeader {
    static let numberType = KafkaHeader("ce_type", NumberRecorded.type)
}

extension Numbered {
    var json: [UInt8] { Array(#"{"key":"\#(self.key)","number":\#(self.number)}"#.utf8) }

    /// As a publisher writes it.
    var toProduce: ProducerRecord {
        ProducerRecord(
            topic: NumberRecorded.topic.name, key: Array(self.key.utf8), value: self.json, headers: [.numberType])
    }

    /// As it is read.
    func record(at offset: Int64, partition: Int32 = 0) -> ConsumedRecord {
        ConsumedRecord(
            topicPartition: TopicPartition(topic: NumberRecorded.topic.name, partition: partition),
            offset: offset,
            key: Array(self.key.utf8),
            value: self.json,
            headers: [.numberType],
            timestampMilliseconds: 1_700_000_000_000
        )
    }
}

/// Consecutive records of one partition.
func records(_ numbers: [Numbered], from offset: Int64 = 0, partition: Int32 = 0) -> [ConsumedRecord] {
    numbers.enumerated().map { $0.element.record(at: offset + Int64($0.offset), partition: partition) }
}

/// Every key in turn, numbers from 1.
func roundRobin(keys: Int, numbers: ClosedRange<Int>) -> [Numbered] {
    numbers.flatMap { number in (0..<keys).map { Numbered("k\($0)", number) } }
}

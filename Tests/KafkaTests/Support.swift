import Logging
import Testing

@testable import Kafka

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

extension MockCluster {
    func consumer(group: String? = nil, _ properties: [String: String] = [:]) throws -> KafkaConsumer {
        try KafkaConsumer(configuration: self.configuration.setting(properties), groupID: group, logger: quiet)
    }

    func producer(_ properties: [String: String] = [:]) throws -> KafkaProducer {
        try KafkaProducer(configuration: self.configuration.setting(properties), logger: quiet)
    }

    /// Writes values `0`, `1`, … to a partition and expects all to be accepted.
    func fill(_ partition: TopicPartition, with values: Range<Int>) async throws {
        let producer = try self.producer()
        let results = try await producer.send(values.map { .numbered($0, partition) })
        for result in results { _ = try result.get() }
        await producer.close(timeout: .seconds(1))
    }
}

extension ProducerRecord {
    static func numbered(_ number: Int, _ partition: TopicPartition) -> ProducerRecord {
        ProducerRecord(
            topic: partition.topic,
            partition: partition.partition,
            key: nil,
            value: Array("\(number)".utf8)
        )
    }
}

extension ConsumedRecord {
    var number: Int? { self.value.flatMap { Int(String(decoding: $0, as: UTF8.self)) } }
}

extension KafkaConsumer {
    /// Polls until the predicate holds for everything polled so far; a failure after a minute.
    func poll(
        until isDone: (Polled) -> Bool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Polled {
        let deadline = ContinuousClock.now + .seconds(300)
        var all = Polled()
        while !isDone(all) {
            guard ContinuousClock.now < deadline else {
                Issue.record("polled only \(all)", sourceLocation: sourceLocation)
                return all
            }
            let polled = try self.poll(maxRecords: 1000, wait: .milliseconds(100), linger: .milliseconds(5))
            all.records += polled.records
            all.rebalance = polled.rebalance ?? all.rebalance
            all.faults += polled.faults
        }
        return all
    }

    func poll(records count: Int, sourceLocation: SourceLocation = #_sourceLocation) throws -> [ConsumedRecord] {
        try self.poll(until: { $0.records.count >= count }, sourceLocation: sourceLocation).records
    }
}

extension Polled {
    var hasUnreachableFault: Bool {
        self.faults.contains { if case .brokersUnreachable = $0 { true } else { false } }
    }
}

let p0 = TopicPartition(topic: "numbers", partition: 0)
let p1 = TopicPartition(topic: "numbers", partition: 1)

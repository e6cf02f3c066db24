import Contracts
import Kafka
import TestSupport
import Testing

@testable import Messaging

extension TestBroker {
    /// With the topics of the test service.
    static func forNumbers() throws -> TestBroker {
        let broker = try TestBroker(
            topics: [NumberRecorded.topic.name, NumberEchoed.topic.name, Topic.deadLetters(of: Instance.name).name]
        )
        broker.createTopic(Topic.clockControl.name, partitions: 1)
        return broker
    }

    func publish(_ numbers: [Numbered]) async throws {
        try await self.publish(numbers.map(\.toProduce))
    }

    func publish(_ records: [ProducerRecord]) async throws {
        let producer = try KafkaProducer(
            configuration: self.configuration.setting(["message.max.bytes": "4194304"]),
            logger: TestDatabase.silent
        )
        for result in try await producer.send(records) { _ = try result.get() }
        await producer.close(timeout: .seconds(1))
    }

    /// Everything that a topic holds now, partition by partition.
    func records(of topic: Topic, partitions: Int32 = 4) async throws -> [ConsumedRecord] {
        let consumer = try KafkaConsumer(configuration: self.configuration, groupID: nil, logger: TestDatabase.silent)
        var ends: [TopicPartition: Int64] = [:]
        for number in 0..<partitions {
            let partition = TopicPartition(topic: topic.name, partition: number)
            let end = try await consumer.watermarks(partition, timeout: .seconds(30)).high
            if end > 0 { ends[partition] = end }
        }
        var records: [ConsumedRecord] = []
        if !ends.isEmpty {
            try await consumer.assignManually(ends.mapValues { _ in .offset(0) })
            let wanted = Int(ends.values.reduce(0, +))
            let deadline = ContinuousClock.now + .seconds(300)
            while records.count < wanted, ContinuousClock.now < deadline {
                let polled = try await consumer.poll(maxRecords: 10_000, wait: .milliseconds(100), linger: .zero)
                records += polled.records
            }
            try #require(records.count >= wanted, "could not read \(topic)")
        }
        await consumer.close()
        return records.sorted { ($0.topicPartition, $0.offset) < ($1.topicPartition, $1.offset) }
    }

    func echoes() async throws -> [Numbered] {
        try await self.records(of: NumberEchoed.topic).map { try Numbered(event: $0.value) }
    }
}

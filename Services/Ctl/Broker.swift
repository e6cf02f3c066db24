import Contracts
import Foundation
import Kafka
import Logging

/// The broker as the environment names it.
struct Broker: Sendable {
    let configuration: KafkaConfiguration
    let logger: Logger

    init() throws {
        self.configuration = try KafkaConfiguration(environment: ProcessInfo.processInfo.environment)
        var logger = Logger(label: "sheaf-ctl") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .critical
        self.logger = logger
    }

    /// Publishes messages as bare JSON, and waits until the broker has them.
    func publish<Body: MessageBody>(_ bodies: [Body]) async throws {
        let encoder = JSONEncoder()
        try await self.publish(
            bodies.map { body in
                ProducerRecord(
                    topic: Body.topic.name, partition: nil, key: Array(body.key.utf8),
                    value: [UInt8](try encoder.encode(body)), headers: [])
            })
    }

    func publish(_ records: [ProducerRecord]) async throws {
        let configuration = KafkaConfiguration(properties: ["linger.ms": "0", "message.timeout.ms": "10000"])
            .setting(self.configuration.properties)
        let producer = try KafkaProducer(configuration: configuration, logger: self.logger)
        let results: [Result<Int64, KafkaError>]
        do {
            results = try await producer.send(records)
        } catch {
            await producer.close(timeout: .seconds(1))
            throw error
        }
        await producer.close(timeout: .seconds(5))
        for result in results { _ = try result.get() }
    }

    /// All that a topic holds now, in the order of each partition.
    func read(_ topic: Topic) async throws -> [ConsumedRecord] {
        let consumer = try KafkaConsumer(configuration: self.configuration, groupID: nil, logger: self.logger)
        let partitions = try await consumer.partitions(of: [topic.name], timeout: .seconds(10))
        var ends: [TopicPartition: Int64] = [:]
        var starts: [TopicPartition: StartPosition] = [:]
        for number in partitions[topic.name] ?? [] {
            let partition = TopicPartition(topic: topic.name, partition: number)
            let marks = try await consumer.watermarks(partition, timeout: .seconds(10))
            guard marks.high > marks.low else { continue }
            ends[partition] = marks.high
            starts[partition] = .offset(marks.low)
        }
        var records: [ConsumedRecord] = []
        if !starts.isEmpty { try await consumer.assignManually(starts) }
        let deadline = ContinuousClock.now + .seconds(30)
        while !ends.isEmpty, ContinuousClock.now < deadline {
            let polled = try await consumer.poll(maxRecords: 1000, wait: .milliseconds(200), linger: .zero)
            records += polled.records
            for record in polled.records where record.offset + 1 >= ends[record.topicPartition] ?? .max {
                ends[record.topicPartition] = nil
            }
        }
        await consumer.close()
        return records
    }
}

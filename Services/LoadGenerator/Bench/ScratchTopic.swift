import Contracts
import Kafka

/// A topic of the benchmark's own, on the broker that is measured.
enum ScratchTopic {
    static let name = "bench.ceiling"

    /// Creates it where that takes a request; brokers that cannot be asked create it when it is written to.
    static func prepare(_ name: String = Self.name, on broker: Broker) async throws {
        let administrator = try KafkaAdministrator(configuration: broker.configuration, logger: broker.logger)
        if try await administrator.existingTopics()[name] == nil {
            do {
                let topic = NewTopic(name: name, partitions: 12)
                _ = try await administrator.createTopics([topic], timeout: .seconds(3))
            } catch let error as KafkaError where error.code == .timedOut {
                // A broker without administration.
            }
        }
        await administrator.close()
        let producer = try broker.producer()
        try await producer.publish([ProducerRecord(topic: name, key: [0], value: [])])
        await producer.close(timeout: .seconds(5))
    }

    static func records(_ values: [[UInt8]], key: UInt64) -> [ProducerRecord] {
        let key = Array(String(key).utf8)
        return values.map { ProducerRecord(topic: Self.name, key: key, value: $0) }
    }
}

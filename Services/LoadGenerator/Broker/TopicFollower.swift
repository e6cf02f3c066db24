import Contracts
import Kafka

/// Reads topics from where they end at its making, and notices when the broker drops records before they are read.
struct TopicFollower: Sendable {
    private let consumer: KafkaConsumer
    /// The next offsets at the making, by partition.
    let start: [TopicPartition: Int64]

    /// - Throws: `LoadGeneratorError` when the broker is out of reach or a topic does not exist: there is no system then.
    init(_ topics: [Topic], on broker: Broker) async throws {
        self.consumer = try KafkaConsumer(configuration: broker.configuration, groupID: nil, logger: broker.logger)
        self.start = try await self.consumer.ends(of: topics.map(\.name), on: broker)
        let positions = self.start.mapValues { StartPosition.offset($0) }
        try await self.consumer.assignManually(positions)
    }

    /// - Throws: `LoadGeneratorError` after a gap; `KafkaError`.
    func poll(wait: Duration, linger: Duration = .zero, maxRecords: Int = 5000) async throws -> [ConsumedRecord] {
        let polled = try await self.consumer.poll(maxRecords: maxRecords, wait: wait, linger: linger)
        for fault in polled.faults {
            switch fault {
            case .offsetOutOfRange(let partition, let offset):
                throw LoadGeneratorError(
                    description: "the broker no longer has offset \(offset) of \(partition), which was not read yet: "
                        + "the follower was too slow for its retention, or the broker was restarted")
            case .other(let error) where error.isFatal: throw error
            // librdkafka reconnects by itself.
            case .brokersUnreachable, .partition, .other: break
            }
        }
        return polled.records
    }

    /// Where the topics end now.
    func ends() async throws -> [TopicPartition: Int64] {
        var ends: [TopicPartition: Int64] = [:]
        for partition in self.start.keys {
            ends[partition] = try await self.consumer.watermarks(partition, timeout: .seconds(10)).high
        }
        return ends
    }

    func close() async { await self.consumer.close() }
}

extension KafkaConsumer {
    fileprivate func ends(of topics: [String], on broker: Broker) async throws -> [TopicPartition: Int64] {
        let servers = broker.configuration.properties["bootstrap.servers"] ?? ""
        let partitions: [String: [Int32]]
        do {
            partitions = try self.partitions(of: topics, timeout: .seconds(10))
        } catch let error as KafkaError {
            throw LoadGeneratorError(description: "no broker answers at \(servers) (\(error)): start the system first")
        }
        for topic in topics where partitions[topic]?.isEmpty ?? true {
            throw LoadGeneratorError(
                description: "the broker at \(servers) has no topic \(topic): start the services, which create it")
        }
        var ends: [TopicPartition: Int64] = [:]
        for (topic, numbers) in partitions {
            for number in numbers {
                let partition = TopicPartition(topic: topic, partition: number)
                ends[partition] = try self.watermarks(partition, timeout: .seconds(10)).high
            }
        }
        return ends
    }
}

import Contracts
import Kafka

/// How fast the broker takes and gives the messages of orders, with nothing else going on.
struct BrokerCeiling: Sendable {
    let broker: Broker
    let messages: CeilingMessages

    struct Rates: Sendable, Codable {
        var producedPerSecond: Double
        var consumedPerSecond: Double
    }

    /// Publishes the messages of so many orders, then reads what the broker has kept of them.
    func measure(orders: Int) async throws -> Rates {
        let topic = Topic(ScratchTopic.name)
        let marker = try await TopicFollower([topic], on: self.broker)
        let batches = stride(from: 0, to: orders, by: 100).map { first in
            (first..<min(first + 100, orders)).flatMap { order in
                ScratchTopic.records(self.messages.all(UInt64(order)), key: UInt64(order))
            }
        }
        let producer = try self.broker.producer()
        let start = ContinuousClock.now
        for batch in batches { try await producer.publish(batch) }
        let produced = Double(batches.reduce(0) { $0 + $1.count }) / (ContinuousClock.now - start).inSeconds
        await producer.close(timeout: .seconds(5))
        let ends = try await marker.ends()
        await marker.close()
        return Rates(producedPerSecond: produced, consumedPerSecond: try await self.consume(to: ends))
    }

    private func consume(to ends: [TopicPartition: Int64]) async throws -> Double {
        let consumer = try KafkaConsumer(
            configuration: self.broker.configuration, groupID: nil, logger: self.broker.logger)
        var missing = 0
        var positions: [TopicPartition: StartPosition] = [:]
        for (partition, end) in ends {
            let low = try await consumer.watermarks(partition, timeout: .seconds(10)).low
            missing += Int(end - low)
            positions[partition] = .offset(low)
        }
        let count = missing
        let start = ContinuousClock.now
        try await consumer.assignManually(positions)
        while missing > 0 {
            let polled = try await consumer.poll(maxRecords: 5000, wait: .seconds(5), linger: .zero)
            if polled.records.isEmpty {
                throw LoadGeneratorError(description: "\(ScratchTopic.name): \(missing) records cannot be read back")
            }
            missing -= polled.records.count
        }
        let seconds = (ContinuousClock.now - start).inSeconds
        await consumer.close()
        return Double(count) / seconds
    }
}

extension Duration {
    var inSeconds: Double { Double(self.nanoseconds) / 1_000_000_000 }
}

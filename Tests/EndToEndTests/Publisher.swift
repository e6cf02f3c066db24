import Contracts
import Foundation
import Kafka
import Testing

/// What a channel, an operator or a load test does: puts records on topics.
final class Publisher: Sendable {
    private let producer: KafkaProducer

    init(_ system: RunningSystem) throws {
        self.producer = try KafkaProducer(configuration: system.kafka, logger: RunningSystem.logger)
    }

    /// Publishes bare JSON objects, as channels may.
    func publish<Body: MessageBody>(_ bodies: [Body]) async throws {
        let encoder = JSONEncoder()
        try await self.publish(bodies.map { (Body.topic, $0.key, [UInt8](try encoder.encode($0))) })
    }

    /// Publishes events of a topic that carries several types, in binary mode.
    func publish<Body: MessageBody>(events bodies: [Body]) async throws {
        let encoder = JSONEncoder()
        let headers = [KafkaHeader(name: "ce_type", value: Array(Body.type.utf8))]
        let records = try bodies.map { body in
            ProducerRecord(
                topic: Body.topic.name, partition: nil, key: Array(body.key.utf8),
                value: [UInt8](try encoder.encode(body)), headers: headers)
        }
        for result in try await self.producer.send(records) { _ = try result.get() }
    }

    func publish(_ records: [(Topic, String, [UInt8])]) async throws {
        let results = try await self.producer.send(
            records.map {
                ProducerRecord(topic: $0.0.name, partition: nil, key: Array($0.1.utf8), value: $0.2, headers: [])
            }
        )
        for result in results { _ = try result.get() }
    }

    func stop() async {
        await self.producer.close(timeout: .seconds(5))
    }
}

/// Numbers and names that no other test, and no other run of this one, has used.
struct Unique: Sendable {
    /// Nine digits of the run and a count.
    private static let run = UInt64(Date().timeIntervalSince1970 * 10) % 1_000_000
    private static let count = Counter()

    private actor Counter {
        private var value: UInt64 = 0
        /// Leaves out the test numbers.
        func next() -> UInt64 {
            repeat { self.value += 1 } while (9901...9906).contains(self.value % 10_000)
            return self.value
        }
    }

    private static func digits() async -> String {
        let count = await Self.count.next()
        let text = String(Self.run * 10_000 + count)
        return String(repeating: "0", count: max(0, 10 - text.count)) + text
    }

    static func externalId() async -> String { "E2E-\(await self.digits())" }
    static func mobile() async -> String { "1\(await self.digits())" }
    static func fixedLine() async -> String { "0\(await self.digits())" }
    static func broadband() async -> String { "BB\(await self.digits())" }
    static func dataCard() async -> String { "99\(await self.digits())" }
    static func customer() async -> String { "C\(await self.digits())" }

    /// A mobile number that ends with the four digits of a test number.
    static func mobile(endingIn digits: String) async -> String {
        "1\(await self.digits().suffix(6))\(digits)"
    }
}

import Contracts
import Foundation
import Kafka
import Synchronization
import Testing

/// One record, as anyone who watches the topics sees it.
struct Observed: Sendable {
    struct Envelope: Decodable {
        var id: String
        var type: String
        var subject: String?
        var correlationid: String?
        var causationid: String?
        var traceparent: String?
    }

    var record: ConsumedRecord
    var envelope: Envelope?

    var topic: String { self.record.topicPartition.topic }
    var type: String { self.envelope?.type ?? "" }
    var key: String { self.record.key.map { String(decoding: $0, as: UTF8.self) } ?? "" }
    var text: String { self.record.value.map { String(decoding: $0, as: UTF8.self) } ?? "" }

    func header(_ name: String) -> String? {
        self.record.headers.last { $0.name == name }?.value.map { String(decoding: $0, as: UTF8.self) }
    }

    var headers: [String: String] {
        let names = Set(self.record.headers.map(\.name))
        return Dictionary(uniqueKeysWithValues: names.compactMap { name in self.header(name).map { (name, $0) } })
    }

    private struct DataOnly<Body: Decodable>: Decodable {
        var data: Body
    }

    init(_ record: ConsumedRecord) {
        self.record = record
        self.envelope = try? JSONDecoder().decode(Observed.Envelope.self, from: Data(record.value ?? []))
        // In binary mode the attributes are headers.
        guard let id = self.header("ce_id"), let type = self.header("ce_type") else { return }
        self.envelope = Envelope(
            id: id, type: type, subject: self.header("ce_subject"), correlationid: self.header("ce_correlationid"),
            causationid: self.header("ce_causationid"), traceparent: self.header("ce_traceparent"))
    }

    func body<Body: Decodable>(_ type: Body.Type = Body.self) throws -> Body {
        guard self.header("ce_type") == nil else {
            return try JSONDecoder().decode(Body.self, from: Data(self.record.value ?? []))
        }
        return try JSONDecoder().decode(DataOnly<Body>.self, from: Data(self.record.value ?? [])).data
    }
}

/// Watches topics from where they are when it starts, and keeps all that it sees.
actor Observer {
    private let consumer: KafkaConsumer
    private var seen: [Observed] = []
    private var positions: [TopicPartition: Int64] = [:]

    static let topics: [Topic] = [
        .ordersEvents, .workOrdersIssued, .workOrdersEvents, .networkCommands, .networkResponses, .usageRated,
        .accountsEvents, .notificationsEvents, .messagesReceived, .complaintsEvents, .adjustmentsRequested,
        .deadLetters(of: "orders"), .deadLetters(of: "provisioning"), .deadLetters(of: "rating"),
        .deadLetters(of: "notification"), .deadLetters(of: "complaints"),
    ]

    init(_ system: RunningSystem) throws {
        self.consumer = try KafkaConsumer(configuration: system.kafka, groupID: nil, logger: RunningSystem.logger)
    }

    /// Starts watching at the topics' ends.
    func start() async throws {
        let partitions = try await self.consumer.partitions(of: Self.topics.map(\.name), timeout: .seconds(10))
        for (topic, numbers) in partitions {
            for number in numbers {
                let partition = TopicPartition(topic: topic, partition: number)
                self.positions[partition] = try await self.consumer.watermarks(partition, timeout: .seconds(10)).high
            }
        }
        try await self.consumer.assignManually(self.positions.mapValues { .offset($0) })
    }

    private func gather() async throws {
        while true {
            let polled = try await self.consumer.poll(maxRecords: 5000, wait: .milliseconds(20), linger: .zero)
            self.seen += polled.records.map { Observed($0) }
            if polled.records.isEmpty { return }
        }
    }

    func all() async throws -> [Observed] {
        try await self.gather()
        return self.seen
    }

    func stop() async {
        await self.consumer.close()
    }
}

extension Observer {
    /// Every message of a type whose `correlationid` is an order's id, in the order of being seen.
    func messages<Body: MessageBody>(_ type: Body.Type, of order: OrderID) async throws -> [Body] {
        try await self.all()
            .filter { $0.type == Body.type && $0.envelope?.correlationid == order.description }
            .map { try $0.body(Body.self) }
    }

    func messages<Body: MessageBody>(_ type: Body.Type, where isMeant: (Body) -> Bool) async throws -> [Body] {
        try await self.all().filter { $0.type == Body.type }.map { try $0.body(Body.self) }.filter(isMeant)
    }

    /// Waits for the order's acknowledgement or rejection.
    func answer(to externalId: String, _ deadline: Duration = .seconds(300)) async throws -> Answer {
        var answer: Answer?
        try await until("an answer to \(externalId)", deadline) {
            if let message = try await self.messages(OrderAcknowledged.self, where: { $0.externalId == externalId })
                .first
            {
                answer = .acknowledged(message)
            } else if let message = try await self.messages(OrderRejected.self, where: { $0.externalId == externalId })
                .first
            {
                answer = .rejected(message)
            }
            return answer != nil
        }
        return try #require(answer)
    }

    enum Answer: Sendable {
        case acknowledged(OrderAcknowledged)
        case rejected(OrderRejected)

        var acknowledged: OrderAcknowledged? {
            if case .acknowledged(let message) = self { message } else { nil }
        }

        var codes: [String] {
            if case .rejected(let message) = self { message.reasons.map(\.code) } else { [] }
        }
    }

    func completed(_ order: OrderID, _ deadline: Duration = .seconds(300)) async throws -> OrderCompleted {
        try await until("order \(order) is complete", deadline) {
            try await !self.messages(OrderCompleted.self, of: order).isEmpty
        }
        return try #require(try await self.messages(OrderCompleted.self, of: order).first)
    }
}

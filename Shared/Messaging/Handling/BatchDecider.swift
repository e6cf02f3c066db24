import Contracts
import Kafka
import Logging

/// What a batch of records comes to: messages to publish, records to park, dead letters.
struct Decision: Sendable {
    struct Parked: Sendable {
        var record: ConsumedRecord
        /// 0 for one that waits behind another of its key.
        var attempts: Int
        var refusal: Refusal
    }

    var outgoing: [Outgoing] = []
    var deadLetters: [(record: ConsumedRecord, refusal: Refusal)] = []
    var parked: [Parked] = []
    /// By topic and type, for the metrics.
    var handled: [MessageKind: Int] = [:]
    var ignored: [MessageKind: Int] = [:]
    /// What the handlers themselves count.
    var occurrences: [Occurrence] = []
}

/// A label of the metrics: both parts come from the contract, so there are few.
struct MessageKind: Hashable, Sendable {
    var topic: String
    var type: String
}

/// Takes records through decoding and the handlers: everything between the broker and the database.
struct BatchDecider: Sendable {
    private let handlers: [AnyMessageHandler]
    private let decoder: EventDecoder

    init(handlers: [any MessageHandler]) {
        let handlers = handlers.map { Self.erase($0) }
        self.handlers = handlers
        self.decoder = EventDecoder(handlers: handlers)
    }

    var topics: [String] { Set(self.handlers.map(\.topic.name)).sorted() }

    func decode(_ records: [ConsumedRecord]) -> [EventDecoder.Outcome] {
        records.map(self.decoder.decode)
    }

    /// - Parameters:
    ///   - decoded: the outcomes of the same records.
    ///   - blocked: keys with a record that waits; their further records wait behind it.
    func decide(
        _ records: [ConsumedRecord],
        _ decoded: [EventDecoder.Outcome],
        blocked: Set<TopicKey>,
        in context: HandlingContext
    ) async throws -> Decision {
        var decision = Decision()
        var blocked = blocked
        var waves = Waves<Int>()
        var messages: [Int: Message<any Sendable>] = [:]
        for (index, outcome) in decoded.enumerated() {
            switch outcome {
            case .message(let message, let handler):
                messages[index] = message
                waves.append(index, key: message.origin.topic + "\u{1F}" + message.key, handler: handler)
            case .ignored(let type):
                decision.ignored[MessageKind(topic: records[index].topicPartition.topic, type: type), default: 0] += 1
            case .undecodable(let refusal):
                decision.deadLetters.append((records[index], refusal))
            }
        }
        for wave in waves.waves {
            try await self.handle(wave, of: records, messages, &blocked, &decision, in: context)
        }
        return decision
    }

    private func handle(
        _ wave: Waves<Int>.Wave,
        of records: [ConsumedRecord],
        _ messages: [Int: Message<any Sendable>],
        _ blocked: inout Set<TopicKey>,
        _ decision: inout Decision,
        in context: HandlingContext
    ) async throws {
        var batch: [Message<any Sendable>] = []
        var indices: [RecordOrigin: Int] = [:]
        for index in wave.elements {
            guard let message = messages[index] else { continue }
            if blocked.contains(TopicKey(topic: message.origin.topic, key: message.key)) {
                decision.parked.append(.init(record: records[index], attempts: 0, refusal: Self.behindAnother))
            } else {
                batch.append(message)
                indices[message.origin] = index
            }
        }
        guard !batch.isEmpty else { return }
        let handled = try await self.handlers[wave.handler].handle(batch, in: context)
        decision.outgoing += handled.outgoing
        decision.occurrences += handled.occurrences
        for message in batch {
            decision.handled[MessageKind(topic: message.origin.topic, type: message.context.type), default: 0] += 1
            guard let index = indices[message.origin] else { continue }
            if let refusal = handled.refused[message.origin] {
                decision.deadLetters.append((records[index], refusal))
            } else if let refusal = handled.postponed[message.origin] {
                blocked.insert(TopicKey(topic: message.origin.topic, key: message.key))
                decision.parked.append(.init(record: records[index], attempts: 1, refusal: refusal))
            }
        }
    }

    static let behindAnother = Refusal(code: "BEHIND_ANOTHER", text: "an earlier record of the same key waits")

    private static func erase<Handler: MessageHandler>(_ handler: Handler) -> AnyMessageHandler {
        AnyMessageHandler(handler)
    }
}

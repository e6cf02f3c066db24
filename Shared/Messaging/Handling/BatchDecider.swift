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
    var bundles: [EventBundle] = []
    var deadLetters: [(record: ConsumedRecord, refusal: Refusal)] = []
    var parked: [Parked] = []
    /// By topic and type, for the metrics.
    var handled: [MessageKind: Int] = [:]
    var ignored: [MessageKind: Int] = [:]
    /// What the handlers themselves count.
    var occurrences: [Occurrence] = []

    /// Whether there is nothing to publish, nor to keep.
    var isEmpty: Bool {
        self.outgoing.isEmpty && self.bundles.isEmpty && self.deadLetters.isEmpty && self.parked.isEmpty
    }
}

/// A label of the metrics: both parts come from the contract, so there are few.
struct MessageKind: Hashable, Sendable {
    var topic: String
    var type: String
}

/// Takes records through decoding and the handlers: everything between the broker and the database.
struct BatchDecider: Sendable {
    private let handlers: [AnyMessageHandler]
    let decoder: EventDecoder
    /// By topic.
    let streams: [String: AnyStreamHandler]

    init(handlers: [any MessageHandler]) {
        let streams = handlers.compactMap { $0 as? any StreamHandler }.map { Self.erase($0) }
        self.streams = Dictionary(streams.map { ($0.topic.name, $0) }) { first, _ in first }
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
    ///   - withheld: records that wait behind another of this batch, as an earlier run has shown.
    /// - Throws: `Overtaken` when records were handled that have to wait: to be run again, in a transaction of its
    ///   own, without these; or what a handler throws.
    func decide(
        _ records: [ConsumedRecord],
        _ decoded: [EventDecoder.Outcome],
        blocked: Set<TopicKey>,
        withheld: Set<RecordOrigin> = [],
        in context: HandlingContext
    ) async throws -> Decision {
        var decision = Decision()
        var blocked = Blocked(keys: blocked, records: withheld)
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
        // Parked in the order of the partition, which is that of each key.
        decision.parked.sort {
            ($0.record.topicPartition, $0.record.offset) < ($1.record.topicPartition, $1.record.offset)
        }
        return decision
    }

    /// What must not be handled now.
    private struct Blocked {
        var keys: Set<TopicKey>
        var records: Set<RecordOrigin>

        /// Whether the message has to wait; then so do all later ones of its key.
        mutating func takes(_ message: Message<any Sendable>) -> Bool {
            let key = TopicKey(message)
            if self.records.contains(message.origin) { self.keys.insert(key) }
            return self.keys.contains(key)
        }
    }

    /// Records were handled although one of their key before them has to wait.
    struct Overtaken: Error {
        var records: Set<RecordOrigin>
    }

    private func handle(
        _ wave: Waves<Int>.Wave,
        of records: [ConsumedRecord],
        _ messages: [Int: Message<any Sendable>],
        _ blocked: inout Blocked,
        _ decision: inout Decision,
        in context: HandlingContext
    ) async throws {
        var batch: [Message<any Sendable>] = []
        var indices: [RecordOrigin: Int] = [:]
        for index in wave.elements {
            guard let message = messages[index] else { continue }
            if blocked.takes(message) {
                decision.parked.append(.init(record: records[index], attempts: 0, refusal: Self.behindAnother))
            } else {
                batch.append(message)
                indices[message.origin] = index
            }
        }
        guard !batch.isEmpty else { return }
        let handled = try await self.handlers[wave.handler].handle(batch, in: context)
        try Self.checkOrder(of: batch, handled)
        decision.outgoing += handled.outgoing
        decision.bundles += handled.bundles
        decision.occurrences += handled.occurrences
        for message in batch {
            decision.handled[MessageKind(topic: message.origin.topic, type: message.context.type), default: 0] += 1
            guard let index = indices[message.origin] else { continue }
            if let refusal = handled.refused[message.origin] {
                decision.deadLetters.append((records[index], refusal))
            } else if let refusal = handled.postponed[message.origin] {
                blocked.keys.insert(TopicKey(message))
                decision.parked.append(.init(record: records[index], attempts: 1, refusal: refusal))
            }
        }
    }

    /// A handler takes a whole batch before anyone knows what it postpones: what comes after that, of the same key,
    /// must not have been handled with it.
    private static func checkOrder(of batch: [Message<any Sendable>], _ handled: Handled) throws {
        guard !handled.postponed.isEmpty else { return }
        var followers: [TopicKey: [RecordOrigin]] = [:]
        for message in batch {
            let key = TopicKey(message)
            if followers[key] != nil {
                followers[key]?.append(message.origin)
            } else if handled.postponed[message.origin] != nil {
                followers[key] = []
            }
        }
        let early = followers.values.filter { $0.contains { handled.postponed[$0] == nil } }
        if !early.isEmpty { throw Overtaken(records: Set(early.joined())) }
    }

    static let behindAnother = Refusal(code: "BEHIND_ANOTHER", text: "an earlier record of the same key waits")

    private static func erase<Handler: StreamHandler>(_ handler: Handler) -> AnyStreamHandler {
        AnyStreamHandler(handler)
    }

    private static func erase<Handler: MessageHandler>(_ handler: Handler) -> AnyMessageHandler {
        AnyMessageHandler(handler)
    }
}

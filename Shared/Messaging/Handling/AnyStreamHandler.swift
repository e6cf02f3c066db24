import Contracts
import Kafka

/// A stream handler whose message type is known to itself only, with its reading.
struct AnyStreamHandler: Sendable {
    /// What a batch comes to, beside what the handler's own transactions have done.
    struct Outcome: Sendable {
        var handled = Handled()
        var deadLetters: [(record: ConsumedRecord, refusal: Refusal)] = []
        var messages = 0
        var ignored: [String: Int] = [:]
    }

    let topic: Topic
    let type: String
    private let handleRecords: @Sendable ([ConsumedRecord], EventDecoder, StreamContext) async throws -> Outcome

    init<Handler: StreamHandler>(_ handler: Handler) {
        self.topic = Handler.Body.topic
        self.type = Handler.Body.types.first ?? ""
        self.handleRecords = { records, decoder, context in
            var outcome = Outcome()
            var batch: [Message<Handler.Body>] = []
            batch.reserveCapacity(records.count)
            for record in records {
                if let message = Self.scan(record, as: Handler.Body.self) {
                    batch.append(message)
                } else {
                    Self.decode(record, decoder, &batch, &outcome)
                }
            }
            outcome.messages = batch.count
            if !batch.isEmpty { outcome.handled = try await handler.handle(batch, in: context) }
            return outcome
        }
    }

    func handle(
        _ records: [ConsumedRecord], _ decoder: EventDecoder, in context: StreamContext
    ) async throws -> Outcome {
        try await self.handleRecords(records, decoder, context)
    }

    /// Of a bare record of the usual form, which nearly all are.
    private static func scan<Body: IncomingMessage>(_ record: ConsumedRecord, as body: Body.Type) -> Message<Body>? {
        guard record.headers.isEmpty, let value = record.value, value.count <= EventDecoder.maximumValueBytes,
            let body = value.withUnsafeBufferPointer({ Body.scan($0) })
        else { return nil }
        // Its id is made of its origin where somebody asks for it.
        return Message(
            body: body, context: EventContext(id: "", source: "", type: Body.types.first ?? ""), key: record.textKey,
            origin: record.origin)
    }

    private static func decode<Body: IncomingMessage>(
        _ record: ConsumedRecord, _ decoder: EventDecoder, _ batch: inout [Message<Body>], _ outcome: inout Outcome
    ) {
        switch decoder.decode(record) {
        case .message(let message, _):
            guard let body = message.body as? Body else { return }
            batch.append(Message(body: body, context: message.context, key: message.key, origin: message.origin))
        case .ignored(let type): outcome.ignored[type, default: 0] += 1
        case .undecodable(let refusal): outcome.deadLetters.append((record, refusal))
        }
    }
}

package import Contracts
package import Kafka

/// Reads the records of one topic, for programs that take messages without keeping state.
package struct EventReader<Body: IncomingMessage>: Sendable {
    package enum Outcome: Sendable {
        case message(Message<Body>)
        /// A type of the topic in which the reader has no interest.
        case ignored
        case undecodable(Refusal)
    }

    private let decoder = EventDecoder(handlers: [AnyMessageHandler(Reading<Body>())])

    package init() {}

    package func read(_ record: ConsumedRecord) -> Outcome {
        switch self.decoder.decode(record) {
        case .undecodable(let refusal): return .undecodable(refusal)
        case .ignored: return .ignored
        case .message(let message, _):
            guard let body = message.body as? Body else { return .ignored }
            return .message(Message(body: body, context: message.context, key: message.key, origin: message.origin))
        }
    }
}

/// Only names the message type.
private struct Reading<Body: IncomingMessage>: MessageHandler {
    func handle(_ batch: [Message<Body>], in context: HandlingContext) async throws -> Handled { Handled() }
}

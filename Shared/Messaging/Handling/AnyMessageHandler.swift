import Contracts

/// A handler whose message type is known to itself only.
struct AnyMessageHandler: Sendable {
    let topic: Topic
    let types: [String]
    let name: String
    private let decodeBody: @Sendable (String, any Decoder) throws -> any Sendable
    private let handleBatch: @Sendable ([Message<any Sendable>], HandlingContext) async throws -> Handled

    init<Handler: MessageHandler>(_ handler: Handler) {
        self.topic = Handler.Body.topic
        self.types = Handler.Body.types
        self.name = String(describing: Handler.self)
        self.decodeBody = { type, decoder in try Handler.Body.decode(type: type, from: decoder) }
        self.handleBatch = { batch, context in
            let typed = batch.compactMap { message in
                (message.body as? Handler.Body).map {
                    Message(body: $0, context: message.context, key: message.key, origin: message.origin)
                }
            }
            return try await handler.handle(typed, in: context)
        }
    }

    func decode(type: String, from decoder: any Decoder) throws -> any Sendable {
        try self.decodeBody(type, decoder)
    }

    func handle(_ batch: [Message<any Sendable>], in context: HandlingContext) async throws -> Handled {
        try await self.handleBatch(batch, context)
    }
}

/// What a handler takes: one message type, or a family of types of one topic.
package protocol IncomingMessage: Sendable {
    /// The CloudEvents types that it is decoded from.
    static var types: [String] { get }

    static var topic: Topic { get }

    /// Reads the `data` of a message of one of `types`.
    static func decode(type: String, from data: any Decoder) throws -> Self

    /// Reads bare `data` by byte where it has the usual form; `nil` where it has another, which is then decoded.
    static func scan(_ data: UnsafeBufferPointer<UInt8>) -> Self?
}

extension IncomingMessage {
    package static func scan(_ data: UnsafeBufferPointer<UInt8>) -> Self? { nil }
}

/// The `data` of one message type of the contract.
///
/// A consumer may declare a body of its own with fewer fields: unknown fields are ignored.
package protocol MessageBody: Codable, IncomingMessage {
    /// The CloudEvents `type`, such as `order.submitted`.
    static var type: String { get }

    /// The record's key: what keeps messages about one thing in their order.
    var key: String { get }

    /// The CloudEvents `subject`: the id of the entity that the message is about.
    var subject: String { get }
}

extension MessageBody {
    package var subject: String { self.key }

    package static var types: [String] { [Self.type] }

    package static func decode(type: String, from data: any Decoder) throws -> Self {
        try Self(from: data)
    }
}

import Contracts
import Foundation
import JSONText
import Kafka

/// Reads records into messages: CloudEvents in structured mode, in binary mode, or a bare JSON object.
struct EventDecoder: Sendable {
    /// The largest value that is read; larger ones are dead letters.
    static let maximumValueBytes = 1 << 20

    enum Outcome: Sendable {
        /// - handler: its index.
        case message(Message<any Sendable>, handler: Int)
        /// A type of the topic in which this service has no interest.
        case ignored(type: String)
        case undecodable(Refusal)
    }

    private let handlers: [AnyMessageHandler]
    /// By topic, then type: the handler's index.
    private let routes: [String: [String: Int]]
    /// By topic: what the bodies of its structured events are made by.
    private let bodies: [String: [CodingUserInfoKey: any Sendable]]
    /// The type of a record that names none, by topic.
    private let impliedTypes: [String: String]

    init(handlers: [AnyMessageHandler]) {
        self.handlers = handlers
        var routes: [String: [String: Int]] = [:]
        for (index, handler) in handlers.enumerated() {
            for type in handler.types { routes[handler.topic.name, default: [:]][type] = index }
        }
        self.routes = routes
        self.bodies = routes.mapValues { routes in
            let bodies = EventBodies { type, data in
                guard let index = routes[type] else { return nil }
                return (index, try handlers[index].decode(type: type, from: data))
            }
            return [.eventBodies: bodies]
        }
        self.impliedTypes = MessageTypes.byTopic.compactMapValues { $0.count == 1 ? $0.first : nil }
    }

    func decode(_ record: ConsumedRecord) -> Outcome {
        do {
            return try self.message(of: record)
        } catch let refusal as DecodingRefusal {
            return .undecodable(refusal.refusal)
        } catch {
            return .undecodable(Self.refusal(for: error))
        }
    }

    private func message(of record: ConsumedRecord) throws -> Outcome {
        let value = try Self.checkedValue(of: record)
        let headers = RecordHeaders(record.headers)
        if let type = headers["ce_type"] {
            return try self.binary(record, value: value, type: type, headers: headers)
        }
        if headers["content-type"]?.hasPrefix("application/cloudevents") == true || Self.looksStructured(value) {
            return try self.structured(record, value: value)
        }
        return try self.bare(record, value: value)
    }

    private static func checkedValue(of record: ConsumedRecord) throws -> [UInt8] {
        guard let value = record.value else { throw DecodingRefusal(.empty, "the record has no value") }
        guard value.count <= Self.maximumValueBytes else {
            throw DecodingRefusal(.tooLarge, "\(value.count) bytes; at most \(Self.maximumValueBytes) are accepted")
        }
        guard String(validating: value, as: UTF8.self) != nil else {
            throw DecodingRefusal(.invalidUTF8, "the value is no valid UTF-8")
        }
        guard !Self.escapesNull(value) else {
            throw DecodingRefusal(.invalidText, "a text contains the character U+0000")
        }
        return value
    }

    /// Whether the JSON text has the escape `\u0000`, not counting escaped backslashes before `u0000`.
    private static func escapesNull(_ value: [UInt8]) -> Bool {
        value.withUnsafeBytes { value in
            guard let base = value.baseAddress else { return false }
            var position = 0
            while position < value.count,
                let backslash = memchr(base + position, Int32(UInt8(ascii: "\\")), value.count - position)
            {
                let escaped = UnsafeRawPointer(backslash) - base + 1
                if value[escaped...].prefix(5).elementsEqual("u0000".utf8) { return true }
                position = escaped + 1
            }
            return false
        }
    }

    /// A structured event published without its content type, as command-line producers do.
    private static func looksStructured(_ value: [UInt8]) -> Bool {
        let probe = try? JSONText.decode(StructuredProbe.self, from: value)
        return probe?.specversion != nil && probe?.type != nil
    }

    private func structured(_ record: ConsumedRecord, value: [UInt8]) throws -> Outcome {
        try self.outcome(of: record) { try JSONText.decode(StructuredEvent.self, from: value, userInfo: $0) }
    }

    /// - Parameter read: reads the event, given what its body is made by.
    func outcome(
        of record: ConsumedRecord, _ read: ([CodingUserInfoKey: any Sendable]) throws -> StructuredEvent
    ) throws -> Outcome {
        let topic = record.topicPartition.topic
        let event = try read(self.bodies[topic] ?? [:])
        guard let (handler, body) = event.body else {
            return try self.withoutHandler(type: event.context.type, topic: topic)
        }
        return .message(Self.message(body, event.context, record), handler: handler)
    }

    private func binary(
        _ record: ConsumedRecord,
        value: [UInt8],
        type: String,
        headers: RecordHeaders
    ) throws -> Outcome {
        guard let handler = self.routes[record.topicPartition.topic]?[type] else {
            return try self.withoutHandler(type: type, topic: record.topicPartition.topic)
        }
        let context = EventContext(
            id: headers["ce_id"] ?? Self.identifier(of: record),
            source: headers["ce_source"] ?? "",
            type: type,
            subject: headers["ce_subject"],
            time: headers["ce_time"].flatMap { Timestamp(rfc3339: $0) },
            traceparent: headers["ce_traceparent"] ?? headers["traceparent"],
            correlationID: headers["ce_correlationid"],
            causationID: headers["ce_causationid"]
        )
        return .message(Self.message(try self.body(type, value, handler), context, record), handler: handler)
    }

    private func bare(_ record: ConsumedRecord, value: [UInt8]) throws -> Outcome {
        let topic = record.topicPartition.topic
        guard let type = self.impliedTypes[topic], let handler = self.routes[topic]?[type] else {
            throw DecodingRefusal(
                .unknownType,
                "topic \(topic) carries several types; the record must be a CloudEvents event that names one"
            )
        }
        let context = EventContext(
            id: Self.identifier(of: record),
            source: "",
            type: type,
            traceparent: RecordHeaders(record.headers)["traceparent"]
        )
        return .message(Self.message(try self.body(type, value, handler), context, record), handler: handler)
    }

    private func body(_ type: String, _ value: [UInt8], _ handler: Int) throws -> any Sendable {
        let bodies = EventBodies { type, data in (handler, try self.handlers[handler].decode(type: type, from: data)) }
        return try JSONText.decode(
            BareBody.self, from: value, userInfo: [.eventBodies: bodies, .eventType: type]
        ).body
    }

    private func withoutHandler(type: String, topic: String) throws -> Outcome {
        guard MessageTypes.byTopic[topic]?.contains(type) == true else {
            let accepted = MessageTypes.byTopic[topic]?.joined(separator: ", ") ?? "none"
            throw DecodingRefusal(.unknownType, "type '\(type.prefix(80))' on topic \(topic); accepted: \(accepted)")
        }
        return .ignored(type: type)
    }

    private static func message(
        _ body: any Sendable,
        _ context: EventContext,
        _ record: ConsumedRecord
    ) -> Message<any Sendable> {
        Message(body: body, context: context, key: record.textKey, origin: record.origin)
    }

    private static func identifier(of record: ConsumedRecord) -> String {
        "\(record.topicPartition.topic)/\(record.topicPartition.partition)/\(record.offset)"
    }
}

/// A refusal on its way up.
private struct DecodingRefusal: Error {
    var refusal: Refusal

    init(_ code: UndecodableCode, _ text: String) {
        self.refusal = Refusal(code: code.rawValue, text: text)
    }
}

extension EventDecoder {
    /// The coded form of what `JSONDecoder` says: the field as a JSON Pointer, and what is wrong with it.
    static func refusal(for error: any Error) -> Refusal {
        guard let error = error as? DecodingError else {
            return Refusal(code: UndecodableCode.invalidValue.rawValue, text: "\(error)")
        }
        switch error {
        case .keyNotFound(let key, let context):
            return Refusal(
                code: UndecodableCode.missingField.rawValue,
                text: "\(Self.pointer(context.codingPath + [key])): the field is required"
            )
        case .valueNotFound(let type, let context):
            return Refusal(
                code: UndecodableCode.missingField.rawValue,
                text: "\(Self.pointer(context.codingPath)): null, where \(type) is required"
            )
        case .typeMismatch(let type, let context):
            return Refusal(
                code: UndecodableCode.mistypedField.rawValue,
                text: "\(Self.pointer(context.codingPath)): not of the type \(type)"
            )
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            return Refusal(code: UndecodableCode.invalidJSON.rawValue, text: "the value is no valid JSON")
        case .dataCorrupted(let context):
            return Refusal(
                code: UndecodableCode.invalidValue.rawValue,
                text: "\(Self.pointer(context.codingPath)): \(context.debugDescription)"
            )
        @unknown default:
            return Refusal(code: UndecodableCode.invalidJSON.rawValue, text: "the value cannot be read")
        }
    }

    private static func pointer(_ path: [any CodingKey]) -> String {
        path.isEmpty ? "/" : path.map { "/" + ($0.intValue.map(String.init) ?? $0.stringValue) }.joined()
    }
}

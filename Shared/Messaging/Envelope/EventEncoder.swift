package import Contracts
import Foundation
import JSONText
package import Kafka

/// Writes messages as CloudEvents 1.0.
package struct EventEncoder: Sendable {
    /// `/orders`, `/provisioning`, …
    private let source: String
    private let calendar: BusinessCalendar
    private let identifiers: any IdentifierSource
    /// What the bodies' times are written in.
    private let userInfo: [CodingUserInfoKey: any Sendable]

    package init(source: String, calendar: BusinessCalendar, identifiers: any IdentifierSource) {
        self.source = source
        self.calendar = calendar
        self.identifiers = identifiers
        self.userInfo = [.businessCalendar: calendar]
    }

    /// The header of every record whose value is a structured event.
    package static let contentType = "application/cloudevents+json"

    /// In structured mode.
    ///
    /// - Parameter time: business time.
    /// - Returns: the record's value.
    package func encode(_ message: Outgoing, at time: Timestamp) throws -> [UInt8] {
        let data = try self.data(of: message.body)
        var event = EnvelopeWriter(capacity: data.count + 512)
        event.append("specversion", "1.0")
        for (name, value) in self.attributes(of: message, at: time) { event.append(name, value) }
        event.append("data", json: data)
        return event.finish()
    }

    /// The whole record, for those who publish without an outbox.
    ///
    /// - Parameter time: as in `encode(_:at:)`.
    package func record(of message: Outgoing, at time: Timestamp) throws -> ProducerRecord {
        let row = try self.row(of: message, at: time)
        return ProducerRecord(topic: row.topic, key: row.key, value: row.value, headers: row.headers)
    }

    /// The record in its topic's mode.
    func row(of message: Outgoing, at time: Timestamp) throws -> OutboxRow {
        let key = Array(message.key.utf8)
        guard message.topic.isBinary else {
            return OutboxRow(
                topic: message.topic.name, key: key, headers: HeaderCodec.structuredEvent,
                value: try self.encode(message, at: time))
        }
        let attributes = self.attributes(of: message, at: time).compactMap { name, value in
            value.map { KafkaHeader(name.description == "datacontenttype" ? "content-type" : "ce_\(name)", $0) }
        }
        return OutboxRow(
            topic: message.topic.name, key: key, headers: [KafkaHeader("ce_specversion", "1.0")] + attributes,
            value: try self.data(of: message.body))
    }

    /// Events of one type, in binary mode, to be filled.
    ///
    /// - Parameter time: business time, of all of them.
    package func bundle<Body: MessageBody>(of body: Body.Type, at time: Timestamp) -> EventBundle {
        EventBundle(
            topic: Body.topic, type: Body.type, source: self.source, time: self.calendar.format(time),
            identifiers: self.identifiers)
    }

    private func data<Body: MessageBody>(of body: Body) throws -> [UInt8] {
        try JSONText.encode(body, userInfo: self.userInfo)
    }

    /// All but the version, in their order.
    private func attributes(of message: Outgoing, at time: Timestamp) -> [(name: StaticString, value: String?)] {
        let correlationID = message.correlationID ?? message.subject
        let id = self.identifiers.next()
        return [
            ("id", id.text),
            ("source", self.source),
            ("type", message.type),
            ("subject", message.subject),
            ("time", self.calendar.format(time)),
            ("datacontenttype", "application/json"),
            ("traceparent", Self.traceparent(after: message.cause?.traceparent, correlationID, id)),
            ("correlationid", correlationID),
            ("causationid", message.cause?.id),
        ]
    }

    /// A new span of the cause's trace (W3C Trace Context), named by the random half of the message's id. Where nobody
    /// began a trace, it is that of the order, complaint or usage record: all that follows from it, timers too, then
    /// shows as one.
    static func traceparent(after cause: String?, _ correlationID: String, _ id: UUID) -> String {
        let span = id.hexadecimal.suffix(16)
        if let trace = cause.flatMap({ Self.trace(of: $0) }) { return "00-\(trace)-\(span)-01" }
        let trace = UUID(text: correlationID) ?? id
        return "00-\(trace.hexadecimal)-\(span)-01"
    }

    private static func trace(of traceparent: String) -> Substring? {
        let parts = traceparent.utf8.split(separator: UInt8(ascii: "-"))
        guard parts.count >= 4, parts[1].count == 32, parts[1].contains(where: { $0 != UInt8(ascii: "0") })
        else { return nil }
        return Substring(parts[1])
    }
}

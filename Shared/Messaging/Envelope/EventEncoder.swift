package import Contracts
import Foundation
import JSONText
package import Kafka

/// Writes messages as CloudEvents 1.0 in structured mode.
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

    /// - Parameter time: business time.
    /// - Returns: the record's value.
    package func encode(_ message: Outgoing, at time: Timestamp) throws -> [UInt8] {
        try self.encode(message, message.body, at: time)
    }

    /// The whole record, for those who publish without an outbox.
    ///
    /// - Parameter time: as in `encode(_:at:)`.
    package func record(of message: Outgoing, at time: Timestamp) throws -> ProducerRecord {
        let row = OutboxRow(message, value: try self.encode(message, at: time))
        return ProducerRecord(topic: row.topic, key: row.key, value: row.value, headers: row.headers)
    }

    private func encode<Body: MessageBody>(_ message: Outgoing, _ body: Body, at time: Timestamp) throws -> [UInt8] {
        let data = try JSONText.encode(body, userInfo: self.userInfo)
        let correlationID = message.correlationID ?? message.subject
        let id = self.identifiers.next()
        var event = EnvelopeWriter(capacity: data.count + 512)
        event.append("specversion", "1.0")
        event.append("id", id.text)
        event.append("source", self.source)
        event.append("type", message.type)
        event.append("subject", message.subject)
        event.append("time", self.calendar.format(time))
        event.append("datacontenttype", "application/json")
        event.append("traceparent", self.traceparent(after: message.cause?.traceparent, correlationID, id))
        event.append("correlationid", correlationID)
        event.append("causationid", message.cause?.id)
        event.append("data", json: data)
        return event.finish()
    }

    /// A new span of the cause's trace (W3C Trace Context), named by the random half of the message's id. Where nobody
    /// began a trace, it is that of the order, complaint or usage record: all that follows from it, timers too, then
    /// shows as one.
    private func traceparent(after cause: String?, _ correlationID: String, _ id: UUID) -> String {
        let span = id.hexadecimal.suffix(16)
        if let trace = cause.flatMap(Self.trace) { return "00-\(trace)-\(span)-01" }
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

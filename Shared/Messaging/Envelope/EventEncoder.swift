package import Contracts
import Foundation
package import Kafka

/// Writes messages as CloudEvents 1.0 in structured mode.
package struct EventEncoder: Sendable {
    /// `/orders`, `/provisioning`, …
    private let source: String
    private let calendar: BusinessCalendar
    private let identifiers: any IdentifierSource

    package init(source: String, calendar: BusinessCalendar, identifiers: any IdentifierSource) {
        self.source = source
        self.calendar = calendar
        self.identifiers = identifiers
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
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        encoder.userInfo[.businessCalendar] = self.calendar
        let correlationID = message.correlationID ?? message.subject
        let event = OutgoingEvent(
            specversion: "1.0",
            id: self.identifiers.next().text,
            source: self.source,
            type: message.type,
            subject: message.subject,
            time: time,
            datacontenttype: "application/json",
            traceparent: self.traceparent(after: message.cause?.traceparent, correlationID),
            correlationid: correlationID,
            causationid: message.cause?.id,
            data: body
        )
        return [UInt8](try encoder.encode(event))
    }

    /// A new span of the cause's trace (W3C Trace Context). Where nobody began one, the trace is that of the
    /// order, complaint or usage record: all that follows from it, timers too, then shows as one.
    private func traceparent(after cause: String?, _ correlationID: String) -> String {
        let span = Self.hexadecimal(self.identifiers.next()).suffix(16)
        if let cause, let trace = Self.trace(of: cause) { return "00-\(trace)-\(span)-01" }
        let trace = UUID(text: correlationID) ?? self.identifiers.next()
        return "00-\(Self.hexadecimal(trace))-\(span)-01"
    }

    private static func trace(of traceparent: String) -> Substring? {
        let parts = traceparent.split(separator: "-")
        guard parts.count >= 4, parts[1].utf8.count == 32, parts[1].utf8.contains(where: { $0 != UInt8(ascii: "0") })
        else { return nil }
        return parts[1]
    }

    private static func hexadecimal(_ uuid: UUID) -> String {
        uuid.text.filter { $0 != "-" }
    }
}

private struct OutgoingEvent<Body: Encodable>: Encodable {
    let specversion: String
    let id: String
    let source: String
    let type: String
    let subject: String
    let time: Timestamp
    let datacontenttype: String
    let traceparent: String
    let correlationid: String
    let causationid: String?
    let data: Body
}

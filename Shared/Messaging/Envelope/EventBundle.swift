package import Contracts
package import Foundation
import JSONText
package import Kafka

/// Many events of one type, in binary mode: encoded where they are made, kept in the outbox as one row, and published as
/// one record each.
///
/// The outbox takes some microseconds for a row, and the general encoder for an event: of what there are tens of
/// thousands a second, both are too slow.
package struct EventBundle: Sendable {
    package let topic: Topic
    package private(set) var count = 0
    /// One record after another: key, headers, value, each with its length before it.
    private(set) var bytes: [UInt8] = []
    /// The headers that all have, and the traces' beginning.
    private let common: [UInt8]
    private let identifiers: any IdentifierSource

    init(topic: Topic, type: String, source: String, time: String, identifiers: any IdentifierSource) {
        self.topic = topic
        self.identifiers = identifiers
        var common: [UInt8] = []
        for (name, value) in [
            ("ce_specversion", "1.0"), ("ce_source", source), ("ce_type", type), ("ce_time", time),
            ("content-type", "application/json"),
        ] {
            HeaderCodec.append(KafkaHeader(name, value), to: &common)
        }
        self.common = common
    }

    /// Adds an event.
    ///
    /// - Parameters:
    ///   - subject: what it is about, with which it also began where its cause names nothing else.
    ///   - write: appends the data.
    package mutating func append(
        about subject: UUID, key: String, causedBy cause: EventContext, _ write: (inout [UInt8]) -> Void
    ) {
        self.count += 1
        self.field { $0.append(contentsOf: key.utf8) }
        self.field { [common, identifiers] bytes in
            bytes.append(contentsOf: common)
            Self.appendAttributes(about: subject, id: identifiers.next(), cause, to: &bytes)
        }
        self.field(write)
    }

    private mutating func field(_ write: (inout [UInt8]) -> Void) {
        let start = self.bytes.count
        self.bytes.appendLength(0)
        write(&self.bytes)
        let length = UInt32(self.bytes.count - start - 4)
        for place in 0..<4 { self.bytes[start + place] = UInt8(truncatingIfNeeded: length >> (24 - 8 * place)) }
    }

    private static func appendAttributes(
        about subject: UUID, id: UUID, _ cause: EventContext, to bytes: inout [UInt8]
    ) {
        bytes.appendHeader("ce_id", length: 36)
        bytes.append(id, grouped: true)
        bytes.appendHeader("ce_subject", length: 36)
        bytes.append(subject, grouped: true)
        if let correlationID = cause.correlationID {
            bytes.appendHeader("ce_correlationid", length: correlationID.utf8.count)
            bytes.append(contentsOf: correlationID.utf8)
        } else {
            bytes.appendHeader("ce_correlationid", length: 36)
            bytes.append(subject, grouped: true)
        }
        bytes.appendHeader("ce_causationid", length: cause.id.utf8.count)
        bytes.append(contentsOf: cause.id.utf8)
        Self.appendTrace(about: subject, id: id, cause, to: &bytes)
    }

    /// A span of the cause's trace, or of the subject's.
    private static func appendTrace(about subject: UUID, id: UUID, _ cause: EventContext, to bytes: inout [UInt8]) {
        if let traceparent = cause.traceparent {
            let text = EventEncoder.traceparent(after: traceparent, cause.correlationID ?? subject.text, id)
            bytes.appendHeader("ce_traceparent", length: text.utf8.count)
            bytes.append(contentsOf: text.utf8)
            return
        }
        bytes.appendHeader("ce_traceparent", length: 55)
        bytes.append(contentsOf: "00-".utf8)
        bytes.append(subject, grouped: false)
        bytes.append(UInt8(ascii: "-"))
        let start = bytes.count
        bytes.append(id, grouped: false)
        bytes.removeSubrange(start..<(start + 16))
        bytes.append(contentsOf: "-01".utf8)
    }

    /// As they are published.
    package func records() throws -> [ProducerRecord] { try Self.records(of: self.bytes, on: self.topic.name) }

    /// The records of a bundle that was kept.
    ///
    /// - Throws: `Damaged` when the bytes are none of a bundle.
    static func records(of bytes: [UInt8], on topic: String) throws -> [ProducerRecord] {
        var records: [ProducerRecord] = []
        var headers: [KafkaHeader] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let key = try Self.next(&rest)
            headers = HeaderCodec.decode(try Self.next(&rest), like: headers)
            records.append(
                ProducerRecord(topic: topic, key: Array(key), value: Array(try Self.next(&rest)), headers: headers))
        }
        return records
    }

    struct Damaged: Error {}

    private static func next(_ rest: inout ArraySlice<UInt8>) throws -> ArraySlice<UInt8> {
        guard rest.count >= 4 else { throw Damaged() }
        let length = Int(rest.prefix(4).reduce(0) { $0 << 8 | UInt32($1) })
        rest = rest.dropFirst(4)
        guard rest.count >= length else { throw Damaged() }
        defer { rest = rest.dropFirst(length) }
        return rest.prefix(length)
    }
}

extension [UInt8] {
    /// As `HeaderCodec` writes lengths.
    fileprivate mutating func appendLength(_ length: Int) {
        for shift in [24, 16, 8, 0] { self.append(UInt8(truncatingIfNeeded: length >> shift)) }
    }

    /// A header's name and its value's length.
    fileprivate mutating func appendHeader(_ name: StaticString, length: Int) {
        self.appendLength(name.utf8CodeUnitCount)
        self.appendJSON(raw: name)
        self.appendLength(length)
    }
}

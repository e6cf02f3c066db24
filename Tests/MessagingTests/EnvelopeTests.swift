import Contracts
import Foundation
import Kafka
import Testing

@testable import Messaging

/// Takes `clock.set` and one of the two types of `workorders.issued`.
private struct ClockHandler: MessageHandler {
    func handle(_ batch: [Message<ClockSet>], in context: HandlingContext) async throws -> Handled { Handled() }
}

private struct CancelHandler: MessageHandler {
    func handle(_ batch: [Message<WorkOrderCancelRequested>], in context: HandlingContext) async throws -> Handled {
        Handled()
    }
}

struct EnvelopeTests {
    private let decoder = EventDecoder(handlers: [
        AnyMessageHandler(ClockHandler()), AnyMessageHandler(CancelHandler()),
    ])
    private let set = ClockSet(now: Timestamp(microseconds: 1_700_000_000_000_000), rate: 3600)

    private func record(
        _ value: String?,
        topic: Topic = .clockControl,
        headers: [(String, String)] = []
    ) -> ConsumedRecord {
        ConsumedRecord(
            topicPartition: TopicPartition(topic: topic.name, partition: 0),
            offset: 7,
            key: Array("clock".utf8),
            value: value.map { Array($0.utf8) },
            headers: headers.map { KafkaHeader(name: $0.0, value: Array($0.1.utf8)) },
            timestampMilliseconds: 1
        )
    }

    private func body(_ outcome: EventDecoder.Outcome) -> ClockSet? {
        guard case .message(let message, handler: 0) = outcome else { return nil }
        return message.body as? ClockSet
    }

    private func code(_ outcome: EventDecoder.Outcome) -> String? {
        guard case .undecodable(let refusal) = outcome else { return nil }
        return refusal.code
    }

    @Test("What the encoder writes, the decoder reads: structured mode, with all attributes")
    func structured() throws {
        let encoder = EventEncoder(
            source: "/orders",
            calendar: BusinessCalendar(timeZone: try #require(TimeZone(identifier: "Asia/Shanghai"))),
            identifiers: UUIDv7Source { 1 }
        )
        let cause = EventContext(
            id: "cause",
            source: "/x",
            type: "y",
            traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            correlationID: "begun by"
        )
        let bytes = try encoder.encode(Outgoing(self.set, causedBy: cause), at: Timestamp(microseconds: 0))
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains(#""now":"2023-11-15T06:13:20+08:00""#))
        let outcome = self.decoder.decode(
            self.record(text, headers: [("content-type", EventEncoder.contentType)])
        )
        #expect(self.body(outcome) == self.set)
        guard case .message(let message, _) = outcome else { return }
        #expect(message.context.correlationID == "begun by")
        #expect(message.context.causationID == "cause")
        #expect(message.context.source == "/orders")
        #expect(message.context.traceparent?.hasPrefix("00-0af7651916cd43dd8448eb211c80319c-") == true)
        #expect(message.context.traceparent?.contains("b7ad6b7169203331") == false, "a span of its own")
    }

    @Test("A structured event without the content type, as kcat publishes it, is recognised")
    func structuredWithoutHeader() {
        let value =
            #"{"specversion":"1.0","id":"1","source":"/me","type":"clock.set","data":{"now":"2023-11-15T06:13:20+08:00","rate":3600}}"#
        #expect(self.body(self.decoder.decode(self.record(value))) == self.set)
    }

    @Test("Binary mode: attributes as headers, the value is the data")
    func binary() {
        let headers = [("ce_type", "clock.set"), ("ce_id", "9"), ("ce_source", "/me"), ("ce_correlationid", "c")]
        let outcome = self.decoder.decode(
            self.record(#"{"now":"2023-11-14T22:13:20Z","rate":3600}"#, headers: headers)
        )
        #expect(self.body(outcome) == self.set)
        guard case .message(let message, _) = outcome else { return }
        #expect(message.context.id == "9")
        #expect(message.context.correlationID == "c")
    }

    @Test("A bare object on a topic of one type, with unknown fields")
    func bare() {
        let value = #"{"now":"2023-11-14T22:13:20Z","rate":3600,"note":{"a":[1.5,null]}}"#
        #expect(self.body(self.decoder.decode(self.record(value))) == self.set)
    }

    @Test("A type of the topic that nobody handles is ignored")
    func ignored() {
        let value = #"{"specversion":"1.0","id":"1","source":"/me","type":"workOrder.issued","data":{}}"#
        let outcome = self.decoder.decode(self.record(value, topic: .workOrdersIssued))
        guard case .ignored("workOrder.issued") = outcome else {
            Issue.record("\(outcome)")
            return
        }
    }

    @Test(
        "What is no message has a code",
        arguments: [
            (nil, "EMPTY"),
            (#"{"now":"2023-11-14T22:13:20Z","#, "INVALID_JSON"),
            ("", "INVALID_JSON"),
            ("[]", "MISTYPED_FIELD"),
            (#"{"rate":1}"#, "MISSING_FIELD"),
            (#"{"now":null,"rate":1}"#, "MISSING_FIELD"),
            (#"{"now":"2023-11-14T22:13:20Z","rate":"1"}"#, "MISTYPED_FIELD"),
            (#"{"now":"yesterday","rate":1}"#, "INVALID_VALUE"),
            (#"{"now":"2023-11-14T22:13:20","rate":1}"#, "INVALID_VALUE"),
            (#"{"now":"2023-11-14T22:13:20Z","rate":1,"note":"a\u0000b"}"#, "INVALID_TEXT"),
            (#"{"specversion":"1.0","id":"1","source":"/","type":"clock.stop","data":{}}"#, "UNKNOWN_TYPE"),
            (#"{"specversion":"0.3","id":"1","source":"/","type":"clock.set","data":{}}"#, "INVALID_VALUE"),
        ] as [(String?, String)]
    )
    func undecodable(value: String?, expected: String) {
        #expect(self.code(self.decoder.decode(self.record(value))) == expected)
    }

    @Test("Bytes that are no UTF-8, and values over 1 MiB, have a code; 1 MiB is accepted")
    func bytes() {
        var record = self.record("{}")
        record.value = Array(#"{"a":""#.utf8) + [0xff, 0xfe] + Array(#""}"#.utf8)
        #expect(self.code(self.decoder.decode(record)) == "INVALID_UTF8")
        record.value = Array(repeating: UInt8(ascii: " "), count: (1 << 20) + 1)
        #expect(self.code(self.decoder.decode(record)) == "TOO_LARGE")
        let text = #"{"now":"2023-11-14T22:13:20Z","rate":3600}"#
        record.value = Array(text.utf8) + Array(repeating: UInt8(ascii: " "), count: (1 << 20) - text.utf8.count)
        #expect(self.body(self.decoder.decode(record)) == self.set)
    }

    @Test("The text says which field, as a JSON Pointer")
    func pointer() {
        let value = #"{"specversion":"1.0","id":"1","source":"/","type":"clock.set","data":{"now":3,"rate":1}}"#
        guard case .undecodable(let refusal) = self.decoder.decode(self.record(value)) else {
            Issue.record("expected a refusal")
            return
        }
        #expect(refusal.text.hasPrefix("/data/now:"))
    }

    @Test("An escaped backslash before u0000 is no null character")
    func escapedBackslash() {
        let value = #"{"now":"2023-11-14T22:13:20Z","rate":3600,"note":"\\u0000"}"#
        #expect(self.body(self.decoder.decode(self.record(value))) == self.set)
    }

    @Test("A bare object on a topic of several types must name its type")
    func bareAmongSeveral() {
        #expect(self.code(self.decoder.decode(self.record("{}", topic: .workOrdersIssued))) == "UNKNOWN_TYPE")
    }

    @Test("Headers survive the database column, without values and with any bytes")
    func headerCodec() {
        let headers = [
            KafkaHeader(name: "a", value: [0, 255]), KafkaHeader(name: "", value: nil),
            KafkaHeader(name: "ü", value: []),
        ]
        #expect(HeaderCodec.decode(HeaderCodec.encode(headers)) == headers)
        #expect(HeaderCodec.decode(HeaderCodec.encode([])) == [])
        #expect(HeaderCodec.encode(HeaderCodec.structuredEvent) == nil)
        #expect(HeaderCodec.decode(nil) == HeaderCodec.structuredEvent)
    }
}

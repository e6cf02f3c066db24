import Contracts
import Foundation
import Kafka
import SeededRandom
import Testing

@testable import Messaging

/// Takes `clock.set`.
private struct ClockHandler: MessageHandler {
    func handle(_ batch: [Message<ClockSet>], in context: HandlingContext) async throws -> Handled { Handled() }
}

/// The envelope is written and read by byte; the general coder is the model.
struct EnvelopeTextTests {
    private let decoder = EventDecoder(handlers: [AnyMessageHandler(ClockHandler())])

    private func record(_ value: [UInt8]) -> ConsumedRecord {
        ConsumedRecord(
            topicPartition: TopicPartition(topic: Topic.clockControl.name, partition: 0),
            offset: 7,
            key: Array("clock".utf8),
            value: value,
            headers: HeaderCodec.structuredEvent,
            timestampMilliseconds: 1
        )
    }

    /// What the general decoder makes of it.
    private func model(_ value: [UInt8]) -> String {
        do {
            let outcome = try self.decoder.outcome(of: self.record(value)) { userInfo in
                let decoder = JSONDecoder()
                decoder.userInfo = userInfo
                return try decoder.decode(StructuredEvent.self, from: Data(value))
            }
            return "\(outcome)"
        } catch let error as DecodingError {
            return "\(EventDecoder.Outcome.undecodable(EventDecoder.refusal(for: error)))"
        } catch {
            return "refused"
        }
    }

    private static func text(_ generator: inout SeededGenerator) -> String {
        let pieces = [
            "a", "order-1", "\"", "\\", "/", "\n", "\t", "\u{1}", "\u{1f}", "\u{7f}", "你好", "é", "🙂", "{", "}",
        ]
        return (0..<Int.random(in: 0...6, using: &generator))
            .compactMap { _ in pieces.randomElement(using: &generator) }.joined()
    }

    @Test("Any text comes out of the envelope as it went in")
    func written() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<2000 {
            let texts = (0..<4).map { _ in Self.text(&generator) }
            var writer = EnvelopeWriter(capacity: 64)
            writer.append("one", texts[0])
            writer.append("none", nil)
            writer.append("two", texts[1])
            writer.append("data", json: Array("{}".utf8))
            let read = try JSONDecoder().decode(Written.self, from: Data(writer.finish()))
            #expect(read.one == texts[0])
            #expect(read.two == texts[1])
            #expect(read.none == nil)
        }
    }

    private struct Written: Decodable {
        struct Empty: Decodable {}
        var one: String
        var two: String
        var none: String?
        var data: Empty
    }

    @Test("20,000 events, most of them damaged or of an unusual form, are read as the general decoder reads them")
    func read() {
        var generator = SeededGenerator(seed: 2)
        var messages = 0
        for _ in 0..<20_000 {
            let value = Self.event(&generator)
            let outcome = self.decoder.decode(self.record(value))
            if case .message = outcome { messages += 1 }
            guard !Self.isRefusedBefore(outcome) else { continue }
            #expect("\(outcome)" == self.model(value), "\(String(decoding: value, as: UTF8.self))")
        }
        #expect((2000..<18_000).contains(messages), "some are read, some are refused")
    }

    /// By a check of the record, which comes before its form.
    private static func isRefusedBefore(_ outcome: EventDecoder.Outcome) -> Bool {
        guard case .undecodable(let refusal) = outcome else { return false }
        let codes = [UndecodableCode.empty, .invalidUTF8, .invalidText, .unknownType]
        return codes.map(\.rawValue).contains(refusal.code)
    }

    /// Members in any order, some left out, doubled or of another kind; then, at times, bytes changed.
    private static func event(_ generator: inout SeededGenerator) -> [UInt8] {
        let data = [
            #"{"now":"2023-11-14T22:13:20Z","rate":3600}"#, #"{"now":"2023-11-14T22:13:20Z","rate":1,"note":"}{\""}"#,
            #"{ "rate" : 2 , "now" : "2023-11-14T22:13:20.5+08:00" , "more" : {"a":[{}]} }"#, "{}", "[]", "null",
        ]
        var members = [
            #""specversion":"1.0""#, #""id":"i""#, #""source":"/s""#, #""type":"clock.set""#, #""subject":"clock""#,
            #""time":"2023-11-14T22:13:20Z""#, #""traceparent":"00-1-2-01""#, #""correlationid":"c""#,
            "\"data\":\(data[Int(generator.next() % 10 < 8 ? generator.next() % 3 : generator.next() % 6)])",
        ]
        let unusual = [
            #""id":"\u0041""#, #""id":"j""#, #""time":"soon""#, #""time":null"#, #""causationid":7"#,
            #""more":[1.5,{"a":"b"}]"#, #""specversion":"0.3""#, #""specversion":"1.1""#, #""type":"clock.stop""#,
            #""sub\"ject":"x""#, #""more":true"#, #""data":{}"#, #""causationid":"k""#,
        ]
        for _ in 0..<Int.random(in: 0...2, using: &generator) where generator.next() % 2 == 0 {
            members.append(unusual[Int(generator.next() % UInt64(unusual.count))])
        }
        if generator.next() % 4 == 0 { members.remove(at: Int(generator.next() % UInt64(members.count))) }
        members.shuffle(using: &generator)
        let space = [" ", "", "\n\t", ""][Int(generator.next() % 4)]
        var bytes = Array("{\(space)\(members.joined(separator: "\(space),"))\(space)}\(space)".utf8)
        guard generator.next() % 3 == 0 else { return bytes }
        let signs = Array("{}[]\",:\\ 0a\u{1}".utf8)
        let position = Int(generator.next() % UInt64(bytes.count))
        switch generator.next() % 3 {
        case 0: bytes[position] = signs[Int(generator.next() % UInt64(signs.count))]
        case 1: bytes.remove(at: position)
        default: bytes.insert(signs[Int(generator.next() % UInt64(signs.count))], at: position)
        }
        return bytes
    }
}

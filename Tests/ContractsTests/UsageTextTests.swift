import Contracts
import Foundation
import SeededRandom
import Testing

/// Usage is read and written by byte; the general coder is the model.
@Suite("Usage by byte")
struct UsageTextTests {
    @Test("40,000 records, most of them damaged or of an unusual form, are read as the general decoder reads them")
    func read() throws {
        var numbers = SeededGenerator(seed: 1)
        var (byByte, accepted) = (0, 0)
        for _ in 0..<40_000 {
            let json = Self.record(&numbers)
            let model = try? JSONDecoder().decode(UsageRecorded.self, from: Data(json))
            let scanned = UsageRecorded(scanning: json)
            if let scanned {
                byByte += 1
                #expect(scanned == model, "\(String(decoding: json, as: UTF8.self))")
            }
            if model != nil { accepted += 1 }
            #expect((try? UsageRecorded(json: json)) == model, "\(String(decoding: json, as: UTF8.self))")
        }
        #expect((5000..<35_000).contains(byByte) && (8000..<36_000).contains(accepted), "\(byByte) \(accepted)")
    }

    @Test("Records of the usual form never need the general decoder")
    func usual() throws {
        let encoder = try RatingMessages.encoder()
        for body in RatingMessages.bodies {
            guard let usage = body as? UsageRecorded else { continue }
            #expect(UsageRecorded(scanning: Array(try encoder.encode(usage))) == usage)
        }
        let text = """
            { "more": [1.5e3, {"a": [true, false, null, "x"]}, -0.1, [], {}], "kind":"data","downlinkBytes":-7,
            "usageId":"0192F3C4-0000-7000-8000-00000000000a","endedAt":"2026-12-03t10:00:00.5z","uplinkBytes":0,
            "startedAt":"2026-12-03T10:00:00+08:00", "serviceNumber":"" }
            """
        let usage = try #require(UsageRecorded(scanning: Array(text.utf8)))
        #expect(usage.downlinkBytes == -7 && usage.usageId.description.hasSuffix("a"))
        #expect(usage == (try JSONDecoder().decode(UsageRecorded.self, from: Data(text.utf8))))
    }

    @Test("A field that its kind needs is missed by name", arguments: ["direction", "otherParty", "roaming"])
    func missing(field: String) throws {
        let whole = """
            {"usageId":"0192f3c4-0000-7000-8000-000000000001","kind":"voice","serviceNumber":"13109160001",\
            "startedAt":"2026-12-03T10:00:00+08:00","endedAt":"2026-12-03T10:02:01+08:00","direction":"originating",\
            "otherParty":"10010","roaming":"home"}
            """
        #expect(throws: Never.self) { try UsageRecorded(json: Array(whole.utf8)) }
        let part = whole.replacingOccurrences(of: "\"\(field)\"", with: "\"x\"")
        do {
            _ = try UsageRecorded(json: Array(part.utf8))
            Issue.record("\(field) is not missed")
        } catch let DecodingError.keyNotFound(key, _) {
            #expect(key.stringValue == field)
        }
    }

    @Test("What is rated is written as the general encoder writes it, whatever its texts and amounts are")
    func written() throws {
        var numbers = SeededGenerator(seed: 2)
        let encoder = try RatingMessages.encoder()
        var writer = UsageRatedWriter(calendar: try RatingMessages.calendar())
        for _ in 0..<3000 {
            let rated = Self.rated(&numbers)
            let bytes = writer.write(rated)
            #expect(try JSONDecoder().decode(UsageRated.self, from: Data(bytes)) == rated)
            #expect(try Self.values(Data(bytes)) == Self.values(encoder.encode(rated)))
            let rerated = UsageRerated(rated: rated, previousChargeMilliyuan: Milliyuan(Int64(numbers.next() % 1000)))
            #expect(try Self.values(Data(writer.write(rerated))) == Self.values(encoder.encode(rerated)))
        }
    }

    private static func values(_ json: Data) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: json)
    }

    private static func text(_ numbers: inout SeededGenerator) -> String {
        let pieces = ["a", "sharedMinutes", "\"", "\\", "/", "\n", "\u{1}", "\u{1f}", "\u{7f}", "本地", "é", "🙂", "{"]
        return (0..<Int(numbers.next() % 5)).map { _ in numbers.pick(pieces) }.joined()
    }

    private static func amount(_ numbers: inout SeededGenerator) -> Int64 {
        let size = numbers.next() % 50
        let amount = Int64(numbers.next() >> (63 - size) & ((1 << size) - 1))
        return min(amount, 999_999_999_999_999) * (numbers.next() % 5 == 0 ? -1 : 1)
    }

    private static func rated(_ numbers: inout SeededGenerator) -> UsageRated {
        let lines = (0..<Int(numbers.next() % 4)).map { _ in
            UsageRated.Line(
                rule: self.text(&numbers), allowance: numbers.next() % 2 == 0 ? nil : self.text(&numbers),
                units: numbers.pick([0, 1, 9, 10, 11, 4_294_967_296, .max, .min]),
                unitPriceMilliyuan: Milliyuan(self.amount(&numbers)),
                chargeMilliyuan: Milliyuan(self.amount(&numbers)),
                subject: (0..<Int(numbers.next() % 4)).map { _ in self.text(&numbers) },
                allowanceBefore: numbers.next() % 2 == 0 ? nil : self.amount(&numbers),
                allowanceAfter: numbers.next() % 2 == 0 ? nil : self.amount(&numbers)
            )
        }
        return UsageRated(
            usageId: UsageID(
                UUID(uuid: withUnsafeBytes(of: (numbers.next(), numbers.next())) { $0.load(as: uuid_t.self) })),
            accountId: self.text(&numbers), serviceNumber: self.text(&numbers), kind: numbers.pick(UsageKind.allCases),
            cycle: RatingMessages.cycle,
            endedAt: Timestamp(microseconds: 1_795_224_600_000_000 + self.amount(&numbers)),
            units: self.amount(&numbers), lines: lines, chargeMilliyuan: Milliyuan(self.amount(&numbers)),
            sequence: self.amount(&numbers)
        )
    }

    /// Members in any order, some left out, doubled or of another kind; then, at times, bytes changed.
    private static func record(_ numbers: inout SeededGenerator) -> [UInt8] {
        var members = [
            #""usageId":"0192f3c4-0000-7000-8000-0000000000"# + numbers.pick(["01", "ff", "AB"]) + "\"",
            #""kind":"# + numbers.pick([#""voice""#, #""data""#, #""sms""#, #""mms""#, #""wlan""#]),
            #""serviceNumber":"13109160001""#, #""startedAt":"2026-12-03T10:00:00+08:00""#,
            #""endedAt":"# + numbers.pick([#""2026-12-03T10:02:01+08:00""#, #""2026-12-03T02:02:01.123456789Z""#]),
            #""direction":"# + numbers.pick([#""originating""#, #""forwarded""#, #""terminating""#]),
            #""otherParty":"01062228888""#,
            #""roaming":"# + numbers.pick([#""home""#, #""domestic""#, #""international""#]),
            #""uplinkBytes":"# + numbers.pick(["0", "-0", "-1", "1024", "9223372036854775807", "9223372036854775808"]),
            #""downlinkBytes":"# + numbers.pick(["17", "-9223372036854775808", "-9223372036854775809", "100"]),
            #""hotspot":"# + numbers.pick([#""campus""#, #""other""#]),
        ]
        let unusual = [
            #""kind":"video""#, #""kind":7"#, #""kind":null"#, #""usageId":"u-1""#, #""usageId":null"#,
            #""serviceNumber":"1\u0033""#, #""serviceNumber":"号""#, #""serviceNumber":13109160001"#,
            #""endedAt":"soon""#, #""startedAt":1795224600"#, #""direction":null"#, #""direction":"inbound""#,
            #""roaming":"moon""#, #""roaming":null"#, #""otherParty":null"#, #""otherParty":"a\"b""#,
            #""uplinkBytes":1.0"#, #""uplinkBytes":1e3"#, #""uplinkBytes":1.5"#, #""uplinkBytes":"7""#,
            #""uplinkBytes":null"#, #""downlinkBytes":01"#, #""downlinkBytes":- 1"#, #""downlinkBytes":+1"#,
            #""hotspot":"CAMPUS""#, #""more":[1.5,{"a":"b"}]"#, #""more":{"a":{"b":[[[]]]},"a":1}"#, #""more":01"#,
            #""more":-"#, #""more":1."#, #""more":1e+"#, #""more":.5"#, #""more":1E-7"#, #""more":"\x""#,
            #""more":"\ud800""#, #""more":tru"#, #""more":nul"#, #""more":NaN"#, #""k\u0069nd":"sms""#, #""":1"#,
            #""more":[1,]"#, #""more":[1"#, #""more":{"a":1"#, #""more":[1}"#, #""more":{"a":1]"#, #""more":{"a" 1}"#,
            #""more":[1 2]"#, #""more":{"a":}"#, #""more":{,}"#, "\"more\":\"\u{1}\"", "\"more\":\"\u{7f}\"",
            #"'more':1"#,
            "\"more\":\(String(repeating: "[", count: 40))\(String(repeating: "]", count: 40))",
            "\"more\":\(String(repeating: "[", count: 600))\(String(repeating: "]", count: 600))",
        ]
        let addition = numbers.next() % 3
        for _ in 0..<addition where numbers.next() % 2 == 0 {
            let member = numbers.pick(unusual)
            let name = member.prefix { $0 != ":" }
            if numbers.next() % 4 != 0 { members.removeAll { $0.hasPrefix(name) } }
            members.append(member)
        }
        for _ in 0..<(numbers.next() % 3) where numbers.next() % 3 == 0 {
            members.remove(at: Int(numbers.next() % UInt64(members.count)))
        }
        members.shuffle(using: &numbers)
        let space = numbers.pick([" ", "", "\n\t", "\r", ""])
        var bytes = Array("{\(space)\(members.joined(separator: "\(space),\(space)"))\(space)}\(space)".utf8)
        guard numbers.next() % 4 == 0 else { return bytes }
        let signs = Array("{}[]\",:\\ 0a-.e".utf8) + [0, 1, 0x80, 0xc3, 0xff]
        let position = Int(numbers.next() % UInt64(bytes.count))
        switch numbers.next() % 4 {
        case 0: bytes[position] = numbers.pick(signs)
        case 1: bytes.remove(at: position)
        case 2: bytes.removeLast(bytes.count - position)
        default: bytes.insert(numbers.pick(signs), at: position)
        }
        return bytes
    }
}

extension SeededGenerator {
    fileprivate mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int(self.next() % UInt64(elements.count))]
    }
}

import Foundation
import SeededRandom
import Testing

@testable import JSONText

/// Every value is what Foundation's decoder makes of the same text.
@Suite struct ReadingTests {
    /// What the reader makes of a text by itself: `nil` when it leaves it to the general decoder.
    private func read<Value: Decodable>(_ type: Value.Type, _ utf8: [UInt8]) -> Value? {
        JSONText.read(utf8, [:])
    }

    @Test("Random values are read by byte, as Foundation reads them")
    func values() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<500 {
            let sample = Sample.random(using: &generator)
            let utf8 = [UInt8](try JSONEncoder().encode(sample))
            let value = self.read(Sample.self, utf8)
            if sample.rate == nil {
                #expect(value == sample)
            } else {
                #expect(value == nil, "fractions are the general decoder's")
            }
            #expect(try JSONText.decode(Sample.self, from: utf8) == sample)
        }
    }

    @Test("Mutated texts are read as Foundation reads them, or refused as Foundation refuses them")
    func mutations() throws {
        var generator = SeededGenerator(seed: 2)
        let bytes = Array("{}[]\",:\\0129-+.eEtruefalsnu /\u{1}\u{c3}\u{28}".utf8) + [0xff, 0xc3, 0x00]
        var read = 0
        for _ in 0..<200 {
            let original = [UInt8](try JSONEncoder().encode(Sample.random(using: &generator)))
            for _ in 0..<50 {
                var utf8 = original
                for _ in 0..<Int.random(in: 1...2, using: &generator) {
                    let index = Int.random(in: 0..<utf8.count, using: &generator)
                    switch Int.random(in: 0..<4, using: &generator) {
                    case 0: utf8[index] = bytes.randomElement(using: &generator) ?? 0
                    case 1: utf8.remove(at: index)
                    case 2: utf8.insert(bytes.randomElement(using: &generator) ?? 0, at: index)
                    default: utf8.removeSubrange(index..<min(utf8.count, index + 9))
                    }
                }
                let expected = try? JSONDecoder().decode(Sample.self, from: Data(utf8))
                if let value = self.read(Sample.self, utf8) {
                    read += 1
                    #expect(value == expected, "\(String(decoding: utf8, as: UTF8.self))")
                }
                #expect((try? JSONText.decode(Sample.self, from: utf8)) == expected)
            }
        }
        #expect(read > 500, "most of what is still valid is read by byte")
    }

    @Test(
        "Texts of every form are read as Foundation reads them",
        arguments: [
            #""plain""#, #""""#, #""a\"b\\c\/d\b\f\n\r\t""#, #""\u0041\u00e9\u8ba1""#, #""\ud83d\ude00""#, #""\ud83d""#,
            #""\x""#, #""\u12g4""#, #""\u12""#, "\"\u{1}\"", #""open"#, "\"计费\"", " \"a\" ", "\"a\"b", "'a'",
            "\u{feff}\"a\"",
        ])
    func texts(_ text: String) {
        let utf8 = Array(text.utf8)
        let expected = try? JSONDecoder().decode(String.self, from: Data(utf8))
        if let value = self.read(String.self, utf8) { #expect(value == expected) }
        #expect((try? JSONText.decode(String.self, from: utf8)) == expected)
    }

    @Test(
        "Numbers of every form are read as Foundation reads them",
        arguments: [
            "0", "-0", "7", "-7", "127", "128", "-128", "-129", "01", "1.0", "1.5", "1e2", "1E+2", "12e-1", "-", "+1",
            ".5",
            "5.", "1e", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551615",
            "18446744073709551616", "true", "null", "\"1\"",
        ])
    func numbers(_ text: String) {
        func check<Value: Codable & Equatable>(_ type: Value.Type) {
            let utf8 = Array(text.utf8)
            let expected = try? JSONDecoder().decode(Value.self, from: Data(utf8))
            if let value = self.read(Value.self, utf8) { #expect(value == expected) }
            #expect((try? JSONText.decode(Value.self, from: utf8)) == expected)
        }
        check(Int.self)
        check(Int8.self)
        check(Int16.self)
        check(Int32.self)
        check(Int64.self)
        check(UInt.self)
        check(UInt8.self)
        check(UInt16.self)
        check(UInt32.self)
        check(UInt64.self)
        check(Bool.self)
        check(Double.self)
        check(Int?.self)
        check(Decimal.self)
    }

    @Test(
        "Objects and arrays of every form are read as Foundation reads them",
        arguments: [
            "{}", "[]", "{ }", "[ ]", #"{"a":1}"#, #"{"a":1,"a":2}"#, #"{"\u0061":1}"#, #"{"a":1,"\u0061":2}"#,
            #"{"a":1,}"#, #"{"a" 1}"#, #"{a:1}"#, #"{"a":}"#, #"{"a":1"#, #"{"a":1}}"#, "[1,]", "[1 2]", "[[1]",
            #" { "a" : 1 , "b" : null } "#, #"{"a":null}"#, #"{"":1}"#,
        ])
    func containers(_ text: String) {
        func check<Value: Codable & Equatable>(_ type: Value.Type) {
            let utf8 = Array(text.utf8)
            let expected = try? JSONDecoder().decode(Value.self, from: Data(utf8))
            if let value = self.read(Value.self, utf8) { #expect(value == expected) }
            #expect((try? JSONText.decode(Value.self, from: utf8)) == expected)
        }
        struct Object: Codable, Equatable {
            var a: Int?
            var b: String?
        }
        struct Strict: Codable, Equatable { var a: Int }
        check([String: Int].self)
        check([String: Int?].self)
        check([Int].self)
        check(Object.self)
        check(Strict.self)
    }

    /// Any JSON value, found out by guessing, as a decoder cannot be asked what comes next.
    enum Anything: Codable, Equatable {
        case text(String)
        case whole(Int64)
        case fraction(Decimal)
        case list([Anything])
        case members([String: Anything])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let value = try? container.decode(String.self) {
                self = .text(value)
            } else if let value = try? container.decode(Int64.self) {
                self = .whole(value)
            } else if let value = try? container.decode(Decimal.self) {
                self = .fraction(value)
            } else if let value = try? container.decode([Anything].self) {
                self = .list(value)
            } else {
                self = .members(try container.decode([String: Anything].self))
            }
        }
    }

    @Test(
        "Guesses that miss do no harm, and send nothing to the general decoder that is not its own",
        arguments: [
            (#"{"a":{"b":[1,"c",{}]}}"#, true), ("[]", true), (#"{"a":[1.5]}"#, false), (#"{"a":[1e2]}"#, false),
            (#"["\ud83d\ude00"]"#, false), ("[null]", false), ("[99999999999999999999]", false),
        ])
    func guesses(_ text: String, isPlain: Bool) {
        let utf8 = Array(text.utf8)
        let expected = try? JSONDecoder().decode(Anything.self, from: Data(utf8))
        #expect(self.read(Anything.self, utf8) == (isPlain ? expected : nil))
        #expect((try? JSONText.decode(Anything.self, from: utf8)) == expected)
    }

    @Test("A text that is nested as deep as one likes is no harm")
    func depth() {
        let utf8 = Array(String(repeating: "[", count: 100_000).utf8)
        #expect(self.read([Int].self, utf8) == nil)
        #expect(throws: DecodingError.self) { try JSONText.decode([Int].self, from: utf8) }
    }

    @Test("What is wrong is told as Foundation tells it")
    func errors() {
        let utf8 = Array(#"{"name":"x","amount":"much","flags":[]}"#.utf8)
        do {
            _ = try JSONText.decode(Sample.Part.self, from: utf8)
            Issue.record("an amount that is a text was read")
        } catch DecodingError.typeMismatch(_, let context) {
            #expect(context.codingPath.map(\.stringValue) == ["amount"])
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test("Values are told what the decoder is told, whichever way they are read")
    func userInfo() throws {
        let key = try #require(CodingUserInfoKey(rawValue: "word"))
        for text in [#"{"a":1}"#, #"{"a":1.0}"#] {
            let told = try JSONText.decode(Told.self, from: Array(text.utf8), userInfo: [key: "said"])
            #expect(told.word == "said" && told.inside == "said")
        }
    }

    /// Notes what it is told, outside and in a member.
    private struct Told: Decodable {
        enum CodingKeys: String, CodingKey { case a }

        let word: String?
        let inside: String?

        init(from decoder: any Decoder) throws {
            let key = CodingUserInfoKey(rawValue: "word")
            self.word = key.flatMap { decoder.userInfo[$0] as? String }
            let container = try decoder.container(keyedBy: CodingKeys.self)
            _ = try container.decode(Int.self, forKey: .a)
            self.inside = key.flatMap { key in (try? container.superDecoder(forKey: .a))?.userInfo[key] as? String }
        }
    }
}

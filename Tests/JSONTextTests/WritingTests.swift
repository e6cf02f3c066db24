import Foundation
import JSONText
import SeededRandom
import Testing

/// Foundation's decoder reads everything as it was.
@Suite struct WritingTests {
    @Test("Random values are written so that Foundation reads them")
    func values() throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<500 {
            let sample = Sample.random(using: &generator)
            let utf8 = try JSONText.encode(sample)
            #expect(try JSONDecoder().decode(Sample.self, from: Data(utf8)) == sample)
        }
    }

    @Test("Members stand in the order of their declaration, texts with only those escapes that have to be")
    func form() throws {
        let part = Sample.Part(name: "a/b\"\\\n计", amount: nil, flags: [true, false])
        let text = String(decoding: try JSONText.encode(part), as: UTF8.self)
        #expect(text == #"{"name":"a/b\"\\\u000a计","flags":[true,false]}"#)
        #expect(try JSONText.encode([Int]()) == Array("[]".utf8))
        #expect(try JSONText.encode([String: Int]()) == Array("{}".utf8))
        #expect(try JSONText.encode(Int?.none) == Array("null".utf8))
        #expect(try JSONText.encode([Int8.min, 0, .max]) == Array("[-128,0,127]".utf8))
    }

    /// Values that are not written part after part, or have forms of their own.
    struct Unusual: Codable, Equatable {
        enum CodingKeys: String, CodingKey { case first, second, inner, date, url, data, amount }
        enum InnerKeys: String, CodingKey { case value }

        var first = 1
        var second = 2
        var inner = 3
        var date = Date(timeIntervalSinceReferenceDate: 7)
        var url = URL(string: "https://example.com/a")
        var data = Data([1, 2])
        var amount = Decimal(1)

        init() {}

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            self.first = try container.decode(Int.self, forKey: .first)
            self.second = try container.decode(Int.self, forKey: .second)
            self.inner = try container.nestedContainer(keyedBy: InnerKeys.self, forKey: .inner)
                .decode(Int.self, forKey: .value)
            self.date = try container.decode(Date.self, forKey: .date)
            self.url = try container.decodeIfPresent(URL.self, forKey: .url)
            self.data = try container.decode(Data.self, forKey: .data)
            self.amount = try container.decode(Decimal.self, forKey: .amount)
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            var inner = container.nestedContainer(keyedBy: InnerKeys.self, forKey: .inner)
            try container.encode(self.first, forKey: .first)
            try inner.encode(self.inner, forKey: .value)
            try container.encode(self.second, forKey: .second)
            try container.encode(self.date, forKey: .date)
            try container.encode(self.url, forKey: .url)
            try container.encode(self.data, forKey: .data)
            try container.encode(self.amount, forKey: .amount)
        }
    }

    @Test("What cannot be written in order, or has a form of its own, is written by Foundation")
    func unusual() throws {
        let utf8 = try JSONText.encode(Unusual())
        #expect(try JSONDecoder().decode(Unusual.self, from: Data(utf8)) == Unusual())
        #expect(try JSONText.decode(Unusual.self, from: utf8) == Unusual())
        #expect(try JSONDecoder().decode([Double].self, from: Data(try JSONText.encode([0.5, 2]))) == [0.5, 2])
    }

    /// One object from two halves.
    struct Flattened: Encodable {
        struct Half: Encodable { var b = 2 }

        enum CodingKeys: CodingKey { case a }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(1, forKey: .a)
            try Half().encode(to: encoder)
        }
    }

    @Test("An object that is written in two halves is one")
    func flattened() throws {
        #expect(try JSONText.encode(Flattened()) == Array(#"{"a":1,"b":2}"#.utf8))
    }

    @Test("Values are told what the writer was given")
    func userInfo() throws {
        struct Telling: Encodable {
            func encode(to encoder: any Encoder) throws {
                var container = encoder.singleValueContainer()
                let key = try #require(CodingUserInfoKey(rawValue: "unit"))
                try container.encode(encoder.userInfo[key] as? String)
            }
        }
        let key = try #require(CodingUserInfoKey(rawValue: "unit"))
        #expect(try JSONText.encode([Telling()], userInfo: [key: "fen"]) == Array(#"["fen"]"#.utf8))
    }

    @Test("A value that cannot be written says why")
    func failing() {
        struct Refusal: Error, Equatable {}
        struct Failing: Encodable {
            func encode(to encoder: any Encoder) throws { throw Refusal() }
        }
        #expect(throws: Refusal()) { try JSONText.encode(["a": Failing()]) }
        #expect(throws: EncodingError.self) { try JSONText.encode([Double.nan]) }
    }
}

import Contracts
import Foundation
import SeededRandom
import Testing

@Suite("Money")
struct MilliyuanTests {
    @Test(
        "is scaled exactly and rounded half up to the milliyuan",
        arguments: [
            (88_000, 9, 10, 79_200), (1, 1, 2, 1), (1, 1, 3, 0), (2, 1, 3, 1), (-1, 1, 2, -1),
            (-88_000, 9, 10, -79_200),
            (0, 5, 7, 0), (5, 0, 7, 0), (Int64.max, 1, 1, nil), (Int64.max - 1, 1, 1, Int64.max - 1),
            (Int64.max, 2, 1, nil), (Int64.max, Int64.max, Int64.max, nil), (1, 1, 0, nil), (1, -1, 2, nil),
            (1, 1, -2, nil),
            (1_000_000_000_000, 3_333_333, 10_000_000, 333_333_300_000), (Int64.min, 1, 2, -4_611_686_018_427_387_904),
            (Int64.min, 1, 1, nil), (3, Int64.max, Int64.max, 3), (7, 1, Int64.max, 0),
        ] as [(Int64, Int64, Int64, Int64?)])
    func scaling(amount: Int64, numerator: Int64, denominator: Int64, result: Int64?) {
        #expect(Milliyuan(amount).scaled(by: numerator, over: denominator)?.rawValue == result)
    }

    @Test("is scaled as exact decimal arithmetic does, for random amounts and ratios")
    func randomScaling() throws {
        var generator = SeededGenerator(seed: 8)
        for _ in 0..<5_000 {
            let amount = Int64.random(in: -1_000_000_000_000...1_000_000_000_000, using: &generator)
            let numerator = Int64.random(in: 0...10_000, using: &generator)
            let denominator = Int64.random(in: 1...10_000, using: &generator)
            // floor(|a|·n/d + 1/2) in integers that do not overflow.
            let expected = (amount.magnitude * UInt64(numerator) * 2 + UInt64(denominator)) / (UInt64(denominator) * 2)
            let scaled = try #require(Milliyuan(amount).scaled(by: numerator, over: denominator))
            #expect(scaled.rawValue == (amount < 0 ? -Int64(expected) : Int64(expected)))
        }
    }

    @Test("of any size is added without overflow")
    func adding() {
        #expect(Milliyuan(1).adding(Milliyuan(2)) == Milliyuan(3))
        #expect(Milliyuan(Int64.max).adding(Milliyuan(1)) == nil)
        #expect(Milliyuan(Int64.min).adding(Milliyuan(-1)) == nil)
    }

    @Test(
        "in a message is a whole number within a trillion yuan",
        arguments: [
            ("1500", 1500), ("-1500", -1500), ("1.5", nil), ("\"15\"", nil),
            ("1000000000000000", 1_000_000_000_000_000),
            ("1000000000000001", nil), ("-9223372036854775808", nil), ("9223372036854775808", nil), ("null", nil),
        ] as [(String, Int64?)])
    func decoding(text: String, amount: Int64?) {
        let decoded = try? JSONDecoder().decode(Milliyuan.self, from: Data(text.utf8))
        #expect(decoded?.rawValue == amount)
    }
}

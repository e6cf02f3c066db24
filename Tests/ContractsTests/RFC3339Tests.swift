import Contracts
import Foundation
import SeededRandom
import Testing

@Suite("RFC 3339 times")
struct RFC3339Tests {
    @Test(
        "are read to the microsecond",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01T08:00:00+08:00", 0), ("1969-12-31T23:59:59.999999Z", -1),
            ("2026-11-21T09:30:00.123456+08:00", 1_795_224_600_123_456),
            ("2026-11-21t01:30:00z", 1_795_224_600_000_000),
            ("2026-11-21T01:30:00.5-00:00", 1_795_224_600_500_000), ("2024-02-29T00:00:00Z", 1_709_164_800_000_000),
            ("2026-11-21T01:30:00.123456789123Z", 1_795_224_600_123_456),
            ("0000-01-01T00:00:00Z", -62_167_219_200_000_000),
            ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
            ("2026-11-20T20:00:00-05:30", 1_795_224_600_000_000),
        ])
    func read(text: String, microseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.microseconds == microseconds)
    }

    @Test(
        "that are anything else are refused",
        arguments: [
            "", "2026-11-21", "2026-11-21T09:30:00", "2026-11-21T09:30+08:00", "2026-11-21 09:30:00Z",
            "2026-11-21T09:30:00+0800", "2026-11-21T09:30:00+08", "2026-11-21T09:30:00 Z", "2026-11-21T09:30:00Z ",
            " 2026-11-21T09:30:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-02-29T00:00:00Z",
            "2026-11-31T00:00:00Z", "2026-11-00T00:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T09:60:00Z",
            "2026-11-21T09:30:60Z", "2026-11-21T09:30:00.Z", "2026-11-21T09:30:00,5Z", "2026-11-21T09:30:00+24:00",
            "2026-11-21T09:30:00+08:60", "2026-11-21T09:30:00--8:00", "26-11-21T09:30:00Z", "+026-11-21T09:30:00Z",
            "2026-1-21T09:30:00Z", "2026-11-21T９:30:00Z", "2026-11-21T09:30:00ZZ", "2100-02-29T00:00:00Z",
            "1763688600", "null", "2026-11-21T09:30:00.5", "2026-11-21T09:30:00.5+", "2026-W47-6T09:30:00Z",
        ])
    func refused(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test("are what Foundation writes and reads, for ten thousand instants and offsets")
    func foundation() {
        var generator = SeededGenerator(seed: 3339)
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime]
        for _ in 0..<10_000 {
            let seconds = Int64.random(in: -60_000_000_000...250_000_000_000, using: &generator)
            let offset = Int.random(in: -14 * 60...14 * 60, using: &generator) * 60
            let text = Timestamp(microseconds: seconds * 1_000_000).rfc3339(offsetSeconds: offset)
            #expect(Timestamp(rfc3339: text)?.microseconds == seconds * 1_000_000)
            // Foundation's calendar is the Julian one before October 1582.
            guard seconds > -12_219_292_800 + 86_400 else { continue }
            formatter.timeZone = TimeZone(secondsFromGMT: offset)
            let date = Date(timeIntervalSince1970: Double(seconds))
            let expected = formatter.string(from: date).replacingOccurrences(of: "Z", with: "+00:00")
            #expect(text == expected)
        }
    }

    @Test("come back the same with any fraction: none, three digits or six")
    func fractions() {
        var generator = SeededGenerator(seed: 1)
        for digits in [1_000_000, 1_000, 1] as [Int64] {
            for _ in 0..<2_000 {
                let instant = Timestamp(
                    microseconds: Int64.random(in: -9_000_000_000...9_000_000_000, using: &generator) * digits
                )
                let text = instant.rfc3339(offsetSeconds: 28_800)
                #expect(Timestamp(rfc3339: text) == instant)
                let length = text.utf8.count - 25
                #expect([0, 4, 7].contains(length))
            }
        }
        #expect(Timestamp(microseconds: 1_000).rfc3339(offsetSeconds: 0) == "1970-01-01T00:00:00.001+00:00")
        #expect(Timestamp(microseconds: 1).rfc3339(offsetSeconds: -60) == "1969-12-31T23:59:00.000001-00:01")
    }

    @Test("outside the years that the format has are written as the nearest inside, and remain readable")
    func extremes() {
        for offset in [0, 14 * 3600, -12 * 3600] {
            for microseconds in [Int64.min, Int64.max] {
                let text = Timestamp(microseconds: microseconds).rfc3339(offsetSeconds: offset)
                #expect(Timestamp(rfc3339: text) != nil, "\(text)")
            }
        }
        // An offset with seconds, as before standard time: the instant stays right.
        let instant = Timestamp(microseconds: -2_500_000_000_000_000)
        #expect(Timestamp(rfc3339: instant.rfc3339(offsetSeconds: 29_143)) == instant)
    }
}

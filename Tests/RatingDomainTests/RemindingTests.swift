import Contracts
import Foundation
import SeededRandom
import Testing

@testable import RatingDomain

@Suite("When customers are reminded of what is to come")
struct RemindingTests {
    private static let calendar = BusinessCalendar(timeZone: TimeZone(secondsFromGMT: 8 * 3600) ?? .gmt)

    private static func at(_ text: String) -> Timestamp { Timestamp(rfc3339: text) ?? Timestamp(microseconds: 0) }

    @Test(
        "Nine in the morning, so many days before, over the ends of months and years",
        arguments: [
            ("2027-02-01T00:00:00+08:00", 3, "2027-01-29T09:00:00+08:00"),
            ("2027-01-01T00:00:00+08:00", 3, "2026-12-29T09:00:00+08:00"),
            ("2028-03-01T00:00:00+08:00", 3, "2028-02-27T09:00:00+08:00"),
            ("2027-12-01T00:00:00+08:00", 30, "2027-11-01T09:00:00+08:00"),
        ])
    func dueAt(end: String, days: Int, due: String) {
        #expect(Reminding.dueAt(before: Self.at(end), days: days, Self.calendar) == Self.at(due))
    }

    @Test("What is earlier than the horizon is what is to be reminded of by now, and nothing else")
    func horizon() {
        var random = SeededGenerator(seed: 11)
        let start = Self.at("2026-11-21T00:00:00+08:00")
        for _ in 0..<5000 {
            let now = start.advanced(bySeconds: Int(random.next() % 40_000_000))
            let days = 1 + Int(random.next() % 27)
            let end = Self.calendar.start(
                of: CivilDate(daysSinceEpoch: Self.calendar.date(of: now).daysSinceEpoch + Int(random.next() % 40) - 5))
            let isDue = Reminding.dueAt(before: end, days: days, Self.calendar) <= now
            #expect(isDue == (end < Reminding.horizon(at: now, days: days, Self.calendar)), "\(now) \(end) \(days)")
        }
    }

    @Test("One month after another, none twice and none left out")
    func months() throws {
        for days in [1, 30, 31, 60, 90] {
            var instant = Self.at("2026-11-21T00:00:00+08:00")
            var former: BillingCycle?
            for _ in 0..<30 {
                let next = Reminding.nextMonth(after: instant, days: days, Self.calendar)
                #expect(next.dueAt > instant)
                if let former { #expect(next.last == former.next, "\(days)") }
                (former, instant) = (next.last, next.dueAt)
            }
        }
    }

    @Test("ORD-92: a prepaid year has twelve months")
    func year() throws {
        let last = try #require(BillingCycle("2027-11"))
        #expect(Reminding.beginning(of: last) == BillingCycle("2026-12"))
    }
}

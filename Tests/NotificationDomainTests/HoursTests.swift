import Contracts
import Foundation
import SeededRandom
import Testing

@testable import NotificationDomain

private let calendar = BusinessCalendar(timeZone: TimeZone(identifier: "Asia/Shanghai") ?? .gmt)

private func time(_ text: String) -> Timestamp {
    Timestamp(rfc3339: text.replacing(" ", with: "T") + "+08:00") ?? Timestamp(microseconds: 0)
}

@Suite("When messages go out")
struct HoursTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var asked: String
        var normal: String
        var reminder: String

        var testDescription: String { self.asked }
    }

    /// Asked for, told as a normal or bulk message, told as a quota reminder of what stands at the end of the day.
    static let cases: [Case] = [
        Case(asked: "2026-12-05 00:00:00", normal: "2026-12-05 08:00:00", reminder: "2026-12-06 08:00:00"),
        Case(asked: "2026-12-05 07:59:59", normal: "2026-12-05 08:00:00", reminder: "2026-12-06 08:00:00"),
        Case(asked: "2026-12-05 07:59:59.999999", normal: "2026-12-05 08:00:00", reminder: "2026-12-06 08:00:00"),
        Case(asked: "2026-12-05 08:00:00", normal: "2026-12-05 08:00:00", reminder: "2026-12-06 08:00:00"),
        Case(asked: "2026-12-05 10:59:59", normal: "2026-12-05 10:59:59", reminder: "2026-12-06 08:00:00"),
        Case(asked: "2026-12-05 11:00:00", normal: "2026-12-05 11:00:00", reminder: "2026-12-06 08:00:00"),
        Case(asked: "2026-12-05 11:59:59", normal: "2026-12-05 11:59:59", reminder: "2026-12-06 08:00:00"),
        Case(
            asked: "2026-12-05 11:59:59.999999", normal: "2026-12-05 11:59:59.999999",
            reminder: "2026-12-06 08:00:00"),
        Case(asked: "2026-12-05 12:00:00", normal: "2026-12-05 14:00:00", reminder: "2026-12-06 08:00:00"),
        Case(asked: "2026-12-05 13:59:59", normal: "2026-12-05 14:00:00", reminder: "2026-12-06 08:00:00"),
        Case(asked: "2026-12-05 14:00:00", normal: "2026-12-05 14:00:00", reminder: "2026-12-06 08:00:00"),
        Case(asked: "2026-12-05 20:59:59", normal: "2026-12-05 20:59:59", reminder: "2026-12-06 08:00:00"),
        Case(asked: "2026-12-05 21:00:00", normal: "2026-12-06 08:00:00", reminder: "2026-12-06 08:00:00"),
        Case(asked: "2026-12-05 23:59:59", normal: "2026-12-06 08:00:00", reminder: "2026-12-06 08:00:00"),
        Case(asked: "2026-11-30 21:00:00", normal: "2026-12-01 08:00:00", reminder: "2026-12-01 08:00:00"),
        Case(asked: "2026-12-31 20:59:59", normal: "2026-12-31 20:59:59", reminder: "2027-01-01 08:00:00"),
        Case(asked: "2026-12-31 21:00:00", normal: "2027-01-01 08:00:00", reminder: "2027-01-01 08:00:00"),
        Case(asked: "2028-02-28 23:00:00", normal: "2028-02-29 08:00:00", reminder: "2028-02-29 08:00:00"),
        Case(asked: "2027-02-28 23:00:00", normal: "2027-03-01 08:00:00", reminder: "2027-03-01 08:00:00"),
    ]

    @Test("Every edge of the hours, for every priority", arguments: Self.cases)
    func edges(_ example: Case) {
        let asked = time(example.asked)
        for priority in [NotificationPriority.normal, .bulk] {
            let schedule = DeliverySchedule(at: asked, priority: priority, calendar)
            #expect(schedule.dueAt == time(example.normal))
            #expect(schedule.reason == (example.asked == example.normal ? nil : .outsideHours))
        }
        let urgent = DeliverySchedule(at: asked, priority: .urgent, calendar)
        #expect(urgent.dueAt == asked && urgent.reason == nil)
    }

    @Test(
        "NTF-03, NTF-04: a quota reminder waits for the end of the day, and goes out the next morning",
        arguments: Self.cases)
    func reminders(_ example: Case) {
        let schedule = DeliverySchedule(
            at: time(example.asked), priority: .normal, isNextDay: true, hours: .morning, calendar)
        #expect(schedule.dueAt == time(example.reminder))
        #expect(schedule.reason == .outsideHours)
    }

    @Test("What is wanted later waits until then, and for the hours after it")
    func notBefore() {
        let asked = time("2026-12-05 09:00:00")
        func schedule(_ notBefore: String, _ priority: NotificationPriority = .normal) -> DeliverySchedule {
            DeliverySchedule(at: asked, priority: priority, notBefore: time(notBefore), calendar)
        }
        #expect(schedule("2026-12-05 08:30:00").dueAt == asked)
        #expect(schedule("2026-12-05 08:30:00").reason == nil)
        #expect(schedule("2026-12-06 09:30:00").dueAt == time("2026-12-06 09:30:00"))
        #expect(schedule("2026-12-06 09:30:00").reason == .notBefore)
        #expect(schedule("2026-12-06 03:00:00").dueAt == time("2026-12-06 08:00:00"))
        #expect(schedule("2026-12-06 03:00:00", .urgent).dueAt == time("2026-12-06 03:00:00"))
    }

    @Test("The first instant from any on is in the hours, and no earlier one after it is")
    func model() throws {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<500 {
            var edges = Set<Int>()
            while edges.count < 4 { edges.insert(Int(random.next() % 1441) * 60) }
            let sorted = edges.sorted()
            let hours = try #require(
                DeliveryHours([.init(from: sorted[2], until: sorted[3]), .init(from: sorted[0], until: sorted[1])]))
            let start = time("2026-12-05 00:00:00").advanced(bySeconds: Int(random.next() % 1440) * 60)
            // Minute by minute, as somebody would look at a clock.
            var minute = start
            while true {
                let second = Int(calendar.microsecondOfDay(of: minute) / 1_000_000)
                if (sorted[0]..<sorted[1]).contains(second) || (sorted[2]..<sorted[3]).contains(second) { break }
                minute = minute.advanced(bySeconds: 60)
            }
            #expect(hours.first(from: start, calendar) == minute)
            #expect(hours.contain(minute, calendar))
        }
    }

    @Test("Clocks that are put forward and back: a morning is a morning")
    func daylightSaving() throws {
        let berlin = BusinessCalendar(timeZone: try #require(TimeZone(identifier: "Europe/Berlin")))
        let spring = try #require(Timestamp(rfc3339: "2026-03-28T23:00:00+01:00"))
        #expect(DeliveryHours.day.first(from: spring, berlin) == Timestamp(rfc3339: "2026-03-29T08:00:00+02:00"))
        let autumn = try #require(Timestamp(rfc3339: "2026-10-24T23:00:00+02:00"))
        #expect(DeliveryHours.day.first(from: autumn, berlin) == Timestamp(rfc3339: "2026-10-25T08:00:00+01:00"))
        // An opening that the day leaves out is that of the next day.
        let night = try #require(DeliveryHours([.init(from: 2 * 3600, until: 3 * 3600)]))
        #expect(night.first(from: spring, berlin) == Timestamp(rfc3339: "2026-03-30T02:00:00+02:00"))
    }

    @Test("Hours that are none are refused")
    func refused() {
        #expect(DeliveryHours([]) == nil)
        #expect(DeliveryHours([.init(from: 100, until: 100)]) == nil)
        #expect(DeliveryHours([.init(from: 100, until: 90_000)]) == nil)
        #expect(DeliveryHours([.init(from: -1, until: 100)]) == nil)
        #expect(DeliveryHours([.init(from: 0, until: 200), .init(from: 100, until: 300)]) == nil)
    }
}

@Suite("How many messages a recipient is sent")
struct RecipientLimitTests {
    @Test("Three in any 24 hours: the fourth waits for the first to be a day old, and for the hours")
    func fourth() {
        let sent = ["2026-12-05 09:00:00", "2026-12-05 10:00:00", "2026-12-05 20:00:00"].map(time)
        let schedule = DeliverySchedule(at: time("2026-12-05 20:30:00"), priority: .normal, calendar)
        let fourth = schedule.limited(RecipientLimit(), sent: sent, priority: .normal, calendar)
        #expect(fourth.dueAt == time("2026-12-06 09:00:00") && fourth.reason == .recipientLimit)
        let fifth = schedule.limited(RecipientLimit(), sent: sent + [fourth.dueAt], priority: .bulk, calendar)
        #expect(fifth.dueAt == time("2026-12-06 10:00:00"))
        let noon = schedule.limited(
            RecipientLimit(), sent: ["2026-12-05 12:30:00", "2026-12-05 13:00:00", "2026-12-05 20:00:00"].map(time),
            priority: .normal, calendar)
        #expect(noon.dueAt == time("2026-12-06 14:00:00") && noon.reason == .outsideHours)
    }

    @Test("Urgent messages are not counted against")
    func urgent() {
        let now = time("2026-12-05 23:00:00")
        let schedule = DeliverySchedule(at: now, priority: .urgent, calendar)
        let sent = Array(repeating: now, count: 10)
        #expect(schedule.limited(RecipientLimit(), sent: sent, priority: .urgent, calendar) == schedule)
    }

    @Test("However messages come, no span of a day has more than three, and none waits longer than it must")
    func property() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<200 {
            let limit = RecipientLimit(count: 1 + Int(random.next() % 4), seconds: 1000)
            var sent: [Timestamp] = []
            var now = time("2026-12-05 00:00:00")
            for _ in 0..<30 {
                now = now.advanced(bySeconds: Int(random.next() % 400))
                let first = limit.first(from: max(now, sent.last ?? now), sent: sent)
                sent.append(first)
                func inSpan(_ end: Timestamp) -> Int {
                    sent.count { $0 <= end && $0 > end.advanced(bySeconds: -limit.seconds) }
                }
                #expect(inSpan(first) <= limit.count)
                // One microsecond earlier would have been one too many, where it had to wait.
                if first > now, first > sent.dropLast().last ?? now {
                    let earlier = Timestamp(microseconds: first.microseconds - 1)
                    #expect(inSpan(earlier) == limit.count)
                }
            }
        }
    }
}

import Contracts
import Foundation
import NotificationDomain
import Testing

@Suite("What lines are sent at times of their own")
struct ScheduleTests {
    private static let calendar = BusinessCalendar(timeZone: TimeZone(secondsFromGMT: 8 * 3600) ?? .gmt)

    private func schedule(_ days: NotificationSchedule.Days, hour: Int = 15) -> NotificationSchedule {
        NotificationSchedule(
            name: "s", offers: ["O"], days: days, secondOfDay: hour * 3600, template: "t", validSeconds: 3600)
    }

    private func time(_ text: String) throws -> Timestamp { try #require(Timestamp(rfc3339: "\(text)+08:00")) }

    private func day(_ text: String) throws -> NotificationSchedule.MonthDay {
        try #require(NotificationSchedule.MonthDay(text))
    }

    @Test("NTF-15: three a week, at 15:00: the next one is after now, to the second, over weeks, months and years")
    func week() throws {
        let magazine = schedule(.ofWeek([1, 3, 5]))
        for (now, next) in [
            // The 2nd of December 2026 is a Wednesday.
            ("2026-12-02T14:59:59", "2026-12-02T15:00:00"), ("2026-12-02T15:00:00", "2026-12-04T15:00:00"),
            ("2026-12-04T15:00:01", "2026-12-07T15:00:00"), ("2026-12-30T15:00:00", "2027-01-01T15:00:00"),
        ] {
            #expect(try magazine.next(after: time(now), Self.calendar) == time(next), "\(now)")
        }
    }

    @Test("days of the month that a month has not, and of the year that a year has not, are left out")
    func months() throws {
        for (days, now, next) in [
            (NotificationSchedule.Days.ofMonth([1]), "2026-12-01T15:00:00", "2027-01-01T15:00:00"),
            (.ofMonth([31]), "2027-01-31T15:00:00", "2027-03-31T15:00:00"),
            (.ofYear([try day("03-13"), try day("11-01")]), "2026-11-22T09:00:00", "2027-03-13T15:00:00"),
            (.ofYear([try day("02-29")]), "2096-03-01T00:00:00", "2104-02-29T15:00:00"),
        ] {
            #expect(try schedule(days).next(after: time(now), Self.calendar) == time(next), "\(now)")
        }
        #expect(NotificationSchedule.MonthDay("02-30") == nil && NotificationSchedule.MonthDay("13-01") == nil)
    }

    @Test("NTF-16: each day, the dates that are as far away as the schedule says")
    func dates() throws {
        let week = schedule(.before(date: "insurance", days: 2...7))
        let today = try #require(CivilDate("2026-12-28"))
        let dates = try #require(week.dates(on: today))
        #expect(
            dates == CivilDate(
                daysSinceEpoch: today.daysSinceEpoch + 2)...CivilDate(daysSinceEpoch: today.daysSinceEpoch + 7))
        #expect(try week.next(after: time("2026-12-28T15:00:00"), Self.calendar) == time("2026-12-29T15:00:00"))
        #expect(schedule(.ofWeek([1])).dates(on: today) == nil)
    }

    @Test("a rule that has changed is another one, however it is written down")
    func rules() {
        let rules = [
            schedule(.ofWeek([1, 3])), schedule(.ofMonth([1, 3])), schedule(.ofWeek([1, 3]), hour: 9),
            schedule(.before(date: "a", days: 1...7)), schedule(.before(date: "a", days: 2...7)),
        ].map(\.rule)
        #expect(Set(rules).count == rules.count)
        #expect(schedule(.ofWeek([3, 1])).rule == schedule(.ofWeek([1, 3])).rule)
    }
}

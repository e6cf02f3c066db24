import Contracts
import Foundation
import SeededRandom
import Testing

@Suite("The business calendar")
struct BusinessCalendarTests {
    /// With and without daylight-saving time, with offsets that are no whole hours, with clocks put forward at
    /// midnight (São Paulo, Beirut, Santiago), half-hour shifts (Lord Howe) and a day that was left out (Apia).
    static let zones = [
        "Asia/Shanghai", "UTC", "America/New_York", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe",
        "America/Sao_Paulo", "Asia/Beirut", "America/Santiago", "Pacific/Apia", "Africa/Casablanca",
    ]

    private func calendars(_ zone: String) throws -> (ours: BusinessCalendar, foundation: Calendar) {
        let timeZone = try #require(TimeZone(identifier: zone))
        var foundation = Calendar(identifier: .gregorian)
        foundation.timeZone = timeZone
        return (BusinessCalendar(timeZone: timeZone), foundation)
    }

    @Test(
        "puts effect on the first instant of the next month (ORD-77)",
        arguments: [
            ("2026-11-15T12:00:00+08:00", "2026-12-01T00:00:00+08:00"),
            ("2026-11-30T23:59:59.999+08:00", "2026-12-01T00:00:00+08:00"),
            ("2026-11-30T23:59:59.999999+08:00", "2026-12-01T00:00:00+08:00"),
            ("2026-12-01T00:00:00+08:00", "2027-01-01T00:00:00+08:00"),
            ("2026-11-30T16:00:00Z", "2027-01-01T00:00:00+08:00"),
            ("2026-11-30T15:59:59.999Z", "2026-12-01T00:00:00+08:00"),
            ("2026-12-31T23:59:59.999+08:00", "2027-01-01T00:00:00+08:00"),
            ("2028-02-29T23:59:59.999+08:00", "2028-03-01T00:00:00+08:00"),
        ])
    func effect(completed: String, effective: String) throws {
        let calendar = try self.calendars("Asia/Shanghai").ours
        let instant = try #require(Timestamp(rfc3339: completed))
        #expect(calendar.format(calendar.startOfNextMonth(after: instant)) == effective)
    }

    @Test("begins days and months when Foundation's calendar does", arguments: zones)
    func foundation(zone: String) throws {
        let (ours, foundation) = try self.calendars(zone)
        var generator = SeededGenerator(seed: 77)
        for _ in 0..<3_000 {
            // 1980 to 2040.
            let seconds = Int64.random(in: 315_532_800...2_208_988_800, using: &generator)
            let instant = Timestamp(microseconds: seconds * 1_000_000)
            let date = Date(timeIntervalSince1970: Double(seconds))
            let parts = foundation.dateComponents([.year, .month, .day, .weekday], from: date)
            let day = ours.date(of: instant)
            #expect([day.year, day.month, day.day] == [parts.year, parts.month, parts.day])
            #expect(day.weekday % 7 + 1 == parts.weekday)
            let dayStart = foundation.startOfDay(for: date).timeIntervalSince1970
            #expect(ours.start(of: day).microseconds == Int64(dayStart) * 1_000_000, "\(zone) \(day)")
            let month = try #require(foundation.dateInterval(of: .month, for: date))
            let next = ours.startOfNextMonth(after: instant)
            #expect(next.microseconds == Int64(month.end.timeIntervalSince1970) * 1_000_000, "\(zone) \(day)")
        }
    }

    @Test("begins every month at its first instant: the microsecond before is another month", arguments: zones)
    func lastMicrosecond(zone: String) throws {
        let ours = try self.calendars(zone).ours
        for year in 2000..<2040 {
            for month in 1...12 {
                let first = try #require(CivilDate(year: year, month: month, day: 1))
                let start = ours.start(of: first)
                let before = Timestamp(microseconds: start.microseconds - 1)
                #expect(ours.date(of: start) == first)
                #expect(ours.date(of: before) < first)
                #expect(ours.startOfNextMonth(after: before) == start)
                #expect(ours.startOfNextMonth(after: start) > start)
            }
        }
    }

    @Test("counts days as they are, back and forth over four hundred years")
    func civilDates() throws {
        var date = try #require(CivilDate("1899-12-31"))
        for _ in 0..<146_097 {
            let next = date.nextDay
            #expect(next > date)
            #expect(next.daysSinceEpoch == date.daysSinceEpoch + 1)
            #expect(next.weekday == date.weekday % 7 + 1)
            #expect(CivilDate(year: next.year, month: next.month, day: next.day) == next)
            date = next
        }
        #expect(date == CivilDate("2299-12-31"))
        #expect(CivilDate("2026-11-21")?.weekday == 6)
    }

    @Test(
        "refuses what is no day",
        arguments: [
            "2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-1-01", "20261121", "2026-11-21 ",
            "+026-11-21",
            "", "--", "2026/11/21",
        ])
    func noDay(text: String) {
        #expect(CivilDate(text) == nil)
    }
}

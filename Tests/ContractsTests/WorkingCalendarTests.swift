import Contracts
import Foundation
import SeededRandom
import Testing

@Suite("Working time")
struct WorkingCalendarTests {
    @Test(
        "runs from 09:00 to 18:00 on working days only",
        arguments: [
            ("2026-11-20T10:00:00", 3600, "2026-11-20T11:00:00"),
            ("2026-11-20T17:30:00", 3600, "2026-11-23T09:30:00"),
            ("2026-11-20T17:00:00", 3600, "2026-11-20T18:00:00"),
            ("2026-11-20T18:00:00", 1, "2026-11-23T09:00:01"),
            ("2026-11-20T03:00:00", 60, "2026-11-20T09:01:00"),
            ("2026-11-21T12:00:00", 18 * 3600, "2026-11-24T18:00:00"),
            ("2026-09-30T17:00:00", 2 * 3600, "2026-10-08T10:00:00"),
            ("2026-12-31T09:00:00", 45 * 3600, "2027-01-06T18:00:00"),
        ])
    func table(from: String, seconds: Int, to: String) throws {
        let zone = try #require(TimeZone(identifier: "Asia/Shanghai"))
        let holidays = ["2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07"].compactMap(CivilDate.init)
        let calendar = WorkingCalendar(calendar: BusinessCalendar(timeZone: zone), holidays: Set(holidays))
        let start = try #require(Timestamp(rfc3339: from + "+08:00"))
        let due = calendar.due(TargetTime(seconds: seconds, counting: .working), from: start)
        #expect(calendar.calendar.format(due) == to + "+08:00")
        let always = calendar.due(TargetTime(seconds: seconds, counting: .calendar), from: start)
        #expect(always.microseconds == start.microseconds + Int64(seconds) * 1_000_000)
    }

    @Test(
        "is what counting minute by minute gives, with random hours, weekdays and holidays",
        arguments: [
            "Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe",
        ])
    func minuteByMinute(zone: String) throws {
        let calendar = BusinessCalendar(timeZone: try #require(TimeZone(identifier: zone)))
        var generator = SeededGenerator(seed: 900)
        for _ in 0..<60 {
            let working = Self.random(calendar, &generator)
            // Around the weeks in which clocks change, too.
            let day = [20_540, 20_755, 20_530, 20_730].randomElement(using: &generator) ?? 0
            let startMinute = Int64(day) * 1440 + Int64.random(in: 0..<14 * 1440, using: &generator)
            let minutes = Int.random(in: 1...2_000, using: &generator)
            let start = Timestamp(microseconds: startMinute * 60_000_000)
            let due = working.due(TargetTime(seconds: minutes * 60, counting: .working), from: start)
            #expect(due == Self.naive(minutes, from: start, working), "\(zone) \(calendar.format(start)) \(minutes)")
            #expect(working.seconds(from: start, to: due, counting: .working) == minutes * 60, "and back")
            #expect(working.seconds(from: due, to: start, counting: .working) == 0)
        }
    }

    @Test("never ends without a working day, but the answer does")
    func noWorkingDay() {
        let calendar = WorkingCalendar(calendar: BusinessCalendar(timeZone: .gmt), weekdays: [])
        let due = calendar.due(TargetTime(seconds: 1, counting: .working), from: Timestamp(microseconds: 0))
        #expect(due > Timestamp(microseconds: 0))
    }

    private static func random(_ calendar: BusinessCalendar, _ generator: inout SeededGenerator) -> WorkingCalendar {
        // Not in the hours that clocks show twice: nobody says then which of the two is worked.
        let opens = Int.random(in: 3 * 60..<20 * 60, using: &generator)
        let closes = Int.random(in: opens + 30...24 * 60, using: &generator)
        let weekdays = Set((1...7).filter { _ in Bool.random(using: &generator) } + [3])
        let holidays = (0..<8).map { _ in
            CivilDate(daysSinceEpoch: 20_530 + Int.random(in: 0..<280, using: &generator))
        }
        return WorkingCalendar(
            calendar: calendar,
            opensAtSecond: opens * 60,
            closesAtSecond: closes * 60,
            weekdays: weekdays,
            holidays: Set(holidays)
        )
    }

    /// Walks minute by minute and asks of each whether it is worked.
    private static func naive(_ minutes: Int, from start: Timestamp, _ working: WorkingCalendar) -> Timestamp {
        var (now, left) = (start, minutes)
        while left > 0 {
            let date = working.calendar.date(of: now)
            let second = Int(working.calendar.microsecondOfDay(of: now) / 1_000_000)
            if working.weekdays.contains(date.weekday), !working.holidays.contains(date),
                second >= working.opensAtSecond, second < working.closesAtSecond
            {
                left -= 1
            }
            now = now.advanced(bySeconds: 60)
        }
        return now
    }
}

import Contracts
import Foundation
import Testing

/// Moves business time, as an operator does.
struct ClockControl {
    let system: RunningSystem
    let publisher: Publisher
    let calendar = BusinessCalendar(timeZone: TimeZone(identifier: "Asia/Shanghai") ?? .gmt)

    /// The first instant of the month after the present business time.
    func nextMonth() async throws -> Timestamp {
        self.calendar.startOfNextMonth(after: try await self.now())
    }

    /// Business time, from the database's last setting.
    func now() async throws -> Timestamp {
        let setting = try await Database(self.system).clockSetting(of: "orders")
        let wall = Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
        guard let setting else { return wall }
        let passed = max(0, wall.microseconds(since: setting.wallAt))
        return Timestamp(microseconds: setting.businessAt.microseconds + passed * Int64(setting.rate))
    }

    /// Sets business time to an hour of the day that is, or of the next one.
    func set(nextHour hour: Int, minute: Int = 0) async throws {
        let now = try await self.now()
        var date = self.calendar.date(of: now)
        let secondOfDay = hour * 3600 + minute * 60
        if self.calendar.instant(of: date, secondOfDay: secondOfDay) <= now { date = date.nextDay }
        try await self.set(self.calendar.instant(of: date, secondOfDay: secondOfDay), rate: 1)
    }

    /// Sets business time, and waits until every service has it.
    func set(_ now: Timestamp, rate: Int) async throws {
        try await self.publisher.publish([ClockSet(now: now, rate: rate)])
        try await self.untilSet(now)
    }

    /// Waits until every service has a time that was set.
    func untilSet(_ now: Timestamp) async throws {
        let database = Database(self.system)
        for service in ["orders", "provisioning", "rating", "notification", "complaints"] {
            try await until("\(service) has taken on the clock") {
                try await database.clockSetting(of: service)?.businessAt == now
            }
        }
    }
}

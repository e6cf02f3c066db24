import Contracts
import Foundation
import Postgres
import Testing

/// What an auditor with a look into every schema sees.
struct Database {
    struct Setting {
        var businessAt: Timestamp
        var rate: Int
        var wallAt: Timestamp
    }

    private let pool: PostgresPool

    init(_ system: RunningSystem) {
        self.pool = system.connect()
    }

    func clockSetting(of service: String) async throws -> Setting? {
        switch service {
        case "orders": try await self.execute(OrdersClock()).first
        case "provisioning": try await self.execute(ProvisioningClock()).first
        case "notification": try await self.execute(NotificationClock()).first
        case "complaints": try await self.execute(ComplaintsClock()).first
        default: try await self.execute(RatingClock()).first
        }
    }

    func execute<S: Statement>(_ statement: S) async throws -> [S.Row] {
        try await self.pool.withTransaction("audit") { try await $0.execute(statement) }
    }

    func script(_ sql: String) async throws {
        try await self.pool.withConnection { try await $0.execute(unsafeSQL: sql, name: "script") }
    }

    func close() async { await self.pool.close() }

    private static func setting(_ columns: inout Columns) throws -> Setting {
        Setting(
            businessAt: Timestamp(microseconds: try columns.next(PostgresTimestamp.self).microseconds),
            rate: Int(try columns.next(Int32.self)),
            wallAt: Timestamp(microseconds: try columns.next(PostgresTimestamp.self).microseconds)
        )
    }

    private struct OrdersClock: Statement {
        static let sql = "SELECT business_at, rate, wall_at FROM orders.business_clock"
        static func read(_ columns: inout Columns) throws -> Setting { try Database.setting(&columns) }
    }

    private struct ProvisioningClock: Statement {
        static let sql = "SELECT business_at, rate, wall_at FROM provisioning.business_clock"
        static func read(_ columns: inout Columns) throws -> Setting { try Database.setting(&columns) }
    }

    private struct NotificationClock: Statement {
        static let sql = "SELECT business_at, rate, wall_at FROM notification.business_clock"
        static func read(_ columns: inout Columns) throws -> Setting { try Database.setting(&columns) }
    }

    private struct ComplaintsClock: Statement {
        static let sql = "SELECT business_at, rate, wall_at FROM complaints.business_clock"
        static func read(_ columns: inout Columns) throws -> Setting { try Database.setting(&columns) }
    }

    private struct RatingClock: Statement {
        static let sql = "SELECT business_at, rate, wall_at FROM rating.business_clock"
        static func read(_ columns: inout Columns) throws -> Setting { try Database.setting(&columns) }
    }
}

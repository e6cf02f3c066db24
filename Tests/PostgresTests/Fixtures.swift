import Foundation
import Logging
import Postgres
import Synchronization
import TestSupport

/// Runs `body` with a pool on a fresh database.
func withPool<T: Sendable>(
    size: Int = 4, retries: Int = 8, _ body: (PostgresPool, PostgresConfiguration) async throws -> T
) async throws -> T {
    try await TestDatabase.shared.withDatabase { base in
        var configuration = base
        configuration.poolSize = size
        configuration.retries = retries
        let pool = PostgresPool(configuration: configuration, logger: TestDatabase.silent)
        do {
            let result = try await body(pool, configuration)
            await pool.close()
            return result
        } catch {
            await pool.close()
            throw error
        }
    }
}

/// Runs `body` with one connection on a fresh database.
func withConnection<T: Sendable>(_ body: (PostgresConnection) async throws -> T) async throws -> T {
    try await TestDatabase.shared.withDatabase { configuration in
        let connection = try await PostgresConnection.open(configuration, logger: TestDatabase.silent)
        do {
            let result = try await body(connection)
            await connection.close()
            return result
        } catch {
            await connection.close()
            throw error
        }
    }
}

/// Waits until `condition` holds, for at most a minute.
func until(_ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(300)
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw ConditionNotMet() }
        try await Task.sleep(for: .milliseconds(5))
    }
}

struct ConditionNotMet: Error {}

/// Counts what concurrent tasks do.
final class Counter: Sendable {
    private let count = Mutex(0)

    var value: Int { self.count.withLock { $0 } }
    func add(_ amount: Int = 1) { self.count.withLock { $0 += amount } }
}

/// The error that `body` throws.
func postgresError(_ body: () async throws -> Void) async -> PostgresError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? PostgresError
    }
}

struct Insert: Statement {
    static let sql = "INSERT INTO t (id, value) VALUES ($1, $2)"
    var id: Int
    var value = "x"

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.id)
        parameters.append(self.value)
    }
}

struct SelectIDs: Statement {
    static let sql = "SELECT id FROM t ORDER BY id"
    static func read(_ columns: inout Columns) throws -> Int { try columns.next() }
}

struct BackendID: Statement {
    static let sql = "SELECT pg_backend_pid()"
    static func read(_ columns: inout Columns) throws -> Int { try columns.next() }
}

struct Terminate: Statement {
    static let sql = "SELECT pg_terminate_backend($1::bigint::int)"
    var backend: Int
    func bind(_ parameters: inout Parameters) { parameters.append(self.backend) }
}

struct SleepSeconds: Statement {
    static let sql = "SELECT pg_sleep($1)"
    var seconds: Double
    func bind(_ parameters: inout Parameters) { parameters.append(self.seconds) }
}

extension PostgresConnection {
    func createTable() async throws {
        try await self.execute(unsafeSQL: "CREATE TABLE t (id bigint PRIMARY KEY, value text NOT NULL)")
    }
}

extension PostgresPool {
    func createTable() async throws {
        try await self.withConnection { try await $0.createTable() }
    }
}

/// Keeps the order of what concurrent tasks do.
final class Recorder: Sendable {
    private let recorded = Mutex<[Int]>([])

    var values: [Int] { self.recorded.withLock { $0 } }
    func append(_ value: Int) { self.recorded.withLock { $0.append(value) } }
}

/// Roles belong to the whole server, which other test processes may use too.
enum ProcessName {
    private static let counter = Counter()

    static var unique: String {
        Self.counter.add()
        return "\(ProcessInfo.processInfo.processIdentifier)_\(Self.counter.value)"
    }
}

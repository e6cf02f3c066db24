import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Transient errors run a transaction again")
struct RetryTests {
    struct ReadValue: Statement {
        static let sql = "SELECT n FROM counter WHERE id = $1"
        var id = 1
        func bind(_ parameters: inout Parameters) { parameters.append(self.id) }
        static func read(_ columns: inout Columns) throws -> Int { try columns.next() }
    }

    struct WriteValue: Statement {
        static let sql = "UPDATE counter SET n = $2 WHERE id = $1"
        var id = 1
        var value: Int
        func bind(_ parameters: inout Parameters) {
            parameters.append(self.id)
            parameters.append(self.value)
        }
    }

    private func createCounters(_ pool: PostgresPool) async throws {
        try await pool.withConnection {
            try await $0.execute(
                unsafeSQL:
                    "CREATE TABLE counter (id bigint PRIMARY KEY, n bigint); INSERT INTO counter VALUES (1, 0), (2, 0)")
        }
    }

    @Test("Serialization failures: writers who read, then write, lose no update")
    func serialization() async throws {
        try await withPool(size: 4, retries: 100) { pool, _ in
            try await self.createCounters(pool)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        for _ in 0..<10 {
                            try await pool.withTransaction("count", isolation: .repeatableRead) { transaction in
                                let value = try #require(try await transaction.execute(ReadValue()).first)
                                _ = try await transaction.execute(WriteValue(value: value + 1))
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await pool.execute(ReadValue()) == [40])
            #expect(pool.statistics.retried > 0)
        }
    }

    @Test("A deadlock: both transactions end well")
    func deadlock() async throws {
        try await withPool(size: 2) { pool, _ in
            try await self.createCounters(pool)
            let (arrived, attempts) = (Counter(), Counter())
            @Sendable func lock(_ first: Int, _ second: Int) async throws {
                try await pool.withTransaction("lock") { transaction in
                    attempts.add()
                    try await transaction.execute(unsafeSQL: "SET LOCAL deadlock_timeout = '50ms'")
                    _ = try await transaction.execute(WriteValue(id: first, value: first))
                    arrived.add()
                    try await until { arrived.value >= 2 }
                    _ = try await transaction.execute(WriteValue(id: second, value: first))
                }
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await lock(1, 2) }
                group.addTask { try await lock(2, 1) }
                try await group.waitForAll()
            }
            #expect(attempts.value == 3)
        }
    }

    @Test("A connection killed in the middle of a transaction, also when the body wraps the error")
    func terminated() async throws {
        struct Wrapped: Error {}
        try await withPool(size: 2) { pool, _ in
            try await pool.createTable()
            for wraps in [false, true] {
                var attempts = 0
                try await pool.withTransaction("killed") { transaction in
                    attempts += 1
                    let (_, backend) = try await transaction.execute(together: Insert(id: wraps ? 2 : 1), BackendID())
                    if attempts == 1 { _ = try await pool.execute(Terminate(backend: backend[0])) }
                    do {
                        _ = try await transaction.execute(SelectIDs())
                    } catch  where wraps {
                        throw Wrapped()
                    }
                }
                #expect(attempts == 2)
            }
            #expect(try await pool.execute(SelectIDs()) == [1, 2])
            #expect(pool.statistics.inUse == 0)
        }
    }

    @Test(
        "An idle connection that the server has closed is noticed before anything is sent, so even a single statement is run"
    )
    func closedWhileIdle() async throws {
        try await withPool(size: 1) { pool, configuration in
            try await pool.createTable()
            let backend = try await pool.execute(BackendID())[0]
            let other = try await PostgresConnection.open(configuration, logger: TestDatabase.silent)
            _ = try await other.execute(Terminate(backend: backend))
            // It disappears from the server's list before its process ends and the socket closes.
            try await until {
                let isRunning = try await other.execute(IsRunning(backend: backend)) == [true]
                return !isRunning && !FileManager.default.fileExists(atPath: "/proc/\(backend)")
            }
            _ = try await pool.execute(Insert(id: 1))
            #expect(try await pool.execute(SelectIDs()) == [1])
            #expect(pool.statistics.retried == 1)
            await other.close()
        }
    }

    struct IsRunning: Statement {
        static let sql = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $1)"
        var backend: Int
        func bind(_ parameters: inout Parameters) { parameters.append(self.backend) }
        static func read(_ columns: inout Columns) throws -> Bool { try columns.next() }
    }

    @Test("A single statement whose connection is lost while it runs is not run again: it may have been done")
    func singleStatement() async throws {
        try await withPool(size: 2) { pool, _ in
            try await pool.createTable()
            try await pool.withConnection { killer in
                async let failure = postgresError { _ = try await pool.execute(SleepSeconds(seconds: 60)) }
                try await until {
                    try await !killer.execute(TerminateSleepers()).isEmpty
                }
                let error = await failure
                #expect(error?.code.isConnectionLost == true)
                #expect(error?.isTransient == true)
            }
            #expect(pool.statistics.retried == 0)
        }
    }

    struct TerminateSleepers: Statement {
        static let sql = """
            SELECT pg_terminate_backend(pid)
              FROM pg_stat_activity
             WHERE datname = current_database()
               AND wait_event = 'PgSleep'
            """
        static func read(_ columns: inout Columns) throws -> Bool { try columns.next() }
    }

    @Test(
        "A row that another transaction inserted first is found when the transaction runs again; one in vain is given up"
    )
    func insertedFirst() async throws {
        try await withPool(size: 2, retries: 3) { pool, _ in
            try await pool.createTable()
            var attempts = 0
            try await pool.withTransaction("find or insert") { transaction in
                attempts += 1
                let known = try await transaction.execute(SelectIDs())
                if attempts == 1 { _ = try await pool.execute(Insert(id: 7)) }
                if !known.contains(7) { _ = try await transaction.execute(Insert(id: 7)) }
            }
            #expect(attempts == 2)

            let error = await postgresError {
                try await pool.withTransaction("insert again") { transaction in
                    attempts += 1
                    _ = try await transaction.execute(Insert(id: 7))
                }
            }
            #expect(error?.code == .uniqueViolation)
            #expect(attempts == 2 + 1 + 3)
        }
    }

    @Test("What is not transient is thrown at once")
    func permanent() async throws {
        try await withPool { pool, _ in
            var attempts = 0
            let error = await postgresError {
                try await pool.withTransaction("missing") { transaction in
                    attempts += 1
                    _ = try await transaction.execute(SelectIDs())
                }
            }
            #expect(error?.code == .undefinedTable)
            #expect(attempts == 1)
        }
    }

    @Test("A server that is killed and started again: no transaction is lost or done twice", .timeLimit(.minutes(10)))
    func serverKilled() async throws {
        let database = TestDatabase(privateWith: [:])
        var configuration = try await database.makeDatabase()
        configuration.retries = 20
        let pool = PostgresPool(configuration: configuration, logger: TestDatabase.silent)
        try await pool.createTable()
        let (done, restarts) = (Counter(), Counter())
        let writers = (0..<4).map { writer in
            Task {
                var id = writer
                // Some before the server dies, and some after it lives again.
                while restarts.value == 0 || id < 400 {
                    // The transaction may have been done: the connection may be lost during COMMIT.
                    _ = try await pool.withTransaction("insert") { try await $0.execute(InsertOnce(id: id)) }
                    done.add()
                    id += 4
                }
            }
        }
        try await until { done.value > 50 }
        try await database.kill9()
        try await database.restart()
        restarts.add()
        for writer in writers { try await writer.value }
        #expect(try await pool.execute(SelectIDs()).count == done.value)
        #expect(pool.statistics.retried > 0)
        await pool.close()
    }

    struct InsertOnce: Statement {
        static let sql = "INSERT INTO t (id, value) VALUES ($1, 'x') ON CONFLICT DO NOTHING"
        var id: Int
        func bind(_ parameters: inout Parameters) { parameters.append(self.id) }
    }

    @Test("A server that is away: the error says so after the retries, and is transient")
    func away() async throws {
        let configuration = PostgresConfiguration(url: "postgres://postgres@127.0.0.1:1/none", retries: 1)
        let pool = PostgresPool(configuration: configuration, logger: TestDatabase.silent)
        let error = await postgresError { try await pool.withTransaction("away") { _ in } }
        #expect(error?.code == .unableToConnect)
        #expect(error?.isTransient == true)
        #expect(pool.statistics.retried == 1)
        #expect(pool.statistics.inUse == 0)
    }
}

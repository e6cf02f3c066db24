import Foundation
@testable import Postgres
import TestSupport
import Testing

@Suite("The pool")
struct PoolTests {
    @Test("Never more than its size in use; those who wait come in the order in which they asked")
    func limitAndOrder() async throws {
        try await withPool(size: 1) { pool, _ in
            let order = Recorder()
            try await withThrowingTaskGroup(of: Void.self) { group in
                try await pool.withConnection { _ in
                    for index in 0..<8 {
                        group.addTask {
                            try await pool.withConnection { _ in order.append(index) }
                        }
                        try await until { pool.statistics.waiting == index + 1 }
                    }
                    #expect(pool.statistics.inUse == 1)
                }
                try await group.waitForAll()
            }
            #expect(order.values == Array(0..<8))
            #expect(pool.statistics.opened == 1)
            #expect(pool.statistics.idle == 1)
        }
    }

    @Test("Connections that wait for a lock block their own threads only: whoever holds it can go on and give it back")
    func waitingBlocksNobody() async throws {
        let waiters = 4 * ProcessInfo.processInfo.activeProcessorCount
        try await withPool(size: waiters + 1) { pool, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                try await pool.withTransaction("hold") { transaction in
                    _ = try await transaction.execute(TakeLock())
                    for _ in 0..<waiters {
                        group.addTask { _ = try await pool.execute(TakeLock()) }
                    }
                    try await until { try await transaction.execute(CountWaiting()).first == waiters }
                }
                try await group.waitForAll()
            }
        }
    }

    struct TakeLock: Statement {
        static let sql = "SELECT pg_advisory_xact_lock(4711)"
    }

    struct CountWaiting: Statement {
        static let sql = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        static func read(_ columns: inout Columns) throws -> Int { try columns.next() }
    }

    @Test("A caller that is cancelled while it waits goes away at once and takes nothing with it")
    func cancelWaiting() async throws {
        try await withPool(size: 1) { pool, _ in
            try await pool.withConnection { _ in
                let waiting = Task { try await pool.execute(BackendID()) }
                try await until { pool.statistics.waiting == 1 }
                waiting.cancel()
                await #expect(throws: CancellationError.self) { try await waiting.value }
                #expect(pool.statistics.waiting == 0)
            }
            #expect(try await pool.execute(BackendID()).count == 1)
        }
    }

    @Test("A connection whose borrower threw, or that was lost, is replaced")
    func replaces() async throws {
        struct Thrown: Error {}
        try await withPool(size: 1) { pool, _ in
            let first = try await pool.execute(BackendID())
            await #expect(throws: Thrown.self) { try await pool.withConnection { _ in throw Thrown() } }
            let second = try await pool.execute(BackendID())
            #expect(first != second)
            #expect(
                await postgresError { _ = try await pool.execute(Terminate(backend: second[0])) }?.code
                    == .adminShutdown)
            #expect(try await pool.execute(BackendID()) != second)
            #expect(pool.statistics == PoolStatistics(limit: 1, inUse: 0, idle: 1, waiting: 0, opened: 3, retried: 0))
        }
    }

    struct Locks: Statement {
        static let sql = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        static func read(_ columns: inout Columns) throws -> Int { try columns.next() }
    }

    @Test("Advisory locks of a borrower end with its loan; a transaction left open ends the connection")
    func reset() async throws {
        try await withPool(size: 1) { pool, _ in
            try await pool.withConnection { try await $0.execute(unsafeSQL: "SELECT pg_advisory_lock(1)") }
            #expect(try await pool.execute(Locks()) == [0])
            #expect(pool.statistics.opened == 1)
            try await pool.withConnection { try await $0.execute(unsafeSQL: "BEGIN") }
            #expect(try await pool.execute(Locks()) == [0])
            #expect(pool.statistics.opened == 2)
        }
    }

    @Test("Closing waits for those who work, refuses those who wait or come later")
    func closes() async throws {
        try await TestDatabase.shared.withDatabase { base in
            var configuration = base
            configuration.poolSize = 1
            let pool = PostgresPool(configuration: configuration, logger: TestDatabase.silent)
            let waiting = try await pool.withConnection { connection in
                let waiting = Task { try await pool.execute(BackendID()) }
                try await until { pool.statistics.waiting == 1 }
                let closing = Task { await pool.close() }
                await #expect(throws: PostgresPoolClosedError.self) { try await waiting.value }
                #expect(try await connection.execute(BackendID()).count == 1)
                return closing
            }
            await waiting.value
            await #expect(throws: PostgresPoolClosedError.self) { try await pool.execute(BackendID()) }
            await pool.close()
        }
    }

    @Test("Cancelling a task cancels its statement at once, and the connection is not used again")
    func cancelStatement() async throws {
        try await withPool(size: 2) { pool, _ in
            let sleeping = Task {
                try await pool.withTransaction("sleep") { _ = try await $0.execute(SleepSeconds(seconds: 600)) }
            }
            try await until { try await pool.execute(Sleepers()) == [1] }
            let start = ContinuousClock.now
            sleeping.cancel()
            await #expect(throws: CancellationError.self) { try await sleeping.value }
            #expect(ContinuousClock.now - start < .seconds(30))
            try await until { try await pool.execute(Sleepers()) == [0] }
            #expect(pool.statistics.idle == 1)
        }
    }

    @Test("A cancellation at any moment ends the statement, also just before the server gets it")
    func cancelAnyMoment() async throws {
        try await withPool(size: 1) { pool, _ in
            for step in 0..<20 {
                let sleeping = Task { _ = try await pool.execute(SleepSeconds(seconds: 600)) }
                for _ in 0..<step * 20 { await Task.yield() }
                sleeping.cancel()
                await #expect(throws: CancellationError.self) { try await sleeping.value }
            }
            let backends = try await pool.execute(BackendID())
            #expect(backends.count == 1)
        }
    }

    struct Sleepers: Statement {
        static let sql = """
            SELECT count(*)
              FROM pg_stat_activity
             WHERE datname = current_database()
               AND wait_event = 'PgSleep'
            """
        static func read(_ columns: inout Columns) throws -> Int { try columns.next() }
    }

    @Test("Many statements that wait at the server leave the cooperative pool free")
    func blocking() async throws {
        try await withPool(size: 33) { pool, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<32 {
                    group.addTask { _ = try await pool.execute(SleepSeconds(seconds: 600)) }
                }
                try await until { try await pool.execute(Sleepers()) == [32] }
                // More tasks than the machine has cores, all of which have to take turns.
                let turns = await withTaskGroup(of: Int.self) { others in
                    for _ in 0..<64 {
                        others.addTask {
                            for _ in 0..<100 { await Task.yield() }
                            return 1
                        }
                    }
                    return await others.reduce(0, +)
                }
                #expect(turns == 64)
                #expect(pool.statistics.inUse == 32)
                group.cancelAll()
                while let result = await group.nextResult() {
                    #expect(throws: CancellationError.self) { try result.get() }
                }
            }
        }
    }

    @Test("A body isolated to an actor may use the actor's state")
    func isolation() async throws {
        actor Owner {
            var count = 0
            func work(_ pool: PostgresPool) async throws -> Int {
                try await pool.withTransaction("isolated") { transaction in
                    self.count += try await transaction.execute(BackendID()).count
                    try await transaction.savepoint { self.count += 1 }
                }
                return self.count
            }
        }
        try await withPool { pool, _ in
            let count = try await Owner().work(pool)
            #expect(count == 2)
        }
    }

    @Test("Pauses grow, vary, have a limit, and are shorter after a conflict")
    func pauses() {
        let policy = RetryPolicy()
        #expect(policy.delay(attempt: 1, after: .connectionFailure, random: 0) == .milliseconds(25))
        #expect(policy.delay(attempt: 2, after: .connectionFailure, random: 0.5) == .milliseconds(75))
        #expect(policy.delay(attempt: 100, after: .connectionFailure, random: 0) == .seconds(1))
        #expect(policy.delay(attempt: 1, after: .deadlockDetected, random: 0) < .milliseconds(5))
        #expect(policy.delay(attempt: 100, after: .serializationFailure, random: 0) == .milliseconds(125))
    }
}

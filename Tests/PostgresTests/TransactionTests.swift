import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Transactions")
struct TransactionTests {
    struct Refused: Error {}

    @Test("A body that returns is committed, one that throws is undone; an empty one sends nothing")
    func commitAndRollback() async throws {
        try await withPool(size: 1) { pool, _ in
            try await pool.createTable()
            try await pool.withTransaction("commit") { _ = try await $0.execute(Insert(id: 1)) }
            await #expect(throws: Refused.self) {
                try await pool.withTransaction("rollback") { transaction in
                    _ = try await transaction.execute(Insert(id: 2))
                    throw Refused()
                }
            }
            #expect(try await pool.execute(SelectIDs()) == [1])
            try await pool.withConnection { connection in
                let before = await connection.roundTrips
                try await connection.withTransaction { _ in }
                #expect(await connection.roundTrips == before)
            }
        }
    }

    @Test("BEGIN travels with the first statement: two round trips for a transaction of one statement")
    func roundTrips() async throws {
        try await withConnection { connection in
            try await connection.createTable()
            let before = await connection.roundTrips
            try await connection.withTransaction { _ = try await $0.execute(Insert(id: 1)) }
            #expect(await connection.roundTrips - before == 2)
            try await connection.withTransaction { transaction in
                let (_, ids) = try await transaction.execute(together: Insert(id: 2), SelectIDs())
                #expect(ids == [1, 2])
            }
            #expect(await connection.roundTrips - before == 4)
        }
    }

    struct Isolation: Statement {
        static let sql = "SELECT current_setting('transaction_isolation')"
        static func read(_ columns: inout Columns) throws -> String { try columns.next() }
    }

    @Test(
        "The isolation level is the one asked for",
        arguments: [
            (IsolationLevel.readCommitted, "read committed"), (.repeatableRead, "repeatable read"),
            (.serializable, "serializable"),
        ])
    func isolation(level: IsolationLevel, name: String) async throws {
        try await withConnection { connection in
            let found = try await connection.withTransaction(isolation: level) { try await $0.execute(Isolation()) }
            #expect(found == [name])
        }
    }

    @Test("A savepoint whose body throws undoes that body alone, nested ones too, and costs no round trip otherwise")
    func savepoints() async throws {
        try await withConnection { connection in
            try await connection.createTable()
            let before = await connection.roundTrips
            try await connection.withTransaction { transaction in
                try await transaction.savepoint { _ = try await transaction.execute(Insert(id: 1)) }
                try? await transaction.savepoint {
                    _ = try await transaction.execute(Insert(id: 2))
                    try await transaction.savepoint { _ = try await transaction.execute(Insert(id: 3)) }
                    _ = try await transaction.execute(Insert(id: 1))
                }
                try? await transaction.savepoint { throw Refused() }
                try? await transaction.savepoint {
                    try await transaction.savepoint { _ = try await transaction.execute(Insert(id: 4)) }
                    throw Refused()
                }
                _ = try await transaction.execute(Insert(id: 5))
            }
            // Six inserts, two undoings, one COMMIT.
            #expect(await connection.roundTrips - before == 9)
            #expect(try await connection.execute(SelectIDs()) == [1, 5])
        }
    }

    @Test("A body that swallows an error does not commit: the swallowed error comes out")
    func swallowed() async throws {
        try await withPool { pool, _ in
            try await pool.createTable()
            let error = await postgresError {
                try await pool.withTransaction("swallow") { transaction in
                    _ = try await transaction.execute(Insert(id: 1))
                    _ = try? await transaction.execute(Insert(id: 1))
                }
            }
            #expect(error?.code == .uniqueViolation)
            #expect(try await pool.execute(SelectIDs()) == [])
        }
    }

    @Test("A deferred constraint that fails at COMMIT is an error of COMMIT")
    func deferred() async throws {
        try await withPool { pool, _ in
            try await pool.withConnection {
                try await $0.execute(
                    unsafeSQL: """
                        CREATE TABLE t (id bigint PRIMARY KEY, value text NOT NULL,
                                        other bigint REFERENCES t DEFERRABLE INITIALLY DEFERRED DEFAULT 99)
                        """)
            }
            let error = await postgresError {
                try await pool.withTransaction("deferred") { _ = try await $0.execute(Insert(id: 1)) }
            }
            #expect(error?.code == .foreignKeyViolation)
            #expect(error?.statement == "COMMIT")
            #expect(try await pool.execute(SelectIDs()) == [])
        }
    }

    @Test("A transaction that has ended refuses statements, and so does its connection while one runs")
    func misuse() async throws {
        try await withConnection { connection in
            try await connection.createTable()
            let ended = try await connection.withTransaction { transaction in
                _ = try await transaction.execute(SelectIDs())
                #expect(
                    await postgresError { _ = try await connection.execute(Insert(id: 1)) }?.code
                        == .invalidTransactionState)
                return transaction
            }
            #expect(
                await postgresError { _ = try await ended.execute(Insert(id: 1)) }?.code == .invalidTransactionState)
            #expect(try await connection.execute(SelectIDs()) == [])
        }
    }

    struct Line: Sendable, Equatable {
        var id: Int
        var tags: [String?]
        var note: String?
    }

    struct SelectLines: Statement {
        static let sql = "SELECT id, tags, note FROM line ORDER BY id"
        static func read(_ columns: inout Columns) throws -> Line {
            Line(id: try columns.next(), tags: try columns.next(), note: try columns.next())
        }
    }

    @Test("COPY adds ten thousand rows, arrays and NULLs included, as first statement of a transaction")
    func copies() async throws {
        try await withConnection { connection in
            try await connection.execute(
                unsafeSQL:
                    "CREATE SCHEMA \"s x\"; CREATE TABLE \"s x\".line (id bigint PRIMARY KEY, tags text[], note text)")
            let lines = (1...10_000).map { Line(id: $0, tags: ["a\($0)", nil], note: $0 % 3 == 0 ? nil : "n\($0)") }
            let count = try await connection.withTransaction { transaction in
                try await transaction.copy(into: "s x.line", columns: ["id", "tags", "note"], rows: lines) {
                    line, row in
                    row.append(line.id)
                    row.append(line.tags)
                    row.append(line.note)
                }
            }
            #expect(count == 10_000)
            try await connection.execute(unsafeSQL: "SET search_path TO \"s x\"")
            #expect(try await connection.execute(SelectLines()) == lines)
        }
    }

    @Test("A COPY that is refused, or whose rows have the wrong width, adds nothing and leaves the connection usable")
    func copyErrors() async throws {
        try await withConnection { connection in
            try await connection.createTable()
            let refused = await postgresError {
                _ = try await connection.withTransaction { transaction in
                    try await transaction.copy(into: "t", columns: ["id", "value"], rows: [1, 2, 1]) { id, row in
                        row.append(id)
                        row.append("x")
                    }
                }
            }
            #expect(refused?.code == .uniqueViolation)
            #expect(refused?.statement == "COPY t")
            await #expect(throws: PostgresValueError.self) {
                try await connection.withTransaction { transaction in
                    try await transaction.copy(into: "t", columns: ["id", "value"], rows: [1]) { $1.append($0) }
                }
            }
            #expect(connection.isOpen)
            #expect(try await connection.execute(SelectIDs()) == [])
            let none = try await connection.withTransaction {
                try await $0.copy(into: "t", columns: ["id", "value"], rows: [Int]()) { $1.append($0) }
            }
            #expect(none == 0)
        }
    }
}

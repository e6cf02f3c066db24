import Logging
import Postgres
import Synchronization
import TestSupport
import Testing

@Suite("Statements")
struct StatementTests {
    struct PreparedCount: Statement {
        static let sql = "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE '%Insert'"
        static func read(_ columns: inout Columns) throws -> Int { try columns.next() }
    }

    @Test("A statement is prepared once on a connection, and costs one round trip from the first time on")
    func preparedOnce() async throws {
        try await withConnection { connection in
            try await connection.createTable()
            let before = await connection.roundTrips
            for id in 1...5 { _ = try await connection.execute(Insert(id: id)) }
            #expect(await connection.roundTrips - before == 5)
            #expect(try await connection.execute(PreparedCount()) == [1])
        }
    }

    struct Everything: Statement {
        static let sql = "SELECT * FROM t"
        static func read(_ columns: inout Columns) throws -> Int { try columns.next() }
    }

    @Test("After a change of the schema a statement fails once as transient, then is prepared anew")
    func staleOnConnection() async throws {
        try await withConnection { connection in
            try await connection.createTable()
            _ = try await connection.execute(Insert(id: 1))
            #expect(try await connection.execute(Everything()) == [1])
            try await connection.execute(unsafeSQL: "ALTER TABLE t ADD COLUMN more text")
            let error = await postgresError { _ = try await connection.execute(Everything()) }
            #expect(error?.isStalePlan == true)
            #expect(error?.isTransient == true)
            #expect(try await connection.execute(Everything()) == [1])
            try await connection.execute(unsafeSQL: "DEALLOCATE ALL")
            #expect(await postgresError { _ = try await connection.execute(Everything()) }?.isStalePlan == true)
            #expect(try await connection.execute(Everything()) == [1])
        }
    }

    @Test("A pool hides the change of a schema, in transactions and outside")
    func staleInPool() async throws {
        try await withPool(size: 1) { pool, _ in
            try await pool.createTable()
            _ = try await pool.execute(Insert(id: 1))
            #expect(try await pool.execute(Everything()) == [1])
            try await pool.withTransaction("alter") {
                try await $0.execute(unsafeSQL: "ALTER TABLE t ADD COLUMN a text")
            }
            #expect(try await pool.execute(Everything()) == [1])
            try await pool.withTransaction("alter") {
                try await $0.execute(unsafeSQL: "ALTER TABLE t ADD COLUMN b text")
            }
            #expect(try await pool.withTransaction("read") { try await $0.execute(Everything()) } == [1])
            #expect(pool.statistics.retried == 2)
        }
    }

    struct SetValue: Statement {
        static let sql = "UPDATE t SET value = $1"
        var value: String
        func bind(_ parameters: inout Parameters) { parameters.append(self.value) }
    }

    @Test("A statement without rows tells how many it touched")
    func touched() async throws {
        try await withConnection { connection in
            try await connection.createTable()
            #expect(try await connection.execute(SetValue(value: "a")).count == 0)
            for id in 1...3 { #expect(try await connection.execute(Insert(id: id)).count == 1) }
            #expect(try await connection.execute(SetValue(value: "b")).count == 3)
        }
    }

    @Test("Several statements take one round trip together, also when they are prepared on the way")
    func pipeline() async throws {
        try await withConnection { connection in
            try await connection.createTable()
            let before = await connection.roundTrips
            let (_, _, ids, backend) = try await connection.execute(
                together: Insert(id: 1), Insert(id: 2), SelectIDs(), BackendID())
            #expect(await connection.roundTrips - before == 1)
            #expect(ids == [1, 2])
            #expect(backend.count == 1)
        }
    }

    @Test("An error in the middle of a pipeline names its statement, undoes all, and leaves the connection usable")
    func pipelineError() async throws {
        try await withConnection { connection in
            try await connection.createTable()
            let error = await postgresError {
                _ = try await connection.execute(together: Insert(id: 1), Insert(id: 1), SelectIDs())
            }
            #expect(error?.code == .uniqueViolation)
            #expect(error?.statement == "Insert")
            #expect(try await connection.execute(SelectIDs()) == [])
            #expect(connection.isOpen)
        }
    }

    struct Big: Statement {
        static let sql = "SELECT $1, repeat('x', 1000000)"
        var value: String
        func bind(_ parameters: inout Parameters) { parameters.append(self.value) }
        static func read(_ columns: inout Columns) throws -> Int {
            try (columns.next() as String).utf8.count + (columns.next() as String).utf8.count
        }
    }

    @Test("A pipeline whose both directions exceed every buffer does not block itself")
    func bigPipeline() async throws {
        try await withConnection { connection in
            let big = Big(value: String(repeating: "y", count: 4_000_000))
            let results = try await connection.execute(together: big, big, big, big, big, big)
            #expect(results.0 == [5_000_000])
            #expect(results.5 == [5_000_000])
        }
    }

    struct Violation: Statement {
        static let sql = "INSERT INTO child (id, parent, amount, secret) VALUES ($1, $2, $3, $4)"
        var id = 1
        var parent: Int?
        var amount = 1
        var secret: String? = "identity number"
        func bind(_ parameters: inout Parameters) {
            parameters.append(self.id)
            parameters.append(self.parent)
            parameters.append(self.amount)
            parameters.append(self.secret)
        }
    }

    @Test(
        "Constraints refuse with their SQLSTATE and name; the row's values are not in the description",
        arguments: [
            (Violation(id: 0), SQLState.uniqueViolation, "child_pkey", nil),
            (Violation(parent: 42), .foreignKeyViolation, "child_parent_fkey", nil),
            (Violation(amount: -1), .checkViolation, "positive", nil),
            (Violation(secret: nil), .notNullViolation, nil, "secret"),
        ] as [(Violation, SQLState, String?, String?)])
    func violations(statement: Violation, code: SQLState, constraint: String?, column: String?) async throws {
        try await withConnection { connection in
            try await connection.execute(
                unsafeSQL: """
                    CREATE TABLE parent (id bigint PRIMARY KEY);
                    CREATE TABLE child (
                        id     bigint PRIMARY KEY,
                        parent bigint REFERENCES parent,
                        amount bigint CONSTRAINT positive CHECK (amount > 0),
                        secret text   NOT NULL
                    );
                    INSERT INTO child VALUES (0, NULL, 1, 'identity number')
                    """)
            let error = try #require(await postgresError { _ = try await connection.execute(statement) })
            #expect(error.code == code)
            #expect(error.code.isIntegrityViolation)
            #expect(!error.isTransient)
            #expect(error.statement == "Violation")
            #expect(error.table == "child")
            #expect(error.constraint == constraint)
            #expect(error.column == column)
            #expect(error.detail != nil)
            #expect(!"\(error) \(String(reflecting: error))".contains("identity number"))
            #expect(!"\(error)".contains("42"))
        }
    }

    @Test("Notices go to the log at debug level, without DETAIL")
    func notices() async throws {
        let recorder = LogRecorder()
        let logger = Logger(label: "test") { _ in recorder }
        try await TestDatabase.shared.withDatabase { configuration in
            let connection = try await PostgresConnection.open(configuration, logger: logger)
            try await connection.execute(
                unsafeSQL: "DO $$ BEGIN RAISE WARNING 'careful' USING DETAIL = 'row data'; END $$")
            await connection.close()
        }
        #expect(recorder.lines.withLock { $0 } == ["debug WARNING careful"])
    }
}

/// Keeps what the notice log says.
final class LogRecorder: LogHandler {
    let lines = Mutex<[String]>([])
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        let severity = event.metadata?["postgres.severity"].map { "\($0)" } ?? ""
        let notice = event.metadata?["postgres.notice"].map { "\($0)" } ?? ""
        self.lines.withLock { $0.append("\(event.level) \(severity) \(notice)") }
    }
}

import Postgres
import TestSupport
import Testing

/// How the server plans, told by the server.
@Suite("Plans")
struct PlanTests {
    private struct Create: Statement {
        static let sql = "CREATE TABLE thing (thing_id int PRIMARY KEY, parent int REFERENCES thing, note text)"
    }

    private struct Insert: Statement {
        static let sql =
            "INSERT INTO thing (thing_id, parent) SELECT n, nullif(n - 1, 0) FROM generate_series(1, $1) AS n"
        var count: Int32
        func bind(_ parameters: inout Parameters) { parameters.append(self.count) }
    }

    private struct Update: Statement {
        static let sql = """
            UPDATE thing AS t
               SET note = b.note
              FROM unnest($1::int[], $2::text[]) AS b (thing_id, note)
             WHERE t.thing_id = b.thing_id
            """
        var ids: [Int32]
        func bind(_ parameters: inout Parameters) {
            parameters.append(self.ids)
            parameters.append(self.ids.map { "note \($0)" })
        }
    }

    private struct Search: Statement {
        static let sql = "SELECT count(*) FROM thing WHERE ($1::int IS NULL OR thing_id = $1)"
        var id: Int32?
        func bind(_ parameters: inout Parameters) { parameters.append(self.id) }
        static func read(_ columns: inout Columns) throws -> Int64 { try columns.next() }
    }

    /// Of the connection's prepared statements.
    private struct Planned: Statement {
        static let sql = """
            SELECT coalesce(sum(generic_plans), 0)::bigint, coalesce(sum(custom_plans), 0)::bigint
              FROM pg_prepared_statements
             WHERE statement LIKE ANY ('{UPDATE %,SELECT count%}')
            """
        static func read(_ columns: inout Columns) throws -> [Int64] { [try columns.next(), try columns.next()] }
    }

    /// By sequential scans, in the transaction.
    private struct RowsScanned: Statement {
        static let sql = "SELECT pg_stat_get_xact_tuples_returned('thing'::regclass)"
        static func read(_ columns: inout Columns) throws -> Int64 { try columns.next() }
    }

    private func withConnection(
        _ settings: [String: String],
        _ body: (PostgresConnection) async throws -> Void
    ) async throws {
        try await TestDatabase.shared.withDatabase { base in
            var configuration = base
            configuration.settings = settings
            let connection = try await PostgresConnection.open(configuration, logger: TestDatabase.silent)
            try await body(connection)
            await connection.close()
        }
    }

    @Test("A keyed statement is planned once, while its table is empty, and goes by index when it is full")
    func keyed() async throws {
        try await self.withConnection(PostgresConfiguration.keyedStatements) { connection in
            _ = try await connection.execute(Create())
            for _ in 0..<3 { _ = try await connection.execute(Update(ids: [1])) }
            _ = try await connection.execute(Insert(count: 20_000))
            let scanned = try await connection.withTransaction { transaction in
                _ = try await transaction.execute(Update(ids: Array(1...10)))
                return try await transaction.execute(RowsScanned()).first
            }
            #expect(scanned == 0)
            #expect(try await connection.execute(Planned()).first == [4, 0])
        }
    }

    @Test("A search is planned for its values, each time")
    func search() async throws {
        try await self.withConnection(PostgresConfiguration.searches) { connection in
            _ = try await connection.execute(Create())
            for id in [nil, 1, 2] as [Int32?] { _ = try await connection.execute(Search(id: id)) }
            #expect(try await connection.execute(Planned()).first == [0, 3])
        }
    }
}

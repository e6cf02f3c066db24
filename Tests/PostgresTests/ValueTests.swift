import Foundation
import Postgres
import Testing

@Suite("Values travel in the binary format, both ways")
struct ValueTests {
    /// One value, cast to the type it claims to be, and its text at the server.
    struct Echo<Value: PostgresEncodable & PostgresDecodable>: Statement {
        struct Row: Sendable {
            var value: Value
            var type: String
        }

        static var sql: String { "SELECT $1, pg_typeof($1)::text" }
        var value: Value
        func bind(_ parameters: inout Parameters) { parameters.append(self.value) }
        static func read(_ columns: inout Columns) throws -> Row {
            Row(value: try columns.next(), type: try columns.next())
        }
    }

    private func check<V: PostgresEncodable & PostgresDecodable & Equatable>(
        _ values: [V], _ type: String, _ connection: PostgresConnection
    ) async throws {
        for value in values {
            let row = try #require(try await connection.execute(Echo(value: value)).first)
            #expect(row.value == value)
            #expect(row.type == type)
        }
        let array = try #require(try await connection.execute(Echo(value: values)).first)
        #expect(array.value == values)
        #expect(array.type == "\(type)[]")
        let withNull: [V?] = [nil] + values.map(Optional.some) + [nil]
        #expect(try await connection.execute(Echo(value: withNull)).first?.value == withNull)
        #expect(try await connection.execute(Echo(value: [V]())).first?.value == [])
        #expect(try await connection.execute(Echo(value: V?.none)).first?.value == V?.none)
    }

    @Test("Every type round-trips: extremes, empty values, arrays, arrays with NULLs, NULL")
    func roundTrips() async throws {
        try await withConnection { connection in
            try await self.check([true, false], "boolean", connection)
            try await self.check([Int16.min, -1, 0, Int16.max], "smallint", connection)
            try await self.check([Int32.min, -1, 0, Int32.max], "integer", connection)
            try await self.check([Int64.min, -1, 0, Int64.max], "bigint", connection)
            try await self.check([Int.min, -1, 0, Int.max], "bigint", connection)
            try await self.check(
                [-Double.infinity, -0.5, 0, .pi, .greatestFiniteMagnitude], "double precision", connection)
            try await self.check(
                ["", "宽带", "it's \"x\" \\ {a,b} NULL", String(repeating: "é", count: 70_000)], "text", connection)
            try await self.check([[], [0], [UInt8](0...255)], "bytea", connection)
            try await self.check(
                [UUID(), UUID(uuidString: "00000000-0000-0000-0000-000000000000")!], "uuid", connection)
            try await self.check(
                [
                    .infinity, .negativeInfinity, .init(microseconds: 0), .init(microseconds: -1),
                    .init(microseconds: 1_764_547_200_123_456),
                ] as [PostgresTimestamp],
                "timestamp with time zone", connection)
            try await self.check(
                [.init(days: .max), .init(days: .min), .init(days: 0), .init(days: -1), .init(days: 20_000)]
                    as [PostgresDate],
                "date", connection)
            try await self.check([JSONB("{}"), JSONB("{\"a\": [1, null, \"中\"]}")], "jsonb", connection)
        }
    }

    struct Texts: Statement {
        static let sql = "SELECT $1::text, $2::text, $3::text, $4::text, $5::text"
        func bind(_ parameters: inout Parameters) {
            parameters.append(PostgresTimestamp(microseconds: 1_764_547_200_123_456))
            parameters.append(PostgresDate(days: 20_423))
            parameters.append([1, nil, 3] as [Int?])
            parameters.append([0xde, 0xad] as [UInt8])
            parameters.append([[0xde], []] as [[UInt8]])
        }
        static func read(_ columns: inout Columns) throws -> [String] {
            try (0..<5).map { _ in try columns.next() }
        }
    }

    @Test("The server sees the values that were meant")
    func meaning() async throws {
        try await withConnection { connection in
            let texts = try await connection.execute(Texts()).first
            #expect(
                texts == [
                    "2025-12-01 00:00:00.123456+00", "2025-12-01", "{1,NULL,3}", "\\xdead", "{\"\\\\xde\",\"\\\\x\"}",
                ])
        }
    }

    enum Colour: String, PostgresEncodable, PostgresDecodable { case red, green }
    struct Ident: RawRepresentable, Equatable, PostgresEncodable, PostgresDecodable { var rawValue: UUID }
    struct Moment: Equatable, PostgresConvertible {
        var seconds: Int64
        var postgresForm: PostgresTimestamp { .init(microseconds: self.seconds * 1_000_000) }
        init(seconds: Int64) { self.seconds = seconds }
        init(postgresForm form: PostgresTimestamp) { self.seconds = form.microseconds / 1_000_000 }
    }

    @Test("Other modules' types join with one line")
    func ownTypes() async throws {
        try await withConnection { connection in
            try await self.check([Colour.red, .green], "text", connection)
            try await self.check([Ident(rawValue: UUID())], "uuid", connection)
            try await self.check(
                [Moment(seconds: 0), Moment(seconds: 1_764_547_200)], "timestamp with time zone", connection)
        }
    }

    struct SelectValue<Value: PostgresDecodable>: Statement {
        static var sql: String { "SELECT value FROM v" }
        static func read(_ columns: inout Columns) throws -> Value { try columns.next() }
    }

    @Test("A column that is not what the statement reads is an error that names it, never a wrong value")
    func mismatches() async throws {
        try await withConnection { connection in
            try await connection.execute(unsafeSQL: "CREATE VIEW v AS SELECT NULL::bigint AS value")
            let null = await #expect(throws: PostgresDecodingError.self) {
                _ = try await connection.execute(SelectValue<Int>())
            }
            #expect(null?.description == "PostgresDecodingError in SelectValue<Int>, column value: is NULL")
            try await connection.execute(unsafeSQL: "CREATE OR REPLACE VIEW v AS SELECT 7::bigint AS value")
            let type = await #expect(throws: PostgresDecodingError.self) {
                _ = try await connection.execute(SelectValue<String>())
            }
            #expect(type?.problem == "has type 20, not one of String")
            #expect(try await connection.execute(SelectValue<Int>()) == [7])
        }
    }

    @Test("A text with a zero byte is refused by the server as a data exception, whose value is not in the description")
    func zeroByte() async throws {
        try await withConnection { connection in
            let error = await postgresError { _ = try await connection.execute(Echo(value: "secret\0")) }
            #expect(error?.code.category == "22")
            #expect(error?.description.contains("secret") == false)
            let rows = try await connection.execute(Echo(value: "still usable"))
            #expect(rows.count == 1)
        }
    }
}

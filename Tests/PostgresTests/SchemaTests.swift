import Postgres
import TestSupport
import Testing

@Suite("Migrations")
struct MigratorTests {
    private static let one = Migration(number: 1, name: "table", sql: "CREATE TABLE t (id bigint PRIMARY KEY)")
    private static let two = Migration(
        number: 2, name: "value", sql: "ALTER TABLE t ADD COLUMN value text; INSERT INTO t VALUES (1, 'x')")
    private static let ten = Migration(number: 10, name: "more", sql: "INSERT INTO t VALUES (10, 'x')")

    private func withService(_ body: (PostgresConfiguration, ServiceSchema) async throws -> Void) async throws {
        try await TestDatabase.shared.withDatabase { configuration in
            let service = ServiceSchema(service: "migrations")
            try await service.prepare(configuration, logger: TestDatabase.silent)
            try await body(configuration, service)
        }
    }

    private func migrate(
        _ migrations: [Migration], _ configuration: PostgresConfiguration, _ service: ServiceSchema
    ) async throws -> [Int] {
        try await Migrator(migrations: migrations, schema: service.schema, role: service.role)
            .migrate(configuration, logger: TestDatabase.silent).map(\.number)
    }

    private func ids(_ configuration: PostgresConfiguration, _ service: ServiceSchema) async throws -> [Int] {
        let connection = try await PostgresConnection.open(
            service.configuration(configuration), logger: TestDatabase.silent)
        return try await connection.execute(SelectIDs())
    }

    @Test("They are applied once, in the order of their numbers, in the service's schema")
    func order() async throws {
        try await self.withService { configuration, service in
            let first = try await self.migrate([Self.two, Self.one], configuration, service)
            #expect(first == [1, 2])
            #expect(try await self.migrate([Self.two, Self.one], configuration, service) == [])
            #expect(try await self.migrate([Self.one, Self.two, Self.ten], configuration, service) == [10])
            #expect(try await self.ids(configuration, service) == [1, 10])
        }
    }

    @Test("An edited, a missing, a late and a doubled one are errors that name it, and nothing is changed")
    func mismatches() async throws {
        try await self.withService { configuration, service in
            func error(_ migrations: [Migration]) async -> MigrationError? {
                await #expect(throws: MigrationError.self) {
                    try await self.migrate(migrations, configuration, service)
                }
            }
            _ = try await self.migrate(
                [Self.one, Self.ten].map { Migration(number: $0.number, name: $0.name, sql: "SELECT 1") },
                configuration, service)
            let edited = Migration(number: 1, name: "table", sql: "SELECT 2")
            let first = Migration(number: 1, name: "table", sql: "SELECT 1")
            let last = Migration(number: 10, name: "more", sql: "SELECT 1")
            #expect(await error([edited, last]) == .edited(edited))
            #expect(await error([last]) == .missing(number: 1, name: "table"))
            #expect(await error([first, Self.two, last]) == .late(Self.two))
            #expect(await error([first, edited, last]) == .duplicate(edited))
            // A newer version has applied number 10; this one does not know it yet.
            #expect(try await self.migrate([first], configuration, service) == [])
        }
    }

    @Test("One that fails leaves nothing behind and names itself; those before it stay")
    func failing() async throws {
        try await self.withService { configuration, service in
            let broken = Migration(number: 3, name: "broken", sql: "INSERT INTO t VALUES (3, 'x'); SELECT 1/0")
            let error = await postgresError {
                _ = try await self.migrate([Self.one, Self.two, broken], configuration, service)
            }
            #expect(error?.statement == "migration 3 (broken)")
            #expect(try await self.ids(configuration, service) == [1])
            let mended = Migration(number: 3, name: "broken", sql: "INSERT INTO t VALUES (3, 'x')")
            let applied = try await self.migrate([Self.one, Self.two, mended], configuration, service)
            #expect(applied == [3])
        }
    }

    @Test("One that ends its transaction is refused")
    func ending() async throws {
        try await self.withService { configuration, service in
            let ending = Migration(number: 1, name: "ending", sql: "CREATE TABLE t (id bigint); COMMIT")
            await #expect(throws: MigrationError.endedTransaction(ending)) {
                try await self.migrate([ending], configuration, service)
            }
        }
    }

    @Test("Of several processes that start at once, one applies each migration and the others wait")
    func concurrent() async throws {
        try await self.withService { configuration, service in
            let slow = Migration(number: 3, name: "slow", sql: "SELECT pg_sleep(0.2); INSERT INTO t VALUES (3, 'x')")
            let applied = try await withThrowingTaskGroup(of: [Int].self) { group in
                for _ in 0..<5 {
                    group.addTask { try await self.migrate([Self.one, Self.two, slow], configuration, service) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(applied.filter { !$0.isEmpty } == [[1, 2, 3]])
            #expect(applied.count == 5)
            #expect(try await self.ids(configuration, service) == [1, 3])
        }
    }

    @Test(
        "A file's name gives number and name",
        arguments: [("m0001_orders.sql", 1, "orders"), ("0012_add_outbox", 12, "add_outbox"), ("m7.sql", 7, "m7")])
    func files(file: String, number: Int, name: String) {
        #expect(Migration(file: file, sql: "x") == Migration(number: number, name: name, sql: "x"))
        #expect(Migration(file: "orders.sql", sql: "x") == nil)
    }
}

@Suite("A service's schema")
struct ServiceSchemaTests {
    struct ReadOther: Statement {
        static let sql = "SELECT id FROM service_a.t"
        static func read(_ columns: inout Columns) throws -> Int { try columns.next() }
    }

    @Test("A service cannot read another's tables, nor make anything in its schema")
    func separated() async throws {
        try await TestDatabase.shared.withDatabase { base in
            let (a, b) = (ServiceSchema(service: "service_a"), ServiceSchema(service: "service_b"))
            for service in [a, b, a] { try await service.prepare(base, logger: TestDatabase.silent) }
            let table = Migration(number: 1, name: "t", sql: "CREATE TABLE t (id bigint); INSERT INTO t VALUES (1)")
            try await Migrator(migrations: [table], schema: a.schema, role: a.role).migrate(
                base, logger: TestDatabase.silent)
            let one = try await PostgresConnection.open(a.configuration(base), logger: TestDatabase.silent)
            let other = try await PostgresConnection.open(b.configuration(base), logger: TestDatabase.silent)
            #expect(try await one.execute(ReadOther()) == [1])
            #expect(await postgresError { _ = try await other.execute(ReadOther()) }?.code == .insufficientPrivilege)
            let making = await postgresError { try await other.execute(unsafeSQL: "CREATE TABLE service_a.x (id int)") }
            #expect(making?.code == .insufficientPrivilege)
            await one.close()
            await other.close()
        }
    }

    @Test("Many that start at once, in two databases of one server, all find it ready")
    func concurrent() async throws {
        try await TestDatabase.shared.withDatabase { one in
            try await TestDatabase.shared.withDatabase { two in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    let service = ServiceSchema(schema: "many", role: "sheaf_many_\(ProcessName.unique)")
                    for configuration in [one, two, one, two, one, two] {
                        group.addTask { try await service.prepare(configuration, logger: TestDatabase.silent) }
                    }
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test("A login role that may not make roles is told what to run; once that was run, all is well")
    func unprivileged() async throws {
        try await TestDatabase.shared.withDatabase { base in
            let login = "login_\(ProcessName.unique)"
            let service = ServiceSchema(schema: "plain", role: "sheaf_plain_\(ProcessName.unique)")
            let administrator = try await PostgresConnection.open(base, logger: TestDatabase.silent)
            try await administrator.execute(unsafeSQL: "CREATE ROLE \(login) LOGIN PASSWORD 'x'")
            var configuration = base
            configuration.url = base.url.replacing("postgres://postgres@", with: "postgres://\(login):x@")
            let error = await #expect(throws: ServiceSchemaError.self) {
                try await service.prepare(configuration, logger: TestDatabase.silent)
            }
            let statements = try #require(error?.statements)
            #expect(statements.count == 4)
            try await administrator.execute(unsafeSQL: statements.joined(separator: ";"))
            try await service.prepare(configuration, logger: TestDatabase.silent)
            let connection = try await PostgresConnection.open(
                service.configuration(configuration), logger: TestDatabase.silent)
            try await connection.execute(unsafeSQL: "CREATE TABLE t (id bigint)")
            await connection.close()
            await administrator.close()
        }
    }
}

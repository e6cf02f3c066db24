import Contracts
import Foundation
import Kafka
import Logging
import Postgres
import TestSupport

@testable import Messaging

/// The test service's database, and a look into it. Each test has its own.
struct Store: Sendable {
    let configuration: PostgresConfiguration
    private let pool: PostgresPool

    static func open<T>(
        on server: TestDatabase = .shared,
        _ body: (Store) async throws -> T
    ) async throws -> T {
        try await server.withDatabase("conformance") { configuration in
            let store = Store(configuration: configuration)
            do {
                for migration in MessagingMigrations.all { try await store.run(migration.sql) }
                try await store.run(NumberSchema.sql)
                let result = try await body(store)
                await store.pool.close()
                return result
            } catch {
                await store.pool.close()
                throw error
            }
        }
    }

    private init(configuration: PostgresConfiguration) {
        self.configuration = configuration
        self.pool = PostgresPool(configuration: configuration, logger: TestDatabase.silent)
    }

    /// A connection pool of its own, as another process has it.
    func pool(size: Int = 4, name: String = "instance") -> PostgresPool {
        var configuration = self.configuration
        configuration.applicationName = name
        configuration.poolSize = size
        return PostgresPool(configuration: configuration, logger: TestDatabase.silent)
    }

    func run(_ sql: String) async throws {
        try await self.pool.withConnection { try await $0.execute(unsafeSQL: sql) }
    }

    func execute<S: Statement>(_ statement: S) async throws -> [S.Row] {
        try await self.pool.withTransaction("look") { try await $0.execute(statement) }
    }

    /// In the order in which they happened.
    func effects() async throws -> [Numbered] { try await self.execute(FindEffects()) }

    func parkedCount() async throws -> Int {
        Int(try await self.execute(CountParkedRecords()).first ?? 0)
    }

    /// Everything that was appended, published or not, in its order.
    func outbox() async throws -> [OutboxEntry] { try await self.execute(FindOutbox()) }

    func echoes() async throws -> [Numbered] {
        try await self.outbox().filter { $0.topic == NumberEchoed.topic.name }.map { try Numbered(event: $0.value) }
    }

    func deadLetters() async throws -> [OutboxEntry] {
        try await self.outbox().filter { $0.topic.hasSuffix(".deadletters") }
    }

    func pendingCount() async throws -> Int {
        Int(try await self.execute(MeasureOutbox()).first?.pending ?? 0)
    }
}

/// A row of the outbox.
struct OutboxEntry: Sendable {
    var topic: String
    var key: [UInt8]?
    var headers: [KafkaHeader]
    var value: [UInt8]?

    func header(_ name: String) -> String? { self.headers.last { $0.name == name }?.text }
}

private struct FindOutbox: Statement {
    static let sql = "SELECT topic, key, headers, value FROM outbox ORDER BY outbox_id"

    static func read(_ columns: inout Columns) throws -> OutboxEntry {
        let topic: String = try columns.next()
        let key: [UInt8]? = try columns.next()
        let headers: [UInt8]? = try columns.next()
        return OutboxEntry(topic: topic, key: key, headers: HeaderCodec.decode(headers), value: try columns.next())
    }
}

extension Numbered {
    private struct Event: Decodable {
        var data: NumberRecorded
    }

    /// From an event that the service emitted.
    init(event value: [UInt8]?) throws {
        let data = try JSONDecoder().decode(Event.self, from: Data(value ?? [])).data
        self.init(data.key, data.number)
    }
}

package import Foundation
package import Logging
package import Postgres
import Synchronization

/// PostgreSQL for tests: the server that `DATABASE_URL` names, or one that this process starts for
/// itself when the first test wants it.
package actor TestDatabase {
    /// For every test that does not hurt the server.
    package static let shared = TestDatabase(url: ProcessInfo.processInfo.environment["DATABASE_URL"])

    private let givenURL: String?
    private let settings: [String: String]
    private let prepare: @Sendable (URL) async throws -> Void
    private var starting: Task<TestDatabaseServer, any Error>?

    private init(url: String?) {
        self.givenURL = url.flatMap { $0.isEmpty ? nil : $0 }
        self.settings = [:]
        self.prepare = { _ in }
    }

    /// A server of one test alone, which may kill it. Ignores `DATABASE_URL`.
    ///
    /// - Parameters:
    ///   - settings: of the server.
    ///   - prepare: puts further files into the data folder before the server starts.
    package init(
        privateWith settings: [String: String] = [:],
        prepare: @escaping @Sendable (_ dataFolder: URL) async throws -> Void = { _ in }
    ) {
        self.givenURL = nil
        self.settings = settings
        self.prepare = prepare
    }

    /// Runs `body` with a fresh, empty database, and drops it afterwards.
    ///
    /// - Parameter body: gets a configuration whose login role may do everything.
    nonisolated(nonsending) package func withDatabase<T>(
        _ prefix: String = "test", _ body: (PostgresConfiguration) async throws -> T
    ) async throws -> T {
        let configuration = try await self.makeDatabase(prefix)
        do {
            let result = try await body(configuration)
            await self.drop(configuration)
            return result
        } catch {
            await self.drop(configuration)
            throw error
        }
    }

    /// Makes a fresh, empty database that stays until the server goes (on a given server: for ever; so
    /// prefer `withDatabase`).
    package func makeDatabase(_ prefix: String = "test") async throws -> PostgresConfiguration {
        let name = Self.uniqueName(prefix)
        try await self.administer("CREATE DATABASE \(SQLText.identifier(name))")
        return PostgresConfiguration(url: try await self.url(database: name), applicationName: "test")
    }

    /// Makes a fresh schema in the database that all tests share.
    ///
    /// - Returns: a configuration with the schema as its search path.
    package func makeSchema(named prefix: String = "test") async throws -> PostgresConfiguration {
        let name = Self.uniqueName(prefix)
        let url = try await self.administrationURL
        try await self.administer("CREATE SCHEMA \(SQLText.identifier(name))")
        return PostgresConfiguration(url: url, applicationName: "test", schema: name)
    }

    /// The URL of a database of this server, whether it exists or not.
    package func url(database: String) async throws -> String {
        guard let givenURL = self.givenURL else { return try await self.server.url(database: database) }
        guard var parts = URLComponents(string: givenURL), parts.scheme != nil else {
            return "\(givenURL) dbname=\(database)"
        }
        parts.path = "/\(database)"
        return parts.string ?? givenURL
    }

    /// Kills every process of a private server at once.
    package func kill9() async throws {
        try await self.server.kill9()
    }

    /// Starts a private server again after `kill9`.
    package func restart() async throws {
        try await self.server.start()
    }

    private var administrationURL: String {
        get async throws {
            if let givenURL = self.givenURL { return givenURL }
            return try await self.server.url(database: "postgres")
        }
    }

    private var server: TestDatabaseServer {
        get async throws {
            if let starting = self.starting { return try await starting.value }
            let starting = Task { [settings, prepare] in
                try await TestDatabaseServer(settings: settings, prepare: prepare)
            }
            self.starting = starting
            return try await starting.value
        }
    }

    private func administer(_ sql: String) async throws {
        let configuration = PostgresConfiguration(
            url: try await self.administrationURL, applicationName: "test", settings: [:])
        let connection = try await PostgresConnection.open(configuration, logger: Self.silent)
        try await connection.execute(unsafeSQL: sql)
        await connection.close()
    }

    private func drop(_ configuration: PostgresConfiguration) async {
        guard let name = URLComponents(string: configuration.url)?.path.dropFirst() else { return }
        try? await self.administer("DROP DATABASE IF EXISTS \(SQLText.identifier(String(name))) WITH (FORCE)")
    }

    /// For what tests do not look at.
    package static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private static let counter = Atomic<Int>(0)

    private static func uniqueName(_ prefix: String) -> String {
        let number = Self.counter.add(1, ordering: .relaxed).newValue
        return "\(prefix)_\(ProcessInfo.processInfo.processIdentifier)_\(number)"
    }
}

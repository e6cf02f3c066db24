import ArgumentParser
import Contracts
import Foundation
import Logging
import Postgres

/// A service's own schema: for what neither its read API nor a message tells or does.
enum ServiceDatabase {
    /// Every service that the contract knows; some may not be there yet.
    static let services = Topic.all.compactMap { topic in
        topic.name.hasSuffix(".deadletters") ? String(topic.name.dropLast(".deadletters".count)) : nil
    }

    /// Looks or acts in the schema, as the service's role.
    ///
    /// - Throws: `ExitCode` 2 when the database has no such service; `CtlError` when it does not answer.
    static func use<Value: Sendable>(
        _ service: String,
        _ body: @Sendable (PostgresPool) async throws -> Value
    ) async throws -> Value {
        guard try await self.isThere(service) else {
            Terminal.note("the database has no service \(service): \(self.services.joined(separator: ", "))")
            throw ExitCode(2)
        }
        let names = ServiceSchema(service: service)
        return try await self.connected(names.configuration(try self.configuration()), body)
    }

    static func isThere(_ service: String) async throws -> Bool {
        try await self.connected(try self.configuration()) {
            try await $0.execute(SchemaExists(schema: service)).first ?? false
        }
    }

    private static func configuration() throws -> PostgresConfiguration {
        guard let url = ProcessInfo.processInfo.environment["DATABASE_URL"], !url.isEmpty else {
            throw CtlError(description: "DATABASE_URL is not set: set -a; . .run/env; set +a")
        }
        return PostgresConfiguration(url: url, applicationName: "sheaf-ctl", poolSize: 1, retries: 1)
    }

    private static func connected<Value: Sendable>(
        _ configuration: PostgresConfiguration,
        _ body: @Sendable (PostgresPool) async throws -> Value
    ) async throws -> Value {
        var logger = Logger(label: "sheaf-ctl") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .critical
        let pool = PostgresPool(configuration: configuration, logger: logger)
        do {
            let value = try await body(pool)
            await pool.close()
            return value
        } catch let error as PostgresError {
            await pool.close()
            throw CtlError(description: "the database at \(configuration.maskedURL) does not do it: \(error)")
        } catch {
            await pool.close()
            throw error
        }
    }

    private struct SchemaExists: Statement {
        static let sql = "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)"

        var schema: String

        func bind(_ parameters: inout Parameters) { parameters.append(self.schema) }

        static func read(_ columns: inout Columns) throws -> Bool { try columns.next() }
    }
}

package import Logging

/// Brings a schema to the state that this program needs.
///
/// Migrations are applied in the order of their numbers, each in a transaction of its own together
/// with its row in `<schema>.schema_migration`, under an advisory lock: of several processes that start
/// at once, one applies and the others wait. Applied migrations with higher numbers than this program
/// knows belong to a newer version that runs beside it, and are left alone.
package struct Migrator: Sendable {
    package let migrations: [Migration]
    package let schema: String
    package let role: String?
    package let component: String

    /// - Parameters:
    ///   - migrations: in any order.
    ///   - schema: must exist; see `ServiceSchema`.
    ///   - role: owns what the migrations create; `nil` for the role that connects.
    ///   - component: whose migrations they are: several components in one schema number theirs independently.
    package init(migrations: [Migration], schema: String, role: String? = nil, component: String = "service") {
        self.migrations = migrations.sorted { $0.number < $1.number }
        self.schema = schema
        self.role = role
        self.component = component
    }

    /// Applies what has not been applied, on a connection of its own.
    ///
    /// - Returns: the migrations applied now.
    /// - Throws: `MigrationError`, before anything is changed, when applied migrations and these differ;
    ///   `PostgresError` when one fails: it leaves nothing behind, those before it stay.
    @discardableResult
    package func migrate(_ configuration: PostgresConfiguration, logger: Logger) async throws -> [Migration] {
        var configuration = configuration
        configuration.schema = self.schema
        configuration.role = self.role ?? configuration.role
        // Neither waiting for the lock nor a long migration is a fault.
        configuration.statementTimeout = nil
        configuration.settings["statement_timeout"] = "0"
        configuration.settings["lock_timeout"] = "0"
        configuration.poolSize = 1
        let pool = PostgresPool(configuration: configuration, logger: logger)
        do {
            let applied = try await pool.withConnection { try await self.migrate(on: $0, logger: logger) }
            await pool.close()
            return applied
        } catch {
            await pool.close()
            throw error
        }
    }

    /// - Parameter connection: its search path is the schema.
    private func migrate(on connection: PostgresConnection, logger: Logger) async throws -> [Migration] {
        _ = try await connection.execute(LockSession(name: "sheaf migration of \(self.schema)"))
        try await connection.execute(unsafeSQL: Self.createTable, name: "CREATE TABLE schema_migration")
        let (checksums, applied) = try await connection.execute(
            together: MigrationChecksums(texts: self.migrations.map(\.sql)),
            AppliedMigrations(component: self.component))
        let pending = try Self.pending(Array(zip(self.migrations, checksums)), applied: applied)
        for (migration, checksum) in pending {
            try await self.apply(migration, checksum: checksum, on: connection)
            logger.info(
                "Migration applied",
                metadata: ["postgres.schema": "\(self.schema)", "postgres.migration": "\(migration)"])
        }
        return pending.map(\.0)
    }

    private static let createTable = """
        CREATE TABLE IF NOT EXISTS schema_migration (
            component  text        NOT NULL,
            number     bigint      NOT NULL,
            name       text        NOT NULL,
            checksum   text        NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (component, number)
        )
        """

    /// What is left to apply, after a check of what has been.
    static func pending(
        _ known: [(Migration, checksum: String)], applied: [AppliedMigrations.Row]
    ) throws(MigrationError) -> [(Migration, checksum: String)] {
        for (one, next) in zip(known, known.dropFirst()) where one.0.number == next.0.number {
            throw .duplicate(next.0)
        }
        let highestKnown = known.last?.0.number ?? .min
        for row in applied {
            guard let (migration, checksum) = known.first(where: { $0.0.number == row.number }) else {
                if row.number > highestKnown { continue }
                throw .missing(number: row.number, name: row.name)
            }
            guard checksum == row.checksum else { throw .edited(migration) }
        }
        let highestApplied = applied.last?.number ?? .min
        let pending = known.filter { migration, _ in !applied.contains { $0.number == migration.number } }
        if let late = pending.first, late.0.number < highestApplied { throw .late(late.0) }
        return pending
    }

    private func apply(_ migration: Migration, checksum: String, on connection: PostgresConnection) async throws {
        try await connection.withTransaction { transaction in
            try await transaction.execute(unsafeSQL: migration.sql, name: "migration \(migration)")
            guard await connection.isInTransaction else { throw MigrationError.endedTransaction(migration) }
            _ = try await transaction.execute(
                RecordMigration(component: self.component, migration: migration, checksum: checksum))
        }
    }
}

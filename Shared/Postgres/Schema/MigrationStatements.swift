/// The checksums of migrations, computed by the server.
struct MigrationChecksums: Statement {
    static let sql = """
        SELECT encode(sha256(convert_to(text, 'UTF8')), 'hex')
          FROM unnest($1::text[]) WITH ORDINALITY AS m (text, place)
         ORDER BY place
        """

    let texts: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.texts) }
    static func read(_ columns: inout Columns) throws -> String { try columns.next() }
}

/// The migrations that a component has had in a schema.
struct AppliedMigrations: Statement {
    struct Row: Sendable {
        let number: Int
        let name: String
        let checksum: String
    }

    static let sql = """
        SELECT number,
               name,
               checksum
          FROM schema_migration
         WHERE component = $1
         ORDER BY number
        """

    let component: String

    func bind(_ parameters: inout Parameters) { parameters.append(self.component) }
    static func read(_ columns: inout Columns) throws -> Row {
        Row(number: try columns.next(), name: try columns.next(), checksum: try columns.next())
    }
}

/// Records an applied migration.
struct RecordMigration: Statement {
    static let sql = """
        INSERT INTO schema_migration (component, number, name, checksum)
        VALUES ($1, $2, $3, $4)
        """

    let component: String
    let migration: Migration
    let checksum: String

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.component)
        parameters.append(self.migration.number)
        parameters.append(self.migration.name)
        parameters.append(self.checksum)
    }
}

/// Holds a lock by name until the session ends or gives it up; waits for it.
struct LockSession: Statement {
    static let sql = "SELECT pg_advisory_lock(hashtextextended($1, 0))"

    let name: String

    func bind(_ parameters: inout Parameters) { parameters.append(self.name) }
}

/// Holds a lock by name until the transaction ends; waits for it.
struct LockTransaction: Statement {
    static let sql = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"

    let name: String

    func bind(_ parameters: inout Parameters) { parameters.append(self.name) }
}

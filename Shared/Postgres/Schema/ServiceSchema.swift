package import Logging

/// A service's own schema, and the role that alone may use it.
package struct ServiceSchema: Hashable, Sendable {
    package let schema: String
    package let role: String

    /// `orders` → schema `orders`, role `sheaf_orders`.
    package init(service: String) {
        self.init(schema: service, role: "sheaf_\(service)")
    }

    package init(schema: String, role: String) {
        self.schema = schema
        self.role = role
    }

    /// The configuration of the service's connections: they act as the role, in the schema.
    package func configuration(_ base: PostgresConfiguration) -> PostgresConfiguration {
        var configuration = base
        configuration.role = self.role
        configuration.schema = self.schema
        return configuration
    }

    /// Makes role and schema if they are missing, and lets the login role act as the role.
    ///
    /// - Parameter configuration: of the login role; its `role` and `schema` are not used.
    /// - Throws: `ServiceSchemaError` when something is missing that the login role may not make.
    package func prepare(_ configuration: PostgresConfiguration, logger: Logger) async throws {
        var login = configuration
        login.role = nil
        login.schema = nil
        login.poolSize = 1
        let pool = PostgresPool(configuration: login, logger: logger)
        do {
            try await self.prepare(pool)
            await pool.close()
        } catch {
            await pool.close()
            throw error
        }
    }

    private func prepare(_ pool: PostgresPool) async throws {
        for attempt in 1... {
            do {
                try await pool.withTransaction("prepare schema \(self.schema)") { try await self.prepare(in: $0) }
                return
            } catch let error as PostgresError where error.isConcurrentDefinition && attempt < 10 {
                // Roles belong to the whole server, the lock to one database: another one's service of the
                // same name is starting too. Next time its role is there.
                continue
            }
        }
    }

    private func prepare(in transaction: Transaction) async throws {
        _ = try await transaction.execute(LockTransaction(name: "sheaf service schema"))
        guard let state = try await transaction.execute(ServiceSchemaState(self)).first else { return }
        let missing = self.statements(for: state)
        guard !missing.isEmpty else { return }
        guard state.mayCreate else {
            throw ServiceSchemaError(schema: self.schema, login: state.login, statements: missing)
        }
        try await transaction.execute(
            unsafeSQL: missing.joined(separator: ";\n"), name: "prepare schema \(self.schema)")
    }

    /// What has to be run, in this order; empty when all is there.
    private func statements(for state: ServiceSchemaState.Row) -> [String] {
        let role = SQLText.identifier(self.role)
        let schema = SQLText.identifier(self.schema)
        var statements: [String] = []
        if !state.hasRole { statements.append("CREATE ROLE \(role) NOLOGIN") }
        if !state.isMember { statements.append("GRANT \(role) TO \(SQLText.identifier(state.login))") }
        if !state.hasSchema {
            statements.append("CREATE SCHEMA \(schema) AUTHORIZATION \(role)")
            statements.append("REVOKE ALL ON SCHEMA \(schema) FROM PUBLIC")
        }
        return statements
    }
}

/// A service's role or schema is missing and the login role may not make it.
package struct ServiceSchemaError: Error, Hashable, Sendable, CustomStringConvertible {
    package var schema: String
    package var login: String
    /// What an administrator has to run once.
    package var statements: [String]

    package var description: String {
        "schema \(self.schema) is not ready and role \(self.login) may not create roles; as an administrator, run: "
            + self.statements.map { "\($0);" }.joined(separator: " ")
    }
}

/// What there is of a service's role and schema, and what the login role may do.
private struct ServiceSchemaState: Statement {
    struct Row: Sendable {
        let login: String
        let mayCreate: Bool
        let hasRole: Bool
        let isMember: Bool
        let hasSchema: Bool
    }

    static let sql = """
        SELECT session_user::text,
               u.rolsuper OR u.rolcreaterole,
               r.oid IS NOT NULL,
               u.rolsuper OR coalesce(pg_has_role(u.oid, r.oid, 'MEMBER'), false),
               EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)
          FROM pg_roles AS u
          LEFT JOIN pg_roles AS r ON r.rolname = $2
         WHERE u.rolname = session_user
        """

    let names: ServiceSchema

    init(_ names: ServiceSchema) {
        self.names = names
    }

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.names.schema)
        parameters.append(self.names.role)
    }

    static func read(_ columns: inout Columns) throws -> Row {
        Row(
            login: try columns.next(), mayCreate: try columns.next(), hasRole: try columns.next(),
            isMember: try columns.next(), hasSchema: try columns.next())
    }
}

extension PostgresError {
    /// Two sessions defined the same role at once: seen as existing, as a duplicate key of the catalogue,
    /// or as "tuple concurrently updated".
    fileprivate var isConcurrentDefinition: Bool {
        [.duplicateObject, .uniqueViolation, .internalError].contains(self.code)
    }
}

import CLibPQ

/// Where the database is and how each connection to it is set up.
package struct PostgresConfiguration: Sendable {
    /// A `postgres://` URL or a `key=value` list, as libpq reads it: host, port, user, password, database,
    /// `sslmode`, `sslrootcert` …. Holds the password: log `maskedURL`.
    package var url: String
    /// Shown in `pg_stat_activity`.
    package var applicationName: String
    /// Connections at most, each with one thread.
    package var poolSize: Int
    /// `SET ROLE` after connecting: what the connection may do is what this role may do.
    package var role: String?
    /// The only schema of the search path.
    package var schema: String?
    /// Server settings of each connection; `searches` unless given.
    package var settings: [String: String]
    /// From the first byte sent to the connection being ready.
    package var connectTimeout: Duration
    /// The server gives up a statement after this; `nil` leaves it to the server's configuration.
    package var statementTimeout: Duration?
    /// How often a transaction is run again after a transient error.
    package var retries: Int

    package init(
        url: String, applicationName: String = "sheaf", poolSize: Int = 4, role: String? = nil,
        schema: String? = nil, settings: [String: String] = Self.searches,
        connectTimeout: Duration = .seconds(10), statementTimeout: Duration? = nil, retries: Int = 8
    ) {
        self.url = url
        self.applicationName = applicationName
        self.poolSize = poolSize
        self.role = role
        self.schema = schema
        self.settings = settings
        self.connectTimeout = connectTimeout
        self.statementTimeout = statementTimeout
        self.retries = retries
    }

    /// Settings for statements of many kinds: each execution is planned, for its values and for the table as it is.
    ///
    /// A generic plan knows neither: made while the table was empty, it would be kept while the table grows, and it
    /// can use no index for a filter that a caller may leave out. `jit` only costs in short statements.
    package static let searches = [
        "plan_cache_mode": "force_custom_plan",
        "jit": "off",
        "TimeZone": "UTC",
    ]

    /// Settings for the small set of statements that handles messages: all find rows by keys that they are given, so
    /// each is planned once, by index, however empty the table is then.
    ///
    /// Planning each execution costs as much as the execution, and is not done for the statement alone: the check of
    /// a foreign key would be planned for each row. Left to choose, PostgreSQL joins by reading the whole table as
    /// long as that is small, and keeps that plan when it is not small any more.
    package static let keyedStatements = Self.searches.merging([
        "plan_cache_mode": "force_generic_plan",
        "enable_seqscan": "off",
        "enable_hashjoin": "off",
        "enable_mergejoin": "off",
        "random_page_cost": "1.1",
    ]) { $1 }

    /// User, host, port and database, without the password: for logs.
    package var maskedURL: String {
        guard let options = self.options else { return "unreadable" }
        func option(_ name: String) -> String? { options[name].flatMap { $0.isEmpty ? nil : $0 } }
        let user = option("user").map { "\($0)@" } ?? ""
        let port = option("port").map { ":\($0)" } ?? ""
        let database = option("dbname").map { "/\($0)" } ?? ""
        let mode = option("sslmode").map { "?sslmode=\($0)" } ?? ""
        return "postgres://\(user)\(option("host") ?? option("hostaddr") ?? "")\(port)\(database)\(mode)"
    }

    /// What libpq reads in `url`; `nil` when it cannot read it.
    var options: [String: String]? {
        guard let parsed = PQconninfoParse(self.url, nil) else { return nil }
        defer { PQconninfoFree(parsed) }
        var options: [String: String] = [:]
        var option = parsed
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val {
                options[String(cString: keyword)] = String(cString: value)
            }
            option += 1
        }
        return options
    }

    /// Keywords and values for libpq. What stands before `dbname` is a default that the URL may
    /// change, what stands after it holds whatever the URL says.
    var connectionParameters: [(keyword: String, value: String)] {
        [
            ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "30000"),
            ("dbname", self.url),
            ("application_name", self.applicationName), ("client_encoding", "UTF8"),
        ]
    }

    /// The SQL that sets up a new connection; empty when there is nothing to set.
    var sessionSQL: String {
        var statements: [String] = []
        if let role = self.role {
            statements.append("SET ROLE \(SQLText.identifier(role))")
        }
        if let schema = self.schema {
            statements.append("SET search_path TO \(SQLText.identifier(schema))")
        }
        if let timeout = self.statementTimeout {
            statements.append("SET statement_timeout TO \(timeout.wholeMilliseconds)")
        }
        for (name, value) in self.settings.sorted(by: { $0.key < $1.key }) {
            statements.append("SET \(SQLText.qualifiedIdentifier(name)) TO \(SQLText.literal(value))")
        }
        return statements.joined(separator: "; ")
    }
}

extension Duration {
    var wholeMilliseconds: Int64 {
        self.components.seconds * 1000 + self.components.attoseconds / 1_000_000_000_000_000
    }
}

import Postgres

/// How many connections of an application wait for a lock.
struct CountWaiting: Statement {
    static let sql = """
        SELECT count(*)
          FROM pg_stat_activity
         WHERE datname = current_database()
           AND application_name = $1
           AND wait_event_type = 'Lock'
        """

    var application: String

    func bind(_ parameters: inout Parameters) { parameters.append(self.application) }
    static func read(_ columns: inout Columns) throws -> Int64 { try columns.next() }
}

/// Ends connections of an application, as the death of its process would.
struct TerminateBackends: Statement {
    static let sql = """
        SELECT pg_terminate_backend(pid)
          FROM pg_stat_activity
         WHERE datname = current_database()
           AND application_name = $1
           AND (NOT $2 OR state LIKE 'idle in transaction%')
        """

    var application: String
    var onlyInTransaction = true

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.application)
        parameters.append(self.onlyInTransaction)
    }

    static func read(_ columns: inout Columns) throws -> Bool { try columns.next() }
}

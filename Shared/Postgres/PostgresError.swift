/// What the server, or the way to it, answered instead of a result.
///
/// `description` is safe to log: it leaves out DETAIL, which quotes the values of rows, and the text
/// of data exceptions (class 22), which quotes the value that was refused.
package struct PostgresError: Error, Sendable {
    package var code: SQLState
    /// The type of the statement that failed, or a word for what was tried (`connect`, `COMMIT`).
    package var statement: String
    /// `ERROR`, `FATAL` or `PANIC`, in English whatever the server's language.
    package var severity: String
    /// The primary message, in the server's language. Quotes values in class 22: do not log it by itself.
    package var message: String
    /// May quote whole rows. Never log it.
    package var detail: String?
    package var schema: String?
    package var table: String?
    package var column: String?
    package var constraint: String?
    /// A prepared statement no longer fits the schema; prepared again, it will run.
    package var isStalePlan: Bool

    package init(
        code: SQLState, statement: String, message: String, severity: String = "ERROR", isStalePlan: Bool = false
    ) {
        self.code = code
        self.statement = statement
        self.severity = severity
        self.message = message
        self.isStalePlan = isStalePlan
    }

    /// Whether the same transaction may well succeed if it is run again.
    package var isTransient: Bool {
        self.code.isConnectionLost || self.code.isConflict || self.code == .tooManyConnections || self.isStalePlan
    }
}

extension PostgresError {
    /// Whether a transaction that begins anew may see what this one did not: beside what is transient, a row
    /// that another transaction inserted first. Run again, it finds that row.
    var isWorthRunningAgain: Bool { self.isTransient || self.code == .uniqueViolation }
}

extension PostgresError: CustomStringConvertible {
    package var description: String {
        var text = "PostgresError \(self.code) in \(self.statement)"
        if self.code.category != "22" {
            text += ": \(self.message)"
        }
        let places = [
            ("table", self.table), ("column", self.column), ("constraint", self.constraint),
        ].compactMap { name, value in value.map { "\(name) \($0)" } }
        return places.isEmpty ? text : "\(text) (\(places.joined(separator: ", ")))"
    }
}

/// A value in a row is not what the statement's `read` expects: a mistake in the code or a schema
/// of another version, so never transient.
package struct PostgresDecodingError: Error, Sendable, CustomStringConvertible {
    /// The statement's type.
    package var statement: String
    /// Name or number of the column.
    package var column: String
    /// What is wrong; never the value itself.
    package var problem: String

    package var description: String {
        "PostgresDecodingError in \(self.statement), column \(self.column): \(self.problem)"
    }
}

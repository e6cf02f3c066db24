/// A transaction that is running. It ends when the body that was given it returns or throws, and
/// refuses statements from then on.
package struct Transaction: Sendable {
    let connection: PostgresConnection
    let id: Int

    /// Runs one statement. The transaction's BEGIN travels with its first statement.
    ///
    /// After a `PostgresError` the server refuses further statements: let the error out, or run what
    /// may fail in a `savepoint`.
    package func execute<S: Statement>(_ statement: S) async throws -> [S.Row] {
        try await self.connection.execute(together: statement, in: self.id)
    }

    /// Runs several statements in one round trip. What follows a failed one is not run.
    package func execute<each S: Statement>(
        together statements: repeat each S
    ) async throws -> sending (repeat [(each S).Row]) {
        try await self.connection.execute(together: repeat each statements, in: self.id)
    }

    /// Runs a script: statements separated by semicolons, without parameters. Never build it from data.
    package func execute(unsafeSQL sql: String, name: String = "script") async throws {
        try await self.connection.execute(unsafeSQL: sql, name: name, in: self.id)
    }

    /// Runs `body`; when it throws, undoes what it did, and only that, and throws on.
    ///
    /// Costs no round trip of its own unless `body` throws. A conflict or a lost connection cannot be
    /// repaired inside: let those errors out.
    nonisolated(nonsending) package func savepoint<T: Sendable>(_ body: () async throws -> T) async throws -> T {
        let name = try await self.connection.setSavepoint(in: self.id)
        do {
            let result = try await body()
            try await self.connection.releaseSavepoint(name, in: self.id)
            return result
        } catch {
            // The first error says what happened; that the undoing failed too is seen by the next statement.
            try? await self.connection.rollback(to: name, in: self.id)
            throw error
        }
    }

    /// Adds rows by binary `COPY … FROM STDIN`: the fastest way, and it refuses the whole set when one
    /// row is refused.
    ///
    /// The binary format converts nothing: `write` appends, in the order of `columns`, values of exactly
    /// the columns' types (an `Int32` for an `integer`, an `Int` for a `bigint`).
    ///
    /// - Parameter table: a name, or `schema.name`.
    /// - Returns: the number of rows added.
    @discardableResult
    package func copy<Rows: Sequence & Sendable>(
        into table: String, columns: [String], rows: Rows,
        _ write: @Sendable (Rows.Element, inout CopyRow) -> Void
    ) async throws -> Int {
        try await self.connection.copy(table, columns: columns, rows: rows, in: self.id, write: write)
    }
}

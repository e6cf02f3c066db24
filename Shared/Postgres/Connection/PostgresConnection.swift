package import Logging
import Synchronization
import Threading

/// One connection, on one thread of its own: a statement that waits blocks that thread and nothing else.
///
/// Cancelling the task that waits for a statement cancels the statement; the connection is then not
/// used any more, as a late cancellation could hit the next statement.
package actor PostgresConnection {
    private let executor: ThreadExecutor
    private let configuration: PostgresConfiguration
    private let logger: Logger
    private var handle: ConnectionHandle?
    private var prepared = PreparedStatements()
    private var transaction: TransactionState?
    private var transactions = 0
    /// Readable without waiting for the connection's thread.
    private let isUsable = Atomic<Bool>(true)
    /// Round trips to the server so far, without those of connecting.
    private(set) package var roundTrips = 0

    package nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }

    private init(_ configuration: PostgresConfiguration, logger: Logger) {
        self.executor = ThreadExecutor(name: "postgres")
        self.configuration = configuration
        self.logger = logger
    }

    /// Connects and sets up the session: role, search path, settings.
    ///
    /// - Throws: `PostgresError`, with the server's SQLSTATE where the server refused.
    package static func open(_ configuration: PostgresConfiguration, logger: Logger) async throws -> PostgresConnection
    {
        let connection = PostgresConnection(configuration, logger: logger)
        try await connection.connect()
        return connection
    }

    private func connect() throws {
        self.handle = try ConnectionHandle(self.configuration, logger: self.logger)
    }

    /// Whether the connection can take another statement, as far as is known without asking the server.
    package nonisolated var isOpen: Bool { self.isUsable.load(ordering: .acquiring) }

    /// Closes at once; the server rolls back what is open.
    package func close() {
        self.isUsable.store(false, ordering: .releasing)
        self.handle = nil
    }

    /// Whether the server sees an open transaction: `false` when a script has ended it.
    var isInTransaction: Bool { self.handle?.isInTransaction ?? false }

    // MARK: Statements outside a transaction

    /// Runs one statement as a transaction of its own.
    package func execute<S: Statement>(_ statement: S) async throws -> [S.Row] {
        try await self.execute(together: statement, in: nil)
    }

    /// Runs several statements as one transaction, in one round trip.
    package func execute<each S: Statement>(together statements: repeat each S) async throws
        -> sending (repeat [(each S).Row])
    {
        try await self.execute(together: repeat each statements, in: nil)
    }

    /// Runs a script: statements separated by semicolons, without parameters. Never build it from data.
    package func execute(unsafeSQL sql: String, name: String = "script") async throws {
        try await self.execute(unsafeSQL: sql, name: name, in: nil)
    }

    // MARK: Transactions

    /// Runs `body` in one transaction, once: commits when it returns, rolls back when it throws.
    ///
    /// - Throws: what `body` throws; `PostgresError` with `transactionResolutionUnknown` when the
    ///   connection was lost during COMMIT.
    nonisolated(nonsending) package func withTransaction<T: Sendable>(
        isolation: IsolationLevel = .readCommitted, _ body: (Transaction) async throws -> T
    ) async throws -> T {
        let transaction = Transaction(connection: self, id: try await self.begin(isolation))
        do {
            let result = try await body(transaction)
            try await self.commit(transaction.id)
            return result
        } catch {
            await self.rollback(transaction.id)
            throw error
        }
    }

    private func begin(_ isolation: IsolationLevel) throws -> Int {
        guard self.transaction == nil else {
            throw Self.stateError("BEGIN", "a transaction is running on this connection")
        }
        self.transactions += 1
        self.transaction = TransactionState(id: self.transactions, isolation: isolation)
        return self.transactions
    }

    /// Not to be cancelled: a caller who gave its work to be committed wants to know what became of it.
    private func commit(_ id: Int) throws {
        try self.check(id, statement: "COMMIT")
        let isBegun = self.transaction?.isBegun ?? false
        let failure = self.transaction?.failure
        guard isBegun else {
            self.transaction = nil
            return
        }
        let outcome = try self.pipeline([.init(kind: .sql("COMMIT"), statement: "COMMIT")])
        if var error = outcome.failure {
            if error.code.isConnectionLost { error.code = .transactionResolutionUnknown }
            throw error
        }
        self.transaction = nil
        // COMMIT of a failed transaction succeeds, as a rollback: `body` has swallowed an error.
        guard outcome.results.last?.commandTag == "COMMIT" else {
            throw failure
                ?? PostgresError(code: .inFailedTransaction, statement: "COMMIT", message: "the transaction had failed")
        }
    }

    private func rollback(_ id: Int) {
        guard let transaction = self.transaction, transaction.id == id else { return }
        self.transaction = nil
        guard transaction.isBegun else { return }
        // Closing rolls back as well.
        guard self.isOpen else { return self.close() }
        let outcome = try? self.pipeline([.init(kind: .sql("ROLLBACK"), statement: "ROLLBACK")])
        if outcome == nil || outcome?.failure != nil { self.close() }
    }

    /// The first error of a statement in this transaction, also when its body has swallowed or wrapped it.
    func failure(in id: Int) -> PostgresError? {
        self.transaction?.id == id ? self.transaction?.failure : nil
    }

    func setSavepoint(in id: Int) throws -> String {
        try self.check(id, statement: "SAVEPOINT")
        return self.transaction?.setSavepoint() ?? ""
    }

    func releaseSavepoint(_ name: String, in id: Int) throws {
        try self.check(id, statement: "RELEASE SAVEPOINT")
        self.transaction?.releaseSavepoint(name)
    }

    func rollback(to savepoint: String, in id: Int) throws {
        try self.check(id, statement: "ROLLBACK TO SAVEPOINT")
        let commands = self.transaction?.rollback(to: savepoint) ?? []
        guard !commands.isEmpty else { return }
        let outcome = try self.pipeline(commands.map { .init(kind: .sql($0), statement: $0) })
        if let failure = outcome.failure {
            self.transaction?.failure = failure
            throw failure
        }
    }

    // MARK: Round trips

    func execute<each S: Statement>(
        together statements: repeat each S, in transaction: Int?
    ) async throws -> sending (repeat [(each S).Row]) {
        var batch = StatementBatch()
        for sql in try self.start("statement", in: transaction) { batch.append(sql: sql) }
        repeat batch.append(each statements, prepared: &self.prepared)
        let results = try await self.run(batch)
        var next = results.makeIterator()
        return (repeat try Self.rows(of: (each S).self, &next))
    }

    func execute(unsafeSQL sql: String, name: String, in transaction: Int?) async throws {
        let script = (try self.start(name, in: transaction) + [sql]).joined(separator: "; ")
        try await self.cancellable(name) { handle in
            self.roundTrips += 1
            try handle.runScript(script, statement: name)
        }
    }

    func copy<Rows: Sequence & Sendable>(
        _ table: String, columns: [String], rows: Rows, in transaction: Int,
        write: @Sendable (Rows.Element, inout CopyRow) -> Void
    ) async throws -> Int {
        let name = "COPY \(table)"
        let names = columns.map(SQLText.identifier).joined(separator: ", ")
        let sql = "COPY \(SQLText.qualifiedIdentifier(table)) (\(names)) FROM STDIN (FORMAT binary)"
        let script = (try self.start(name, in: transaction) + [sql]).joined(separator: "; ")
        return try await self.cancellable(name) { handle in
            self.roundTrips += 2
            return try withoutActuallyEscaping(write) { write in
                var encoder = CopyEncoder(rows: rows, columnCount: columns.count, write: write)
                return try handle.copyIn(script, statement: name) {
                    try Task.checkCancellation()
                    return try encoder.nextChunk()
                }
            }
        }
    }

    private static func rows<S: Statement>(
        of statement: S.Type, _ results: inout IndexingIterator<[QueryResult]>
    ) throws -> [S.Row] {
        try results.next()?.rows(of: statement) ?? []
    }

    /// - Returns: what has to be sent before the first statement.
    private func start(_ statement: String, in transaction: Int?) throws -> [String] {
        if let transaction {
            try self.check(transaction, statement: statement)
        } else if self.transaction != nil {
            throw Self.stateError(statement, "a transaction is running on this connection")
        }
        try Task.checkCancellation()
        if !(self.transaction?.isBegun ?? false), let handle = self.handle, !handle.isStillOpen() {
            self.close()
        }
        guard self.handle != nil else {
            let error = Self.closedError(statement)
            self.transaction?.failure = error
            throw error
        }
        return self.transaction?.sendPrefix() ?? []
    }

    private func run(_ batch: StatementBatch) async throws -> [QueryResult] {
        let name = batch.commands.last?.statement ?? ""
        return try await self.cancellable(name) { _ in
            let outcome = try self.pipeline(batch.commands)
            for preparation in batch.preparations where preparation.command < outcome.results.count {
                self.prepared.insert(preparation.statement, name: preparation.name, types: preparation.types)
            }
            if let failure = outcome.failure { throw failure }
            return batch.executions.map { outcome.results[$0] }
        }
    }

    private func pipeline(_ commands: [ConnectionHandle.Command]) throws -> ConnectionHandle.Outcome {
        guard let handle = self.handle else { throw Self.closedError(commands.last?.statement ?? "") }
        self.roundTrips += 1
        let outcome = handle.runPipeline(commands)
        if outcome.failure != nil, handle.isBroken { self.close() }
        return outcome
    }

    /// Runs `body`, which blocks this connection's thread, so that cancelling the task cancels what runs
    /// on the server.
    private func cancellable<T>(_ statement: String, _ body: (ConnectionHandle) throws -> T) async throws -> T {
        guard let handle = self.handle else { throw Self.closedError(statement) }
        let canceller = handle.canceller
        canceller.begin()
        let result = await withTaskCancellationHandler {
            // A call of the actor's: a closure that does not use the actor would run, and block, elsewhere.
            self.outcome(of: body, handle)
        } onCancel: {
            canceller.cancel()
        }
        let wasCancelled = canceller.end()
        if wasCancelled { self.isUsable.store(false, ordering: .releasing) }
        do {
            return try result.get()
        } catch let error as PostgresError {
            self.note(error, on: handle)
            throw wasCancelled && error.code == .queryCancelled ? CancellationError() : error
        }
    }

    private func outcome<T>(of body: (ConnectionHandle) throws -> T, _ handle: ConnectionHandle) -> Result<T, any Error>
    {
        Result { try body(handle) }
    }

    private func note(_ error: PostgresError, on handle: ConnectionHandle) {
        if self.transaction?.failure == nil { self.transaction?.failure = error }
        if error.isStalePlan { self.prepared.removeAll() }
        if handle.isBroken || error.code.isConnectionLost { self.close() }
    }

    private func check(_ id: Int, statement: String) throws {
        guard self.transaction?.id == id else { throw Self.stateError(statement, "the transaction has ended") }
    }

    private static func stateError(_ statement: String, _ message: String) -> PostgresError {
        PostgresError(code: .invalidTransactionState, statement: statement, message: message)
    }

    private static func closedError(_ statement: String) -> PostgresError {
        PostgresError(
            code: .connectionDoesNotExist, statement: statement, message: "the connection is closed", severity: "FATAL")
    }

    // MARK: Between two borrowers

    /// Undoes what a borrower may have left behind in the session.
    ///
    /// - Returns: whether the connection can be lent again.
    func reset() async -> Bool {
        guard self.isOpen, self.transaction == nil, let handle = self.handle, !handle.isInTransaction else {
            return false
        }
        do {
            try await self.execute(unsafeSQL: "SELECT pg_advisory_unlock_all()", name: "reset")
            return self.isOpen
        } catch {
            return false
        }
    }
}

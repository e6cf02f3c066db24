import CLibPQ
import Logging

/// Owns one `PGconn`. Every method may block; only the connection's own thread calls them.
final class ConnectionHandle {
    /// One step of a pipeline.
    struct Command {
        enum Kind {
            case sql(String)
            case prepare(name: String, sql: String, types: [UInt32])
            case run(name: String, Parameters)
        }

        let kind: Kind
        /// For errors.
        let statement: String
    }

    /// What a pipeline gave: results up to the first failure.
    struct Outcome {
        var results: [QueryResult] = []
        var failure: PostgresError?
    }

    let canceller: Canceller
    private let connection: OpaquePointer
    private let notices: NoticeSink

    /// Connects and sets up the session.
    init(_ configuration: PostgresConfiguration, logger: Logger) throws {
        self.connection = try Self.connect(configuration)
        self.canceller = Canceller(connection: self.connection)
        self.notices = NoticeSink(logger: logger)
        PQsetNoticeReceiver(self.connection, NoticeSink.receive, Unmanaged.passUnretained(self.notices).toOpaque())
        let sessionSQL = configuration.sessionSQL
        if !sessionSQL.isEmpty {
            try self.runScript(sessionSQL, statement: "connect")
        }
    }

    deinit {
        PQfinish(self.connection)
    }

    var isBroken: Bool { PQstatus(self.connection) == CONNECTION_BAD }

    /// Whether the server sees an open transaction, failed or not.
    var isInTransaction: Bool { PQtransactionStatus(self.connection) != PQTRANS_IDLE }

    /// Looks, without a round trip, whether the server has closed the connection meanwhile.
    func isStillOpen() -> Bool {
        // A closed connection has its farewell message to be read first, then the end of the stream.
        for _ in 0..<8 where !self.isBroken {
            guard sheaf_socket_wait(PQsocket(self.connection), 0, 0) > 0 else { return true }
            guard PQconsumeInput(self.connection) == 1 else { return false }
            PQfreemem(PQnotifies(self.connection))
        }
        return !self.isBroken
    }

    /// Sends all commands at once and reads all answers: one round trip. What follows a failed
    /// command is not run.
    func runPipeline(_ commands: [Command]) -> Outcome {
        guard PQenterPipelineMode(self.connection) == 1 else {
            return Outcome(failure: self.localError(statement: commands.last?.statement ?? ""))
        }
        for command in commands {
            guard self.send(command) == 1 else {
                return Outcome(failure: self.localError(statement: command.statement))
            }
        }
        guard PQpipelineSync(self.connection) == 1 else {
            return Outcome(failure: self.localError(statement: commands.last?.statement ?? ""))
        }
        let outcome = self.receive(commands)
        _ = PQexitPipelineMode(self.connection)
        return outcome
    }

    /// Runs statements separated by semicolons, without parameters.
    @discardableResult
    func runScript(_ sql: String, statement: String) throws -> QueryResult {
        guard let result = PQexec(self.connection, sql).map(QueryResult.init) else {
            throw self.localError(statement: statement)
        }
        if let error = self.error(in: result, statement: statement) { throw error }
        return result
    }

    /// Starts `COPY … FROM STDIN`, asks `nextChunk` for bytes until it gives none, and ends the copy.
    ///
    /// - Returns: the number of rows copied.
    func copyIn(_ sql: String, statement: String, nextChunk: () throws -> [UInt8]?) throws -> Int {
        let started = try self.runScript(sql, statement: statement)
        guard started.status == PGRES_COPY_IN else {
            throw PostgresError(code: .protocolViolation, statement: statement, message: "COPY did not start")
        }
        do {
            while let chunk = try nextChunk() {
                let sent = chunk.withUnsafeBytes { bytes in
                    PQputCopyData(
                        self.connection, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
                }
                guard sent == 1 else { throw self.localError(statement: statement) }
            }
        } catch {
            _ = PQputCopyEnd(self.connection, "abandoned by the client")
            _ = try? self.finishCopy(statement: statement)
            throw error
        }
        guard PQputCopyEnd(self.connection, nil) == 1 else { throw self.localError(statement: statement) }
        return try self.finishCopy(statement: statement)
    }

    private func finishCopy(statement: String) throws -> Int {
        var count = 0
        var failure: PostgresError?
        while let result = PQgetResult(self.connection).map(QueryResult.init) {
            failure = failure ?? self.error(in: result, statement: statement)
            count += result.affectedRows
        }
        if let failure { throw failure }
        return count
    }

    private func send(_ command: Command) -> Int32 {
        switch command.kind {
        case .sql(let sql):
            PQsendQueryParams(self.connection, sql, 0, nil, nil, nil, nil, 1)
        case .prepare(let name, let sql, let types):
            PQsendPrepare(self.connection, name, sql, Int32(types.count), types)
        case .run(let name, let parameters):
            parameters.withArrays { count, values, lengths, formats in
                PQsendQueryPrepared(self.connection, name, count, values, lengths, formats, 1)
            }
        }
    }

    /// Reads the answers up to the synchronisation point, so that the connection can be used again.
    private func receive(_ commands: [Command]) -> Outcome {
        var outcome = Outcome()
        for command in commands {
            while let result = PQgetResult(self.connection).map(QueryResult.init) {
                guard outcome.failure == nil else { continue }
                outcome.failure = self.error(in: result, statement: command.statement)
                if outcome.failure == nil { outcome.results.append(result) }
            }
            if self.isBroken { break }
        }
        // The synchronisation point has a result of its own.
        if !self.isBroken, let sync = PQgetResult(self.connection) { PQclear(sync) }
        if outcome.failure == nil, outcome.results.count < commands.count {
            outcome.failure = self.localError(statement: commands[outcome.results.count].statement)
        }
        return outcome
    }

    private func error(in result: QueryResult, statement: String) -> PostgresError? {
        switch result.status {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY, PGRES_COPY_IN: nil
        default: result.serverError(statement: statement) ?? self.localError(statement: statement)
        }
    }

    /// An error that libpq found by itself: nearly always that the connection is gone.
    private func localError(statement: String) -> PostgresError {
        let message = String(cString: PQerrorMessage(self.connection))
        return PostgresError(
            code: self.isBroken ? .connectionFailure : .internalError, statement: statement,
            message: message.trimmedLine, severity: self.isBroken ? "FATAL" : "ERROR")
    }
}

import CLibPQ

extension ConnectionHandle {
    /// Connects within the configured time, or less if the task is cancelled.
    ///
    /// Step by step instead of `PQconnectdb`: so the time-out includes TLS and authentication, and the
    /// error can carry the server's SQLSTATE, which libpq gives for a refused connection only in the text.
    static func connect(_ configuration: PostgresConfiguration) throws -> OpaquePointer {
        guard configuration.options != nil else {
            // libpq's own words may quote the password.
            throw PostgresError(
                code: .invalidParameterValue, statement: "connect", message: "the database URL cannot be read")
        }
        let connection = Self.start(configuration.connectionParameters)
        guard let connection else {
            throw PostgresError(code: .unableToConnect, statement: "connect", message: "out of memory")
        }
        do {
            PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
            try Self.poll(connection, until: .now + configuration.connectTimeout)
            PQsetErrorVerbosity(connection, PQERRORS_DEFAULT)
            return connection
        } catch {
            PQfinish(connection)
            throw error
        }
    }

    private static func start(_ parameters: [(keyword: String, value: String)]) -> OpaquePointer? {
        func pointers(_ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> OpaquePointer?)
            -> OpaquePointer?
        {
            let bytes = strings.flatMap { $0.utf8CString }
            return bytes.withUnsafeBufferPointer { buffer in
                var offset = 0
                var pointers: [UnsafePointer<CChar>?] = []
                for string in strings {
                    pointers.append(buffer.baseAddress.map { $0 + offset })
                    offset += string.utf8.count + 1
                }
                return body(pointers + [nil])
            }
        }
        return pointers(parameters.map(\.keyword)) { keywords in
            pointers(parameters.map(\.value)) { values in
                PQconnectStartParams(keywords, values, 1)
            }
        }
    }

    private static func poll(_ connection: OpaquePointer, until deadline: ContinuousClock.Instant) throws {
        var state = PQstatus(connection) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
        while state != PGRES_POLLING_OK {
            guard state != PGRES_POLLING_FAILED else { throw Self.connectError(connection) }
            guard ContinuousClock.now < deadline else {
                throw PostgresError(
                    code: .unableToConnect, statement: "connect", message: "timed out", severity: "FATAL")
            }
            try Task.checkCancellation()
            let ready = sheaf_socket_wait(PQsocket(connection), state == PGRES_POLLING_WRITING ? 1 : 0, 100)
            if ready != 0 { state = PQconnectPoll(connection) }
        }
    }

    /// The verbose message reads `connection to server at … failed: FATAL:  57P03: the database system is
    /// starting up`, with more lines below.
    private static func connectError(_ connection: OpaquePointer) -> PostgresError {
        let message = String(cString: PQerrorMessage(connection)).trimmedLine
        let code = message.split(separator: ":").map { $0.drop(while: \.isWhitespace) }
            .last { $0.count == 5 && $0.allSatisfy { $0.isASCII && ($0.isNumber || $0.isUppercase) } }
            .map { SQLState(rawValue: String($0)) }
        return PostgresError(
            code: code ?? .unableToConnect, statement: "connect", message: message, severity: "FATAL")
    }
}

extension String {
    /// The first line, without blanks at its ends.
    var trimmedLine: String {
        let line = self.split(separator: "\n").first ?? ""
        return String(line.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}

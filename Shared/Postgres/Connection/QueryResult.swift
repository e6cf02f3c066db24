import CLibPQ

/// Owns one `PGresult`.
final class QueryResult {
    private let pointer: OpaquePointer
    let rowCount: Int32
    let columnCount: Int32
    /// The object id of each column's type.
    let types: [UInt32]

    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
        self.rowCount = PQntuples(pointer)
        self.columnCount = PQnfields(pointer)
        self.types = (0..<self.columnCount).map { PQftype(pointer, $0) }
    }

    deinit {
        PQclear(self.pointer)
    }

    var status: ExecStatusType { PQresultStatus(self.pointer) }

    var hasRows: Bool { self.status == PGRES_TUPLES_OK }

    /// `INSERT 0 5`, `COMMIT` …
    var commandTag: String { String(cString: PQcmdStatus(self.pointer)) }

    /// How many rows the command touched.
    var affectedRows: Int { Int(String(cString: PQcmdTuples(self.pointer))) ?? 0 }

    /// `nil` for NULL. The bytes live as long as the result.
    func bytes(row: Int32, column: Int32) -> UnsafeRawBufferPointer? {
        guard PQgetisnull(self.pointer, row, column) == 0 else { return nil }
        return UnsafeRawBufferPointer(
            start: PQgetvalue(self.pointer, row, column), count: Int(PQgetlength(self.pointer, row, column)))
    }

    func columnName(_ column: Int32) -> String {
        PQfname(self.pointer, column).map { String(cString: $0) } ?? "\(column + 1)"
    }

    /// All rows, as the statement reads them.
    func rows<S: Statement>(of statement: S.Type) throws -> [S.Row] {
        guard self.hasRows else {
            guard let nothing = () as? S.Row else {
                throw PostgresDecodingError(statement: S.name, column: "1", problem: "the statement returns no rows")
            }
            return Array(repeating: nothing, count: self.affectedRows)
        }
        let name = S.name
        return try (0..<self.rowCount).map { row in
            var columns = Columns(result: self, row: row, statement: name)
            return try S.read(&columns)
        }
    }

    /// The error that the server reported; `nil` when this is none of the server's.
    func serverError(statement: String) -> PostgresError? {
        func field(_ value: UnsafePointer<CChar>?) -> String? { value.map { String(cString: $0) } }
        guard let code = field(sheaf_result_sqlstate(self.pointer)) else { return nil }
        var error = PostgresError(
            code: SQLState(rawValue: code), statement: statement,
            message: field(sheaf_result_message(self.pointer)) ?? "",
            severity: field(sheaf_result_severity(self.pointer)) ?? "ERROR")
        error.detail = field(sheaf_result_detail(self.pointer))
        error.schema = field(sheaf_result_schema(self.pointer))
        error.table = field(sheaf_result_table(self.pointer))
        error.column = field(sheaf_result_column(self.pointer))
        error.constraint = field(sheaf_result_constraint(self.pointer))
        let isResultChanged =
            error.code == .featureNotSupported
            && field(sheaf_result_source_function(self.pointer)) == "RevalidateCachedQuery"
        error.isStalePlan = isResultChanged || error.code == .invalidStatementName
        return error
    }
}

import CLibPQ

/// The columns of one row, read from left to right. Not to be kept beyond the call of `read`.
package struct Columns {
    private let result: QueryResult
    private let row: Int32
    private let statement: String
    private var index: Int32 = 0

    init(result: QueryResult, row: Int32, statement: String) {
        self.result = result
        self.row = row
        self.statement = statement
    }

    /// Reads the next column.
    ///
    /// - Throws: `PostgresDecodingError` when there is none, when it has another type, or when it is
    ///   NULL and `T` is no `Optional`.
    package mutating func next<T: PostgresDecodable>(_ type: T.Type = T.self) throws -> T {
        let column = self.index
        self.index += 1
        do {
            guard column < self.result.columnCount else { throw PostgresValueError("does not exist") }
            let oid = self.result.types[Int(column)]
            guard T.accepts(type: oid) else { throw PostgresValueError("has type \(oid), not one of \(T.self)") }
            guard let bytes = self.result.bytes(row: self.row, column: column) else { return try T.decodeNull() }
            return try T(postgres: bytes.bytes, type: oid)
        } catch let error as PostgresValueError {
            throw PostgresDecodingError(
                statement: self.statement, column: self.result.columnName(column), problem: error.problem)
        }
    }
}

/// Takes the values of one row of a COPY, from left to right.
package struct CopyRow {
    fileprivate var buffer = PostgresBuffer()
    fileprivate var count = 0

    /// Appends the next column: a value, an optional, or an array of either.
    package mutating func append<T: PostgresEncodable>(_ value: T) {
        self.count += 1
        value.encodeField(into: &self.buffer)
    }
}

/// Encodes rows into chunks as the connection asks for them, so that a large set is never in memory twice.
struct CopyEncoder<Rows: Sequence> {
    /// Bytes after which a chunk is handed over.
    private static var chunkSize: Int { 64 * 1024 }
    /// The format's signature, no flags, no extension.
    private static var header: [UInt8] {
        Array("PGCOPY\n".utf8) + [0xff, 0x0d, 0x0a, 0x00] + [UInt8](repeating: 0, count: 8)
    }

    private var iterator: Rows.Iterator
    private let columnCount: Int
    private let write: (Rows.Element, inout CopyRow) -> Void
    private var isStarted = false
    private var isFinished = false

    init(rows: Rows, columnCount: Int, write: @escaping (Rows.Element, inout CopyRow) -> Void) {
        self.iterator = rows.makeIterator()
        self.columnCount = columnCount
        self.write = write
    }

    /// `nil` when everything has been handed over.
    mutating func nextChunk() throws -> [UInt8]? {
        guard !self.isFinished else { return nil }
        var row = CopyRow()
        if !self.isStarted { row.buffer.append(bytes: Self.header) }
        self.isStarted = true
        while row.buffer.bytes.count < Self.chunkSize {
            guard let next = self.iterator.next() else {
                row.buffer.append(Int16(-1))  // the trailer
                self.isFinished = true
                break
            }
            try self.append(next, to: &row)
        }
        return row.buffer.bytes
    }

    private func append(_ element: Rows.Element, to row: inout CopyRow) throws {
        row.buffer.append(Int16(truncatingIfNeeded: self.columnCount))
        row.count = 0
        self.write(element, &row)
        guard row.count == self.columnCount else {
            throw PostgresValueError("\(row.count) values for \(self.columnCount) columns of a COPY")
        }
    }
}

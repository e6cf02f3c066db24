/// Which statements a connection has prepared, and under which name.
struct PreparedStatements {
    private struct Entry {
        let name: String
        let types: [UInt32]
    }

    private var entries: [ObjectIdentifier: Entry] = [:]
    private var count = 0

    /// The name of a statement that is prepared for these parameter types.
    func name<S: Statement>(of statement: S.Type, types: [UInt32]) -> String? {
        guard let entry = self.entries[ObjectIdentifier(statement)], entry.types == types else { return nil }
        return entry.name
    }

    /// A name never used before on this connection. The server cuts names at 63 bytes, so the number
    /// comes first.
    mutating func newName<S: Statement>(for statement: S.Type) -> String {
        self.count += 1
        return String("s\(self.count)_\(S.name)".prefix(60))
    }

    mutating func insert(_ statement: ObjectIdentifier, name: String, types: [UInt32]) {
        self.entries[statement] = Entry(name: name, types: types)
    }

    /// After a change of the schema, every statement is prepared anew when it is next used.
    mutating func removeAll() {
        self.entries.removeAll()
    }
}

/// The commands of one round trip, and where among their results those of the statements are.
struct StatementBatch {
    struct Preparation {
        let statement: ObjectIdentifier
        let name: String
        let types: [UInt32]
        /// Its place among the commands.
        let command: Int
    }

    private(set) var commands: [ConnectionHandle.Command] = []
    private(set) var preparations: [Preparation] = []
    /// The places of the statements' own results.
    private(set) var executions: [Int] = []

    mutating func append(sql: String) {
        self.commands.append(.init(kind: .sql(sql), statement: sql))
    }

    /// Appends a statement; its preparation too, unless the connection or this batch has it.
    mutating func append<S: Statement>(_ statement: S, prepared: inout PreparedStatements) {
        var parameters = Parameters()
        statement.bind(&parameters)
        let name = self.name(of: S.self, types: parameters.types, prepared: &prepared)
        self.executions.append(self.commands.count)
        self.commands.append(.init(kind: .run(name: name, parameters), statement: S.name))
    }

    private mutating func name<S: Statement>(
        of statement: S.Type, types: [UInt32], prepared: inout PreparedStatements
    ) -> String {
        if let name = prepared.name(of: S.self, types: types) { return name }
        let id = ObjectIdentifier(statement)
        if let sibling = self.preparations.last(where: { $0.statement == id && $0.types == types }) {
            return sibling.name
        }
        let name = prepared.newName(for: S.self)
        self.preparations.append(Preparation(statement: id, name: name, types: types, command: self.commands.count))
        self.commands.append(.init(kind: .prepare(name: name, sql: S.sql, types: types), statement: S.name))
        return name
    }
}

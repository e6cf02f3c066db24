/// What a connection knows of the transaction that runs on it.
struct TransactionState {
    let id: Int
    /// BEGIN, SAVEPOINT and RELEASE wait here and travel with the next statement.
    private(set) var prefix: [String]
    /// Whether the server knows of the transaction.
    private(set) var isBegun = false
    private var savepoints = 0
    /// The first error of a statement; the server refuses everything after it, up to a rollback.
    var failure: PostgresError?

    init(id: Int, isolation: IsolationLevel) {
        self.id = id
        self.prefix = [isolation.begin]
    }

    /// The prefix is on its way to the server.
    mutating func sendPrefix() -> [String] {
        defer { self.prefix.removeAll() }
        self.isBegun = true
        return self.prefix
    }

    mutating func setSavepoint() -> String {
        self.savepoints += 1
        let name = "s\(self.savepoints)"
        self.prefix.append("SAVEPOINT \(name)")
        return name
    }

    mutating func releaseSavepoint(_ name: String) {
        if !self.forget(name) { self.prefix.append("RELEASE SAVEPOINT \(name)") }
    }

    /// - Returns: what to send, if the server knows the savepoint.
    mutating func rollback(to name: String) -> [String] {
        guard !self.forget(name) else { return [] }
        self.failure = nil
        // What waits belongs to savepoints inside this one, which go with it.
        self.prefix.removeAll()
        return ["ROLLBACK TO SAVEPOINT \(name)", "RELEASE SAVEPOINT \(name)"]
    }

    /// Takes back a savepoint that has not been sent, with all that waits behind it.
    private mutating func forget(_ name: String) -> Bool {
        guard let index = self.prefix.firstIndex(of: "SAVEPOINT \(name)") else { return false }
        self.prefix.removeSubrange(index...)
        return true
    }
}

/// How much of other transactions a transaction sees.
package enum IsolationLevel: Sendable {
    case readCommitted
    case repeatableRead
    case serializable

    var begin: String {
        switch self {
        case .readCommitted: "BEGIN ISOLATION LEVEL READ COMMITTED"
        case .repeatableRead: "BEGIN ISOLATION LEVEL REPEATABLE READ"
        case .serializable: "BEGIN ISOLATION LEVEL SERIALIZABLE"
        }
    }
}

/// Who holds which of a pool's places, and who waits for one: values in, actions out, no I/O.
///
/// A place is the right to have one connection. Whoever is granted a place without a connection opens
/// one itself; so nothing has to be opened in the background, and a broken connection is replaced by
/// the next borrower that needs it. Waiters are served in the order in which they came.
struct PoolStateMachine<Connection: Sendable>: Sendable {
    typealias Waiter = Int

    enum Grant: Sendable {
        /// An idle connection.
        case use(Connection)
        /// A free place: open a connection for it.
        case open
    }

    enum Action: Sendable {
        case grant(Grant, to: Waiter)
        /// The pool is closed, or the waiter was cancelled.
        case refuse(Waiter, isClosed: Bool)
        case close([Connection])
        /// The pool is closed and every place has been given back.
        case finish
    }

    private let limit: Int
    /// The last one given back is lent first: its caches are warm, here and at the server.
    private var idle: [Connection] = []
    private var waiting: [Waiter] = []
    private(set) var inUse = 0
    private(set) var isClosed = false

    init(limit: Int) {
        self.limit = max(limit, 1)
    }

    var idleCount: Int { self.idle.count }
    var waitingCount: Int { self.waiting.count }

    /// Somebody wants a connection.
    mutating func acquire(_ waiter: Waiter) -> [Action] {
        guard !self.isClosed else { return [.refuse(waiter, isClosed: true)] }
        guard self.inUse < self.limit else {
            self.waiting.append(waiter)
            return []
        }
        self.inUse += 1
        return [.grant(self.idle.popLast().map(Grant.use) ?? .open, to: waiter)]
    }

    /// Somebody does not want to wait any longer. No effect if the waiter has been served.
    mutating func cancel(_ waiter: Waiter) -> [Action] {
        guard let index = self.waiting.firstIndex(of: waiter) else { return [] }
        self.waiting.remove(at: index)
        return [.refuse(waiter, isClosed: false)]
    }

    /// A place is given back.
    ///
    /// - Parameter connection: `nil` when none could be opened or it is not to be used again.
    mutating func release(_ connection: Connection?) -> [Action] {
        guard !self.isClosed else {
            self.inUse -= 1
            return (connection.map { [.close([$0])] } ?? []) + (self.inUse == 0 ? [.finish] : [])
        }
        guard !self.waiting.isEmpty else {
            self.inUse -= 1
            if let connection { self.idle.append(connection) }
            return []
        }
        return [.grant(connection.map(Grant.use) ?? .open, to: self.waiting.removeFirst())]
    }

    /// No more grants; what is lent is closed when it comes back.
    mutating func close() -> [Action] {
        guard !self.isClosed else { return self.inUse == 0 ? [.finish] : [] }
        self.isClosed = true
        defer {
            self.idle.removeAll()
            self.waiting.removeAll()
        }
        let refusals = self.waiting.map { Action.refuse($0, isClosed: true) }
        return refusals + [.close(self.idle)] + (self.inUse == 0 ? [.finish] : [])
    }
}

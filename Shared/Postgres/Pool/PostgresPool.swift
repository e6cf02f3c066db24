package import Logging
import Synchronization

/// The pool was closed while, or before, somebody wanted a connection: the process is stopping.
package struct PostgresPoolClosedError: Error, Sendable, CustomStringConvertible {
    package let description = "the database pool is closed"
}

/// How busy a pool is.
package struct PoolStatistics: Hashable, Sendable {
    /// Connections at most.
    package var limit: Int
    package var inUse: Int
    package var idle: Int
    /// Callers that wait for a connection.
    package var waiting: Int
    /// Connections opened since the start.
    package var opened: Int
    /// Transactions run again after a transient error, since the start.
    package var retried: Int
}

/// Lends connections, at most `poolSize` at a time, to callers in the order in which they ask.
///
/// Connections are opened when they are needed, and stay. One that failed is not lent again.
package final class PostgresPool: Sendable {
    private typealias Machine = PoolStateMachine<PostgresConnection>

    private struct State {
        var machine: Machine
        var grants: [Machine.Waiter: CheckedContinuation<Machine.Grant, any Error>] = [:]
        var closers: [CheckedContinuation<Void, Never>] = []
        var waiters = 0
        var opened = 0
        var retried = 0
    }

    private let configuration: PostgresConfiguration
    private let logger: Logger
    private let retryPolicy = RetryPolicy()
    private let state: Mutex<State>

    package init(configuration: PostgresConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        self.state = Mutex(State(machine: Machine(limit: configuration.poolSize)))
    }

    /// Runs `body` in one transaction on a pooled connection; commits when it returns, rolls back when
    /// it throws.
    ///
    /// After a serialization failure, a deadlock, a lost connection or another transient error, `body`
    /// runs again, after a pause that grows and varies, at most `retries` times. It must therefore have
    /// no effect outside the transaction. A connection lost during COMMIT leaves it open whether the
    /// transaction was done; it is run again all the same, so `body` must also find out for itself
    /// whether its work is done already (by a key or an offset that it saves with it).
    ///
    /// - Parameter name: for logs.
    nonisolated(nonsending) package func withTransaction<T: Sendable>(
        _ name: String, isolation: IsolationLevel = .readCommitted, body: (Transaction) async throws -> T
    ) async throws -> T {
        try await self.retrying(name, when: \.isWorthRunningAgain) { failure in
            try await self.withLease { connection in
                try await connection.withTransaction(isolation: isolation) { transaction in
                    do {
                        return try await body(transaction)
                    } catch {
                        // What `body` throws may hide the error that decides whether to run it again.
                        failure = await connection.failure(in: transaction.id)
                        throw error
                    }
                }
            }
        }
    }

    /// Lends one connection for as long as `body` runs. Only opening it is retried.
    ///
    /// Afterwards advisory locks are released; other changes to the session are the caller's to undo.
    /// When `body` throws, the connection is closed.
    nonisolated(nonsending) package func withConnection<T: Sendable>(
        _ body: (PostgresConnection) async throws -> T
    ) async throws -> T {
        let connection = try await self.retrying("connect", when: \.code.isBeforeSending) { _ in
            try await self.acquire()
        }
        do {
            let result = try await body(connection)
            await self.release(await connection.reset() ? connection : nil, closing: connection)
            return result
        } catch {
            await self.release(nil, closing: connection)
            throw error
        }
    }

    /// Runs one statement as a transaction of its own. It is run again only when it cannot have reached
    /// the server, or when the server refused it because its plan was stale.
    package func execute<S: Statement>(_ statement: S) async throws -> [S.Row] {
        try await self.retrying(S.name, when: { $0.code.isBeforeSending || $0.isStalePlan }) { _ in
            try await self.withLease { try await $0.execute(statement) }
        }
    }

    package var statistics: PoolStatistics {
        self.state.withLock { state in
            PoolStatistics(
                limit: max(self.configuration.poolSize, 1), inUse: state.machine.inUse,
                idle: state.machine.idleCount, waiting: state.machine.waitingCount,
                opened: state.opened, retried: state.retried)
        }
    }

    /// Refuses all who wait or come, closes idle connections and waits until those lent are given back.
    package func close() async {
        let actions = self.state.withLock { $0.machine.close().filter { !$0.isFinish } }
        await self.perform(actions)
        await withCheckedContinuation { closer in
            let isFinished = self.state.withLock { state in
                guard state.machine.inUse > 0 else { return true }
                state.closers.append(closer)
                return false
            }
            if isFinished { closer.resume() }
        }
    }

    // MARK: Retrying

    /// - Parameter operation: may leave the error that decides in its argument; else the one it throws does.
    nonisolated(nonsending) private func retrying<T>(
        _ name: String, when isRetried: (PostgresError) -> Bool, _ operation: (inout PostgresError?) async throws -> T
    ) async throws -> T {
        var attempt = 0
        while true {
            var failure: PostgresError?
            do {
                return try await operation(&failure)
            } catch {
                attempt += 1
                let candidates = [failure, error as? PostgresError].compactMap { $0 }
                guard attempt <= self.configuration.retries, let cause = candidates.first(where: isRetried) else {
                    throw error
                }
                try await self.pause(name, attempt: attempt, after: cause)
            }
        }
    }

    nonisolated(nonsending) private func pause(_ name: String, attempt: Int, after error: PostgresError) async throws {
        self.state.withLock { $0.retried += 1 }
        let delay = self.retryPolicy.delay(attempt: attempt, after: error.code, random: .random(in: 0..<1))
        self.logger.info(
            "Transaction is run again",
            metadata: [
                "postgres.transaction": "\(name)", "postgres.attempt": "\(attempt)",
                "postgres.sqlstate": "\(error.code)", "postgres.statement": "\(error.statement)",
                "postgres.delay_ms": "\(delay.wholeMilliseconds)",
            ])
        try await Task.sleep(for: delay)
    }

    // MARK: Lending

    nonisolated(nonsending) private func withLease<T>(_ body: (PostgresConnection) async throws -> T) async throws -> T
    {
        let connection = try await self.acquire()
        do {
            let result = try await body(connection)
            await self.release(connection.isOpen ? connection : nil, closing: connection)
            return result
        } catch {
            await self.release(connection.isOpen ? connection : nil, closing: connection)
            throw error
        }
    }

    nonisolated(nonsending) private func acquire() async throws -> PostgresConnection {
        switch try await self.grant() {
        case .use(let connection):
            return connection
        case .open:
            do {
                let connection = try await PostgresConnection.open(self.configuration, logger: self.logger)
                self.state.withLock { $0.opened += 1 }
                return connection
            } catch {
                await self.release(nil, closing: nil)
                throw error
            }
        }
    }

    nonisolated(nonsending) private func grant() async throws -> Machine.Grant {
        let waiter = self.state.withLock { state in
            state.waiters += 1
            return state.waiters
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let actions = self.state.withLock { state in
                    state.grants[waiter] = continuation
                    // A task cancelled before it came here is not told again.
                    return state.machine.acquire(waiter) + (Task.isCancelled ? state.machine.cancel(waiter) : [])
                }
                self.resume(actions)
            }
        } onCancel: {
            self.resume(self.state.withLock { $0.machine.cancel(waiter) })
        }
    }

    private func release(_ connection: PostgresConnection?, closing: PostgresConnection?) async {
        if connection == nil { await closing?.close() }
        await self.perform(self.state.withLock { $0.machine.release(connection) })
    }

    private func perform(_ actions: [Machine.Action]) async {
        self.resume(actions)
        for case .close(let connections) in actions {
            for connection in connections { await connection.close() }
        }
    }

    /// Carries out what needs no waiting.
    private func resume(_ actions: [Machine.Action]) {
        for action in actions {
            switch action {
            case .grant(let grant, let waiter):
                self.state.withLock { $0.grants.removeValue(forKey: waiter) }?.resume(returning: grant)
            case .refuse(let waiter, let isClosed):
                let error: any Error = isClosed ? PostgresPoolClosedError() : CancellationError()
                self.state.withLock { $0.grants.removeValue(forKey: waiter) }?.resume(throwing: error)
            case .finish:
                let closers = self.state.withLock { state in
                    defer { state.closers.removeAll() }
                    return state.closers
                }
                for closer in closers { closer.resume() }
            case .close:
                break
            }
        }
    }
}

extension PoolStateMachine.Action {
    fileprivate var isFinish: Bool {
        if case .finish = self { return true }
        return false
    }
}

import CLibPQ
import Dispatch
import Synchronization

/// Cancels what a connection is running, from any thread.
///
/// `@unchecked`: `PGcancel` is never changed after `PQgetCancel`, and libpq documents `PQcancel` as
/// safe to call from other threads; the rest is behind the mutex.
final class Canceller: @unchecked Sendable {
    private enum State {
        case idle
        case running(operation: Int)
        case cancelling(operation: Int)
    }

    private let handle: OpaquePointer?
    private let state = Mutex((state: State.idle, operations: 0))

    init(connection: OpaquePointer) {
        self.handle = PQgetCancel(connection)
    }

    deinit {
        PQfreeCancel(self.handle)
    }

    func begin() {
        self.state.withLock { $0 = (.running(operation: $0.operations + 1), $0.operations + 1) }
    }

    /// - Returns: whether the operation was cancelled while it ran.
    func end() -> Bool {
        self.state.withLock { locked in
            defer { locked.state = .idle }
            if case .cancelling = locked.state { return true }
            return false
        }
    }

    func cancel() {
        let operation: Int? = self.state.withLock { locked in
            guard case .running(let operation) = locked.state else { return nil }
            locked.state = .cancelling(operation: operation)
            return operation
        }
        guard let operation else { return }
        // `PQcancel` opens a connection and blocks: not on the thread of whoever cancels.
        DispatchQueue.global().async { self.request(operation) }
    }

    /// Repeats itself until the operation has ended: a request that arrives before the statement does
    /// has no effect.
    private func request(_ operation: Int) {
        let isStillRunning = self.state.withLock { locked in
            if case .cancelling(operation) = locked.state { return true }
            return false
        }
        guard isStillRunning else { return }
        var problem = [CChar](repeating: 0, count: 256)
        _ = PQcancel(self.handle, &problem, Int32(problem.count))
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(100)) { self.request(operation) }
    }
}

import ServiceLifecycle
import Synchronization

/// Closed until business time is known: then consumers and timers begin.
package final class StartLatch: Sendable {
    private struct State {
        var isOpen: Bool
        var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var next: UInt64 = 0
    }

    private let state: Mutex<State>

    package init(isOpen: Bool) {
        self.state = Mutex(State(isOpen: isOpen))
    }

    package var isOpen: Bool { self.state.withLock { $0.isOpen } }

    package func open() {
        let waiting = self.state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns when the latch is open, or the process is stopping.
    package func wait() async {
        let number = self.state.withLock { state in
            defer { state.next += 1 }
            return state.next
        }
        await withTaskCancellationOrGracefulShutdownHandler {
            await withCheckedContinuation { continuation in
                let resumesNow = self.state.withLock { state in
                    // Looked at under the lock that the handler below takes: whichever comes second resumes.
                    if state.isOpen || Task.isCancelled || Task.isShuttingDownGracefully { return true }
                    state.waiting[number] = continuation
                    return false
                }
                if resumesNow { continuation.resume() }
            }
        } onCancelOrGracefulShutdown: {
            self.state.withLock { $0.waiting.removeValue(forKey: number) }?.resume()
        }
    }
}

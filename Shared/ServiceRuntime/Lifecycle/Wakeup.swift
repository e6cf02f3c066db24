import ServiceLifecycle
import Synchronization

/// An event that wakes a waiting loop: the relay sleeps until a transaction has written to the outbox.
///
/// A signal wakes one waiter. With nobody waiting, it is kept for the next one; several kept signals are one, so a
/// waiter that wakes must look at everything there is to do.
package final class Wakeup: Sendable {
    /// Why a wait ended.
    package enum Outcome: Sendable, Hashable {
        case signalled
        case timedOut
        /// Graceful shutdown has begun or the task is cancelled.
        case stopped
    }

    private enum Waiter {
        /// Has a number but does not wait yet.
        case arriving
        case waiting(CheckedContinuation<Outcome, Never>)
        /// Was stopped before it began to wait.
        case stopped
    }

    private struct State {
        var isSignalled = false
        var waiters: [UInt64: Waiter] = [:]
        var nextNumber: UInt64 = 0

        mutating func takeSignal() -> Bool {
            defer { self.isSignalled = false }
            return self.isSignalled
        }

        /// Hands the signal to who has waited longest, or keeps it.
        mutating func signal() -> CheckedContinuation<Outcome, Never>? {
            let longest = self.waiters.compactMap { number, waiter in
                if case .waiting(let continuation) = waiter { (number, continuation) } else { nil }
            }.min { $0.0 < $1.0 }
            guard let (number, continuation) = longest else {
                self.isSignalled = true
                return nil
            }
            self.waiters[number] = nil
            return continuation
        }

        mutating func stop(_ number: UInt64) -> CheckedContinuation<Outcome, Never>? {
            switch self.waiters[number] {
            case .waiting(let continuation):
                self.waiters[number] = nil
                return continuation
            case .arriving:
                self.waiters[number] = .stopped
                return nil
            case .stopped, nil:
                return nil
            }
        }

        mutating func begin(_ number: UInt64, _ continuation: CheckedContinuation<Outcome, Never>) -> Outcome? {
            if case .stopped = self.waiters[number] {
                self.waiters[number] = nil
                return .stopped
            }
            if self.takeSignal() {
                self.waiters[number] = nil
                return .signalled
            }
            self.waiters[number] = .waiting(continuation)
            return nil
        }
    }

    private let state = Mutex(State())

    package init() {}

    /// Wakes one waiter, now or when it comes. From any thread; never blocks.
    package func signal() {
        self.state.withLock { $0.signal() }?.resume(returning: .signalled)
    }

    /// Waits for a signal, at most `duration`; returns early at graceful shutdown and at cancellation. Loops around it ask
    /// `Task.isStopping`.
    @discardableResult
    package func wait(for duration: Duration) async -> Outcome {
        if self.state.withLock({ $0.takeSignal() }) { return .signalled }
        return await withTaskGroup(of: Outcome.self) { group in
            group.addTask { await self.waitForSignal() }
            group.addTask {
                do {
                    try await Task.sleep(for: duration)
                    return .timedOut
                } catch {
                    return .stopped
                }
            }
            let first = await group.next() ?? .stopped
            group.cancelAll()
            // A signal that came while the other side ended the wait is spent on this waiter: it must be told.
            let second = await group.next()
            return second == .signalled ? .signalled : first
        }
    }

    private func waitForSignal() async -> Outcome {
        let number = self.state.withLock { state in
            defer { state.nextNumber += 1 }
            state.waiters[state.nextNumber] = .arriving
            return state.nextNumber
        }
        return await withTaskCancellationOrGracefulShutdownHandler {
            await withCheckedContinuation { continuation in
                let outcome = self.state.withLock { $0.begin(number, continuation) }
                if let outcome { continuation.resume(returning: outcome) }
            }
        } onCancelOrGracefulShutdown: {
            self.state.withLock { $0.stop(number) }?.resume(returning: .stopped)
        }
    }
}

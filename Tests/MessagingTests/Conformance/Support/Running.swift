import Logging
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

/// Waits for a fact; a failure when it does not come about.
func until(
    _ what: Comment,
    timeout: Duration = .seconds(300),
    sourceLocation: SourceLocation = #_sourceLocation,
    _ isTrue: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + timeout
    while !(try await isTrue()) {
        try #require(ContinuousClock.now < deadline, what, sourceLocation: sourceLocation)
        try await Task.sleep(for: .milliseconds(10))
    }
}

/// Runs services beside `body`, and stops them as SIGTERM does when it is done.
func running<T: Sendable>(
    _ services: [any Service],
    _ body: (ServiceGroup) async throws -> T
) async throws -> T {
    let group = ServiceGroup(services: services, gracefulShutdownSignals: [], logger: TestDatabase.silent)
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        let result: Result<T, any Error>
        do {
            result = .success(try await body(group))
        } catch {
            result = .failure(error)
        }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
        return try result.get()
    }
}

/// A place in a handler where it stops until the test lets it go on.
final class Checkpoint: Sendable {
    private struct State {
        var isReached = false
        var isOpen = false
    }

    private let state = Mutex(State())

    /// Let through from now on.
    func open() { self.state.withLock { $0.isOpen = true } }

    var isOpen: Bool { self.state.withLock { $0.isOpen } }

    var isReached: Bool { self.state.withLock { $0.isReached } }

    /// Stops here, once it is known to have been reached.
    func pass() async throws {
        self.state.withLock { $0.isReached = true }
        try await until("the checkpoint was never opened") { self.state.withLock { $0.isOpen } }
    }

    func reached() async throws {
        try await until("the checkpoint was never reached") { self.isReached }
    }
}

/// How often something happened.
final class Tally: Sendable {
    private let number = Mutex(0)

    var count: Int { self.number.withLock { $0 } }

    /// - Returns: which time it is, from 1.
    @discardableResult
    func next() -> Int {
        self.number.withLock { number in
            number += 1
            return number
        }
    }
}

import Synchronization

/// What a readiness check found.
package enum HealthStatus: Sendable, Hashable {
    case ready
    /// Why not, for an operator to read; no secrets and no personal data.
    case notReady(String)
}

/// The readiness of this process: the sum of its named checks.
///
/// Ready means "send me work", not "alive": a service whose database is away is not ready and must not be restarted.
package final class Health: Sendable {
    package typealias Check = @Sendable () async -> HealthStatus

    private struct State {
        var checks: [String: Check] = [:]
        var isStopping = false
    }

    private let timeout: Duration
    private let state = Mutex(State())

    /// - Parameter timeout: a check that takes longer is cancelled and counts as not ready.
    package init(timeout: Duration = .seconds(2)) {
        self.timeout = timeout
    }

    /// Adds a check, or replaces the one of that name. A check must return soon after its task is cancelled.
    package func register(_ name: String, check: @escaping Check) {
        self.state.withLock { $0.checks[name] = check }
    }

    /// From now on the process is not ready, whatever the checks say, so that no new requests are routed to it.
    package func stop() {
        self.state.withLock { $0.isStopping = true }
    }

    /// Runs all checks side by side.
    package func report() async -> HealthReport {
        let (checks, isStopping) = self.state.withLock { ($0.checks, $0.isStopping) }
        var statuses = await withTaskGroup(of: (String, HealthStatus).self) { group in
            for (name, check) in checks {
                group.addTask { (name, await self.status(of: check)) }
            }
            return await group.reduce(into: [String: HealthStatus]()) { $0[$1.0] = $1.1 }
        }
        if isStopping { statuses["shutdown"] = .notReady("the service is stopping") }
        return HealthReport(statuses: statuses)
    }

    private func status(of check: @escaping Check) async -> HealthStatus {
        await withTaskGroup(of: HealthStatus.self) { group in
            group.addTask(operation: check)
            group.addTask {
                try? await Task.sleep(for: self.timeout)
                return .notReady("no answer within \(self.timeout)")
            }
            defer { group.cancelAll() }
            return await group.next() ?? .notReady("no answer")
        }
    }
}

import ServiceLifecycle

extension Task where Success == Never, Failure == Never {
    /// Whether a loop should end: graceful shutdown has begun, or the task is cancelled because another service failed.
    ///
    /// The condition for loops around `idle(for:)` and `Wakeup`, which both return at once from then on: a loop that
    /// looks at the shutdown alone spins when it is cancelled.
    package static var isStopping: Bool {
        Task.isCancelled || Task.isShuttingDownGracefully
    }
}

/// Waits; returns early, without an error, at graceful shutdown and at cancellation.
///
/// For the pause of a loop and nothing else, so that the work itself is never cut short:
///
///     while !Task.isStopping {
///         if try await self.publishPending() == 0 { await idle(for: .milliseconds(100)) }
///     }
package func idle(for duration: Duration) async {
    // An interrupted pause is over: the caller's loop condition says why.
    try? await cancelWhenGracefulShutdown { try await Task.sleep(for: duration) }
}

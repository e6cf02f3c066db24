package import Contracts

extension RetryPolicy {
    /// For a task that the loaded catalogue does not know any more.
    package static let fallback = RetryPolicy(
        timeoutMilliseconds: 30_000,
        maximumAttempts: 5,
        withinSeconds: 300,
        firstDelayMilliseconds: 500,
        maximumDelayMilliseconds: 10_000
    )

    /// When the attempt after a failed one begins: after a random part of a delay that doubles each time.
    ///
    /// - Parameters:
    ///   - attempts: how many there have been, from 1.
    ///   - firstSentAt: when the first began.
    ///   - now: by the wall clock, as all times here.
    ///   - jitter: random, from 0 up to, but not including, 1.
    /// - Returns: `nil` when there have been attempts enough, or the next would begin too late.
    package func nextAttempt(
        after attempts: Int,
        firstSentAt: Timestamp,
        at now: Timestamp,
        jitter: Double
    ) -> Timestamp? {
        guard attempts < self.maximumAttempts else { return nil }
        let doublings = max(0, min(attempts - 1, 31))
        let bound = min(self.maximumDelayMilliseconds, self.firstDelayMilliseconds << doublings)
        let next = now.advanced(byMilliseconds: Int(Double(bound) * jitter))
        return next <= firstSentAt.advanced(bySeconds: self.withinSeconds) ? next : nil
    }
}

extension Catalogue {
    /// How often and how long a task is tried.
    func retryPolicy(of task: Int, in workOrder: WorkOrder) -> RetryPolicy {
        let types = self.workOrderType(workOrder.type, product: workOrder.product)?.tasks ?? []
        let name = workOrder.tasks[task].name
        // By its place where the place still has this name: a type may name one task twice.
        if types.indices.contains(task), types[task].name == name { return types[task].retry }
        return types.first { $0.name == name || $0.undo == name }?.retry ?? .fallback
    }
}

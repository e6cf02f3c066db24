/// Growing delays with full jitter: attempt n waits a random time up to `first`·2ⁿ⁻¹, at most `maximum`.
package struct Backoff: Sendable {
    package var firstMilliseconds: Int
    package var maximumMilliseconds: Int

    package init(firstMilliseconds: Int, maximumMilliseconds: Int) {
        self.firstMilliseconds = firstMilliseconds
        self.maximumMilliseconds = maximumMilliseconds
    }

    /// - Parameters:
    ///   - attempt: how many have failed, from 1.
    ///   - fraction: random, from 0 to 1.
    /// - Returns: milliseconds; at least a quarter of the upper bound, so that nothing spins.
    package func milliseconds(afterAttempt attempt: Int, fraction: Double) -> Int {
        let doublings = max(0, min(attempt - 1, 30))
        let bound = min(self.maximumMilliseconds, self.firstMilliseconds << doublings)
        return bound / 4 + Int(Double(bound - bound / 4) * fraction)
    }
}

/// How long to wait before a transaction is run again.
struct RetryPolicy: Sendable {
    /// After a conflict the other transaction is about done: wait little.
    var conflictBase = Duration.milliseconds(5)
    var conflictLimit = Duration.milliseconds(250)
    /// A server that restarts takes a second or more: with eight retries some seven seconds in all.
    var connectionBase = Duration.milliseconds(50)
    var connectionLimit = Duration.seconds(2)

    /// - Parameters:
    ///   - attempt: 1 for the first retry.
    ///   - random: in 0..<1; spreads the second half of the delay, so that those who met do not meet again.
    func delay(attempt: Int, after code: SQLState, random: Double) -> Duration {
        let isConflict = code.isConflict || code == .uniqueViolation
        let base = isConflict ? self.conflictBase : self.connectionBase
        let limit = isConflict ? self.conflictLimit : self.connectionLimit
        let doubled = base * (1 << min(max(attempt, 1) - 1, 16))
        return min(doubled, limit) * (0.5 + random / 2)
    }
}

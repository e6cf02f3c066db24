/// How many messages a gateway may be given: not more a second than it takes, and none while it is not there.
///
/// Times are nanoseconds of one clock that never goes back.
package struct GatewayControl: Sendable {
    /// Messages a second; a burst is a second's worth.
    private let rate: Double
    private var tokens: Double
    private var filledAt: Int64
    private var failures = 0
    private var closedUntil: Int64?
    private var pause: Int64 = 0
    private var isTrying = false

    /// After so many calls in a row that found it absent it is left alone for a while.
    private static let mostFailures = 5
    private static let firstPause: Int64 = 500_000_000
    private static let longestPause: Int64 = 15_000_000_000
    /// What a second's worth keeps for urgent messages alone.
    private static let reserve = 0.2

    package init(perSecond rate: Int, at now: Int64) {
        self.rate = Double(max(1, rate))
        self.tokens = self.rate
        self.filledAt = now
    }

    /// Whether the gateway is believed to be absent.
    package var isClosed: Bool { self.closedUntil != nil }

    /// - Parameter isUrgent: others leave something for the urgent.
    /// - Returns: how many of `wanted` may be handed over now; to be given back as far as they are not.
    package mutating func take(_ wanted: Int, isUrgent: Bool, at now: Int64) -> Int {
        self.fill(at: now)
        if let closedUntil = self.closedUntil {
            guard now >= closedUntil, !self.isTrying, wanted > 0 else { return 0 }
            self.isTrying = true
            self.tokens -= 1
            return 1
        }
        let kept = isUrgent ? 0 : self.rate * Self.reserve
        let count = max(0, min(wanted, Int(self.tokens - kept)))
        self.tokens -= Double(count)
        return count
    }

    package mutating func giveBack(_ count: Int) {
        guard count > 0 else { return }
        self.tokens += Double(count)
        self.isTrying = false
    }

    private mutating func fill(at now: Int64) {
        guard now > self.filledAt else { return }
        self.tokens = min(self.rate, self.tokens + Double(now - self.filledAt) / 1e9 * self.rate)
        self.filledAt = now
    }

    /// The gateway has answered, whatever it said of the message.
    package mutating func noteAnswer() {
        self.failures = 0
        self.closedUntil = nil
        self.isTrying = false
    }

    package mutating func noteAbsence(at now: Int64) {
        if self.closedUntil != nil {
            // Calls that were on their way when it was closed say nothing new.
            guard self.isTrying else { return }
            self.pause = min(Self.longestPause, 2 * self.pause)
        } else {
            self.failures += 1
            guard self.failures >= Self.mostFailures else { return }
            self.pause = Self.firstPause
        }
        self.isTrying = false
        self.closedUntil = now + self.pause
    }
}

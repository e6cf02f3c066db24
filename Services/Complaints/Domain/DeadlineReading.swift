package import Contracts

/// What a clock shows, and why.
package struct DeadlineReading: Sendable, Hashable {
    /// A part of the ticket's time, and whether it was counted.
    package struct Interval: Sendable, Hashable {
        package enum Reason: String, Sendable, Codable {
            case running
            /// Outside of the hours.
            case closed
            case waitsForCustomer, waitsForVendor, waitsForDepartment
            /// Between its end and its being opened again.
            case ended
        }

        package var from: Timestamp
        package var until: Timestamp
        package var isCounted: Bool
        package var reason: Reason
    }

    package var clock: DeadlineRule.Clock
    package var limitSeconds: Int
    /// In their order, without gaps, from the submission to when it was read.
    package var intervals: [Interval]
    package var countedMicroseconds: Int64
    /// When so much of the time had passed, or will have passed if nothing happens; `nil` while the clock stands still
    /// before it.
    package var warnsAt: Timestamp?
    package var dueAt: Timestamp?
    /// When what it waited for happened.
    package var endedAt: Timestamp?

    /// Whether its time was over when what it waited for happened, or is over at `now` without that.
    package func isMissed(at now: Timestamp) -> Bool {
        guard let dueAt = self.dueAt, dueAt <= now else { return false }
        return dueAt <= self.endedAt ?? now
    }

    /// Whether it runs: what it waits for has not happened.
    package var isRunning: Bool { self.endedAt == nil }
}

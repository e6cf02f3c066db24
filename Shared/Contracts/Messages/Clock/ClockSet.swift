/// Sets business time in every service.
package struct ClockSet: MessageBody, Hashable {
    package static let type = "clock.set"
    package static let topic = Topic.clockControl

    package var now: Timestamp
    /// Business seconds per second of wall clock: 0 stands still, 1 runs on, 3600 runs an hour a second.
    package var rate: Int

    package var key: String { "clock" }

    package init(
        now: Timestamp,
        rate: Int
    ) {
        self.now = now
        self.rate = rate
    }
}

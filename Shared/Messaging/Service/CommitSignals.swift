import ServiceRuntime

/// What wakes up after a transaction: the relay, for there may be messages; the timers, for one may be nearer.
struct CommitSignals: Sendable {
    let relay = Wakeup()
    let timers = Wakeup()
    let parked = Wakeup()

    func signal() {
        self.relay.signal()
        self.timers.signal()
        self.parked.signal()
    }
}

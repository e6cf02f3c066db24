import Contracts
import ProvisioningDomain

/// All target systems of the catalogue.
struct TargetSystemsView: Encodable, Sendable {
    var items: [TargetSystemView]
}

/// Whether a target system answers, and what it has to do. All times are by the wall clock.
struct TargetSystemView: Encodable, Sendable {
    enum State: String, Encodable {
        /// It answers.
        case closed
        /// It does not: tasks wait, and a command is tried every now and then.
        case open
    }

    var system: String
    var state: State
    /// Failed attempts since the last answer.
    var failures: Int
    var openedAt: Timestamp?
    /// When a command is tried next.
    var probeAt: Timestamp?
    var inFlight: Int
    /// Absent: no limit.
    var inFlightLimit: Int?
    /// Tasks that wait for it.
    var queued: Int
    var queuedSince: Timestamp?

    init(_ system: TargetSystem, _ count: CountSystemTasks.Row) {
        self.system = system.name
        self.state = system.isOpen ? .open : .closed
        self.failures = system.failures
        self.openedAt = system.openedAt
        self.probeAt = system.probeAt
        self.inFlight = count.inFlight
        self.inFlightLimit = system.policy.inFlight
        self.queued = count.queued
        self.queuedSince = count.queuedSince
    }
}

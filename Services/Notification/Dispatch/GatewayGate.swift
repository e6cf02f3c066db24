import NotificationDomain
import Synchronization

/// A gateway's control, for those who share the gateway.
final class GatewayGate: Sendable {
    private let control: Mutex<GatewayControl>
    private let start = ContinuousClock.now

    init(perSecond rate: Int) { self.control = Mutex(GatewayControl(perSecond: rate, at: 0)) }

    private var now: Int64 {
        let (seconds, attoseconds) = (ContinuousClock.now - self.start).components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    var isClosed: Bool { self.control.withLock(\.isClosed) }

    func take(_ wanted: Int, isUrgent: Bool) -> Int {
        let now = self.now
        return self.control.withLock { $0.take(wanted, isUrgent: isUrgent, at: now) }
    }

    func giveBack(_ count: Int) { self.control.withLock { $0.giveBack(count) } }

    func note(_ outcome: HandOver) {
        let now = self.now
        self.control.withLock { control in
            if outcome.isAbsence { control.noteAbsence(at: now) } else { control.noteAnswer() }
        }
    }
}

extension HandOver {
    /// Whether it says something of the gateway and nothing of the message.
    fileprivate var isAbsence: Bool {
        switch self {
        case .deferred, .lost: true
        case .accepted, .delivered, .refused: false
        }
    }
}

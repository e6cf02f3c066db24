/// How soon a message has to be with its recipient; the more urgent is the lesser.
package enum NotificationPriority: String, Codable, Sendable, CaseIterable, Comparable {
    /// At once, at night too, and whatever else the recipient has been sent: a line that is stopped, a code to log in.
    case urgent
    case normal
    /// Campaigns: what recipients may refuse.
    case bulk

    package static func < (left: NotificationPriority, right: NotificationPriority) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .urgent: 0
        case .normal: 1
        case .bulk: 2
        }
    }
}

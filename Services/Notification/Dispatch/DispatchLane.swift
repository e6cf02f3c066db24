import Contracts

/// Who goes out together: urgent messages wait for nobody else's answers.
enum DispatchLane: String, CaseIterable, Sendable {
    case urgent
    case others
    /// Of gateways that few messages go to.
    case all

    var priorities: ClosedRange<NotificationPriority> {
        switch self {
        case .urgent: .urgent ... .urgent
        case .others: .normal ... .bulk
        case .all: .urgent ... .bulk
        }
    }
}

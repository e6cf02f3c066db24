import Contracts

/// Who goes out together: urgent messages wait for nobody else's answers.
enum DispatchLane: String, CaseIterable, Sendable {
    case urgent
    case others

    var priorities: ClosedRange<NotificationPriority> {
        switch self {
        case .urgent: .urgent ... .urgent
        case .others: .normal ... .bulk
        }
    }
}

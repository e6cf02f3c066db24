package import Contracts

extension EffectPolicy {
    /// When what was completed at `completedAt` takes effect (ORD-77, ORD-43).
    package func effectiveAt(completedAt: Timestamp, calendar: BusinessCalendar) -> Timestamp {
        switch self {
        case .immediate: completedAt
        case .within24Hours: completedAt.advanced(bySeconds: 24 * 3600)
        case .firstOfNextMonth: calendar.startOfNextMonth(after: completedAt)
        }
    }
}

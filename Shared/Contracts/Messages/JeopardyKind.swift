/// In what way a target is in danger.
package enum JeopardyKind: String, Codable, Sendable, CaseIterable {
    /// 80 % of the time to the target has passed.
    case targetNear
    /// The target has passed.
    case targetMissed
    /// What is still open no longer fits into this month, so the effect slips by one.
    case effectiveMonthAtRisk
}

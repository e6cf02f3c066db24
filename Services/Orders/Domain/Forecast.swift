package import Contracts

/// When an order will take effect, by the target times of what is still open.
extension Order {
    /// - Returns: `nil` while a failed work order stands in the way: that is a person's to say.
    package func forecast(at now: Timestamp, by calendar: WorkingCalendar) -> Timestamp? {
        if let effectiveAt = self.effectiveAt { return effectiveAt }
        guard self.holdReasons.isEmpty, self.cancellation == nil else { return nil }
        let completedAt = self.expectedEnds(at: now, by: calendar).values.max() ?? now
        return self.effect.effectiveAt(completedAt: completedAt, calendar: calendar.calendar)
    }

    /// When each work order ends, if what is open keeps its target time. One that has missed it is
    /// expected now.
    func expectedEnds(at now: Timestamp, by calendar: WorkingCalendar) -> [WorkOrderID: Timestamp] {
        var ends: [WorkOrderID: Timestamp] = [:]
        var open = self.workOrders
        // Every round settles at least one: the graph has no cycle.
        while !open.isEmpty {
            let before = open.count
            open.removeAll { workOrder in
                guard let end = Self.expectedEnd(of: workOrder, after: ends, at: now, by: calendar) else {
                    return false
                }
                ends[workOrder.id] = end
                return true
            }
            if open.count == before { break }
        }
        return ends
    }

    private static func expectedEnd(
        of workOrder: WorkOrder,
        after ends: [WorkOrderID: Timestamp],
        at now: Timestamp,
        by calendar: WorkingCalendar
    ) -> Timestamp? {
        switch workOrder.state {
        case .failed where workOrder.retryAt != nil:
            return calendar.due(workOrder.target, from: max(workOrder.retryAt ?? now, now))
        case .completed, .failed, .cancelled, .skipped: return workOrder.endedAt ?? now
        case .issued, .inProgress, .cancelling: return max(workOrder.dueAt, now)
        case .waiting:
            var start = now
            for predecessor in workOrder.dependsOn {
                guard let end = ends[predecessor] else { return nil }
                start = max(start, end)
            }
            return calendar.due(workOrder.target, from: start)
        }
    }

    /// Forecasts anew, and tells once when the effect slips into a later month than promised.
    mutating func reforecast(in surroundings: Surroundings) -> [Outcome] {
        self.expectedEffectiveAt = self.forecast(at: surroundings.now, by: surroundings.calendar)
        guard let expected = self.expectedEffectiveAt, self.effect == .firstOfNextMonth, !self.isMonthAtRisk,
            expected > self.promisedEffectiveAt
        else { return [] }
        self.isMonthAtRisk = true
        return [
            .jeopardy(Outcome.Jeopardy(kind: .effectiveMonthAtRisk, workOrderId: nil, dueAt: self.promisedEffectiveAt))
        ]
    }
}

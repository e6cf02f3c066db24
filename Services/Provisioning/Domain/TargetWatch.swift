import Contracts

// When a target is near, and when it is missed: told once each, by the business clock.
extension WorkOrder {
    /// Near is when four fifths of the time from issue to target have passed.
    private var nearAt: Timestamp {
        Timestamp(microseconds: self.issuedAt.microseconds + self.dueAt.microseconds(since: self.issuedAt) * 4 / 5)
    }

    /// Sets when there is something to tell next, by the target and what was told already.
    mutating func watchTarget() {
        switch self.jeopardy {
        case _ where self.state.isFinal: self.jeopardyAt = nil
        // A target in the past is missed from the start, and was never near.
        case nil: self.jeopardyAt = self.dueAt > self.issuedAt ? self.nearAt : self.dueAt
        case .targetNear: self.jeopardyAt = self.dueAt
        case .targetMissed, .effectiveMonthAtRisk: self.jeopardyAt = nil
        }
    }

    /// What was left of the target time counts from the appointment on.
    mutating func moveTarget(to appointmentAt: Timestamp, _ surroundings: Lane.Surroundings) {
        let catalogue = surroundings.catalogues[self.catalogueVersion]
        let type = catalogue.workOrderType(self.type, product: self.product)
        let counting = type?.target.counting ?? .calendar
        let calendar = catalogue.workingCalendar
        let left = calendar.seconds(from: surroundings.now, to: self.dueAt, counting: counting)
        let target = TargetTime(seconds: left, counting: counting)
        self.dueAt = calendar.due(target, from: max(appointmentAt, surroundings.now))
        self.watchTarget()
    }

    /// - Parameter now: business time.
    func rescheduled(
        to appointmentAt: Timestamp, by report: WorkOrderReported, at now: Timestamp
    ) -> WorkOrderRescheduled {
        WorkOrderRescheduled(
            workOrderId: self.id,
            orderId: self.orderId,
            type: self.type,
            appointmentAt: appointmentAt,
            dueAt: self.dueAt,
            reason: report.reason,
            by: report.by,
            at: now,
            issueNumber: self.issueNumber
        )
    }

    /// Tells what is due by now, and stamps it with its own time.
    ///
    /// - Parameter now: business time.
    /// - Returns: `nil` when nothing is due.
    mutating func noteJeopardy(by now: Timestamp) -> WorkOrderJeopardy? {
        guard let at = self.jeopardyAt, at <= now, !self.state.isFinal else { return nil }
        let kind = at >= self.dueAt ? JeopardyKind.targetMissed : .targetNear
        self.jeopardy = kind
        self.watchTarget()
        return WorkOrderJeopardy(
            workOrderId: self.id,
            orderId: self.orderId,
            type: self.type,
            kind: kind,
            dueAt: self.dueAt,
            at: at,
            issueNumber: self.issueNumber
        )
    }
}

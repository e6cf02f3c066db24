package import Contracts

/// What an order waits for, since when, and what would move it.
package struct Waiting: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case workOrder, retry, person, order, effect
    }

    package var kind: Kind
    package var workOrderId: WorkOrderID?
    /// For people.
    package var reason: String
    package var since: Timestamp
    /// When it should have moved.
    package var until: Timestamp?
    package var movedBy: String
}

extension Order {
    /// Everything that the order waits for: never empty before its final state, empty in it.
    package var waitsFor: [Waiting] {
        switch self.state {
        case .acknowledged, .inProgress: self.targetOrder + self.workOrdersUnderWay + self.retries
        case .held: self.decisions + self.workOrdersUnderWay + self.retries
        case .pendingCancellation: self.workOrdersUnderWay + self.retries
        case .pending:
            [
                Waiting(
                    kind: .effect,
                    reason: "every work order is done; \(self.offer) takes effect at its time",
                    since: self.completedAt ?? self.stateSince,
                    until: self.effectiveAt,
                    movedBy: "business time reaching effectiveAt"
                )
            ]
        case .completed, .partial, .failed, .cancelled, .rejected: []
        }
    }

    private var workOrdersUnderWay: [Waiting] {
        self.workOrders.filter(\.state.isUnderWay).map { workOrder in
            let state =
                switch workOrder.state {
                case .issued: "issued and not yet started"
                case .cancelling: "being stopped, and what it has done taken back"
                default: "under way"
                }
            let isStopping = workOrder.state == .cancelling
            return Waiting(
                kind: .workOrder,
                workOrderId: workOrder.id,
                reason: "\(workOrder.type) of \(workOrder.product) \(workOrder.serviceNumber) is \(state)",
                since: isStopping
                    ? self.cancellation?.requestedAt ?? self.stateSince
                    : workOrder.startedAt ?? workOrder.issuedAt ?? self.acknowledgedAt,
                until: isStopping ? nil : workOrder.dueAt,
                movedBy: isStopping
                    ? "workOrder.cancelled or workOrder.completed from Provisioning"
                    : "workOrder.completed or workOrder.failed from Provisioning"
            )
        }
    }

    private var retries: [Waiting] {
        self.workOrders.filter { $0.state == .failed && $0.retryAt != nil }.map { workOrder in
            let failure = workOrder.failure.map { "\($0.code) \($0.message)" } ?? "no reason given"
            return Waiting(
                kind: .retry,
                workOrderId: workOrder.id,
                reason: "\(workOrder.type) of \(workOrder.product) \(workOrder.serviceNumber) failed (\(failure)) "
                    + "and is issued again by the fallout policy",
                since: workOrder.endedAt ?? self.stateSince,
                until: workOrder.retryAt,
                movedBy: "business time reaching that instant, or an operator's decision"
            )
        }
    }

    /// Of an order that asks for another's end, or amends another.
    private var targetOrder: [Waiting] {
        self.targetOrderId.map { target in
            [
                Waiting(
                    kind: .order,
                    reason: self.isWaitingForAmended
                        ? "order \(target), which it amends, is not yet complete"
                        : self.action == Action.cancel.rawValue
                            ? "order \(target) is being cancelled"
                            : "order \(target), whose place it takes, is being stopped and undone",
                    since: self.stateSince,
                    movedBy: self.isWaitingForAmended
                        ? "order.completed of that order; this one is cancelled should that one be, or fail"
                        : "order.cancelled or order.failed of that order"
                )
            ]
        } ?? []
    }

    private var decisions: [Waiting] {
        self.holdReasons.map { reason in
            Waiting(
                kind: .person,
                workOrderId: reason.workOrderId,
                reason: "\(reason.code): \(reason.message)",
                since: reason.since,
                movedBy: "an operator's decision in the fallout queue"
            )
        }
    }
}

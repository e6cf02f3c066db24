package import Contracts

/// What an order waits for, since when, and what would move it.
package struct Waiting: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case workOrder, person, effect
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
        case .acknowledged, .inProgress: self.workOrdersUnderWay
        case .held: self.decisions + self.workOrdersUnderWay
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
            let state = workOrder.state == .issued ? "issued and not yet started" : "under way"
            return Waiting(
                kind: .workOrder,
                workOrderId: workOrder.id,
                reason: "\(workOrder.type) of \(workOrder.product) \(workOrder.serviceNumber) is \(state)",
                since: workOrder.startedAt ?? workOrder.issuedAt ?? self.acknowledgedAt,
                until: workOrder.dueAt,
                movedBy: "workOrder.completed or workOrder.failed from Provisioning"
            )
        }
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

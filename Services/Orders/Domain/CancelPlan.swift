package import Contracts

/// What cancelling an order would do, told beforehand: exactly this is what it then does.
package struct CancelPlan: Hashable, Sendable {
    /// What becomes of one work order.
    package enum Fate: String, Sendable, CaseIterable {
        /// Not issued yet: it never will be.
        case dropped
        /// Under way, or failed halfway: it is asked to stop and to take back what it has done. One that completes all
        /// the same is undone afterwards.
        case stopped
        /// Complete: another work order undoes it.
        case undone
        /// Complete, and there is nothing to undo.
        case kept
        /// Beyond its hard point of no return.
        case refused
    }

    package struct Step: Hashable, Sendable {
        package var workOrderId: WorkOrderID
        package var fate: Fate
        /// The type that undoes it, now or should it complete.
        package var undoneBy: String?
        package var feeMilliyuan: Milliyuan
    }

    /// In the order in which it happens: dropped, stopped, then undone in reverse order of completion.
    package var steps: [Step]
    /// Why cancelling is refused; empty when it is not.
    package var refusals: [OrderRefusal]
    package var isAllowed: Bool { self.refusals.isEmpty }
    package var feeMilliyuan: Milliyuan { self.steps.reduce(.zero) { $0 + $1.feeMilliyuan } }
}

extension Order {
    /// What cancelling would do now.
    package func cancelPlan(by catalogue: Catalogue) -> CancelPlan {
        var steps: [CancelPlan.Fate: [CancelPlan.Step]] = [:]
        var refusals = self.cancelRefusals
        // What a later order wants too is not undone.
        for workOrder in self.workOrders
        where workOrder.compensates == nil && !(workOrder.isKept && workOrder.state == .completed) {
            guard let step = workOrder.cancelStep(by: catalogue) else { continue }
            steps[step.fate, default: []].append(step)
            guard step.fate == .refused else { continue }
            let text = "\(workOrder.type) of \(workOrder.product) \(workOrder.serviceNumber) can no longer be undone"
            refusals.append(OrderRefusal(code: .notAllowedInState, message: text))
        }
        let completed = self.completedLatestFirst.compactMap { $0.cancelStep(by: catalogue) }
        let inOrder = [CancelPlan.Fate.dropped, .stopped, .refused].flatMap { steps[$0] ?? [] }
        return CancelPlan(steps: inOrder + completed.filter { $0.fate != .refused }, refusals: refusals)
    }

    /// What keeps the order as a whole from being cancelled.
    private var cancelRefusals: [OrderRefusal] {
        var texts: [String] = []
        if OrderLifecycle.next(self.state, on: .cancelRequested) == nil || self.cancellation != nil {
            texts.append(self.stateRefusal)
        }
        if self.action == Action.cancel.rawValue {
            texts.append("an order that cancels another one cannot be cancelled")
        }
        if self.isWaitingForPlace {
            texts.append("the order waits until the one whose place it takes has ended: it can be cancelled then")
        }
        return texts.map { OrderRefusal(code: .notAllowedInState, message: $0) }
    }

    private var stateRefusal: String {
        switch self.state {
        case .completed: "the order is in effect: release the bundle instead"
        case .pendingCancellation: "the order is being cancelled already"
        case .held where self.cancellation != nil: "the order is being cancelled already"
        case .partial, .failed, .cancelled, .rejected: "the order has ended: it is \(self.state.rawValue)"
        case .acknowledged, .inProgress, .held, .pending: "the order is \(self.state.rawValue)"
        }
    }

    /// What is to be undone, in the order in which it is.
    var completedLatestFirst: [WorkOrder] {
        self.workOrders.enumerated()
            .filter { $0.element.state == .completed && $0.element.compensates == nil && !$0.element.isKept }
            .sorted {
                ($1.element.endedAt ?? self.acknowledgedAt, $1.offset)
                    < ($0.element.endedAt ?? self.acknowledgedAt, $0.offset)
            }
            .map(\.element)
    }
}

extension WorkOrder {
    /// `nil` where cancelling the order has nothing to do with it any more.
    fileprivate func cancelStep(by catalogue: Catalogue) -> CancelPlan.Step? {
        let type = catalogue.workOrderType(self.type, product: self.product)
        func step(_ fate: CancelPlan.Fate, _ progress: PointsOfNoReturn.Progress? = nil) -> CancelPlan.Step {
            let points = type?.pointsOfNoReturn ?? PointsOfNoReturn()
            let isRefused = progress.flatMap { progress in points.refusedFrom.map { $0 <= progress } } ?? false
            let isCharged = progress.flatMap { progress in points.chargedFrom.map { $0 <= progress } } ?? false
            return CancelPlan.Step(
                workOrderId: self.id,
                fate: isRefused ? .refused : fate,
                undoneBy: type?.undoneBy,
                feeMilliyuan: isCharged && !isRefused ? points.feeMilliyuan : .zero
            )
        }
        switch self.state {
        case .waiting: return step(.dropped)
        case .issued: return step(.stopped, .issued)
        case .inProgress: return step(.stopped, .started)
        // That it failed is not the customer's doing: nothing is charged.
        case .failed: return step(.stopped)
        case .skipped: return self.issuedAt == nil ? nil : step(.stopped)
        case .completed: return step(type?.undoneBy == nil ? .kept : .undone, .completed)
        case .cancelling, .cancelled: return nil
        }
    }
}

package import Contracts

/// That an order is to end, why, and what that costs.
package struct Cancellation: Hashable, Sendable {
    package var requestedAt: Timestamp
    package var reason: String
    /// The order by which a channel asked for it; `nil` where an operator or the fallout policy did.
    package var requestedBy: OrderID?
    /// What the points of no return say that it costs.
    package var feeMilliyuan: Milliyuan

    package init(requestedAt: Timestamp, reason: String, requestedBy: OrderID?, feeMilliyuan: Milliyuan) {
        self.requestedAt = requestedAt
        self.reason = reason
        self.requestedBy = requestedBy
        self.feeMilliyuan = feeMilliyuan
    }
}

/// Why an order is not done what is asked for.
package struct OrderRefusal: Error, Hashable, Sendable {
    /// `NOT_FOUND`, `NOT_ALLOWED_IN_STATE` …
    package var code: String
    package var message: String

    package init(code: RejectionCode, message: String) {
        self.code = code.rawValue
        self.message = message
    }

    /// Another order in flight holds one of the order's numbers.
    package static func busy(_ serviceNumber: String) -> OrderRefusal {
        let text = "an order in flight holds \(quoted(serviceNumber)): wait until it has ended"
        return OrderRefusal(code: .numberBusy, message: text)
    }
}

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
        var refusals: [OrderRefusal] = []
        if OrderLifecycle.next(self.state, on: .cancelRequested) == nil || self.cancellation != nil {
            refusals.append(self.stateRefusal)
        }
        if self.action == Action.cancel.rawValue {
            let text = "an order that cancels another one cannot be cancelled"
            refusals.append(OrderRefusal(code: .notAllowedInState, message: text))
        }
        if self.isWaitingForPlace {
            let text = "the order waits until the one whose place it takes has ended: it can be cancelled then"
            refusals.append(OrderRefusal(code: .notAllowedInState, message: text))
        }
        var dropped: [CancelPlan.Step] = []
        var stopped: [CancelPlan.Step] = []
        var ended: [CancelPlan.Step] = []
        for workOrder in self.workOrders where workOrder.compensates == nil {
            let step = workOrder.cancelStep(by: catalogue)
            switch step?.fate {
            case .dropped: step.map { dropped.append($0) }
            case .stopped: step.map { stopped.append($0) }
            case .undone, .kept: continue
            case .refused:
                step.map { ended.append($0) }
                let text =
                    "\(workOrder.type) of \(workOrder.product) \(workOrder.serviceNumber) can no longer be undone"
                refusals.append(OrderRefusal(code: .notAllowedInState, message: text))
            case nil: continue
            }
        }
        let completed = self.completedLatestFirst.compactMap { $0.cancelStep(by: catalogue) }
        return CancelPlan(
            steps: dropped + stopped + ended + completed.filter { $0.fate != .refused }, refusals: refusals)
    }

    /// The order whose end this one asks for, or takes the place of, has ended.
    package mutating func fulfil(after target: Order, in surroundings: Surroundings) -> [Outcome] {
        guard self.action == Action.cancel.rawValue else { return self.beginAfter(target, in: surroundings) }
        guard let next = OrderLifecycle.next(self.state, on: .fulfilled) else { return [.ignored(.lateOrRepeated)] }
        self.state = next
        self.stateSince = surroundings.now
        self.completedAt = surroundings.now
        self.effectiveAt = surroundings.now
        self.expectedEffectiveAt = surroundings.now
        return [.completed(completedAt: surroundings.now, effectiveAt: surroundings.now)]
    }

    private var stateRefusal: OrderRefusal {
        let text =
            switch self.state {
            case .completed: "the order is in effect: release the bundle instead"
            case .pendingCancellation: "the order is being cancelled already"
            case .held where self.cancellation != nil: "the order is being cancelled already"
            case .partial, .failed, .cancelled, .rejected: "the order has ended: it is \(self.state.rawValue)"
            case .acknowledged, .inProgress, .held, .pending: "the order is \(self.state.rawValue)"
            }
        return OrderRefusal(code: .notAllowedInState, message: text)
    }

    private var completedLatestFirst: [WorkOrder] {
        self.workOrders.enumerated()
            .filter { $0.element.state == .completed && $0.element.compensates == nil && !$0.element.isKept }
            .sorted {
                ($1.element.endedAt ?? self.acknowledgedAt, $1.offset)
                    < ($0.element.endedAt ?? self.acknowledgedAt, $0.offset)
            }
            .map(\.element)
    }

    /// Ends the order before its effect: drops what waits, stops what is under way, undoes what is complete.
    ///
    /// - Parameters:
    ///   - reason: for people.
    ///   - requester: the order by which a channel asks for it, or that takes its place.
    ///   - kept: work orders that are not undone should they be complete, for that order wants the same.
    package mutating func cancel(
        for reason: String,
        requestedBy requester: OrderID? = nil,
        keeping kept: Set<WorkOrderID> = [],
        in surroundings: Surroundings
    ) -> Result<[Outcome], OrderRefusal> {
        for index in self.workOrders.indices {
            self.workOrders[index].isKept = kept.contains(self.workOrders[index].id)
        }
        let plan = self.cancelPlan(by: surroundings.catalogue)
        if let refusal = plan.refusals.first { return .failure(refusal) }
        let cancellation = Cancellation(
            requestedAt: surroundings.now, reason: reason, requestedBy: requester, feeMilliyuan: plan.feeMilliyuan)
        self.cancellation = cancellation
        var outcomes: [Outcome] = [.cancelling(cancellation)]
        outcomes += self.move(on: .cancelRequested, in: surroundings)
        for index in self.workOrders.indices {
            let former = self.workOrders[index].state
            // Nobody need decide about it any more.
            if former == .cancelled { self.workOrders[index].failure = nil }
            // What was left out before it was ever issued has nothing to take back.
            guard former != .skipped || self.workOrders[index].issuedAt != nil,
                let next = WorkOrderLifecycle.next(former, on: .cancelRequested)
            else { continue }
            self.workOrders[index].state = next
            self.workOrders[index].retryAt = nil
            self.workOrders[index].failure = nil
            self.workOrders[index].endedAt = next == .cancelled ? surroundings.now : nil
            if next == .cancelling { outcomes.append(.cancelRequested(self.workOrders[index].id, reason: reason)) }
        }
        return .success(outcomes + self.proceedWithCancellation(in: surroundings))
    }

    /// Goes on: when all is stopped, what is complete is undone one after the other, the last first; then it is over.
    mutating func proceedWithCancellation(in surroundings: Surroundings) -> [Outcome] {
        let isMoving = self.workOrders.contains { workOrder in
            workOrder.state.isUnderWay || (workOrder.state == .failed && workOrder.retryAt != nil)
        }
        if isMoving { return self.move(on: .workOrderCompleted, in: surroundings) }
        if self.planCompensation(in: surroundings) || self.workOrders.contains(where: { $0.state == .waiting }) {
            return self.move(on: .workOrderCompleted, in: surroundings)
        }
        let isLeft = self.workOrders.contains { $0.state == .skipped }
        return self.move(on: isLeft ? .undoneInPart : .undone, in: surroundings)
    }

    /// - Returns: whether there is something to undo that was not planned before.
    private mutating func planCompensation(in surroundings: Surroundings) -> Bool {
        let planned = Set(self.workOrders.compactMap(\.compensates))
        var previous = self.workOrders.last { $0.compensates != nil }?.id
        var isPlanned = false
        for workOrder in self.completedLatestFirst where !planned.contains(workOrder.id) {
            guard let type = surroundings.catalogue.workOrderType(workOrder.type, product: workOrder.product),
                let undoneBy = type.undoneBy
            else { continue }
            let undoing = surroundings.catalogue.workOrderType(undoneBy, product: workOrder.product)
            var compensation = WorkOrder(
                id: surroundings.identifiers.next(),
                type: undoneBy,
                product: workOrder.product,
                memberRef: workOrder.memberRef,
                serviceNumber: workOrder.serviceNumber,
                parameters: type.parametersOfUndoing(workOrder.parameters),
                dependsOn: previous.map { [$0] } ?? [],
                target: undoing?.target ?? type.target,
                compensates: workOrder.id
            )
            compensation.dueAt = surroundings.calendar.due(compensation.target, from: surroundings.now)
            previous = compensation.id
            isPlanned = true
            self.workOrders.append(compensation)
        }
        return isPlanned
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

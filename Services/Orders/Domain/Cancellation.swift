package import Contracts

/// That an order is to end, why, and what that costs.
package struct Cancellation: Hashable, Sendable {
    /// That something else than a wish of customer or operator ends it: a stable name, published.
    package enum Code: String, Sendable, CaseIterable {
        /// A later change of the same bundle counts (ORD-87).
        case superseded = "SUPERSEDED"
        /// The change that amends it takes effect with it, in its place.
        case amended = "AMENDED"
        /// The order that it amends ended without effect.
        case amendedOrderEnded = "AMENDED_ORDER_ENDED"
    }

    package var requestedAt: Timestamp
    package var reason: String
    /// The order by which a channel asked for it; `nil` where an operator or the fallout policy did.
    package var requestedBy: OrderID?
    /// What the points of no return say that it costs.
    package var feeMilliyuan: Milliyuan
    /// `nil` where somebody wants it to end.
    package var code: Code?

    package init(
        requestedAt: Timestamp,
        reason: String,
        requestedBy: OrderID?,
        feeMilliyuan: Milliyuan,
        code: Code? = nil
    ) {
        self.requestedAt = requestedAt
        self.reason = reason
        self.requestedBy = requestedBy
        self.feeMilliyuan = feeMilliyuan
        self.code = code
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

extension Order {
    /// The order whose end this one asks for, or takes the place of, has ended.
    package mutating func fulfil(after target: Order, in surroundings: Surroundings) -> [Outcome] {
        guard self.action == Action.cancel.rawValue else {
            return self.isWaitingForAmended
                ? self.beginUpon(target, in: surroundings) : self.beginAfter(target, in: surroundings)
        }
        guard let next = OrderLifecycle.next(self.state, on: .fulfilled) else { return [.ignored(.lateOrRepeated)] }
        self.state = next
        self.stateSince = surroundings.now
        self.completedAt = surroundings.now
        self.effectiveAt = surroundings.now
        self.expectedEffectiveAt = surroundings.now
        return [.completed(completedAt: surroundings.now, effectiveAt: surroundings.now)]
    }

    /// Ends the order before its effect: drops what waits, stops what is under way, undoes what is complete.
    ///
    /// - Parameters:
    ///   - reason: for people.
    ///   - requester: the order by which a channel asks for it, or that takes its place.
    ///   - kept: work orders that are not undone should they be complete, for that order wants the same.
    ///   - code: what else than a wish ends it.
    package mutating func cancel(
        for reason: String,
        requestedBy requester: OrderID? = nil,
        keeping kept: Set<WorkOrderID> = [],
        code: Cancellation.Code? = nil,
        in surroundings: Surroundings
    ) -> Result<[Outcome], OrderRefusal> {
        for index in self.workOrders.indices {
            self.workOrders[index].isKept = kept.contains(self.workOrders[index].id)
        }
        let plan = self.cancelPlan(by: surroundings.catalogue)
        if let refusal = plan.refusals.first { return .failure(refusal) }
        let cancellation = Cancellation(
            requestedAt: surroundings.now, reason: reason, requestedBy: requester, feeMilliyuan: plan.feeMilliyuan,
            code: code)
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

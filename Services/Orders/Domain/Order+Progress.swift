package import Contracts

// What happens to its work orders.
extension Order {
    /// Folds one event of a work order; one that comes late or again changes nothing.
    ///
    /// A `completed` whose `started` was never heard of counts: what is complete has been started.
    package mutating func apply(_ event: WorkOrderEvent, in surroundings: Surroundings) -> [Outcome] {
        guard let index = self.workOrders.firstIndex(where: { $0.id == event.workOrderId }) else {
            return [.ignored(.unknownWorkOrder)]
        }
        guard !self.state.isFinal, !self.workOrders[index].isOutdated(event),
            let next = WorkOrderLifecycle.next(self.workOrders[index].state, on: event.kind)
        else {
            return [.ignored(.lateOrRepeated)]
        }
        if case .jeopardy(let jeopardy) = event {
            return self.note(jeopardy, at: index, in: surroundings)
        }
        let wasAskedToStop = self.workOrders[index].state == .cancelling
        self.workOrders[index].state = next
        self.workOrders[index].note(event, wasAskedToStop: wasAskedToStop, at: surroundings.now)
        switch event {
        case .started, .retryScheduled: return self.move(on: .workOrderStarted, in: surroundings)
        case .failed(let failure): return self.react(to: failure, at: index, in: surroundings)
        case .cancelled where !wasAskedToStop: return self.settle(afterFailure: true, in: surroundings)
        case .rescheduled: return self.reforecast(in: surroundings)
        case .completed, .cancelled, .jeopardy: return self.settle(in: surroundings)
        }
    }

    /// Issues a failed work order once more, where the fallout policy has set a time for it and that has come.
    package mutating func retry(_ id: WorkOrderID, in surroundings: Surroundings) -> [Outcome] {
        guard let index = self.workOrders.firstIndex(where: { $0.id == id }), !self.state.isFinal,
            let retryAt = self.workOrders[index].retryAt, retryAt <= surroundings.now
        else { return [.ignored(.lateOrRepeated)] }
        return self.tryAgain(index, in: surroundings) + self.reforecast(in: surroundings)
    }

    /// What the fallout policy says of a failure.
    private mutating func react(to failure: WorkOrderFailed, at index: Int, in surroundings: Surroundings) -> [Outcome]
    {
        let workOrder = self.workOrders[index]
        let reaction = surroundings.catalogue.falloutReaction(
            type: workOrder.type, code: failure.code, attempt: workOrder.issueNumber)
        switch reaction {
        case .retry(let delay):
            self.workOrders[index].retryAt = surroundings.calendar.due(delay, from: surroundings.now)
            return [.failureNoted(self.workOrders[index])] + self.settle(in: surroundings)
        // What is to be undone is never simply left, nor is its undoing undone.
        case .skip where self.cancellation == nil:
            self.leaveOut(index)
            return [.failureNoted(workOrder)] + self.settle(in: surroundings)
        case .cancel where self.cancellation == nil:
            let reason = "\(failure.code) of \(workOrder.type): the fallout policy cancels the order"
            switch self.cancel(for: reason, in: surroundings) {
            case .success(let outcomes): return [.failureNoted(workOrder)] + outcomes
            // Beyond a point of no return: a person decides.
            case .failure: return [.failureNoted(workOrder)] + self.settle(afterFailure: true, in: surroundings)
            }
        case .park, .skip, .cancel:
            return [.failureNoted(workOrder)] + self.settle(afterFailure: true, in: surroundings)
        }
    }

    mutating func leaveOut(_ index: Int) {
        guard let next = WorkOrderLifecycle.next(self.workOrders[index].state, on: .skipped) else { return }
        self.workOrders[index].state = next
        self.workOrders[index].retryAt = nil
    }

    /// Once more: what was to be undone is asked to be undone, everything else is issued again.
    mutating func tryAgain(_ index: Int, in surroundings: Surroundings) -> [Outcome] {
        let isUndone = self.cancellation != nil && self.workOrders[index].compensates == nil
        let event: WorkOrderLifecycle.Event = isUndone ? .cancelRequested : .issuedAgain
        guard let next = WorkOrderLifecycle.next(self.workOrders[index].state, on: event) else { return [] }
        self.workOrders[index].state = next
        self.workOrders[index].retryAt = nil
        self.workOrders[index].endedAt = nil
        self.workOrders[index].failure = nil
        if isUndone {
            return [.cancelRequested(self.workOrders[index].id, reason: self.cancellation?.reason ?? "")]
        }
        self.workOrders[index].issueNumber += 1
        self.workOrders[index].jeopardy = nil
        self.workOrders[index].startedAt = nil
        self.workOrders[index].issuedAt = surroundings.now
        self.workOrders[index].dueAt = surroundings.calendar.due(self.workOrders[index].target, from: surroundings.now)
        return [.issued(self.workOrders[index])]
    }

    /// Finds what follows from the states of all work orders, after one of them has ended or been decided upon.
    ///
    /// - Parameter isFailure: there is one more reason to wait for a person, which is to be told.
    mutating func settle(afterFailure isFailure: Bool = false, in surroundings: Surroundings) -> [Outcome] {
        var outcomes: [Outcome] = []
        if isFailure { return self.move(on: .workOrderFailed, in: surroundings) }
        if self.state == .held {
            guard self.holdReasons.isEmpty else { return self.move(on: .workOrderCompleted, in: surroundings) }
            outcomes += self.move(on: self.cancellation == nil ? .resumed : .cancellationResumed, in: surroundings)
        }
        if self.cancellation != nil { return outcomes + self.proceedWithCancellation(in: surroundings) }
        guard self.workOrders.allSatisfy(\.state.isDone) else {
            return outcomes + self.move(on: .workOrderCompleted, in: surroundings)
        }
        let isNothingDone = !self.workOrders.isEmpty && self.workOrders.allSatisfy { $0.state == .skipped }
        return outcomes + self.move(on: isNothingDone ? .nothingDone : .lastWorkOrderCompleted, in: surroundings)
    }

    mutating func move(on event: OrderLifecycle.Event, in surroundings: Surroundings) -> [Outcome] {
        guard let next = OrderLifecycle.next(self.state, on: event) else { return [.ignored(.lateOrRepeated)] }
        if next != self.state {
            self.state = next
            self.stateSince = surroundings.now
        }
        switch event {
        case .workOrderStarted:
            return self.reforecast(in: surroundings)
        case .workOrderCompleted:
            return self.issueReady(in: surroundings) + self.reforecast(in: surroundings)
        case .workOrderFailed:
            self.expectedEffectiveAt = nil
            return [.held(self.holdReasons)]
        case .resumed, .cancellationResumed:
            return [.resumed]
        case .lastWorkOrderCompleted:
            return self.complete(at: surroundings.now, by: surroundings.calendar.calendar)
        case .cancelRequested:
            self.expectedEffectiveAt = nil
            return []
        case .nothingDone, .undoneInPart:
            self.expectedEffectiveAt = nil
            return [.failed(self.leftOut)]
        case .undone:
            return [.cancelled]
        case .effectReached, .fulfilled:
            return []
        }
    }

    /// Completion is when the last work order completes, by Provisioning's word, in whatever order it was heard.
    private mutating func complete(at now: Timestamp, by calendar: BusinessCalendar) -> [Outcome] {
        let completedAt = self.workOrders.filter { $0.state == .completed }.compactMap(\.endedAt).max() ?? now
        let effectiveAt = self.effect.effectiveAt(completedAt: completedAt, calendar: calendar)
        self.stateSince = completedAt
        self.completedAt = completedAt
        self.effectiveAt = effectiveAt
        self.expectedEffectiveAt = effectiveAt
        var outcomes = [Outcome.completed(completedAt: completedAt, effectiveAt: effectiveAt)]
        if effectiveAt <= completedAt { outcomes += self.takeEffect(dueBy: effectiveAt) }
        return outcomes
    }

    mutating func issueReady(in surroundings: Surroundings) -> [Outcome] {
        let done = Set(self.workOrders.filter(\.state.isDone).map(\.id))
        var outcomes: [Outcome] = []
        for index in self.workOrders.indices where self.workOrders[index].dependsOn.allSatisfy(done.contains) {
            guard let next = WorkOrderLifecycle.next(self.workOrders[index].state, on: .predecessorsDone) else {
                continue
            }
            self.workOrders[index].state = next
            self.workOrders[index].issuedAt = surroundings.now
            self.workOrders[index].dueAt = surroundings.calendar.due(
                self.workOrders[index].target, from: surroundings.now)
            outcomes.append(.issued(self.workOrders[index]))
        }
        return outcomes
    }

    /// The gravest is told once.
    private mutating func note(
        _ jeopardy: WorkOrderJeopardy,
        at index: Int,
        in surroundings: Surroundings
    ) -> [Outcome] {
        let known = self.workOrders[index].jeopardy
        guard known == nil || (known == .targetNear && jeopardy.kind == .targetMissed) else {
            return [.ignored(.lateOrRepeated)]
        }
        self.workOrders[index].jeopardy = jeopardy.kind
        let told = Outcome.Jeopardy(kind: jeopardy.kind, workOrderId: jeopardy.workOrderId, dueAt: jeopardy.dueAt)
        var later = surroundings
        later.now = max(later.now, jeopardy.at)
        return [.jeopardy(told)] + self.reforecast(in: later)
    }
}

// Why it waits for a person.
extension Order {
    /// Every open reason, the oldest first.
    package var holdReasons: [Outcome.HoldReason] {
        self.workOrders
            .filter(\.waitsForPerson)
            .sorted { ($0.endedAt ?? self.acknowledgedAt, $0.id) < ($1.endedAt ?? self.acknowledgedAt, $1.id) }
            .map { workOrder in
                Outcome.HoldReason(
                    code: workOrder.failure?.code ?? "",
                    message: workOrder.failure?.message ?? "",
                    workOrderId: workOrder.id,
                    since: workOrder.endedAt ?? self.acknowledgedAt
                )
            }
    }

    /// Work orders that a person or a rule has left out, with why they had failed.
    private var leftOut: [Outcome.HoldReason] {
        self.workOrders.filter { $0.state == .skipped }.map { workOrder in
            Outcome.HoldReason(
                code: workOrder.failure?.code ?? "SKIPPED",
                message: workOrder.failure?.message ?? "left out",
                workOrderId: workOrder.id,
                since: workOrder.endedAt ?? self.acknowledgedAt
            )
        }
    }
}

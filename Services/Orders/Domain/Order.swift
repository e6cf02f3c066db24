package import Contracts

/// An accepted order and its work orders: folds what happens into changes of state and their outcomes.
package struct Order: Hashable, Sendable {
    package typealias State = OrderLifecycle.State

    package var id: OrderID
    package var externalId: String
    package var channel: String
    package var action: String
    package var customerId: String
    package var accountId: String
    package var offer: String
    /// What the order puts into effect: a bundle, or a single offer for some lines.
    package var bundleId: BundleID
    /// The catalogue by which it was taken apart, and by which it finishes.
    package var catalogueVersion: String
    package var effect: EffectPolicy
    package var state: State = .acknowledged
    package var stateSince: Timestamp
    package var acknowledgedAt: Timestamp
    /// The first forecast: what the customer was told.
    package var promisedEffectiveAt: Timestamp
    /// By what is still open and its target times; `nil` while a person has to decide first.
    package var expectedEffectiveAt: Timestamp?
    package var completedAt: Timestamp?
    package var effectiveAt: Timestamp?
    /// Whether it was told that the effect slips into a later month: that is told once.
    package var isMonthAtRisk = false
    /// In the order of decomposition.
    package var workOrders: [WorkOrder]

    package init(
        id: OrderID,
        externalId: String,
        channel: String,
        action: String,
        customerId: String,
        accountId: String,
        offer: String,
        bundleId: BundleID,
        catalogueVersion: String,
        effect: EffectPolicy,
        acknowledgedAt: Timestamp,
        workOrders: [WorkOrder]
    ) {
        self.id = id
        self.externalId = externalId
        self.channel = channel
        self.action = action
        self.customerId = customerId
        self.accountId = accountId
        self.offer = offer
        self.bundleId = bundleId
        self.catalogueVersion = catalogueVersion
        self.effect = effect
        self.stateSince = acknowledgedAt
        self.acknowledgedAt = acknowledgedAt
        self.promisedEffectiveAt = acknowledgedAt
        self.workOrders = workOrders
    }

    /// Accepts an order: takes it apart and issues what waits for nothing.
    ///
    /// - Returns: the order, and the outcomes: what is issued, and completion where there is nothing to do.
    package static func acknowledge(
        _ valid: ValidOrder,
        by catalogue: Catalogue,
        at now: Timestamp,
        identifiers: any IdentifierSource
    ) -> (order: Order, outcomes: [Outcome]) {
        let id = identifiers.next(OrderID.self)
        let bundleId = identifiers.next(BundleID.self)
        let accountId = valid.accountId ?? "A-\(identifiers.next(BundleID.self))"
        var order = Order(
            id: id,
            externalId: valid.externalId,
            channel: valid.channel.rawValue,
            action: valid.action.rawValue,
            customerId: valid.customerId,
            accountId: accountId,
            offer: valid.offer.code,
            bundleId: bundleId,
            catalogueVersion: catalogue.version,
            effect: valid.offer.effect,
            acknowledgedAt: now,
            workOrders: decompose(valid, by: catalogue, accountId: accountId, identifiers: identifiers)
        )
        let outcomes = order.begin(at: now, by: catalogue.workingCalendar)
        return (order, outcomes)
    }

    private mutating func begin(at now: Timestamp, by calendar: WorkingCalendar) -> [Outcome] {
        let ends = self.expectedEnds(at: now, by: calendar)
        for index in self.workOrders.indices {
            self.workOrders[index].dueAt = ends[self.workOrders[index].id] ?? now
        }
        let outcomes = self.issueReady(at: now, by: calendar)
        if let forecast = self.forecast(at: now, by: calendar) { self.promisedEffectiveAt = forecast }
        self.expectedEffectiveAt = self.promisedEffectiveAt
        return self.workOrders.isEmpty ? self.move(on: .lastWorkOrderCompleted, at: now, by: calendar) : outcomes
    }
}

// What happens to it.
extension Order {
    /// Folds one event of a work order; one that comes late or again changes nothing.
    ///
    /// A `completed` whose `started` was never heard of counts: what is complete has been started.
    ///
    /// - Parameter now: business time.
    package mutating func apply(_ event: WorkOrderEvent, at now: Timestamp, by calendar: WorkingCalendar) -> [Outcome] {
        guard let index = self.workOrders.firstIndex(where: { $0.id == event.workOrderId }) else {
            return [.ignored(.unknownWorkOrder)]
        }
        guard !self.state.isFinal, let next = WorkOrderLifecycle.next(self.workOrders[index].state, on: event.kind)
        else {
            return [.ignored(.lateOrRepeated)]
        }
        if case .jeopardy(let jeopardy) = event {
            return self.note(jeopardy, at: index, now: now, by: calendar)
        }
        self.workOrders[index].state = next
        self.workOrders[index].note(event, at: now)
        return self.move(on: self.orderEvent(for: event), at: now, by: calendar)
    }

    /// Puts it into effect, where it is complete and its time has come.
    ///
    /// - Parameter dueBy: business time.
    package mutating func takeEffect(dueBy: Timestamp) -> [Outcome] {
        guard let effectiveAt = self.effectiveAt, effectiveAt <= dueBy,
            let next = OrderLifecycle.next(self.state, on: .effectReached)
        else { return [.ignored(.lateOrRepeated)] }
        self.state = next
        self.stateSince = effectiveAt
        return [.effective(at: effectiveAt)]
    }

    /// Why it waits for a person.
    package var holdReasons: [Outcome.HoldReason] {
        self.workOrders
            .filter { $0.state == .failed || $0.state == .cancelled }
            .sorted { ($0.endedAt ?? self.acknowledgedAt, $0.id) < ($1.endedAt ?? self.acknowledgedAt, $1.id) }
            .map { workOrder in
                Outcome.HoldReason(
                    code: workOrder.failure?.code ?? "CANCELLED",
                    message: workOrder.failure?.message ?? "the work order was cancelled without a request",
                    workOrderId: workOrder.id,
                    since: workOrder.endedAt ?? self.acknowledgedAt
                )
            }
    }

    private func orderEvent(for event: WorkOrderEvent) -> OrderLifecycle.Event {
        switch event {
        case .started, .retryScheduled, .jeopardy: .workOrderStarted
        case .completed: self.workOrders.allSatisfy(\.state.isDone) ? .lastWorkOrderCompleted : .workOrderCompleted
        case .failed, .cancelled: .workOrderFailed
        }
    }

    private mutating func move(
        on event: OrderLifecycle.Event,
        at now: Timestamp,
        by calendar: WorkingCalendar
    ) -> [Outcome] {
        guard let next = OrderLifecycle.next(self.state, on: event) else { return [.ignored(.lateOrRepeated)] }
        if next != self.state {
            self.state = next
            self.stateSince = now
        }
        switch event {
        case .workOrderStarted:
            return self.reforecast(at: now, by: calendar)
        case .workOrderCompleted:
            return self.issueReady(at: now, by: calendar) + self.reforecast(at: now, by: calendar)
        case .workOrderFailed:
            self.expectedEffectiveAt = nil
            return [.held(self.holdReasons)]
        case .lastWorkOrderCompleted:
            return self.complete(at: now, by: calendar.calendar)
        case .effectReached:
            return []
        }
    }

    /// Completion is when the last work order completes, by Provisioning's word, in whatever order it was heard.
    private mutating func complete(at now: Timestamp, by calendar: BusinessCalendar) -> [Outcome] {
        let completedAt = self.workOrders.compactMap(\.endedAt).max() ?? now
        let effectiveAt = self.effect.effectiveAt(completedAt: completedAt, calendar: calendar)
        self.stateSince = completedAt
        self.completedAt = completedAt
        self.effectiveAt = effectiveAt
        self.expectedEffectiveAt = effectiveAt
        var outcomes = [Outcome.completed(completedAt: completedAt, effectiveAt: effectiveAt)]
        if effectiveAt <= completedAt { outcomes += self.takeEffect(dueBy: effectiveAt) }
        return outcomes
    }

    private mutating func issueReady(at now: Timestamp, by calendar: WorkingCalendar) -> [Outcome] {
        let done = Set(self.workOrders.filter(\.state.isDone).map(\.id))
        var outcomes: [Outcome] = []
        for index in self.workOrders.indices where self.workOrders[index].dependsOn.allSatisfy(done.contains) {
            guard let next = WorkOrderLifecycle.next(self.workOrders[index].state, on: .predecessorsDone) else {
                continue
            }
            self.workOrders[index].state = next
            self.workOrders[index].issuedAt = now
            self.workOrders[index].dueAt = calendar.due(self.workOrders[index].target, from: now)
            outcomes.append(.issued(self.workOrders[index]))
        }
        return outcomes
    }

    /// The gravest is told once.
    private mutating func note(
        _ jeopardy: WorkOrderJeopardy,
        at index: Int,
        now: Timestamp,
        by calendar: WorkingCalendar
    ) -> [Outcome] {
        let known = self.workOrders[index].jeopardy
        guard known == nil || (known == .targetNear && jeopardy.kind == .targetMissed) else {
            return [.ignored(.lateOrRepeated)]
        }
        self.workOrders[index].jeopardy = jeopardy.kind
        let told = Outcome.Jeopardy(kind: jeopardy.kind, workOrderId: jeopardy.workOrderId, dueAt: jeopardy.dueAt)
        return [.jeopardy(told)] + self.reforecast(at: max(now, jeopardy.at), by: calendar)
    }
}

extension WorkOrder {
    fileprivate mutating func note(_ event: WorkOrderEvent, at now: Timestamp) {
        switch event {
        case .started(let event): self.startedAt = event.startedAt
        case .retryScheduled: self.startedAt = self.startedAt ?? now
        case .completed(let event): self.endedAt = event.completedAt
        case .failed(let event):
            self.endedAt = event.failedAt
            self.failure = Failure(code: event.code, message: event.message)
        case .cancelled(let event): self.endedAt = event.cancelledAt
        case .jeopardy: break
        }
    }
}

import Contracts
import Messaging
import OrdersDomain
import Postgres

/// What came of a batch of events: messages, and what changes beside the orders themselves.
struct OrderChanges {
    var handled = Handled()

    private let surroundings: Order.Surroundings
    private let catalogues: CatalogueLibrary
    private var completed: [BundleID] = []
    private var effective: [Effect] = []
    private var cancelling: [OrderID] = []
    private var ended: [BundleID] = []
    private var fulfilled: [Fulfilment] = []
    private var begun: [OrderID] = []
    private var timeline: [TimelineEntry] = []
    private var now: Timestamp { self.surroundings.now }

    private struct Effect {
        var order: Order
        var at: Timestamp
        var cause: EventContext?
    }

    /// An order that asked for another's end, or takes its place, or amends it, and that other one, which has ended or is
    /// complete.
    private struct Fulfilment {
        var requester: OrderID
        var target: Order
        var cause: EventContext?
    }

    init(_ surroundings: Order.Surroundings, _ catalogues: CatalogueLibrary) {
        self.surroundings = surroundings
        self.catalogues = catalogues
    }

    /// Tells the outcomes of one event.
    ///
    /// - Parameter order: after the event.
    mutating func note(_ outcomes: [Outcome], of order: Order, causedBy cause: EventContext?) {
        for outcome in outcomes { self.note(outcome, of: order, cause) }
    }

    private mutating func note(_ outcome: Outcome, of order: Order, _ cause: EventContext?) {
        switch outcome {
        case .issued(let workOrder):
            self.send(WorkOrderIssued(workOrder, of: order), of: order, cause)
        case .cancelRequested(let id, let reason):
            let request = WorkOrderCancelRequested(
                workOrderId: id, orderId: order.id, reason: reason, requestedAt: self.now)
            self.send(request, of: order, cause)
        case .failureNoted(let workOrder):
            self.append(.failure(workOrder, of: order))
        case .held(let reasons):
            self.send(OrderHeld(order, reasons, at: self.now), of: order, cause)
            self.append(.held(order, reasons, at: self.now))
            self.handled.count("orders.held")
        case .resumed:
            let resumed = OrderResumed(orderId: order.id, externalId: order.externalId, resumedAt: self.now)
            self.send(resumed, of: order, cause)
            self.append(.resumed(order, at: self.now))
        case .completed(let completedAt, let effectiveAt):
            self.send(OrderCompleted(order, at: completedAt, effectiveAt: effectiveAt), of: order, cause)
            self.handled.count("orders.completed")
            // An order that cancels another one has nothing to put into effect.
            if order.action != Action.cancel.rawValue { self.completed.append(order.bundleId) }
            self.tellAmendment(of: order, cause)
        case .begun(let former, let adopted):
            self.begun.append(order.id)
            self.append(.begun(order, after: former, adopted: adopted, at: self.now))
        case .effective(let at):
            self.effective.append(Effect(order: order, at: at, cause: cause))
            self.handled.count("orders.effective")
        case .jeopardy(let jeopardy):
            self.send(OrderJeopardy(order, jeopardy, at: self.now), of: order, cause)
            self.handled.count("orders.jeopardies", [("kind", jeopardy.kind.rawValue)])
            if jeopardy.kind == .effectiveMonthAtRisk { self.append(.jeopardy(of: order, jeopardy, at: self.now)) }
        case .cancelling(let cancellation):
            self.cancelling.append(order.id)
            self.append(.cancelling(order, cancellation))
            self.tellAmendment(of: order, cause)
        case .cancelled:
            self.send(OrderCancelled(order, at: self.now), of: order, cause)
            self.handled.count("orders.cancelled")
            self.end(order, cause)
        case .failed(let reasons):
            self.send(OrderFailed(order, reasons), of: order, cause)
            self.handled.count("orders.failed", [("state", order.state.rawValue)])
            self.end(order, cause)
            // Of one that was cancelled, the amendment knows.
            if order.cancellation == nil { self.tellAmendment(of: order, cause) }
        case .ignored(let reason):
            self.handled.count("orders.events.ignored", [("reason", reason.rawValue)])
        }
    }

    private mutating func end(_ order: Order, _ cause: EventContext?) {
        self.ended.append(order.bundleId)
        // Whoever takes effect in its place waits for nothing.
        if let cancellation = order.cancellation, cancellation.code != .amended,
            let requester = cancellation.requestedBy
        {
            self.fulfilled.append(Fulfilment(requester: requester, target: order, cause: cause))
        }
    }

    /// An amendment that waits for the order begins, or ends with it.
    private mutating func tellAmendment(of order: Order, _ cause: EventContext?) {
        guard let amendment = order.amendedBy else { return }
        self.fulfilled.append(Fulfilment(requester: amendment, target: order, cause: cause))
    }

    mutating func append(_ entry: TimelineEntry) {
        self.timeline.append(entry)
    }

    /// Saves what follows from the orders' own changes.
    ///
    /// - Returns: everything that is to be published.
    mutating func save(in transaction: Transaction) async throws -> Handled {
        try await self.saveEnds(in: transaction)
        if !self.fulfilled.isEmpty {
            // What ends or is complete makes room for what takes its place or has waited for it.
            try await self.saveCompletions(in: transaction)
            try await self.fulfil(in: transaction)
            try await self.saveEnds(in: transaction)
        }
        if !self.timeline.isEmpty {
            _ = try await transaction.execute(AppendTimeline(entries: self.timeline))
        }
        try await self.saveCompletions(in: transaction)
        if !self.effective.isEmpty { try await self.putIntoEffect(in: transaction) }
        return self.handled
    }

    private mutating func saveEnds(in transaction: Transaction) async throws {
        if !self.cancelling.isEmpty {
            _ = try await transaction.execute(HoldLinesAgain(orders: self.cancelling))
        }
        if !self.ended.isEmpty {
            _ = try await transaction.execute(
                together: ReleaseLines(bundles: self.ended),
                CancelBundles(bundles: self.ended, endedAt: self.now)
            )
        }
        self.cancelling = []
        self.ended = []
    }

    private mutating func saveCompletions(in transaction: Transaction) async throws {
        if !self.completed.isEmpty {
            _ = try await transaction.execute(FreeLines(bundles: self.completed))
        }
        self.completed = []
    }

    private mutating func putIntoEffect(in transaction: Transaction) async throws {
        let bundles = self.effective.map(\.order.bundleId)
        let (_, _, rows, replacements) = try await transaction.execute(
            together: ActivateBundles(bundles: self.effective.map { (id: $0.order.bundleId, effectiveAt: $0.at) }),
            MoveLines(bundles: bundles),
            FindEffectiveMembers(bundles: bundles),
            FindReplacements(bundles: bundles)
        )
        // Few orders change or end anything: the others are not asked.
        let changing = self.effective.filter { [.change, .release].contains(Action(rawValue: $0.order.action)) }
        if !changing.isEmpty {
            _ = try await transaction.execute(MoveSingleLines(bundles: changing.map(\.order.bundleId)))
        }
        let handedOver = self.effective.filter { $0.order.action == Action.transferOwnership.rawValue }
        if !handedOver.isEmpty {
            _ = try await transaction.execute(HandLinesOver(bundles: handedOver.map(\.order.bundleId)))
        }
        let members = Dictionary(grouping: rows, by: \.bundleId)
        let replaced = Dictionary(replacements.map { ($0.bundleId, $0) }) { first, _ in first }
        for effect in self.effective {
            let id = effect.order.bundleId
            let message = OrderEffective(effect.order, at: effect.at, members[id] ?? [], replaced[id])
            self.send(message, of: effect.order, effect.cause)
        }
    }

    /// Completes the orders that asked for what has come to pass, and begins those that have waited for it.
    private mutating func fulfil(in transaction: Transaction) async throws {
        var orders = try await LockedOrders(
            self.fulfilled.map(\.requester), isWhole: true, by: self.catalogues, in: transaction)
        for fulfilment in self.fulfilled {
            guard var order = orders[fulfilment.requester] else { continue }
            // An amendment that was withdrawn waits no more.
            guard order.amends != fulfilment.target.id || order.isWaitingForAmended else { continue }
            let surroundings = orders.surroundings(of: order, self.surroundings)
            let outcomes = order.fulfil(after: fulfilment.target, in: surroundings)
            orders[order.id] = order
            self.note(outcomes, of: order, causedBy: fulfilment.cause)
        }
        try await orders.save(in: transaction)
        if !self.begun.isEmpty { _ = try await transaction.execute(TakeLines(orders: self.begun)) }
    }

    private mutating func send(_ body: some MessageBody, of order: Order, _ cause: EventContext?) {
        self.handled.send(body, causedBy: cause, correlationID: order.id.description)
    }
}

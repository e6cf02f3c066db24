import Contracts
import Messaging
import OrdersDomain
import Postgres

/// What came of a batch of events: messages, and what changes beside the orders themselves.
struct OrderChanges {
    var handled = Handled()

    private let now: Timestamp
    private var completed: [BundleID] = []
    private var effective: [Effect] = []
    private var timeline: [TimelineEntry] = []

    private struct Effect {
        var order: Order
        var at: Timestamp
        var cause: EventContext?
    }

    /// - Parameter now: business time.
    init(now: Timestamp) {
        self.now = now
    }

    /// Tells the outcomes of one event.
    ///
    /// - Parameter order: after the event.
    mutating func note(_ outcomes: [Outcome], of order: Order, causedBy cause: EventContext?) {
        for outcome in outcomes {
            switch outcome {
            case .issued(let workOrder):
                self.send(WorkOrderIssued(workOrder, of: order), of: order, cause)
            case .held(let reasons):
                self.send(OrderHeld(order, reasons, at: self.now), of: order, cause)
            case .completed(let completedAt, let effectiveAt):
                self.completed.append(order.bundleId)
                self.send(OrderCompleted(order, at: completedAt, effectiveAt: effectiveAt), of: order, cause)
                self.handled.count("orders.completed")
            case .effective(let at):
                self.effective.append(Effect(order: order, at: at, cause: cause))
                self.handled.count("orders.effective")
            case .jeopardy(let jeopardy):
                self.send(OrderJeopardy(order, jeopardy, at: self.now), of: order, cause)
                self.handled.count("orders.jeopardies", [("kind", jeopardy.kind.rawValue)])
                if jeopardy.kind == .effectiveMonthAtRisk { self.append(.jeopardy(of: order, jeopardy, at: self.now)) }
            case .ignored(let reason):
                self.handled.count("orders.events.ignored", [("reason", reason.rawValue)])
            }
        }
    }

    mutating func append(_ entry: TimelineEntry) {
        self.timeline.append(entry)
    }

    /// Saves what follows from the orders' own changes.
    ///
    /// - Returns: everything that is to be published.
    mutating func save(in transaction: Transaction) async throws -> Handled {
        if !self.timeline.isEmpty {
            _ = try await transaction.execute(AppendTimeline(entries: self.timeline))
        }
        if !self.completed.isEmpty {
            _ = try await transaction.execute(FreeLines(bundles: self.completed))
        }
        guard !self.effective.isEmpty else { return self.handled }
        let bundles = self.effective.map(\.order.bundleId)
        let (_, _, rows) = try await transaction.execute(
            together: ActivateBundles(bundles: self.effective.map { (id: $0.order.bundleId, effectiveAt: $0.at) }),
            MoveLines(bundles: bundles),
            FindEffectiveMembers(bundles: bundles)
        )
        let members = Dictionary(grouping: rows, by: \.bundleId).mapValues { $0.map(\.member) }
        for effect in self.effective {
            let members = members[effect.order.bundleId] ?? []
            self.send(OrderEffective(effect.order, at: effect.at, members), of: effect.order, effect.cause)
        }
        return self.handled
    }

    private mutating func send(_ body: some MessageBody, of order: Order, _ cause: EventContext?) {
        self.handled.send(body, causedBy: cause, correlationID: order.id.description)
    }
}

/// Whether every order that was submitted came out exactly once: acknowledged or rejected once, each planned work
/// order completed once, completed or held once.
///
/// Messages may be published twice with the same id; those are repeats and allowed. Two messages that say the
/// same under different ids mean that something was done twice.
package struct Accounting: Sendable {
    /// A step of an order that was seen for the first time.
    package enum Step: Hashable, Sendable {
        case acknowledged(order: Int)
        /// In its expected final state, with all of its work orders.
        case settled(order: Int)
    }

    private var records: [OrderRecord] = []
    private var indexByExternalID: [String: Int] = [:]
    private var indexByOrderID: [UInt128: Int] = [:]
    /// Completed work orders of orders whose acknowledgement has not been seen yet: topics are not ordered
    /// among each other.
    private var early: [UInt128: [ScannedEvent]] = [:]
    /// Orders in their expected final state.
    package private(set) var settledCount = 0
    package private(set) var acknowledgedCount = 0
    package private(set) var completedWorkOrderCount = 0
    /// Messages seen again under the same id.
    package private(set) var repeatCount = 0

    package init() {}

    package var submittedCount: Int { self.records.count }

    /// To be called before the order's events are recorded.
    ///
    /// - Returns: the order's index, counted from 0.
    @discardableResult
    package mutating func submit(externalID: String, outcome: ExpectedOutcome) -> Int {
        self.indexByExternalID[externalID] = self.records.count
        self.records.append(OrderRecord(externalID: externalID, outcome: outcome))
        return self.records.count - 1
    }

    /// Events of other orders are ignored.
    package mutating func record(_ event: ScannedEvent) -> [Step] {
        switch event.type {
        case "order.acknowledged": self.acknowledge(event)
        case "order.rejected": self.note(event, \.rejected)
        case "order.completed": self.note(event, \.completed)
        case "order.held": self.note(event, \.held)
        case "workOrder.completed": self.completeWorkOrder(event)
        default: []
        }
    }

    /// What is wrong, in the order of submission.
    package func problems() -> [Problem] {
        self.records.flatMap(\.problems)
    }

    private mutating func acknowledge(_ event: ScannedEvent) -> [Step] {
        guard let index = event.externalID.flatMap({ self.indexByExternalID[$0] }), let orderID = event.orderID else {
            return []
        }
        guard self.isFirst(self.records[index].acknowledged.add(event.id)) else { return [] }
        self.acknowledgedCount += 1
        self.indexByOrderID[orderID] = index
        for id in event.listedWorkOrderIDs { self.records[index].planned[id] = Sightings() }
        var steps = [Step.acknowledged(order: index)] + self.settle(index)
        for early in self.early.removeValue(forKey: orderID) ?? [] { steps += self.completeWorkOrder(early) }
        return steps
    }

    private mutating func note(_ event: ScannedEvent, _ path: WritableKeyPath<OrderRecord, Sightings>) -> [Step] {
        guard let index = event.externalID.flatMap({ self.indexByExternalID[$0] }) else { return [] }
        return self.isFirst(self.records[index][keyPath: path].add(event.id)) ? self.settle(index) : []
    }

    private mutating func completeWorkOrder(_ event: ScannedEvent) -> [Step] {
        guard let orderID = event.orderID, let workOrderID = event.workOrderID else { return [] }
        guard let index = self.indexByOrderID[orderID] else {
            self.early[orderID, default: []].append(event)
            return []
        }
        guard let sighting = self.records[index].planned[workOrderID]?.add(event.id) else {
            self.records[index].unplanned += 1
            return []
        }
        guard self.isFirst(sighting) else { return [] }
        self.completedWorkOrderCount += 1
        self.records[index].completedWorkOrders += 1
        return self.settle(index)
    }

    private mutating func isFirst(_ sighting: Sightings.Sighting) -> Bool {
        if sighting == .again { self.repeatCount += 1 }
        return sighting == .first
    }

    private mutating func settle(_ index: Int) -> [Step] {
        guard !self.records[index].isSettled, self.records[index].isComplete else { return [] }
        self.records[index].isSettled = true
        self.settledCount += 1
        return [.settled(order: index)]
    }
}

extension Accounting {
    /// One thing that is not as it must be.
    package struct Problem: Hashable, Sendable, CustomStringConvertible {
        package var externalID: String
        package var text: String

        package var description: String { "\(self.externalID): \(self.text)" }
    }
}

/// How often something was said, and by which message first.
private struct Sightings: Sendable {
    enum Sighting {
        case first, again, another
    }

    var count = 0
    var id: UInt128?

    mutating func add(_ id: UInt128?) -> Sighting {
        if self.count > 0, self.id == id { return .again }
        self.count += 1
        guard self.count == 1 else { return .another }
        self.id = id
        return .first
    }
}

private struct OrderRecord: Sendable {
    let externalID: String
    let outcome: ExpectedOutcome
    var acknowledged = Sightings()
    var rejected = Sightings()
    var completed = Sightings()
    var held = Sightings()
    var planned: [UInt128: Sightings] = [:]
    var completedWorkOrders = 0
    var unplanned = 0
    var isSettled = false

    init(externalID: String, outcome: ExpectedOutcome) {
        self.externalID = externalID
        self.outcome = outcome
    }

    var isComplete: Bool {
        switch self.outcome {
        case .completed:
            self.acknowledged.count > 0 && self.completed.count > 0 && self.completedWorkOrders == self.planned.count
        case .held: self.acknowledged.count > 0 && self.held.count > 0
        case .rejected: self.rejected.count > 0
        }
    }

    var problems: [Accounting.Problem] {
        var texts: [String] = []
        func expect(_ sightings: Sightings, _ count: Int, _ what: String) {
            guard sightings.count != count else { return }
            texts.append("\(what) \(sightings.count) times instead of \(count)")
        }
        let isAccepted = self.outcome != .rejected
        expect(self.acknowledged, isAccepted ? 1 : 0, "acknowledged")
        expect(self.rejected, isAccepted ? 0 : 1, "rejected")
        expect(self.completed, self.outcome == .completed ? 1 : 0, "completed")
        expect(self.held, self.outcome == .held ? 1 : 0, "held")
        if self.unplanned > 0 { texts.append("\(self.unplanned) work orders completed that were not planned") }
        let doubled = self.planned.values.count { $0.count > 1 }
        if doubled > 0 { texts.append("\(doubled) work orders completed more than once") }
        let missing = self.planned.count - self.completedWorkOrders
        if self.outcome == .completed, missing > 0 {
            texts.append("\(missing) of \(self.planned.count) work orders not completed")
        }
        return texts.map { Accounting.Problem(externalID: self.externalID, text: $0) }
    }
}

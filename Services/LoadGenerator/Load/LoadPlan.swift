import Contracts
import Foundation
import Kafka
import LoadGeneratorDomain

/// How many orders are published, and how fast.
struct LoadPlan: Sendable {
    enum Pace: Sendable {
        /// Open loop: so many orders a second, whatever the system does.
        case perSecond(Int)
        /// Closed loop: as fast as the system takes them, with at most so many orders that have not ended.
        case fullSpeed(inFlight: Int)
    }

    enum Extent: Sendable {
        case orders(Int)
        case seconds(Int)
    }

    var pace: Pace
    var extent: Extent
    /// No order may end later than this after the one before it.
    var patience: Duration = .seconds(30)
    var showsProgress = false

    /// The number of orders; `nil` when time decides.
    var count: Int? {
        switch (self.extent, self.pace) {
        case (.orders(let count), _): count
        case (.seconds(let seconds), .perSecond(let rate)): seconds * rate
        case (.seconds, .fullSpeed): nil
        }
    }
}

/// An order ready to be published.
struct PreparedOrder: Sendable {
    var externalID: String
    var outcome: ExpectedOutcome
    var record: ProducerRecord

    /// A bare JSON object, as a channel would publish it.
    init(_ synthetic: SyntheticOrder, encoder: JSONEncoder) throws {
        self.externalID = synthetic.order.externalId
        self.outcome = synthetic.outcome
        self.record = ProducerRecord(
            topic: Topic.ordersSubmitted.name,
            key: Array(synthetic.order.externalId.utf8),
            value: Array(try encoder.encode(synthetic.order)))
    }
}

/// Orders one after another: those prepared beforehand, then such as are made on the spot.
struct OrderSource: Sendable {
    private var generator: SyntheticOrders
    private var prepared: [PreparedOrder] = []
    private var position = 0

    init(_ generator: SyntheticOrders) {
        self.generator = generator
    }

    /// Makes orders now that would otherwise cost time while it is measured.
    mutating func prepare(_ count: Int) throws {
        let encoder = JSONEncoder()
        for _ in 0..<count { self.prepared.append(try PreparedOrder(self.generator.next(), encoder: encoder)) }
    }

    mutating func next(_ count: Int) throws -> [PreparedOrder] {
        if self.position + count > self.prepared.count {
            try self.prepare(self.position + count - self.prepared.count)
        }
        let orders = Array(self.prepared[self.position..<(self.position + count)])
        self.position += count
        if self.position == self.prepared.count {
            self.prepared.removeAll()
            self.position = 0
        }
        return orders
    }
}

import Contracts
import DomainFixtures
import Foundation
import OrdersDomain
import ProvisioningDomain
import SeededRandom
import Testing

/// Orders and Provisioning by their real rules, and between them everything that is unreliable: records that come again,
/// answers that come late, twice or never, people who change their minds, clocks that leap. Only Kafka and PostgreSQL are
/// left out: what is emitted with a change of state is delivered, at least once, in order per order.
struct World {
    let seed: UInt64
    var random: SeededGenerator
    let catalogue: Catalogue
    let identifiers = CountingIdentifiers()
    /// Business time, and the wall clock, which is another one.
    var now = time("2026-12-02T09:00:00+08:00")
    var wallNow = time("2030-01-01T00:00:00+08:00")

    var orders: [OrderID: Order] = [:]
    var lanes: [String: Lane] = [:]
    private var laneOf: [WorkOrderID: String] = [:]
    var toProvisioning: [OrderID: [Lane.Event]] = [:]
    var toOrders: [OrderID: [WorkOrderEvent]] = [:]
    /// What was delivered, and may come again.
    private var deliveredToProvisioning: [Lane.Event] = []
    private var deliveredToOrders: [WorkOrderEvent] = []
    var commands: [NetworkCommand] = []
    var unanswered: [NetworkCommand] = []
    var audit: Audit
    var changes: Changes
    /// What was asked for by each amendment, and of which order.
    var amendments: [(id: OrderID, of: OrderID, submitted: OrderSubmitted)] = []
    var network = Network()
    /// With what the elements held before.
    var subscriptions: [(id: OrderID, submitted: OrderSubmitted, before: Network)] = []

    init(seed: UInt64, catalogue: Catalogue) {
        self.seed = seed
        self.random = SeededGenerator(seed: seed)
        self.catalogue = catalogue
        self.audit = Audit(seed: seed)
        self.changes = Changes()
    }

    var surroundings: Order.Surroundings {
        Order.Surroundings(catalogue: self.catalogue, now: self.now, identifiers: self.identifiers)
    }

    mutating func chance(_ one: Int, in all: Int) -> Bool { Int.random(in: 0..<all, using: &self.random) < one }

    mutating func pick<T>(_ elements: some Collection<T>) -> T? { elements.randomElement(using: &self.random) }
}

// What goes from one to the other.
extension World {
    /// Takes down what came of an event, and passes it on.
    mutating func note(_ outcomes: [Outcome], of order: Order) {
        self.orders[order.id] = order
        for outcome in outcomes {
            switch outcome {
            case .issued(let workOrder):
                self.audit.issued(workOrder, of: order)
                self.toProvisioning[order.id, default: []].append(.issued(WorkOrderIssued(workOrder, of: order)))
            case .cancelRequested(let id, _):
                self.toProvisioning[order.id, default: []].append(.cancelRequested(id))
            case .completed:
                self.audit.told(outcome, of: order)
                self.tellAmendment(of: order)
            case .effective: self.audit.told(outcome, of: order)
            case .cancelling: self.tellAmendment(of: order)
            case .cancelled, .failed:
                self.audit.told(outcome, of: order)
                self.ended(order)
                if order.cancellation == nil { self.tellAmendment(of: order) }
            case .failureNoted, .held, .resumed, .jeopardy, .begun, .ignored: break
            }
        }
    }

    /// An amendment that waits begins, or ends.
    private mutating func tellAmendment(of order: Order) {
        guard var amendment = order.amendedBy.flatMap({ self.orders[$0] }), amendment.isWaitingForAmended else {
            return
        }
        let outcomes = amendment.fulfil(after: order, in: self.surroundings)
        self.note(outcomes, of: amendment)
    }

    /// Whoever waits for an order's end goes on.
    private mutating func ended(_ order: Order) {
        guard order.cancellation?.code != .amended, let requester = order.cancellation?.requestedBy,
            var waiting = self.orders[requester]
        else { return }
        let outcomes = waiting.fulfil(after: order, in: self.surroundings)
        self.note(outcomes, of: waiting)
    }

    mutating func deliverToProvisioning() throws {
        let waiting = self.toProvisioning.filter { !$0.value.isEmpty }.map(\.key).sorted()
        if self.chance(1, in: 12), let again = self.pick(self.deliveredToProvisioning) {
            try self.apply(again)
        } else if let id = self.pick(waiting), let event = self.toProvisioning[id]?.removeFirst() {
            self.deliveredToProvisioning.append(event)
            try self.apply(event)
        }
    }

    mutating func deliverToOrders() {
        let waiting = self.toOrders.filter { !$0.value.isEmpty }.map(\.key).sorted()
        if self.chance(1, in: 12), let again = self.pick(self.deliveredToOrders) {
            self.apply(again)
        } else if let id = self.pick(waiting), let event = self.toOrders[id]?.removeFirst() {
            self.deliveredToOrders.append(event)
            self.apply(event)
        }
    }

    private mutating func apply(_ event: WorkOrderEvent) {
        guard var order = self.orders[event.orderId] else { return }
        let outcomes = order.apply(event, in: self.surroundings)
        self.note(outcomes, of: order)
    }

    mutating func apply(_ event: Lane.Event) throws {
        if case .issued(let issued) = event, self.laneOf[issued.workOrderId] == nil {
            self.laneOf[issued.workOrderId] = issued.serviceNumber
        }
        guard let number = event.workOrderId.flatMap({ self.laneOf[$0] }) else { return }
        let jitter = Double.random(in: 0..<1, using: &self.random)
        let effects = try self.lanes[number, default: Lane(serviceNumber: number)].apply(
            event,
            in: Lane.Surroundings(
                catalogues: Catalogues(current: self.catalogue), now: self.now, wallNow: self.wallNow,
                jitter: { jitter }, identifiers: self.identifiers))
        for effect in effects {
            if case .command(let command) = effect {
                self.commands.append(command)
                self.unanswered.append(command)
            } else if let told = WorkOrderEvent(effect) {
                self.toOrders[told.orderId, default: []].append(told)
            }
        }
    }
}

extension Lane.Event {
    var workOrderId: WorkOrderID? {
        switch self {
        case .issued(let issued): issued.workOrderId
        case .cancelRequested(let id), .taskTimer(let id), .targetTimer(let id), .systemReady(let id): id
        case .answered(let response): response.workOrderId
        case .reported(let report): report.workOrderId
        }
    }
}

extension WorkOrderEvent {
    init?(_ effect: Effect) {
        switch effect {
        case .started(let event): self = .started(event)
        case .retryScheduled(let event): self = .retryScheduled(event)
        case .completed(let event): self = .completed(event)
        case .failed(let event): self = .failed(event)
        case .cancelled(let event): self = .cancelled(event)
        case .jeopardy(let event): self = .jeopardy(event)
        case .rescheduled(let event): self = .rescheduled(event)
        case .command, .ignored, .refused: return nil
        }
    }
}

extension WorkOrderIssued {
    init(_ workOrder: OrdersDomain.WorkOrder, of order: Order) {
        self.init(
            workOrderId: workOrder.id, orderId: order.id, type: workOrder.type, product: workOrder.product,
            memberRef: workOrder.memberRef, serviceNumber: workOrder.serviceNumber, parameters: workOrder.parameters,
            dueAt: workOrder.dueAt, compensates: workOrder.compensates, issueNumber: workOrder.issueNumber)
    }
}

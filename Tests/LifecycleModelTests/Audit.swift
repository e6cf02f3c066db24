import Contracts
import OrdersDomain
import ProvisioningDomain
import Testing

/// What must hold at every moment, kept apart from the rules that are audited.
struct Audit {
    let seed: UInt64
    private var plans: [OrderID: CancelPlan] = [:]
    /// Orders whose undoing had begun when another one took over what they had done: not all of it was to be undone then.
    var handedOver: Set<OrderID> = []
    private var issues: [WorkOrderID: [Int]] = [:]
    private var ends: [OrderID: [String]] = [:]

    init(seed: UInt64) { self.seed = seed }

    mutating func issued(_ workOrder: OrdersDomain.WorkOrder, of order: Order) {
        self.issues[workOrder.id, default: []].append(workOrder.issueNumber)
        let numbers = self.issues[workOrder.id] ?? []
        #expect(numbers == Array(1...numbers.count), "seed \(self.seed): issued as \(numbers)")
        let done = Set(order.workOrders.filter(\.state.isDone).map(\.id))
        #expect(workOrder.dependsOn.allSatisfy(done.contains), "seed \(self.seed): issued before its predecessors")
    }

    mutating func told(_ outcome: Outcome, of order: Order) {
        let word =
            switch outcome {
            case .completed: "completed"
            case .effective: "effective"
            case .cancelled: "cancelled"
            default: "failed"
            }
        self.ends[order.id, default: []].append(word)
        let words = self.ends[order.id] ?? []
        let right = [
            ["completed"], ["completed", "effective"], ["cancelled"], ["completed", "cancelled"], ["failed"],
            ["completed", "failed"],
        ]
        #expect(right.contains(words), "seed \(self.seed): told \(words)")
    }

    mutating func cancelled(_ order: Order, _ plan: CancelPlan) {
        #expect(plan.isAllowed, "seed \(self.seed): cancelled against the plan")
        #expect(order.cancellation?.feeMilliyuan == plan.feeMilliyuan, "seed \(self.seed)")
        self.plans[order.id] = plan
    }

    func refused(_ order: Order, _ plan: CancelPlan) {
        #expect(!plan.isAllowed, "seed \(self.seed): refused against the plan")
    }

    func check(_ world: World) {
        for order in world.orders.values { self.check(order, in: world) }
    }

    private func check(_ order: Order, in world: World) {
        let name = "seed \(self.seed): \(order.action) \(order.state.rawValue)"
        let underWay = order.workOrders.filter(\.state.isUnderWay)
        if order.state.isFinal {
            #expect(underWay.isEmpty, "\(name), and work orders are under way")
            #expect(order.waitsFor.isEmpty, "\(name)")
            if order.state == .cancelled { self.checkCancelled(order, name) }
            let isDone = order.workOrders.allSatisfy(\.state.isDone)
            #expect(isDone || order.state != .completed, "\(name)")
            return
        }
        #expect(!order.waitsFor.isEmpty, "\(name) waits for nothing")
        for workOrder in underWay { self.checkMoving(workOrder, of: order, in: world, name) }
        switch order.state {
        case .held: #expect(!order.holdReasons.isEmpty, "\(name) without a reason")
        case .pending: #expect(order.effectiveAt.map { $0 > world.now } ?? false, "\(name) and its effect is due")
        case .acknowledged where order.isWaitingForAmended:
            let amended = order.amends.flatMap { world.orders[$0] }
            #expect(amended?.isAmendable ?? false, "\(name) waits for what is complete or ending")
        case .acknowledged where order.isWaitingForPlace:
            let target = order.targetOrderId.flatMap { world.orders[$0] }
            #expect(target.map { !$0.state.isFinal } ?? false, "\(name) waits for what has ended")
        default:
            let retries = order.workOrders.contains { $0.retryAt != nil }
            #expect(!underWay.isEmpty || retries, "\(name) and nothing moves")
        }
    }

    /// Something is on its way to Provisioning, or there, or back.
    private func checkMoving(
        _ workOrder: OrdersDomain.WorkOrder, of order: Order, in world: World, _ name: String
    ) {
        let isOnTheWay = world.toProvisioning[order.id]?.contains { $0.workOrderId == workOrder.id } ?? false
        let isOnTheWayBack = world.toOrders[order.id]?.contains { $0.workOrderId == workOrder.id && $0.isEnd } ?? false
        let there = world.lanes[workOrder.serviceNumber]?.workOrders[workOrder.id]
        let isThere = there.map { !$0.state.isFinal } ?? false
        #expect(
            isOnTheWay || isOnTheWayBack || isThere,
            "\(name): \(workOrder.type) is \(workOrder.state.rawValue), and nobody knows of it")
    }

    /// What was done is undone, the last first, and as the plan said.
    private func checkCancelled(_ order: Order, _ name: String) {
        let originals = order.workOrders.filter { $0.compensates == nil }
        let compensations = order.workOrders.filter { $0.compensates != nil }
        #expect(compensations.allSatisfy { $0.state == .completed }, "\(name): undoing is left")
        let undone = compensations.compactMap(\.compensates)
        let done = originals.filter { $0.state == .completed && !$0.isKept && $0.type != "replaceSim" }
        #expect(
            Set(undone) == Set(done.map(\.id)) && undone.count == done.count, "\(name): undone is not what was done")
        let ends = undone.compactMap { id in originals.first { $0.id == id }?.endedAt }
        #expect(ends == ends.sorted(by: >) || self.handedOver.contains(order.id), "\(name): not in reverse")
        guard let plan = self.plans[order.id] else { return }
        let planned = plan.steps.filter { $0.fate == .undone }.map(\.workOrderId)
        #expect(undone.filter(planned.contains) == planned, "\(name): undone otherwise than planned")
        let dropped = plan.steps.filter { $0.fate == .dropped }.map(\.workOrderId)
        #expect(dropped.allSatisfy { self.issues[$0] == nil }, "\(name): what was dropped was issued")
        let stopped = Set(plan.steps.filter { $0.fate == .stopped }.map(\.workOrderId))
        #expect(Set(undone).subtracting(planned).isSubset(of: stopped), "\(name): undone though not planned")
    }
}

extension WorkOrderEvent {
    var isEnd: Bool {
        switch self {
        case .completed, .failed, .cancelled: true
        case .started, .retryScheduled, .jeopardy, .rescheduled: false
        }
    }
}

import Contracts
import OrdersDomain

/// An order in lists.
struct OrderSummary: Encodable, Sendable {
    var orderId: OrderID
    var externalId: String
    var channel: String
    var action: String
    var offer: String
    var customerId: String
    var accountId: String?
    var bundleId: BundleID?
    var state: String
    var stateSince: Timestamp
    var receivedAt: Timestamp
    /// What the customer was told at first.
    var promisedEffectiveAt: Timestamp?
    var expectedEffectiveAt: Timestamp?
    var completedAt: Timestamp?
    var effectiveAt: Timestamp?
    var catalogueVersion: String?
    /// Of a rejected order: every rule that it breaks.
    var reasons: [OrderRejected.Reason]?
    /// Of an order that cancels another one: that one. Of one that waits for another one: likewise.
    var targetOrderId: OrderID?
    /// The order that was in flight when this one, a change of what that brings, was accepted.
    var amends: OrderID?
    /// The last order that amends this one.
    var amendedBy: OrderID?

    init(_ row: OrderRow) {
        self.orderId = row.id
        self.externalId = row.externalId
        self.channel = row.channel
        self.action = row.action
        self.offer = row.offer
        self.customerId = row.customerId
        self.accountId = row.accountId
        self.bundleId = row.bundleId
        self.state = row.state.rawValue
        self.stateSince = row.stateSince
        self.receivedAt = row.receivedAt
        self.promisedEffectiveAt = row.promisedEffectiveAt
        self.expectedEffectiveAt = row.expectedEffectiveAt
        self.completedAt = row.completedAt
        self.effectiveAt = row.effectiveAt
        self.catalogueVersion = row.catalogueVersion
        self.reasons = row.reasons
        self.targetOrderId = row.targetOrderId
        self.amends = row.amends
        self.amendedBy = row.amendedBy
    }
}

/// An order with its work orders and what it waits for.
struct OrderView: Encodable, Sendable {
    private let summary: OrderSummary
    private let detail: Detail

    private struct Detail: Encodable {
        var cancellation: CancellationView?
        var workOrders: [WorkOrderView]
        var waitsFor: [WaitingView]
    }

    /// - Parameter order: `nil` for a rejected one.
    init(_ row: OrderRow, _ order: Order?) {
        self.summary = OrderSummary(row)
        self.detail = Detail(
            cancellation: order?.cancellation.map(CancellationView.init),
            workOrders: order?.workOrders.map(WorkOrderView.init) ?? [],
            waitsFor: order?.waitsFor.map(WaitingView.init) ?? []
        )
    }

    func encode(to encoder: any Encoder) throws {
        try self.summary.encode(to: encoder)
        try self.detail.encode(to: encoder)
    }
}

struct WorkOrderView: Encodable, Sendable {
    var workOrderId: WorkOrderID
    var type: String
    var product: String
    var memberRef: String
    var serviceNumber: String
    var state: String
    var dependsOn: [WorkOrderID]
    /// The completed work order that this one undoes.
    var compensates: WorkOrderID?
    /// How often it was issued.
    var issueNumber: Int
    var dueAt: Timestamp
    var issuedAt: Timestamp?
    var startedAt: Timestamp?
    var endedAt: Timestamp?
    var code: String?
    var message: String?
    /// Of a failed one, when the fallout policy has it issued again.
    var retryAt: Timestamp?
    var jeopardy: JeopardyKind?

    init(_ workOrder: WorkOrder) {
        self.workOrderId = workOrder.id
        self.type = workOrder.type
        self.product = workOrder.product
        self.memberRef = workOrder.memberRef
        self.serviceNumber = workOrder.serviceNumber
        self.state = workOrder.state.rawValue
        self.dependsOn = workOrder.dependsOn
        self.compensates = workOrder.compensates
        self.issueNumber = workOrder.issueNumber
        self.retryAt = workOrder.retryAt
        self.dueAt = workOrder.dueAt
        self.issuedAt = workOrder.issuedAt
        self.startedAt = workOrder.startedAt
        self.endedAt = workOrder.endedAt
        self.code = workOrder.failure?.code
        self.message = workOrder.failure?.message
        self.jeopardy = workOrder.jeopardy
    }
}

/// That an order is to end.
struct CancellationView: Encodable, Sendable {
    var requestedAt: Timestamp
    var reason: String
    /// The order by which a channel asked for it, or that takes its place.
    var requestedBy: OrderID?
    var feeMilliyuan: Milliyuan
    /// What else than a wish ended it.
    var code: String?

    init(_ cancellation: Cancellation) {
        self.requestedAt = cancellation.requestedAt
        self.reason = cancellation.reason
        self.requestedBy = cancellation.requestedBy
        self.feeMilliyuan = cancellation.feeMilliyuan
        self.code = cancellation.code?.rawValue
    }
}

/// What cancelling an order would do now.
struct CancelPlanView: Encodable, Sendable {
    struct Step: Encodable, Sendable {
        var workOrderId: WorkOrderID
        var type: String
        var memberRef: String
        var serviceNumber: String
        /// `dropped`, `stopped`, `undone`, `kept` or `refused`.
        var fate: String
        var undoneBy: String?
        var feeMilliyuan: Milliyuan
    }

    struct Refusal: Encodable, Sendable {
        var code: String
        var message: String
    }

    var orderId: OrderID
    var allowed: Bool
    var refusals: [Refusal]
    var feeMilliyuan: Milliyuan
    /// In the order in which it happens.
    var steps: [Step]
    /// Orders that end with it: the amendment that waits for it.
    var alsoEnds: [OrderID]

    init(_ order: Order, _ plan: CancelPlan, amendment: Order?) {
        self.alsoEnds = amendment.map { $0.isWaitingForAmended ? [$0.id] : [] } ?? []
        self.orderId = order.id
        self.allowed = plan.isAllowed
        self.refusals = plan.refusals.map { Refusal(code: $0.code, message: $0.message) }
        self.feeMilliyuan = plan.feeMilliyuan
        let workOrders = Dictionary(order.workOrders.map { ($0.id, $0) }) { first, _ in first }
        self.steps = plan.steps.compactMap { step in
            guard let workOrder = workOrders[step.workOrderId] else { return nil }
            return Step(
                workOrderId: step.workOrderId,
                type: workOrder.type,
                memberRef: workOrder.memberRef,
                serviceNumber: workOrder.serviceNumber,
                fate: step.fate.rawValue,
                undoneBy: step.undoneBy,
                feeMilliyuan: step.feeMilliyuan
            )
        }
    }
}

struct WaitingView: Encodable, Sendable {
    var kind: String
    var workOrderId: WorkOrderID?
    var reason: String
    var since: Timestamp
    var until: Timestamp?
    var movedBy: String

    init(_ waiting: Waiting) {
        self.kind = waiting.kind.rawValue
        self.workOrderId = waiting.workOrderId
        self.reason = waiting.reason
        self.since = waiting.since
        self.until = waiting.until
        self.movedBy = waiting.movedBy
    }
}

/// An order in the fallout queue.
struct FalloutView: Encodable, Sendable {
    var orderId: OrderID
    var externalId: String
    var offer: String
    var accountId: String
    var heldSince: Timestamp
    var reasons: [OrderHeld.Reason]

    init(_ order: Order) {
        self.orderId = order.id
        self.externalId = order.externalId
        self.offer = order.offer
        self.accountId = order.accountId
        self.heldSince = order.stateSince
        self.reasons = order.holdReasons.map { .init(code: $0.code, message: $0.message, workOrderId: $0.workOrderId) }
    }
}

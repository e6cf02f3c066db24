/// The order is cancelled, and what was done is undone.
package struct OrderCancelled: MessageBody, Hashable {
    package static let type = "order.cancelled"
    package static let topic = Topic.ordersEvents

    /// A completed work order and the one that undid it.
    package struct Compensation: Codable, Hashable, Sendable {
        package var workOrderId: WorkOrderID
        package var compensationWorkOrderId: WorkOrderID

        package init(
            workOrderId: WorkOrderID,
            compensationWorkOrderId: WorkOrderID
        ) {
            self.workOrderId = workOrderId
            self.compensationWorkOrderId = compensationWorkOrderId
        }
    }

    package var orderId: OrderID
    package var externalId: String
    /// Whose fee it is.
    package var accountId: String?
    package var compensated: [Compensation]
    /// What the points of no return say that cancelling costs.
    package var feeMilliyuan: Milliyuan?
    package var reason: String?
    /// That something else than a wish of customer or operator ended it: `SUPERSEDED` by a later change, `AMENDED` in the
    /// instant of its effect, `AMENDED_ORDER_ENDED` before it could begin.
    package var code: String?
    /// The order that asked for it, or takes its place.
    package var requestedBy: OrderID?
    package var cancelledAt: Timestamp?

    package var key: String { self.orderId.description }

    package init(
        orderId: OrderID,
        externalId: String,
        accountId: String? = nil,
        compensated: [Compensation],
        feeMilliyuan: Milliyuan? = nil,
        reason: String? = nil,
        code: String? = nil,
        requestedBy: OrderID? = nil,
        cancelledAt: Timestamp? = nil
    ) {
        self.orderId = orderId
        self.externalId = externalId
        self.accountId = accountId
        self.compensated = compensated
        self.feeMilliyuan = feeMilliyuan
        self.reason = reason
        self.code = code
        self.requestedBy = requestedBy
        self.cancelledAt = cancelledAt
    }
}

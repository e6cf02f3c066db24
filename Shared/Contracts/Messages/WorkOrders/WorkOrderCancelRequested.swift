/// Stop this work order, and undo what it has done.
package struct WorkOrderCancelRequested: MessageBody, Hashable {
    package static let type = "workOrder.cancelRequested"
    package static let topic = Topic.workOrdersIssued

    package var workOrderId: WorkOrderID
    package var orderId: OrderID
    package var reason: String
    package var requestedAt: Timestamp

    package var key: String { self.orderId.description }
    package var subject: String { self.workOrderId.description }

    package init(
        workOrderId: WorkOrderID,
        orderId: OrderID,
        reason: String,
        requestedAt: Timestamp
    ) {
        self.workOrderId = workOrderId
        self.orderId = orderId
        self.reason = reason
        self.requestedAt = requestedAt
    }
}

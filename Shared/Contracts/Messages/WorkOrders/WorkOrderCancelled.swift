/// The work order is stopped, and what it had done is undone.
package struct WorkOrderCancelled: MessageBody, Hashable {
    package static let type = "workOrder.cancelled"
    package static let topic = Topic.workOrdersEvents

    package var workOrderId: WorkOrderID
    package var orderId: OrderID
    package var type: String
    package var cancelledAt: Timestamp
    /// The tasks by which what it had done was taken back, in their order.
    package var undone: [String]?

    package var key: String { self.orderId.description }
    package var subject: String { self.workOrderId.description }

    package init(
        workOrderId: WorkOrderID,
        orderId: OrderID,
        type: String,
        cancelledAt: Timestamp,
        undone: [String]? = nil
    ) {
        self.workOrderId = workOrderId
        self.orderId = orderId
        self.type = type
        self.cancelledAt = cancelledAt
        self.undone = undone
    }
}

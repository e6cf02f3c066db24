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
    package var compensated: [Compensation]

    package var key: String { self.orderId.description }

    package init(
        orderId: OrderID,
        externalId: String,
        compensated: [Compensation]
    ) {
        self.orderId = orderId
        self.externalId = externalId
        self.compensated = compensated
    }
}

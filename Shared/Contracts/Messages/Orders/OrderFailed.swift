/// The order ended without all of its work orders.
package struct OrderFailed: MessageBody, Hashable {
    package static let type = "order.failed"
    package static let topic = Topic.ordersEvents

    /// One work order that was not carried out.
    package struct FailedWorkOrder: Codable, Hashable, Sendable {
        package var workOrderId: WorkOrderID
        package var code: String
        package var message: String

        package init(
            workOrderId: WorkOrderID,
            code: String,
            message: String
        ) {
            self.workOrderId = workOrderId
            self.code = code
            self.message = message
        }
    }

    package var orderId: OrderID
    package var externalId: String
    /// `partial` or `failed`.
    package var state: String
    package var failedWorkOrders: [FailedWorkOrder]

    package var key: String { self.orderId.description }

    package init(
        orderId: OrderID,
        externalId: String,
        state: String,
        failedWorkOrders: [FailedWorkOrder]
    ) {
        self.orderId = orderId
        self.externalId = externalId
        self.state = state
        self.failedWorkOrders = failedWorkOrders
    }
}

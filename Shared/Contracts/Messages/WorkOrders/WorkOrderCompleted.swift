/// Every task of the work order is done.
package struct WorkOrderCompleted: MessageBody, Hashable {
    package static let type = "workOrder.completed"
    package static let topic = Topic.workOrdersEvents

    package var workOrderId: WorkOrderID
    package var orderId: OrderID
    package var type: String
    package var completedAt: Timestamp
    /// Commands sent, repetitions included.
    package var attempts: Int
    package var results: JSONObject

    package var key: String { self.orderId.description }
    package var subject: String { self.workOrderId.description }

    package init(
        workOrderId: WorkOrderID,
        orderId: OrderID,
        type: String,
        completedAt: Timestamp,
        attempts: Int,
        results: JSONObject
    ) {
        self.workOrderId = workOrderId
        self.orderId = orderId
        self.type = type
        self.completedAt = completedAt
        self.attempts = attempts
        self.results = results
    }
}

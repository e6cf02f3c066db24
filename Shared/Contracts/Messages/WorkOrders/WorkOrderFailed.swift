/// A task failed for good.
package struct WorkOrderFailed: MessageBody, Hashable {
    package static let type = "workOrder.failed"
    package static let topic = Topic.workOrdersEvents

    package var workOrderId: WorkOrderID
    package var orderId: OrderID
    package var type: String
    package var failedAt: Timestamp
    package var attempts: Int
    package var results: JSONObject
    package var task: String
    package var code: String
    package var message: String

    package var key: String { self.orderId.description }
    package var subject: String { self.workOrderId.description }

    package init(
        workOrderId: WorkOrderID,
        orderId: OrderID,
        type: String,
        failedAt: Timestamp,
        attempts: Int,
        results: JSONObject,
        task: String,
        code: String,
        message: String
    ) {
        self.workOrderId = workOrderId
        self.orderId = orderId
        self.type = type
        self.failedAt = failedAt
        self.attempts = attempts
        self.results = results
        self.task = task
        self.code = code
        self.message = message
    }
}

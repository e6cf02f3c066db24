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
    /// Its end had been asked for, and what was done could not be taken back.
    package var undoing: Bool?
    /// The one of `workOrder.issued`; absent, the first.
    package var issueNumber: Int?

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
        message: String,
        undoing: Bool? = nil,
        issueNumber: Int? = nil
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
        self.undoing = undoing
        self.issueNumber = issueNumber
    }
}

/// An attempt failed; the task is tried again.
package struct WorkOrderRetryScheduled: MessageBody, Hashable {
    package static let type = "workOrder.retryScheduled"
    package static let topic = Topic.workOrdersEvents

    package var workOrderId: WorkOrderID
    package var orderId: OrderID
    package var type: String
    package var task: String
    /// The attempt that failed, from 1.
    package var attempt: Int
    package var code: String
    package var message: String
    /// By the wall clock.
    package var nextAttemptAt: Timestamp
    /// The one of `workOrder.issued`; absent, the first.
    package var issueNumber: Int?

    package var key: String { self.orderId.description }
    package var subject: String { self.workOrderId.description }

    package init(
        workOrderId: WorkOrderID,
        orderId: OrderID,
        type: String,
        task: String,
        attempt: Int,
        code: String,
        message: String,
        nextAttemptAt: Timestamp,
        issueNumber: Int? = nil
    ) {
        self.workOrderId = workOrderId
        self.orderId = orderId
        self.type = type
        self.task = task
        self.attempt = attempt
        self.code = code
        self.message = message
        self.nextAttemptAt = nextAttemptAt
        self.issueNumber = issueNumber
    }
}

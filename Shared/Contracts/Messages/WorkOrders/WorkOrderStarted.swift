/// The first task of the work order is under way.
package struct WorkOrderStarted: MessageBody, Hashable {
    package static let type = "workOrder.started"
    package static let topic = Topic.workOrdersEvents

    package var workOrderId: WorkOrderID
    package var orderId: OrderID
    package var type: String
    package var startedAt: Timestamp
    /// The one of `workOrder.issued`; absent, the first.
    package var issueNumber: Int?

    package var key: String { self.orderId.description }
    package var subject: String { self.workOrderId.description }

    package init(
        workOrderId: WorkOrderID,
        orderId: OrderID,
        type: String,
        startedAt: Timestamp,
        issueNumber: Int? = nil
    ) {
        self.workOrderId = workOrderId
        self.orderId = orderId
        self.type = type
        self.startedAt = startedAt
        self.issueNumber = issueNumber
    }
}

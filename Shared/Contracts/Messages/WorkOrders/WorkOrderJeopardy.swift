/// The work order nears its target time, or has missed it.
package struct WorkOrderJeopardy: MessageBody, Hashable {
    package static let type = "workOrder.jeopardy"
    package static let topic = Topic.workOrdersEvents

    package var workOrderId: WorkOrderID
    package var orderId: OrderID
    package var type: String
    package var kind: JeopardyKind
    package var dueAt: Timestamp
    package var at: Timestamp
    /// The one of `workOrder.issued`; absent, the first.
    package var issueNumber: Int?

    package var key: String { self.orderId.description }
    package var subject: String { self.workOrderId.description }

    package init(
        workOrderId: WorkOrderID,
        orderId: OrderID,
        type: String,
        kind: JeopardyKind,
        dueAt: Timestamp,
        at: Timestamp,
        issueNumber: Int? = nil
    ) {
        self.workOrderId = workOrderId
        self.orderId = orderId
        self.type = type
        self.kind = kind
        self.dueAt = dueAt
        self.at = at
        self.issueNumber = issueNumber
    }
}

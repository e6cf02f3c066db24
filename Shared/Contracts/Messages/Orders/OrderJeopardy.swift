/// The order may miss a target, or has missed it.
package struct OrderJeopardy: MessageBody, Hashable {
    package static let type = "order.jeopardy"
    package static let topic = Topic.ordersEvents

    package var orderId: OrderID
    package var externalId: String
    package var workOrderId: WorkOrderID?
    package var kind: JeopardyKind
    package var dueAt: Timestamp?
    package var expectedEffectiveAt: Timestamp?
    package var at: Timestamp

    package var key: String { self.orderId.description }

    package init(
        orderId: OrderID,
        externalId: String,
        workOrderId: WorkOrderID? = nil,
        kind: JeopardyKind,
        dueAt: Timestamp? = nil,
        expectedEffectiveAt: Timestamp? = nil,
        at: Timestamp
    ) {
        self.orderId = orderId
        self.externalId = externalId
        self.workOrderId = workOrderId
        self.kind = kind
        self.dueAt = dueAt
        self.expectedEffectiveAt = expectedEffectiveAt
        self.at = at
    }
}

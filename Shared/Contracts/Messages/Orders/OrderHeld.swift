/// The order waits for a person: see its reasons.
package struct OrderHeld: MessageBody, Hashable {
    package static let type = "order.held"
    package static let topic = Topic.ordersEvents

    /// One failed work order, or another cause.
    package struct Reason: Codable, Hashable, Sendable {
        package var code: String
        package var message: String
        package var workOrderId: WorkOrderID?

        package init(
            code: String,
            message: String,
            workOrderId: WorkOrderID? = nil
        ) {
            self.code = code
            self.message = message
            self.workOrderId = workOrderId
        }
    }

    package var orderId: OrderID
    package var externalId: String
    package var reasons: [Reason]
    package var heldAt: Timestamp

    package var key: String { self.orderId.description }

    package init(
        orderId: OrderID,
        externalId: String,
        reasons: [Reason],
        heldAt: Timestamp
    ) {
        self.orderId = orderId
        self.externalId = externalId
        self.reasons = reasons
        self.heldAt = heldAt
    }
}

/// A held order goes on.
package struct OrderResumed: MessageBody, Hashable {
    package static let type = "order.resumed"
    package static let topic = Topic.ordersEvents

    package var orderId: OrderID
    package var externalId: String
    package var resumedAt: Timestamp

    package var key: String { self.orderId.description }

    package init(
        orderId: OrderID,
        externalId: String,
        resumedAt: Timestamp
    ) {
        self.orderId = orderId
        self.externalId = externalId
        self.resumedAt = resumedAt
    }
}

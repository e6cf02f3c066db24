/// The last work order is complete; the bundle takes effect at `effectiveAt` (ORD-77).
package struct OrderCompleted: MessageBody, Hashable {
    package static let type = "order.completed"
    package static let topic = Topic.ordersEvents

    package var orderId: OrderID
    package var externalId: String
    package var accountId: String
    package var offer: String
    package var completedAt: Timestamp
    package var effectiveAt: Timestamp

    package var key: String { self.orderId.description }

    package init(
        orderId: OrderID,
        externalId: String,
        accountId: String,
        offer: String,
        completedAt: Timestamp,
        effectiveAt: Timestamp
    ) {
        self.orderId = orderId
        self.externalId = externalId
        self.accountId = accountId
        self.offer = offer
        self.completedAt = completedAt
        self.effectiveAt = effectiveAt
    }
}

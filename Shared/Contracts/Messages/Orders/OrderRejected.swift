/// The order breaks rules: every broken rule at once.
package struct OrderRejected: MessageBody, Hashable {
    package static let type = "order.rejected"
    package static let topic = Topic.ordersEvents

    /// One broken rule.
    package struct Reason: Codable, Hashable, Sendable {
        /// Stable and documented, such as `MEMBER_COUNT`.
        package var code: String
        /// The field of the order that breaks it: a JSON Pointer (RFC 6901).
        package var path: String
        /// What is wrong, and what is accepted.
        package var message: String

        package init(
            code: String,
            path: String,
            message: String
        ) {
            self.code = code
            self.path = path
            self.message = message
        }
    }

    package var orderId: OrderID
    package var externalId: String
    package var channel: String
    package var reasons: [Reason]
    package var rejectedAt: Timestamp

    package var key: String { self.orderId.description }

    package init(
        orderId: OrderID,
        externalId: String,
        channel: String,
        reasons: [Reason],
        rejectedAt: Timestamp
    ) {
        self.orderId = orderId
        self.externalId = externalId
        self.channel = channel
        self.reasons = reasons
        self.rejectedAt = rejectedAt
    }
}

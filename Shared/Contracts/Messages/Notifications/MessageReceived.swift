/// A customer has sent a text.
package struct MessageReceived: MessageBody, Hashable {
    package static let type = "message.received"
    package static let topic = Topic.messagesReceived

    /// The gateway's own id of the text: what it is known by when it comes again.
    package var messageId: String
    package var from: String
    /// The number that it was sent to.
    package var to: String
    package var text: String
    package var receivedAt: Timestamp

    package var key: String { self.from }
    package var subject: String { self.messageId }

    package init(messageId: String, from: String, to: String, text: String, receivedAt: Timestamp) {
        self.messageId = messageId
        self.from = from
        self.to = to
        self.text = text
        self.receivedAt = receivedAt
    }
}

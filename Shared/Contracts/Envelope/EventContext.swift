/// The CloudEvents attributes of one message: everything but its data.
package struct EventContext: Hashable, Sendable {
    /// UUIDv7 in messages that services emit; whatever the publisher chose in others.
    package var id: String
    /// `/orders`, `/provisioning`, …
    package var source: String
    package var type: String
    package var subject: String?
    package var time: Timestamp?
    /// W3C trace context.
    package var traceparent: String?
    /// The id of the order, complaint or usage record that began it all.
    package var correlationID: String?
    /// The id of the message that caused this one.
    package var causationID: String?

    package init(
        id: String,
        source: String,
        type: String,
        subject: String? = nil,
        time: Timestamp? = nil,
        traceparent: String? = nil,
        correlationID: String? = nil,
        causationID: String? = nil
    ) {
        self.id = id
        self.source = source
        self.type = type
        self.subject = subject
        self.time = time
        self.traceparent = traceparent
        self.correlationID = correlationID
        self.causationID = causationID
    }
}

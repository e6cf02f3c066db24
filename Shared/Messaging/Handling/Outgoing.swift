package import Contracts

/// A message to be published, not yet encoded: its id and time are given where the outbox takes it.
package struct Outgoing: Sendable {
    package let topic: Topic
    package let key: String
    package let type: String
    package let subject: String
    package let cause: EventContext?
    package let correlationID: String?
    package let body: any MessageBody

    package init<Body: MessageBody>(_ body: Body, causedBy cause: EventContext?, correlationID: String? = nil) {
        self.topic = Body.topic
        self.key = body.key
        self.type = Body.type
        self.subject = body.subject
        self.cause = cause
        self.correlationID = correlationID ?? cause?.correlationID
        self.body = body
    }
}

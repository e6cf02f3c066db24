package import Contracts

/// Where a record came from: what a dead letter names, and what makes a redelivery recognisable.
package struct RecordOrigin: Hashable, Sendable {
    package var topic: String
    package var partition: Int32
    package var offset: Int64
    /// The broker's or producer's stamp, in milliseconds since 1970.
    package var timestampMilliseconds: Int64

    package init(topic: String, partition: Int32, offset: Int64, timestampMilliseconds: Int64) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.timestampMilliseconds = timestampMilliseconds
    }
}

/// One decoded record, as a handler sees it.
package struct Message<Body: Sendable>: Sendable {
    package var body: Body
    package var context: EventContext
    /// The record's key; empty when it has none.
    package var key: String
    package var origin: RecordOrigin

    package init(body: Body, context: EventContext, key: String, origin: RecordOrigin) {
        self.body = body
        self.context = context
        self.key = key
        self.origin = origin
    }
}

extension Message {
    /// What it causes names it by this: a bare record by its origin.
    package var cause: EventContext {
        guard self.context.id.isEmpty else { return self.context }
        var context = self.context
        context.id = "\(self.origin.topic)/\(self.origin.partition)/\(self.origin.offset)"
        return context
    }
}

package import Contracts
package import Postgres

/// What a service does with one message type, or with one family of types of a topic.
///
/// A handler sees messages and a transaction, never the broker: what it returns goes to the outbox in
/// the same transaction. It may run again with the same messages (a serialization failure, a lost
/// connection, a relay that published twice), so it has no effect outside the transaction, and a
/// message whose effect is there already changes nothing.
package protocol MessageHandler: Sendable {
    associatedtype Body: IncomingMessage

    /// - Parameter batch: in order; several messages of one key are in the order of their production.
    func handle(_ batch: [Message<Body>], in context: HandlingContext) async throws -> Handled
}

/// What a handler or timer may use.
package struct HandlingContext: Sendable {
    package let transaction: Transaction
    /// Business time.
    package let now: Timestamp
    /// By the wall clock: for time-outs and latencies only.
    package let wallNow: Timestamp
    package let identifiers: any IdentifierSource
    /// From 0 up to, but not including, 1: for jitter.
    package let randomFraction: @Sendable () -> Double

    package init(
        transaction: Transaction,
        now: Timestamp,
        wallNow: Timestamp,
        identifiers: any IdentifierSource,
        randomFraction: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.transaction = transaction
        self.now = now
        self.wallNow = wallNow
        self.identifiers = identifiers
        self.randomFraction = randomFraction
    }
}

/// Why a message is not handled: a stable code, and a text for people.
package struct Refusal: Error, Hashable, Sendable {
    package var code: String
    package var text: String

    package init(code: String, text: String) {
        self.code = code
        self.text = text
    }
}

/// Something to be counted once the transaction is committed.
package struct Occurrence: Sendable {
    /// The counter's label, such as `orders.rejected`.
    package var label: String
    /// Few and bounded: codes and types, never ids.
    package var dimensions: [(String, String)]

    package init(_ label: String, _ dimensions: [(String, String)] = []) {
        self.label = label
        self.dimensions = dimensions
    }
}

/// What came of a batch.
package struct Handled: Sendable {
    /// In the order in which they are to be published.
    package private(set) var outgoing: [Outgoing] = []
    package private(set) var refused: [RecordOrigin: Refusal] = [:]
    package private(set) var postponed: [RecordOrigin: Refusal] = [:]
    package private(set) var occurrences: [Occurrence] = []
    /// Published after `outgoing`.
    package private(set) var bundles: [EventBundle] = []

    package init() {}

    /// Counts once the transaction is committed: what is rolled back was never there.
    package mutating func count(_ label: String, _ dimensions: [(String, String)] = []) {
        self.occurrences.append(Occurrence(label, dimensions))
    }

    /// Publishes a message after the transaction.
    ///
    /// - Parameter correlationID: the id of the order, complaint or usage record that began it all;
    ///   the cause's own where it is not given.
    package mutating func send<Body: MessageBody>(
        _ body: Body,
        causedBy cause: EventContext?,
        correlationID: String? = nil
    ) {
        self.outgoing.append(Outgoing(body, causedBy: cause, correlationID: correlationID))
    }

    package mutating func send(_ outgoing: [Outgoing]) {
        self.outgoing += outgoing
    }

    /// Publishes many events of one kind, kept as one row.
    package mutating func publish(_ bundle: EventBundle) {
        if bundle.count > 0 { self.bundles.append(bundle) }
    }

    /// Adds what came of another part of the batch.
    package mutating func add(_ other: Handled) {
        self.outgoing += other.outgoing
        self.occurrences += other.occurrences
        self.bundles += other.bundles
        self.refused.merge(other.refused) { $1 }
        self.postponed.merge(other.postponed) { $1 }
    }

    /// The same once its messages are in the outbox.
    var withoutMessages: Handled {
        var rest = self
        rest.outgoing = []
        rest.bundles = []
        return rest
    }

    /// Takes out what is postponed, for who tries it again at once.
    package mutating func takePostponed() -> Set<RecordOrigin> {
        defer { self.postponed = [:] }
        return Set(self.postponed.keys)
    }

    /// Puts the record into the service's dead letters; the partition moves on.
    package mutating func refuse<Body>(_ message: Message<Body>, code: String, text: String) {
        self.refused[message.origin] = Refusal(code: code, text: text)
    }

    /// Parks the record in the database and tries it again later; the records of its key that come
    /// after it wait behind it, all others flow. After the last attempt it is a dead letter with this code.
    package mutating func postpone<Body>(_ message: Message<Body>, code: String, text: String) {
        self.postponed[message.origin] = Refusal(code: code, text: text)
    }
}

import Contracts
import NotificationDomain
import Postgres

/// What is known of an order from its acknowledgement on.
struct KnownOrder: Sendable {
    var orderId: OrderID
    var accountId: String
    var offer: String
    var action: String
    var channel: String
    /// Who is told while the account has no line yet.
    var serviceNumber: String?
}

extension KnownOrder {
    /// What is known of it at any time.
    func facts(_ catalogue: Catalogue) -> JSONObject {
        [
            "offer": .string(self.offer), "offerName": .string(catalogue.offerName(self.offer)),
            "action": .string(self.action), "channel": .string(self.channel),
            "by": .string(self.channel == OrderEvent.systemChannel ? "system" : "customer"),
        ]
    }
}

struct InsertKnownOrders: Statement {
    static let sql = """
        INSERT INTO known_order (order_id, account_id, offer, action, channel, service_number, noted_at)
        SELECT b.order_id, b.account_id, b.offer, b.action, b.channel, b.service_number, $7
          FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
               AS b (order_id, account_id, offer, action, channel, service_number)
            ON CONFLICT DO NOTHING
        """

    var orders: [KnownOrder]
    var at: Timestamp

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.orders.map(\.orderId))
        parameters.append(self.orders.map(\.accountId))
        parameters.append(self.orders.map(\.offer))
        parameters.append(self.orders.map(\.action))
        parameters.append(self.orders.map(\.channel))
        parameters.append(self.orders.map(\.serviceNumber))
        parameters.append(self.at)
    }
}

struct FindKnownOrders: Statement {
    static let sql = """
        SELECT order_id, account_id, offer, action, channel, service_number
          FROM known_order
         WHERE order_id = ANY ($1)
        """

    var ids: [OrderID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.ids) }

    static func read(_ columns: inout Columns) throws -> KnownOrder {
        KnownOrder(
            orderId: try columns.next(), accountId: try columns.next(), offer: try columns.next(),
            action: try columns.next(), channel: try columns.next(), serviceNumber: try columns.next())
    }
}

/// A text that a customer has sent.
struct ReceivedText: Sendable {
    var messageId: String
    var sender: String
    /// What it has ordered.
    var offer: String?
    var action: String?
}

/// Notes texts; tells which of them are new.
struct InsertReceivedTexts: Statement {
    static let sql = """
        INSERT INTO received_message (message_id, sender, received_at)
        SELECT b.message_id, b.sender, b.received_at
          FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS b (message_id, sender, received_at)
            ON CONFLICT DO NOTHING
        RETURNING message_id
        """

    var messages: [MessageReceived]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.messages.map(\.messageId))
        parameters.append(self.messages.map(\.from))
        parameters.append(self.messages.map(\.receivedAt))
    }

    static func read(_ columns: inout Columns) throws -> String { try columns.next() }
}

/// What texts have ordered.
struct NoteOrderedByText: Statement {
    static let sql = """
        UPDATE received_message AS m
           SET offer = b.offer,
               action = b.action
          FROM unnest($1::text[], $2::text[], $3::text[]) AS b (message_id, offer, action)
         WHERE m.message_id = b.message_id
        """

    var orders: [(messageId: String, offer: String, action: String)]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.orders.map(\.messageId))
        parameters.append(self.orders.map(\.offer))
        parameters.append(self.orders.map(\.action))
    }
}

struct FindReceivedTexts: Statement {
    static let sql = "SELECT message_id, sender, offer, action FROM received_message WHERE message_id = ANY ($1)"

    var ids: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.ids) }

    static func read(_ columns: inout Columns) throws -> ReceivedText {
        ReceivedText(
            messageId: try columns.next(), sender: try columns.next(), offer: try columns.next(),
            action: try columns.next())
    }
}

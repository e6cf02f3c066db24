import Contracts
import Messaging
import NotificationDomain
import Postgres

/// What the network has reported of messages, each as the lifecycle has it.
struct TakeReceipts: Statement {
    static let sql = """
        WITH known AS (
            SELECT n.notification_id, n.state, b.is_delivered, b.reason
              FROM unnest($1::uuid[], $2::boolean[], $3::text[]) AS b (notification_id, is_delivered, reason)
              JOIN notification AS n
                ON n.notification_id = b.notification_id
             ORDER BY n.notification_id
               FOR UPDATE OF n
        ), taken AS (
            UPDATE notification AS n
               SET state = CASE WHEN k.is_delivered THEN 'delivered' ELSE 'failed' END,
                   code = CASE WHEN NOT k.is_delivered THEN 'NOT_DELIVERED' END,
                   reason = CASE WHEN NOT k.is_delivered THEN k.reason END,
                   claimed_at = NULL,
                   sent_at = COALESCE(n.sent_at, $4),
                   ended_at = $4
              FROM known AS k
             WHERE n.notification_id = k.notification_id
               AND n.state IN ('handingOver', 'sent', 'uncertain'))
        SELECT k.notification_id, k.state, k.is_delivered, k.reason, n.recipient, n.channel, n.template,
               COALESCE(n.text, ''), n.gateway_id, n.correlation_id
          FROM known AS k
          JOIN notification AS n
            ON n.notification_id = k.notification_id
        """

    var receipts: [Receipt]
    var at: Timestamp

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.receipts.map(\.id))
        parameters.append(self.receipts.map(\.isDelivered))
        parameters.append(self.receipts.map(\.reason))
        parameters.append(self.at)
    }

    static func read(_ columns: inout Columns) throws -> TakenReceipt {
        TakenReceipt(
            id: try columns.next(), before: try columns.next(), isDelivered: try columns.next(),
            reason: try columns.next(), recipient: try columns.next(), channel: try columns.next(),
            template: try columns.next(), text: try columns.next(), gatewayId: try columns.next(),
            correlationID: try columns.next())
    }
}

/// What the network reports of a message.
struct Receipt: Sendable, Hashable {
    var id: NotificationID
    var isDelivered: Bool
    var reason: String
}

struct TakenReceipt: Sendable {
    var id: NotificationID
    /// What it was before.
    var before: NotificationLifecycle.State
    var isDelivered: Bool
    var reason: String
    var recipient: String
    var channel: NotificationChannel
    var template: String
    var text: String
    var gatewayId: String?
    var correlationID: String?
}

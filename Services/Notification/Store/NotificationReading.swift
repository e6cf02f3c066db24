import Contracts
import Messaging
import NotificationDomain
import Postgres

/// A message, for the read API.
struct NotificationRow: Sendable {
    var id: NotificationID
    var recipient: String
    var channel: NotificationChannel
    var template: String
    var language: String
    var priority: Int16
    var campaign: String?
    var text: String?
    var subject: String?
    var parts: Int16
    var state: NotificationLifecycle.State
    var askedAt: Timestamp
    var dueAt: Timestamp
    var expiresAt: Timestamp?
    var waits: JSONB
    var attempts: Int32
    var nextAttemptAt: Timestamp?
    var gatewayId: String?
    var sentAt: Timestamp?
    var endedAt: Timestamp?
    var code: String?
    var reason: String?
    var correlationID: String?
    var sender: String?

    static let columns = """
        notification_id, recipient, channel, template, language, priority, campaign, text, subject, parts, state, asked_at,
               due_at, expires_at, waits, attempts, next_attempt_at, gateway_id, sent_at, ended_at, code, reason,
               correlation_id, sender
        """

    init(_ columns: inout Columns) throws {
        self.id = try columns.next()
        self.recipient = try columns.next()
        self.channel = try columns.next()
        self.template = try columns.next()
        self.language = try columns.next()
        self.priority = try columns.next()
        self.campaign = try columns.next()
        self.text = try columns.next()
        self.subject = try columns.next()
        self.parts = try columns.next()
        self.state = try columns.next()
        self.askedAt = try columns.next()
        self.dueAt = try columns.next()
        self.expiresAt = try columns.next()
        self.waits = try columns.next()
        self.attempts = try columns.next()
        self.nextAttemptAt = try columns.next()
        self.gatewayId = try columns.next()
        self.sentAt = try columns.next()
        self.endedAt = try columns.next()
        self.code = try columns.next()
        self.reason = try columns.next()
        self.correlationID = try columns.next()
        self.sender = try columns.next()
    }
}

struct FindNotification: Statement {
    static let sql = "SELECT \(NotificationRow.columns) FROM notification WHERE notification_id = $1"

    var id: NotificationID

    func bind(_ parameters: inout Parameters) { parameters.append(self.id) }

    static func read(_ columns: inout Columns) throws -> NotificationRow { try NotificationRow(&columns) }
}

struct NotificationFilter: Sendable {
    var recipient: String?
    var state: NotificationLifecycle.State?
    var after: NotificationID?
}

/// Messages as they were asked for.
struct ListNotifications: Statement {
    static let sql = """
        SELECT \(NotificationRow.columns)
          FROM notification
         WHERE ($1::text IS NULL OR recipient = $1)
           AND ($2::text IS NULL OR state = $2)
           AND ($3::uuid IS NULL OR position > (SELECT position FROM notification WHERE notification_id = $3))
         ORDER BY position
         LIMIT $4
        """

    var filter: NotificationFilter
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.filter.recipient)
        parameters.append(self.filter.state)
        parameters.append(self.filter.after)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> NotificationRow { try NotificationRow(&columns) }
}

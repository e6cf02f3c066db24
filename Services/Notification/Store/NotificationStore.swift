import Contracts
import Messaging
import NotificationDomain
import Postgres

extension NotificationID: PostgresConvertible {}
extension CivilDate: PostgresConvertible {
    var postgresForm: PostgresDate { PostgresDate(days: Int32(clamping: self.daysSinceEpoch)) }

    init(postgresForm form: PostgresDate) { self.init(daysSinceEpoch: Int(form.days)) }
}
extension NotificationChannel: PostgresEncodable, PostgresDecodable {}
extension MessageLanguage: PostgresEncodable, PostgresDecodable {}
extension NotificationLifecycle.State: PostgresEncodable, PostgresDecodable {}

extension NotificationPriority {
    /// In the order of urgency.
    var stored: Int16 {
        switch self {
        case .urgent: 0
        case .normal: 1
        case .bulk: 2
        }
    }

    init(stored: Int16) {
        switch stored {
        case 0: self = .urgent
        case 1: self = .normal
        default: self = .bulk
        }
    }
}

/// Takes messages in; of all with the same dedupe key only the first.
struct InsertNotifications: Statement {
    static let sql = """
        INSERT INTO notification (
               notification_id, dedupe_key, recipient, channel, template, language, priority, campaign, text, subject,
               parts, state, replace_key, hours, asked_at, due_at, expires_at, waits, code, reason, ended_at, correlation_id,
               sender)
        SELECT b.notification_id, b.dedupe_key, b.recipient, b.channel, b.template, b.language, b.priority, b.campaign,
               b.text, b.subject, b.parts, b.state, b.replace_key, b.hours, $1, b.due_at, b.expires_at,
               CASE WHEN b.wait IS NULL THEN '[]' ELSE jsonb_build_array(
                   jsonb_build_object('reason', b.wait, 'until', b.due_at, 'noted', $1::timestamptz)) END,
               b.code, b.reason, CASE WHEN b.code IS NOT NULL THEN $1 END, b.correlation_id, b.sender
          FROM unnest(
               $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::smallint[], $9::text[],
               $10::text[], $11::text[], $12::smallint[], $13::text[], $14::text[], $15::text[], $16::timestamptz[],
               $17::timestamptz[], $18::text[], $19::text[], $20::text[], $21::text[], $22::text[])
               WITH ORDINALITY AS b (
               notification_id, dedupe_key, recipient, channel, template, language, priority, campaign, text, subject,
               parts, state, replace_key, hours, due_at, expires_at, wait, code, reason, correlation_id,
               sender, position)
         ORDER BY b.position
            ON CONFLICT DO NOTHING
        RETURNING notification_id
        """

    var notifications: [NewNotification]
    var askedAt: Timestamp

    func bind(_ parameters: inout Parameters) {
        let all = self.notifications
        parameters.append(self.askedAt)
        parameters.append(all.map(\.draft.id))
        parameters.append(all.map(\.draft.dedupeKey))
        parameters.append(all.map(\.draft.recipient))
        parameters.append(all.map(\.draft.channel))
        parameters.append(all.map(\.draft.template))
        parameters.append(all.map(\.language))
        parameters.append(all.map(\.draft.priority.stored))
        parameters.append(all.map(\.draft.campaign))
        parameters.append(all.map(\.text))
        parameters.append(all.map(\.subject))
        parameters.append(all.map(\.parts))
        parameters.append(all.map(\.state))
        parameters.append(all.map(\.draft.replaceKey))
        parameters.append(all.map(\.draft.hours))
        parameters.append(all.map(\.dueAt))
        parameters.append(all.map(\.expiresAt))
        parameters.append(all.map { $0.wait?.rawValue })
        parameters.append(all.map(\.code))
        parameters.append(all.map(\.reason))
        parameters.append(all.map(\.correlationID))
        parameters.append(all.map(\.sender))
    }

    static func read(_ columns: inout Columns) throws -> NotificationID { try columns.next() }
}

/// A message as it is taken in: to be sent, or suppressed at once.
struct NewNotification: Sendable {
    var draft: NotificationDraft
    var language: MessageLanguage
    var text: String?
    var subject: String?
    var sender: String?
    var parts: Int16 = 1
    var state: NotificationLifecycle.State
    var dueAt: Timestamp
    var wait: DeliverySchedule.Reason?
    var expiresAt: Timestamp?
    /// Why it is suppressed.
    var code: String?
    var reason: String?
    var correlationID: String?
}

/// Those that have been overtaken by another about the same.
struct ReplaceWaiting: Statement {
    static let sql = """
        UPDATE notification AS n
           SET state = 'suppressed',
               code = 'REPLACED',
               reason = b.notification_id || ' is about the same, and later',
               ended_at = $3
          FROM unnest($1::text[], $2::uuid[]) AS b (replace_key, notification_id)
         WHERE n.replace_key = b.replace_key
           AND n.state = 'scheduled'
           AND n.notification_id <> b.notification_id
           AND n.position < (SELECT o.position FROM notification AS o WHERE o.notification_id = b.notification_id)
        RETURNING n.notification_id, n.recipient, n.code, n.reason, n.correlation_id
        """

    var keys: [String]
    var ids: [NotificationID]
    var at: Timestamp

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.keys)
        parameters.append(self.ids)
        parameters.append(self.at)
    }

    static func read(_ columns: inout Columns) throws -> EndedNotification { try EndedNotification(&columns) }
}

/// Those that something has overtaken.
struct WithdrawWaiting: Statement {
    static let sql = """
        UPDATE notification AS n
           SET state = 'suppressed',
               code = 'OVERTAKEN',
               reason = 'what it tells is so no longer',
               ended_at = $2
         WHERE n.replace_key = ANY ($1)
           AND n.state = 'scheduled'
        RETURNING n.notification_id, n.recipient, n.code, n.reason, n.correlation_id
        """

    var keys: [String]
    var at: Timestamp

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.keys)
        parameters.append(self.at)
    }

    static func read(_ columns: inout Columns) throws -> EndedNotification { try EndedNotification(&columns) }
}

struct EndedNotification: Sendable {
    var id: NotificationID
    var recipient: String
    var code: String
    var reason: String
    var correlationID: String?

    init(_ columns: inout Columns) throws {
        self.id = try columns.next()
        self.recipient = try columns.next()
        self.code = try columns.next()
        self.reason = try columns.next()
        self.correlationID = try columns.next()
    }
}

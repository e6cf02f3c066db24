import Contracts
import Messaging
import NotificationDomain
import Postgres

/// A message whose time has come.
struct DueNotification: Sendable {
    var id: NotificationID
    var recipient: String
    var channel: NotificationChannel
    var template: String
    var priority: NotificationPriority
    var hours: String
    var subject: String?
    var text: String
    var dueAt: Timestamp
    var expiresAt: Timestamp?
    /// Calls for it before.
    var attempts: Int32
    var correlationID: String?
    var sender: String?
    var campaign: String?

    static let columns = """
        n.notification_id, n.recipient, n.channel, n.template, n.priority, n.hours, n.subject, COALESCE(n.text, ''),
               n.due_at, n.expires_at, n.attempts, n.correlation_id, n.sender, n.campaign
        """

    init(_ columns: inout Columns) throws {
        self.id = try columns.next()
        self.recipient = try columns.next()
        self.channel = try columns.next()
        self.template = try columns.next()
        self.priority = NotificationPriority(stored: try columns.next())
        self.hours = try columns.next()
        self.subject = try columns.next()
        self.text = try columns.next()
        self.dueAt = try columns.next()
        self.expiresAt = try columns.next()
        self.attempts = try columns.next()
        self.correlationID = try columns.next()
        self.sender = try columns.next()
        self.campaign = try columns.next()
    }
}

/// The messages that go out next, locked: the most urgent first, of each recipient the one that is before its others, and
/// none of a recipient for whom one is on its way.
///
/// Only the first of those that are due are looked at, and whether one is before them is asked for each by itself: as a
/// join, that would be planned by what the table held when it was last looked over, which may have been nothing.
struct LockDueNotifications: Statement {
    static let sql = """
        WITH head AS MATERIALIZED (
            SELECT notification_id, recipient, priority, due_at, position
              FROM notification
             WHERE state = 'scheduled'
               AND due_at <= $1
               AND priority BETWEEN $3 AND $4
               AND channel = ANY ($5)
               AND (next_attempt_at IS NULL OR next_attempt_at <= $2)
             ORDER BY priority, due_at, position
             LIMIT 16 * $6 + 1000
        ), free AS MATERIALIZED (
            SELECT h.notification_id
              FROM head AS h
             WHERE (SELECT o.position
                      FROM notification AS o
                     WHERE o.recipient = h.recipient
                       AND o.state IN ('scheduled', 'handingOver')
                       AND (o.state = 'handingOver'
                            OR o.due_at <= $1
                               AND (o.priority, o.due_at, o.position) < (h.priority, h.due_at, h.position))
                     LIMIT 1) IS NULL
             ORDER BY h.priority, h.due_at, h.position
             LIMIT $6)
        SELECT \(DueNotification.columns)
          FROM free AS f
          JOIN notification AS n
            ON n.notification_id = f.notification_id
         WHERE n.state = ANY ($7)
         ORDER BY n.priority, n.due_at, n.position
           FOR UPDATE OF n SKIP LOCKED
        """

    var now: Timestamp
    var wallNow: Timestamp
    var priorities: ClosedRange<NotificationPriority>
    var channels: [NotificationChannel]
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.now)
        parameters.append(self.wallNow)
        parameters.append(self.priorities.lowerBound.stored)
        parameters.append(self.priorities.upperBound.stored)
        parameters.append(self.channels)
        parameters.append(self.limit)
        // Not in the text, by which an index of few would be taken for one row.
        parameters.append([NotificationLifecycle.State.scheduled])
    }

    static func read(_ columns: inout Columns) throws -> DueNotification { try DueNotification(&columns) }
}

/// When recipients have been handed normal and bulk messages.
struct FindHandOvers: Statement {
    static let sql = """
        SELECT recipient, handed_over_at
          FROM notification
         WHERE recipient = ANY ($1)
           AND priority > 0
           AND handed_over_at > $2
        """

    var recipients: [String]
    var since: Timestamp

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.recipients)
        parameters.append(self.since)
    }

    static func read(_ columns: inout Columns) throws -> (recipient: String, at: Timestamp) {
        (try columns.next(), try columns.next())
    }
}

/// Notes that messages are on their way to the gateway, before it is called.
struct ClaimNotifications: Statement {
    static let sql = """
        UPDATE notification
           SET state = 'handingOver',
               claimed_at = $3,
               handed_over_at = COALESCE(handed_over_at, $2),
               gateway_id = $4,
               attempts = attempts + 1,
               next_attempt_at = NULL
         WHERE notification_id = ANY ($1)
        """

    var ids: [NotificationID]
    var now: Timestamp
    var wallNow: Timestamp
    var gateway: String

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.ids)
        parameters.append(self.now)
        parameters.append(self.wallNow)
        parameters.append(self.gateway)
    }
}

/// Puts messages off.
struct PostponeNotifications: Statement {
    static let sql = """
        UPDATE notification AS n
           SET due_at = b.due_at,
               waits = n.waits || jsonb_build_array(
                   jsonb_build_object('reason', b.reason, 'until', b.due_at, 'noted', $4::timestamptz))
          FROM unnest($1::uuid[], $2::timestamptz[], $3::text[]) AS b (notification_id, due_at, reason)
         WHERE n.notification_id = b.notification_id
        """

    var postponed: [(id: NotificationID, schedule: DeliverySchedule)]
    var now: Timestamp

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.postponed.map(\.id))
        parameters.append(self.postponed.map(\.schedule.dueAt))
        parameters.append(self.postponed.map { $0.schedule.reason?.rawValue ?? "" })
        parameters.append(self.now)
    }
}

/// Ends messages that are not sent.
struct EndNotifications: Statement {
    static let sql = """
        UPDATE notification AS n
           SET state = b.state,
               code = b.code,
               reason = b.reason,
               ended_at = $5
          FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS b (notification_id, state, code, reason)
         WHERE n.notification_id = b.notification_id
           AND n.state = 'scheduled'
        RETURNING n.notification_id, n.recipient, n.code, n.reason, n.correlation_id
        """

    var ended: [(id: NotificationID, state: NotificationLifecycle.State, cause: Suppression)]
    var at: Timestamp

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.ended.map(\.id))
        parameters.append(self.ended.map(\.state))
        parameters.append(self.ended.map(\.cause.rawValue))
        parameters.append(self.ended.map(\.cause.text))
        parameters.append(self.at)
    }

    static func read(_ columns: inout Columns) throws -> EndedNotification { try EndedNotification(&columns) }
}

/// Messages that have been on their way for so long that whoever handed them over is gone, locked.
struct LockLostNotifications: Statement {
    static let sql = """
        SELECT \(DueNotification.columns)
          FROM notification AS n
         WHERE n.state = 'handingOver'
           AND n.claimed_at < $1
           AND n.priority BETWEEN $2 AND $3
           AND n.channel = ANY ($4)
         ORDER BY n.claimed_at
         LIMIT $5
           FOR UPDATE OF n SKIP LOCKED
        """

    /// By the wall clock.
    var claimedBefore: Timestamp
    var priorities: ClosedRange<NotificationPriority>
    var channels: [NotificationChannel]
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.claimedBefore)
        parameters.append(self.priorities.lowerBound.stored)
        parameters.append(self.priorities.upperBound.stored)
        parameters.append(self.channels)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> DueNotification { try DueNotification(&columns) }
}

/// What has become of messages that were handed over: those whose state it is not any more are left as they are. Locked in
/// the order of their ids, as receipts are.
struct SettleHandOvers: Statement {
    static let sql = """
        WITH locked AS MATERIALIZED (
            SELECT n.notification_id
              FROM notification AS n
             WHERE n.notification_id = ANY ($1)
             ORDER BY n.notification_id
               FOR UPDATE)
        UPDATE notification AS n
           SET state = b.state,
               code = b.code,
               reason = b.reason,
               next_attempt_at = b.next_attempt_at,
               handed_over_at = CASE WHEN b.state = 'scheduled' THEN NULL ELSE n.handed_over_at END,
               claimed_at = NULL,
               sent_at = CASE WHEN b.state IN ('sent', 'delivered') THEN $6 ELSE n.sent_at END,
               ended_at = CASE WHEN b.state IN ('failed', 'delivered') THEN $6 ELSE n.ended_at END
          FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
               AS b (notification_id, state, code, reason, next_attempt_at)
         WHERE n.notification_id = b.notification_id
           AND n.notification_id IN (SELECT notification_id FROM locked)
           AND (n.state = 'handingOver' OR n.state = 'uncertain' AND b.state IN ('sent', 'delivered'))
        RETURNING n.notification_id
        """

    var settled: [SettledHandOver]
    var at: Timestamp

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.settled.map(\.id))
        parameters.append(self.settled.map(\.state))
        parameters.append(self.settled.map(\.code))
        parameters.append(self.settled.map(\.reason))
        parameters.append(self.settled.map(\.nextAttemptAt))
        parameters.append(self.at)
    }

    static func read(_ columns: inout Columns) throws -> NotificationID { try columns.next() }
}

struct SettledHandOver: Sendable {
    var id: NotificationID
    var state: NotificationLifecycle.State
    var code: String?
    var reason: String?
    /// By the wall clock.
    var nextAttemptAt: Timestamp?
}

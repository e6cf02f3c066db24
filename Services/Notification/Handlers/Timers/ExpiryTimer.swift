import Contracts
import Messaging
import NotificationDomain
import Postgres

/// Ends messages whose time is over before they could be sent: none arrives late.
struct ExpiryTimer: TimerSource {
    let name = "expiry"
    let clock = TimerClock.business

    func nextDueAt(in transaction: Transaction) async throws -> Timestamp? {
        try await transaction.execute(NextExpiry()).first ?? nil
    }

    func fire(dueBy: Timestamp, limit: Int, in context: HandlingContext) async throws -> Fired {
        let ended = try await context.transaction.execute(ExpireNotifications(dueBy: dueBy, limit: limit))
        var handled = Handled()
        for (ended, at) in ended { handled.tellSuppressed(ended, at: at) }
        return Fired(count: ended.count, outgoing: handled.outgoing, occurrences: handled.occurrences)
    }
}

private struct NextExpiry: Statement {
    static let sql = """
        SELECT min(expires_at) FROM notification WHERE state = 'scheduled' AND expires_at IS NOT NULL
        """

    static func read(_ columns: inout Columns) throws -> Timestamp? { try columns.next() }
}

private struct ExpireNotifications: Statement {
    static let sql = """
        WITH due AS (
            SELECT notification_id
              FROM notification
             WHERE state = 'scheduled'
               AND expires_at <= $1
             ORDER BY expires_at
             LIMIT $2
               FOR UPDATE SKIP LOCKED)
        UPDATE notification AS n
           SET state = 'expired',
               code = '\(Suppression.expired.rawValue)',
               reason = '\(Suppression.expired.text)',
               ended_at = n.expires_at
          FROM due
         WHERE n.notification_id = due.notification_id
        RETURNING n.notification_id, n.recipient, n.code, n.reason, n.correlation_id, n.expires_at
        """

    var dueBy: Timestamp
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.dueBy)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> (EndedNotification, Timestamp) {
        (try EndedNotification(&columns), try columns.next())
    }
}

package import Contracts
package import Postgres

/// Publishes again what a service's outbox still keeps, while the service runs: its relay does the publishing.
///
/// Consumers recognise what they have handled, so it does no harm; it helps whoever has lost, or never got, what was
/// published.
package struct OutboxReplay: Sendable {
    private let pool: PostgresPool

    /// - Parameter pool: in the service's schema, acting as its role.
    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Hands messages to the relay once more, in their former order.
    ///
    /// - Parameters:
    ///   - since: only those that were appended then or later, by the wall clock.
    ///   - key: only those of this key; of bundles, all that have one.
    /// - Returns: how many there are; those that still wait for their first time are not counted.
    package func request(since: Timestamp?, key: String?) async throws -> Int {
        try await self.pool.withTransaction("replay outbox") { transaction in
            // A message must not be dropped while it is being put in line: then there would be a number without it.
            _ = try await transaction.execute(LockOutboxKeeping())
            return Int(try await transaction.execute(RequeueMessages(since: since, key: key)).first ?? 0)
        }
    }
}

/// Keeps those who drop messages and those who publish them again apart, until the end of the transaction.
struct LockOutboxKeeping: Statement {
    static let sql = "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || '.outbox.keeping', 0))"
}

private struct RequeueMessages: Statement {
    static let sql = """
        WITH requeued AS (
            INSERT INTO outbox_pending (outbox_id, messages)
            SELECT outbox_id, COALESCE(messages, 1)
              FROM outbox
             WHERE ($1::timestamptz IS NULL OR appended_at >= $1)
               AND ($2::bytea IS NULL OR key = $2 OR (messages IS NOT NULL AND position($2 IN value) > 0))
                ON CONFLICT (outbox_id) DO NOTHING
            RETURNING messages
        )
        SELECT COALESCE(sum(messages), 0)::bigint FROM requeued
        """

    var since: Timestamp?
    var key: String?

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.since)
        parameters.append(self.key.map { Array($0.utf8) })
    }

    static func read(_ columns: inout Columns) throws -> Int64 { try columns.next() }
}

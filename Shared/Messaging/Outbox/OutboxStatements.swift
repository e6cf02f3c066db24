import Contracts
import Kafka
import Postgres

/// Appends messages in the order given, in the transaction of the state that they tell of.
struct AppendToOutbox: Statement {
    static let sql = """
        WITH appended AS (
            INSERT INTO outbox (topic, key, headers, value, messages, appended_at)
            SELECT m.topic, m.key, m.headers, m.value, m.messages, $6
              FROM unnest($1::text[], $2::bytea[], $3::bytea[], $4::bytea[], $5::bigint[])
                   WITH ORDINALITY AS m (topic, key, headers, value, messages, position)
             ORDER BY m.position
            RETURNING outbox_id, messages
        )
        INSERT INTO outbox_pending (outbox_id, messages)
        SELECT outbox_id, COALESCE(messages, 1) FROM appended
        """

    var rows: [OutboxRow]
    /// By the wall clock: how long a message is kept is a matter of this world.
    var appendedAt: Timestamp

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.rows.map(\.topic))
        parameters.append(self.rows.map(\.key))
        parameters.append(self.rows.map { HeaderCodec.encode($0.headers) })
        parameters.append(self.rows.map(\.value))
        parameters.append(self.rows.map(\.messages))
        parameters.append(self.appendedAt)
    }
}

/// The oldest messages that are still to be published.
///
/// Ordered by the serial number, which is the order of appending, and read from what is visible:
/// messages about one key are appended under the lock of the entity that they tell of, so a message
/// that is visible has all earlier ones of its key visible too, and a slow transaction holds up
/// nobody. Its rows are not skipped either: nothing remembers "the last number read".
struct FetchPendingMessages: Statement {
    struct Row: Sendable {
        var outboxID: Int64
        /// One, or those of a bundle.
        var records: [ProducerRecord]
    }

    static let sql = """
        SELECT o.outbox_id, o.topic, o.key, o.headers, o.value, o.messages
          FROM (SELECT f.outbox_id, sum(f.messages) OVER (ORDER BY f.outbox_id) - f.messages AS before
                  FROM (SELECT outbox_id, messages
                          FROM outbox_pending
                         ORDER BY outbox_id
                         LIMIT $1) AS f) AS p
          JOIN outbox AS o
            ON o.outbox_id = p.outbox_id
         WHERE p.before < $1
         ORDER BY o.outbox_id
        """

    /// Of messages, save for those of the last bundle.
    var limit: Int32

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> Row {
        let outboxID: Int64 = try columns.next()
        let topic: String = try columns.next()
        let key: [UInt8]? = try columns.next()
        let headers: [UInt8]? = try columns.next()
        let value: [UInt8]? = try columns.next()
        if try columns.next(Int64?.self) != nil {
            return Row(outboxID: outboxID, records: try EventBundle.records(of: value ?? [], on: topic))
        }
        let record = ProducerRecord(
            topic: topic, partition: nil, key: key, value: value, headers: HeaderCodec.decode(headers))
        return Row(outboxID: outboxID, records: [record])
    }
}

/// The broker has acknowledged these. Nobody waits until that is on disk: a server that dies before has them published
/// again.
struct RemovePendingMessages: Statement {
    static let sql = """
        DELETE FROM outbox_pending
         WHERE outbox_id = ANY ($1)
           AND (SELECT set_config('synchronous_commit', 'off', true)) IS NOT NULL
        """

    var outboxIDs: [Int64]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.outboxIDs)
    }
}

/// To which cluster the outbox was last published; no row before the first time.
struct FindDestination: Statement {
    static let sql = "SELECT cluster_id FROM outbox_destination"

    static func read(_ columns: inout Columns) throws -> String { try columns.next() }
}

struct SetDestination: Statement {
    static let sql = """
        INSERT INTO outbox_destination (cluster_id)
        VALUES ($1)
            ON CONFLICT (only_row) DO UPDATE SET cluster_id = EXCLUDED.cluster_id
        """

    var clusterID: String

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.clusterID)
    }
}

/// Publishes again all that is still kept: the broker that had it has lost it.
struct RequeueKeptMessages: Statement {
    static let sql = """
        WITH requeued AS (
            INSERT INTO outbox_pending (outbox_id, messages)
            SELECT outbox_id, COALESCE(messages, 1) FROM outbox
                ON CONFLICT (outbox_id) DO NOTHING
            RETURNING messages
        )
        SELECT COALESCE(sum(messages), 0)::bigint FROM requeued
        """

    static func read(_ columns: inout Columns) throws -> Int64 { try columns.next() }
}

/// Drops published messages that are older than they need to be kept; a slice at a time.
struct DropOldMessages: Statement {
    static let sql = """
        WITH old AS (
            SELECT o.outbox_id
              FROM outbox AS o
             WHERE o.appended_at < $1
               AND NOT EXISTS (SELECT FROM outbox_pending AS p WHERE p.outbox_id = o.outbox_id)
             LIMIT $2
        ), dropped AS (
            DELETE FROM outbox
             WHERE outbox_id IN (SELECT outbox_id FROM old)
            RETURNING outbox_id
        )
        SELECT count(*) FROM dropped
        """

    var before: Timestamp
    var limit: Int32

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.before)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> Int64 { try columns.next() }
}

/// How many messages wait, and since when the oldest does: for the metrics.
struct MeasureOutbox: Statement {
    struct Row: Sendable {
        var pending: Int64
        var oldestAppendedAt: Timestamp?
    }

    static let sql = """
        SELECT COALESCE(sum(messages), 0)::bigint, (SELECT o.appended_at
                            FROM outbox AS o
                           WHERE o.outbox_id = (SELECT min(outbox_id) FROM outbox_pending))
          FROM outbox_pending
        """

    static func read(_ columns: inout Columns) throws -> Row {
        Row(pending: try columns.next(), oldestAppendedAt: try columns.next())
    }
}

/// One relay a service: whoever holds this lock publishes. Released with the connection.
struct TryRelayLock: Statement {
    static let sql = "SELECT pg_try_advisory_lock(hashtextextended(current_schema() || '.outbox', 0))"

    static func read(_ columns: inout Columns) throws -> Bool { try columns.next() }
}

import Contracts
import Postgres
import RatingDomain

/// A line that has perhaps to be barred, by one record.
struct SuspectedBar: Sendable {
    var serviceNumber: String
    var cause: AccountLineBarred.Cause
    /// The day, or the first of the cycle, in which that is done once.
    var since: CivilDate
    var account: Int64
    var reachedAt: Timestamp
}

/// What is ordered already, or lifted, is not suspected again.
struct SuspectBars: Statement {
    static let sql = """
        INSERT INTO line_bar AS l (service_number, cause, since, account_no, reached_at, pending_since)
        SELECT b.service_number, b.cause, b.since, max(b.account_no), max(b.reached_at), $6
          FROM unnest($1::text[], $2::text[], $3::date[], $4::bigint[], $5::timestamptz[])
               AS b (service_number, cause, since, account_no, reached_at)
         GROUP BY b.service_number, b.cause, b.since
         ORDER BY b.service_number, b.cause, b.since
            ON CONFLICT (service_number, cause, since) DO UPDATE
               SET reached_at = GREATEST(l.reached_at, EXCLUDED.reached_at),
                   pending_since = COALESCE(l.pending_since, EXCLUDED.pending_since)
             WHERE l.external_id IS NULL
        """

    var bars: [SuspectedBar]
    /// By the wall clock.
    var wallNow: Timestamp

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.bars.map(\.serviceNumber))
        parameters.append(self.bars.map(\.cause))
        parameters.append(self.bars.map { PostgresDate(days: Int32(clamping: $0.since.daysSinceEpoch)) })
        parameters.append(self.bars.map(\.account))
        parameters.append(self.bars.map(\.reachedAt))
        parameters.append(self.wallNow)
    }
}

struct NextSuspectedBar: Statement {
    static let sql = "SELECT min(pending_since) FROM line_bar WHERE pending_since IS NOT NULL"

    static func read(_ columns: inout Columns) throws -> Timestamp? { try columns.next() }
}

/// Lines to look at, with their accounts and products.
struct LockSuspectedBars: Statement {
    static let sql = """
        SELECT l.service_number, l.cause, l.since, l.account_no, l.reached_at, a.account_id, a.customer_id,
               COALESCE(o.product, '')
          FROM line_bar AS l
          JOIN account AS a
            ON a.account_no = l.account_no
          LEFT JOIN LATERAL (SELECT product
                               FROM line_owner
                              WHERE service_number = l.service_number
                              ORDER BY attached_at DESC
                              LIMIT 1) AS o
            ON true
         WHERE l.pending_since <= $1
         ORDER BY l.pending_since, l.service_number
         LIMIT $2
           FOR UPDATE OF l SKIP LOCKED
        """

    struct Row: Sendable {
        var bar: SuspectedBar
        var accountId: String
        var customerId: String?
        var product: String
    }

    var pendingSince: Timestamp
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.pendingSince)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> Row {
        let bar = SuspectedBar(
            serviceNumber: try columns.next(), cause: try columns.next(),
            since: CivilDate(daysSinceEpoch: Int(try columns.next(PostgresDate.self).days)),
            account: try columns.next(), reachedAt: try columns.next())
        return Row(
            bar: bar, accountId: try columns.next(), customerId: try columns.next(), product: try columns.next())
    }
}

/// What has come of a suspicion: an order, or nothing so far.
struct ResolveBar: Statement {
    static let sql = """
        UPDATE line_bar
           SET pending_since = NULL,
               external_id = $4,
               lift_at = $5
         WHERE service_number = $1
           AND cause = $2
           AND since = $3
        """

    var bar: SuspectedBar
    var externalId: String?
    var liftAt: Timestamp?

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.bar.serviceNumber)
        parameters.append(self.bar.cause)
        parameters.append(PostgresDate(days: Int32(clamping: self.bar.since.daysSinceEpoch)))
        parameters.append(self.externalId)
        parameters.append(self.liftAt)
    }
}

/// What the orders have put into effect: that alone is lifted.
struct NoteBars: Statement {
    static let sql = """
        UPDATE line_bar AS l
           SET agreement_id = b.agreement_id
          FROM unnest($1::text[], $2::uuid[]) AS b (external_id, agreement_id)
         WHERE l.external_id = b.external_id
        """

    var orders: [(externalId: String, agreement: BundleID)]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.orders.map(\.externalId))
        parameters.append(self.orders.map(\.agreement))
    }
}

struct NextLift: Statement {
    static let sql = "SELECT min(lift_at) FROM line_bar WHERE lift_at IS NOT NULL"

    static func read(_ columns: inout Columns) throws -> Timestamp? { try columns.next() }
}

/// Bars whose time is over, and which lift by that.
struct TakeLifts: Statement {
    static let sql = """
        WITH due AS (
            SELECT service_number, cause, since
              FROM line_bar
             WHERE lift_at <= $1
             ORDER BY lift_at, service_number
             LIMIT $2
               FOR UPDATE SKIP LOCKED)
        UPDATE line_bar AS l
           SET lift_at = NULL
          FROM due AS d
          JOIN account AS a
            ON true
         WHERE l.service_number = d.service_number
           AND l.cause = d.cause
           AND l.since = d.since
           AND a.account_no = l.account_no
        RETURNING l.service_number, l.external_id, l.agreement_id, a.account_id, a.customer_id,
                  COALESCE((SELECT o.product FROM line_owner AS o WHERE o.service_number = l.service_number
                             ORDER BY o.attached_at DESC LIMIT 1), '')
        """

    struct Row: Sendable {
        var serviceNumber: String
        var externalId: String
        /// `nil` where the order has put nothing into effect.
        var agreement: BundleID?
        var accountId: String
        var customerId: String?
        var product: String
    }

    var dueBy: Timestamp
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.dueBy)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> Row {
        Row(
            serviceNumber: try columns.next(), externalId: try columns.next(), agreement: try columns.next(),
            accountId: try columns.next(), customerId: try columns.next(), product: try columns.next())
    }
}

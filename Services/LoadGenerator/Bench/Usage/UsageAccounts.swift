import Contracts
import LoadGeneratorDomain
import Messaging
import Postgres

/// Makes accounts in Rating's tables, as so many orders would have made them: a bundle of a fixed line and a mobile each.
struct UsageAccounts: Sendable {
    let pool: PostgresPool
    /// When the bundles took effect: the start of a cycle.
    let since: Timestamp

    /// Adds accounts up to a number of them.
    func grow(from count: Int, to wanted: Int) async throws {
        for first in stride(from: count, to: wanted, by: 50_000) {
            let part = (first: Int64(first), count: Int64(min(50_000, wanted - first)))
            _ = try await self.pool.withTransaction("make accounts") { transaction in
                try await transaction.execute(
                    together: InsertBenchAccounts(part: part, since: self.since),
                    InsertBenchLines(part: part, since: self.since),
                    InsertBenchBundles(part: part, since: self.since),
                    InsertBenchMembers(part: part))
            }
        }
        try await self.pool.withConnection { connection in
            try await connection.execute(
                unsafeSQL: "ANALYZE rating.account, rating.line_owner, rating.agreement, rating.agreement_member",
                name: "analyze accounts")
        }
    }
}

extension UsageAccounts {
    /// Opens the cycle of all accounts as it is open for the first, which has used something: so that what is measured is
    /// the middle of a month, and not its first call.
    func openCycles() async throws {
        _ = try await self.pool.withTransaction("open cycles") { transaction in
            try await transaction.execute(together: OpenBenchCycles(), KeepBenchTerms())
        }
        try await self.pool.withConnection { connection in
            try await connection.execute(
                unsafeSQL: "VACUUM ANALYZE rating.account_cycle, rating.cycle_terms", name: "analyze cycles")
        }
    }
}

private struct OpenBenchCycles: Statement {
    static let sql = """
        INSERT INTO rating.account_cycle (account_no, cycle, catalogue_version, revision)
        SELECT a.account_no, c.cycle, c.catalogue_version, a.revision
          FROM rating.account AS f
          JOIN rating.account_cycle AS c
            ON c.account_no = f.account_no
          JOIN rating.account AS a
            ON a.account_id LIKE 'L%'
         WHERE f.account_id = 'L0'
            ON CONFLICT DO NOTHING
        """
}

private struct KeepBenchTerms: Statement {
    static let sql = """
        INSERT INTO rating.cycle_terms (account_no, cycle, revision, shape_no, numbers, ids)
        SELECT a.account_no, t.cycle, a.revision, t.shape_no,
               ARRAY['0298' || lpad(substr(a.account_id, 2), 8, '0'), '177' || lpad(substr(a.account_id, 2), 8, '0')],
               ARRAY[md5('bench ' || substr(a.account_id, 2))::uuid::text]
          FROM rating.account AS f
          JOIN rating.cycle_terms AS t
            ON t.account_no = f.account_no
          JOIN rating.account AS a
            ON a.account_id LIKE 'L%'
         WHERE f.account_id = 'L0'
            ON CONFLICT DO NOTHING
        """
}

/// Accounts by the numbers that `SyntheticUsage` gives to their lines.
private protocol BenchPart: Statement {
    var part: (first: Int64, count: Int64) { get }
}

extension BenchPart {
    fileprivate func bindPart(_ parameters: inout Parameters) {
        parameters.append(self.part.first)
        parameters.append(self.part.count)
    }
}

private struct InsertBenchAccounts: BenchPart {
    static let sql = """
        INSERT INTO rating.account (account_id, customer_id, public_ledger_id, opened_at, billed_through)
        SELECT 'L' || i, 'C' || i, gen_random_uuid(), $3::timestamptz,
               (date_trunc('month', $3::timestamptz AT TIME ZONE 'Asia/Shanghai') - interval '1 month')::date
          FROM generate_series($1::bigint, $1::bigint + $2::bigint - 1) AS i
        """

    var part: (first: Int64, count: Int64)
    var since: Timestamp

    func bind(_ parameters: inout Parameters) {
        self.bindPart(&parameters)
        parameters.append(self.since)
    }
}

private struct InsertBenchLines: BenchPart {
    static let sql = """
        INSERT INTO rating.line_owner (service_number, attached_at, account_no, product)
        SELECT n.number, $3::timestamptz, a.account_no, n.product
          FROM generate_series($1::bigint, $1::bigint + $2::bigint - 1) AS i
          JOIN rating.account AS a
            ON a.account_id = 'L' || i
         CROSS JOIN LATERAL (VALUES ('0298' || lpad(i::text, 8, '0'), 'fixedLine'),
                                    ('177' || lpad(i::text, 8, '0'), 'mobile2g')) AS n (number, product)
        """

    var part: (first: Int64, count: Int64)
    var since: Timestamp

    func bind(_ parameters: inout Parameters) {
        self.bindPart(&parameters)
        parameters.append(self.since)
    }
}

private struct InsertBenchBundles: BenchPart {
    static let sql = """
        INSERT INTO rating.agreement (agreement_id, account_no, order_id, offer, term, effective_at)
        SELECT md5('bench ' || i)::uuid, a.account_no, gen_random_uuid(), 'WB-BASIC-A-88', 'monthly', $3::timestamptz
          FROM generate_series($1::bigint, $1::bigint + $2::bigint - 1) AS i
          JOIN rating.account AS a
            ON a.account_id = 'L' || i
        """

    var part: (first: Int64, count: Int64)
    var since: Timestamp

    func bind(_ parameters: inout Parameters) {
        self.bindPart(&parameters)
        parameters.append(self.since)
    }
}

private struct InsertBenchMembers: BenchPart {
    static let sql = """
        INSERT INTO rating.agreement_member (
               agreement_id, position, service_number, product, is_main, role, services, options)
        SELECT md5('bench ' || i)::uuid, n.position, n.number, n.product, n.position = 0, 'included', '{callerId}', '{}'
          FROM generate_series($1::bigint, $1::bigint + $2::bigint - 1) AS i
         CROSS JOIN LATERAL (VALUES (0, '0298' || lpad(i::text, 8, '0'), 'fixedLine'),
                                    (1, '177' || lpad(i::text, 8, '0'), 'mobile2g')) AS n (position, number, product)
        """

    var part: (first: Int64, count: Int64)

    func bind(_ parameters: inout Parameters) { self.bindPart(&parameters) }
}

/// How far Rating has come: records that it has taken, messages and cycles that wait, records that it has rejected.
struct UsageProgress: Statement {
    static let sql = """
        SELECT (SELECT COALESCE(sum(next_offset), 0)::bigint FROM rating.inbox_offset WHERE topic = 'usage.recorded'),
               (SELECT COALESCE(sum(messages), 0)::bigint FROM rating.outbox_pending),
               (SELECT count(*) FROM (SELECT FROM rating.account_cycle WHERE rerate_at IS NOT NULL
                                       ORDER BY rerate_at LIMIT 1) AS p),
               (SELECT count(*) FROM rating.usage_rejection)
        """

    struct Row: Sendable {
        var taken: Int64
        var unpublished: Int64
        var pending: Int64
        var rejected: Int64
    }

    static func read(_ columns: inout Columns) throws -> Row {
        Row(
            taken: try columns.next(), unpublished: try columns.next(), pending: try columns.next(),
            rejected: try columns.next())
    }
}

/// What Rating has stored: records, and what their cycles say of them. Both have to agree.
struct UsageTotals: Statement {
    static let sql = """
        SELECT (SELECT count(*) FROM rating.usage_record),
               (SELECT COALESCE(sum(charge_milliyuan), 0)::bigint FROM rating.usage_record),
               (SELECT COALESCE(sum(records), 0)::bigint FROM rating.account_cycle),
               (SELECT COALESCE(sum(charge_milliyuan), 0)::bigint FROM rating.account_cycle)
        """

    struct Row: Sendable {
        var records: Int64
        var charges: Int64
        var countedRecords: Int64
        var countedCharges: Int64
    }

    static func read(_ columns: inout Columns) throws -> Row {
        Row(
            records: try columns.next(), charges: try columns.next(), countedRecords: try columns.next(),
            countedCharges: try columns.next())
    }
}

import Contracts
import Postgres
import RatingDomain

/// An account of whose quotas it is to be told how they stand at the end of a day.
struct QuotaCheck: Hashable, Sendable {
    var key: CycleKey
    var dueAt: Timestamp
}

struct InsertQuotaChecks: Statement {
    static let sql = """
        INSERT INTO quota_check (account_no, cycle, due_at)
        SELECT DISTINCT b.account_no, b.cycle, b.due_at
          FROM unnest($1::bigint[], $2::date[], $3::timestamptz[]) AS b (account_no, cycle, due_at)
         ORDER BY b.due_at, b.account_no, b.cycle
            ON CONFLICT DO NOTHING
        """

    var checks: [QuotaCheck]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.checks.map(\.key.account))
        parameters.append(self.checks.map(\.key.cycle))
        parameters.append(self.checks.map(\.dueAt))
    }
}

struct NextQuotaCheck: Statement {
    static let sql = "SELECT min(due_at) FROM quota_check"

    static func read(_ columns: inout Columns) throws -> Timestamp? { try columns.next() }
}

struct TakeQuotaChecks: Statement {
    static let sql = """
        DELETE FROM quota_check
         WHERE (due_at, account_no, cycle) IN (SELECT due_at, account_no, cycle
                                                 FROM quota_check
                                                WHERE due_at <= $1
                                                ORDER BY due_at, account_no
                                                LIMIT $2
                                                  FOR UPDATE SKIP LOCKED)
        RETURNING account_no, cycle, due_at
        """

    var dueBy: Timestamp
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.dueBy)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> QuotaCheck {
        QuotaCheck(key: CycleKey(account: try columns.next(), cycle: try columns.next()), dueAt: try columns.next())
    }
}

/// Accounts' cycles as they are, where nothing is used yet too.
struct FindCyclesToTell: Statement {
    static let sql = """
        SELECT a.account_no, $2::date, a.account_id, COALESCE(c.revision, a.revision), COALESCE(c.catalogue_version, $3),
               COALESCE(c.counters, ''), COALESCE(c.charge_milliyuan, 0), COALESCE(c.records, 0), c.last_ended_at,
               c.pending_from, c.pending_since, c.rerate_at, c.billed_counters, a.parked_code IS NOT NULL,
               COALESCE(c.version, 0), COALESCE(c.is_high, false), a.mean_bill_milliyuan
          FROM account AS a
          LEFT JOIN account_cycle AS c
            ON c.account_no = a.account_no
           AND c.cycle = $2
         WHERE a.account_no = ANY ($1)
        """

    var accounts: [Int64]
    var cycle: BillingCycle
    var catalogueVersion: String

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.accounts)
        parameters.append(self.cycle)
        parameters.append(self.catalogueVersion)
    }

    static func read(_ columns: inout Columns) throws -> StoredCycle { try StoredCycle(&columns) }
}

/// When notices are due, and of which accounts they have been given.
struct FindUsageNotice: Statement {
    static let sql = "SELECT due_at, after_account FROM usage_notice"

    static func read(_ columns: inout Columns) throws -> (dueAt: Timestamp, after: Int64) {
        (try columns.next(), try columns.next())
    }
}

struct SetUsageNotice: Statement {
    static let sql = """
        INSERT INTO usage_notice AS n (due_at, after_account)
        VALUES ($1, $2)
            ON CONFLICT (only_row) DO UPDATE
           SET due_at = excluded.due_at,
               after_account = excluded.after_account
        """

    var dueAt: Timestamp
    var after: Int64

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.dueAt)
        parameters.append(self.after)
    }
}

struct ListAccountsAfter: Statement {
    static let sql = "SELECT account_no FROM account WHERE account_no > $1 ORDER BY account_no LIMIT $2"

    var after: Int64
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.after)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> Int64 { try columns.next() }
}

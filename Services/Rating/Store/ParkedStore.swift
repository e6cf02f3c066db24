import Contracts
import Messaging
import Postgres
import RatingDomain

/// Parked accounts that are to be tried again, locked until the transaction ends.
struct LockParkedAccounts: Statement {
    static let sql = """
        SELECT account_id, account_no
          FROM account
         WHERE parked_until <= $1
         ORDER BY parked_until, account_no
         LIMIT $2
           FOR UPDATE SKIP LOCKED
        """

    /// By the wall clock.
    var dueBy: Timestamp
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.dueBy)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> StoredAccount {
        StoredAccount(accountId: try columns.next(), number: try columns.next())
    }
}

struct NextParkedAccount: Statement {
    static let sql = "SELECT min(parked_until) FROM account WHERE parked_until IS NOT NULL"

    static func read(_ columns: inout Columns) throws -> Timestamp? { try columns.next() }
}

/// The cycles of accounts that are not billed, locked in the order of rating.
struct LockOpenCycles: Statement {
    static let sql = """
        SELECT \(LockCycles.columns)
          FROM account_cycle AS c
          JOIN account AS a
            ON a.account_no = c.account_no
         WHERE c.account_no = ANY ($1)
           AND c.billed_counters IS NULL
         ORDER BY c.account_no, c.cycle
           FOR UPDATE OF c
        """

    var accounts: [Int64]

    func bind(_ parameters: inout Parameters) { parameters.append(self.accounts) }

    static func read(_ columns: inout Columns) throws -> StoredCycle { try StoredCycle(&columns) }
}

/// Takes accounts up again; what they have used is rated again.
struct ResumeAccounts: Statement {
    static let sql = """
        WITH resumed AS (
            UPDATE account
               SET parked_code = NULL,
                   parked_reason = NULL,
                   parked_at = NULL,
                   parked_until = NULL
             WHERE account_no = ANY ($1)
            RETURNING account_no)
        UPDATE account_cycle AS c
           SET version = c.version + 1,
               pending_from = COALESCE(c.pending_from, c.last_ended_at),
               pending_since = COALESCE(c.pending_since, $2),
               rerate_at = COALESCE(c.rerate_at, $2)
          FROM resumed AS r
         WHERE c.account_no = r.account_no
           AND c.billed_counters IS NULL
           AND c.records > 0
        """

    var accounts: [Int64]
    var wallNow: Timestamp

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.accounts)
        parameters.append(self.wallNow)
    }
}

struct DelayParkedAccounts: Statement {
    static let sql = """
        UPDATE account AS a
           SET parked_reason = b.reason,
               parked_until = $3
          FROM unnest($1::bigint[], $2::text[]) AS b (account_no, reason)
         WHERE a.account_no = b.account_no
        """

    var accounts: [(number: Int64, reason: String)]
    var until: Timestamp

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.accounts.map(\.number))
        parameters.append(self.accounts.map(\.reason))
        parameters.append(self.until)
    }
}

/// Records that were rejected since their account was parked: they are sent once more.
struct TakeParkedUsage: Statement {
    static let sql = """
        DELETE FROM usage_rejection
         WHERE account_id = ANY ($1)
           AND code = 'ACCOUNT_PARKED'
        RETURNING record
        """

    var accountIds: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.accountIds) }

    static func read(_ columns: inout Columns) throws -> UsageRecorded { try columns.next(JSONB.self).decode() }
}

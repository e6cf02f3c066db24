import Contracts
import Messaging
import Postgres
import RatingDomain

/// An account as the tables name it.
struct StoredAccount: Hashable, Sendable {
    var accountId: String
    var number: Int64
}

struct NewAccount: Sendable {
    var accountId: String
    var customerId: String?
    var publicLedgerId: LedgerID
    var orderId: OrderID
    var openedAt: Timestamp
    /// The cycle before the one in which it is opened.
    var billedThrough: BillingCycle
}

/// An effect that becomes known after a later one has the account billed from its own cycle on, where nothing is billed
/// yet.
///
/// - Returns: those that were not there, and those that are billed from an earlier cycle on.
struct OpenAccounts: Statement {
    static let sql = """
        INSERT INTO account AS a (account_id, customer_id, public_ledger_id, order_id, opened_at, billed_through)
        SELECT b.account_id, b.customer_id, b.public_ledger_id, b.order_id, b.opened_at, b.billed_through
          FROM unnest($1::text[], $2::text[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::date[])
               AS b (account_id, customer_id, public_ledger_id, order_id, opened_at, billed_through)
         ORDER BY b.account_id
            ON CONFLICT (account_id) DO UPDATE
               SET billed_through = EXCLUDED.billed_through
             WHERE a.billed_through > EXCLUDED.billed_through
               AND NOT EXISTS (SELECT FROM bill AS b WHERE b.account_no = a.account_no)
        RETURNING a.account_id, a.account_no, a.xmax = 0
        """

    var accounts: [NewAccount]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.accounts.map(\.accountId))
        parameters.append(self.accounts.map(\.customerId))
        parameters.append(self.accounts.map(\.publicLedgerId))
        parameters.append(self.accounts.map(\.orderId))
        parameters.append(self.accounts.map(\.openedAt))
        parameters.append(self.accounts.map(\.billedThrough))
    }

    static func read(_ columns: inout Columns) throws -> (account: StoredAccount, isNew: Bool) {
        let account = StoredAccount(accountId: try columns.next(), number: try columns.next())
        return (account, try columns.next())
    }
}

/// Lets one transaction at a time decide whom a line belongs to; in one order everywhere.
struct LockNumbers: Statement {
    static let sql = """
        SELECT pg_advisory_xact_lock(k.key)
          FROM (SELECT DISTINCT hashtextextended('line:' || n.number, 0) AS key
                  FROM unnest($1::text[]) AS n (number)
                 ORDER BY 1) AS k
        """

    var numbers: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.numbers) }
}

/// Accounts by their ids, and those that ever had one of the lines, locked until the transaction ends.
struct LockAccounts: Statement {
    static let sql = """
        SELECT a.account_id, a.account_no
          FROM account AS a
         WHERE a.account_id = ANY ($1)
            OR a.account_no IN (SELECT o.account_no FROM line_owner AS o WHERE o.service_number = ANY ($2))
         ORDER BY a.account_no
           FOR UPDATE
        """

    var accountIds: [String]
    var numbers: [String]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.accountIds)
        parameters.append(self.numbers)
    }

    static func read(_ columns: inout Columns) throws -> StoredAccount {
        StoredAccount(accountId: try columns.next(), number: try columns.next())
    }
}

/// Locks the cycles of accounts, in the order in which rating locks them.
struct LockCyclesOfAccounts: Statement {
    static let sql = """
        SELECT FROM account_cycle
         WHERE account_no = ANY ($1)
         ORDER BY account_no, cycle
           FOR UPDATE
        """

    var accounts: [Int64]

    func bind(_ parameters: inout Parameters) { parameters.append(self.accounts) }
}

/// What the terms of accounts follow from has changed, from an instant on: rating goes by that from now on, and what was
/// rated otherwise is rated again.
struct ChangeTerms: Statement {
    static let sql = """
        WITH changed AS (
            UPDATE account AS a
               SET revision = a.revision + 1,
                   -- What contradicted may do so no longer.
                   parked_until = CASE WHEN a.parked_until IS NOT NULL THEN $3 END
              FROM unnest($1::bigint[], $2::timestamptz[]) AS b (account_no, changed_at)
             WHERE a.account_no = b.account_no
            RETURNING a.account_no, a.revision, b.changed_at)
        UPDATE account_cycle AS c
           SET revision = a.revision,
               version = c.version + 1,
               pending_from = CASE WHEN c.last_ended_at >= a.changed_at THEN LEAST(c.pending_from, a.changed_at)
                                   ELSE c.pending_from END,
               pending_since = CASE WHEN c.last_ended_at >= a.changed_at THEN COALESCE(c.pending_since, $3)
                                    ELSE c.pending_since END,
               rerate_at = CASE WHEN c.last_ended_at >= a.changed_at THEN COALESCE(c.rerate_at, $4)
                                ELSE c.rerate_at END
          FROM changed AS a
         WHERE c.account_no = a.account_no
        """

    var changes: [(account: Int64, from: Timestamp)]
    /// By the wall clock.
    var wallNow: Timestamp

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.changes.map(\.account))
        parameters.append(self.changes.map(\.from))
        parameters.append(self.wallNow)
        parameters.append(ReratingDelay.dueAt(since: self.wallNow, arrival: self.wallNow))
    }
}

struct ParkAccounts: Statement {
    static let sql = """
        WITH parked AS (
            UPDATE account AS a
               SET parked_code = b.code,
                   parked_reason = b.reason,
                   parked_at = $4,
                   parked_until = $5
              FROM unnest($1::bigint[], $2::text[], $3::text[]) AS b (account_no, code, reason)
             WHERE a.account_no = b.account_no
               AND a.parked_code IS NULL
            RETURNING a.account_no
        ), cycles AS (
            UPDATE account_cycle AS c
               SET version = c.version + 1
              FROM parked AS p
             WHERE c.account_no = p.account_no
        )
        SELECT account_no FROM parked
        """

    var accounts: [(number: Int64, code: String, reason: String)]
    var parkedAt: Timestamp
    /// By the wall clock: when it is tried again.
    var until: Timestamp

    init(_ accounts: [(number: Int64, code: String, reason: String)], in context: HandlingContext) {
        self.accounts = accounts
        self.parkedAt = context.now
        self.until = context.wallNow.advanced(bySeconds: ParkedAccountTimer.pauseSeconds)
    }

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.accounts.map(\.number))
        parameters.append(self.accounts.map(\.code))
        parameters.append(self.accounts.map(\.reason))
        parameters.append(self.parkedAt)
        parameters.append(self.until)
    }

    static func read(_ columns: inout Columns) throws -> Int64 { try columns.next() }
}

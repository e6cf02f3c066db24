import Contracts
import Foundation
import Postgres
import RatingDomain

// What the read API shows.

struct FindAccount: Statement {
    static let sql = """
        SELECT a.account_id, a.account_no, a.customer_id, a.public_ledger_id, a.opened_at, a.parked_code,
               a.parked_reason, a.parked_at, COALESCE(a.stopped_numbers, '{}'),
               (SELECT COALESCE(sum(b.outstanding_milliyuan), 0)::bigint FROM bill AS b
                 WHERE b.account_no = a.account_no)
          FROM account AS a
         WHERE a.account_id = $1
        """

    var accountId: String

    func bind(_ parameters: inout Parameters) { parameters.append(self.accountId) }

    static func read(_ columns: inout Columns) throws -> AccountRow {
        AccountRow(
            account: StoredAccount(accountId: try columns.next(), number: try columns.next()),
            customerId: try columns.next(),
            publicLedgerId: try columns.next(),
            openedAt: try columns.next(),
            parkedCode: try columns.next(),
            parkedReason: try columns.next(),
            parkedAt: try columns.next(),
            stoppedNumbers: try columns.next(),
            outstanding: try columns.next()
        )
    }
}

struct AccountRow: Sendable {
    var account: StoredAccount
    var customerId: String?
    var publicLedgerId: LedgerID
    var openedAt: Timestamp
    var parkedCode: String?
    var parkedReason: String?
    var parkedAt: Timestamp?
    var stoppedNumbers: [String]
    var outstanding: Milliyuan
}

struct FindCycle: Statement {
    static let sql = """
        SELECT \(LockCycles.columns)
          FROM account_cycle AS c
          JOIN account AS a
            ON a.account_no = c.account_no
         WHERE a.account_id = $1
           AND c.cycle = $2
        """

    var accountId: String
    var cycle: BillingCycle

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.accountId)
        parameters.append(self.cycle)
    }

    static func read(_ columns: inout Columns) throws -> StoredCycle { try StoredCycle(&columns) }
}

/// Records of one account's cycle in the order of rating.
struct ListUsage: Statement {
    static let sql = """
        SELECT cycle, usage_id, account_no, ended_at, content, result, charge_milliyuan, sequence, lateness
          FROM usage_record
         WHERE account_no = $1
           AND cycle = $2
           AND ($3::timestamptz IS NULL OR (ended_at, usage_id) > ($3, $4::uuid))
           -- A line's number is near the beginning of what is stored of a record.
           AND ($6::bytea IS NULL OR position($6 IN content) BETWEEN 1 AND 12)
         ORDER BY ended_at, usage_id
         LIMIT $5
        """

    var key: CycleKey
    var after: (endedAt: Timestamp, usageId: UUID)?
    /// Only this line's.
    var serviceNumber: String?
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.key.account)
        parameters.append(self.key.cycle)
        parameters.append(self.after?.endedAt)
        parameters.append(self.after?.usageId)
        parameters.append(self.limit)
        parameters.append(self.serviceNumber.map { CompactWriter.form(of: $0) })
    }

    static func read(_ columns: inout Columns) throws -> StoredUsage { try StoredUsage(&columns) }
}

/// A record by its id alone: looked for in each month that there is, by the months' own keys.
struct FindUsage: Statement {
    static let sql = """
        SELECT u.cycle, u.usage_id, u.account_no, u.ended_at, u.content, u.result, u.charge_milliyuan, u.sequence,
               u.lateness, a.account_id
          FROM usage_record AS u
          JOIN account AS a
            ON a.account_no = u.account_no
         WHERE u.usage_id = $1
           AND u.cycle = ANY (ARRAY(SELECT to_date(right(c.relname, 7), 'YYYY_MM')
                                      FROM pg_inherits AS i
                                      JOIN pg_class AS c
                                        ON c.oid = i.inhrelid
                                     WHERE i.inhparent = 'usage_record'::regclass))
        """

    var usageId: UUID

    func bind(_ parameters: inout Parameters) { parameters.append(self.usageId) }

    static func read(_ columns: inout Columns) throws -> (usage: StoredUsage, accountId: String) {
        (try StoredUsage(&columns), try columns.next())
    }
}

/// Usage that was not rated, the latest ids first.
struct ListRejections: Statement {
    static let sql = """
        SELECT usage_id, service_number, account_id, code, message, record, rejected_at, times
          FROM usage_rejection
         WHERE ($1::text IS NULL OR service_number = $1)
           AND ($2::text IS NULL OR code = $2)
           AND ($3::uuid IS NULL OR usage_id < $3)
         ORDER BY usage_id DESC
         LIMIT $4
        """

    var serviceNumber: String?
    var code: String?
    var before: UsageID?
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.serviceNumber)
        parameters.append(self.code)
        parameters.append(self.before)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> RejectionView {
        RejectionView(
            usageId: try columns.next(),
            serviceNumber: try columns.next(),
            accountId: try columns.next(),
            code: try columns.next(),
            message: try columns.next(),
            record: try columns.next(JSONB.self).decode(),
            rejectedAt: try columns.next(),
            times: try columns.next()
        )
    }
}

struct RejectionView: Encodable, Sendable {
    var usageId: UsageID
    var serviceNumber: String
    var accountId: String?
    var code: String
    var message: String
    var record: UsageRecorded
    var rejectedAt: Timestamp
    var times: Int
}

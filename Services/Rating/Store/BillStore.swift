import Contracts
import Foundation
import Postgres
import RatingDomain

/// An account that is to be billed.
struct DueAccount: Sendable {
    var account: StoredAccount
    /// The cycle after the last one that it was billed for.
    var cycle: BillingCycle
}

/// Accounts whose next cycle is over, locked until the transaction ends: those first that have waited longest.
struct LockDueAccounts: Statement {
    static let sql = """
        SELECT account_id, account_no, billed_through
          FROM account AS a
         WHERE billed_through <= $1
           AND parked_code IS NULL
           -- Who pays for the numbers of others comes after them.
           AND NOT EXISTS (SELECT
                             FROM group_payment AS g
                             JOIN line_owner AS o
                               ON o.service_number = g.service_number
                             JOIN account AS e
                               ON e.account_no = o.account_no
                            WHERE g.payer_no = a.account_no
                              AND e.account_no <> a.account_no
                              AND e.billed_through <= a.billed_through
                              AND e.parked_code IS NULL
                              AND NOT EXISTS (SELECT FROM group_payment AS p WHERE p.payer_no = e.account_no))
         ORDER BY billed_through, account_no
         LIMIT $2
           FOR UPDATE OF a SKIP LOCKED
        """

    /// Of the last cycle that is over, the one before.
    var billedThrough: BillingCycle
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.billedThrough)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> DueAccount {
        let account = StoredAccount(accountId: try columns.next(), number: try columns.next())
        return DueAccount(account: account, cycle: try columns.next(BillingCycle.self).next)
    }
}

struct NextBilling: Statement {
    static let sql = "SELECT min(billed_through) FROM account WHERE parked_code IS NULL"

    static func read(_ columns: inout Columns) throws -> BillingCycle? { try columns.next() }
}

struct MarkBilled: Statement {
    static let sql = """
        UPDATE account AS a
           SET billed_through = b.cycle
          FROM unnest($1::bigint[], $2::date[]) AS b (account_no, cycle)
         WHERE a.account_no = b.account_no
        """

    var accounts: [DueAccount]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.accounts.map(\.account.number))
        parameters.append(self.accounts.map(\.cycle))
    }
}

/// The mean of the last bills of accounts; `nil` where there are too few.
struct SetHighBillLimits: Statement {
    static let sql = """
        UPDATE account AS a
           SET mean_bill_milliyuan = b.mean
          FROM unnest($1::bigint[], $2::bigint[]) AS b (account_no, mean)
         WHERE a.account_no = b.account_no
        """

    var limits: [(account: Int64, mean: Milliyuan?)]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.limits.map(\.account))
        parameters.append(self.limits.map(\.mean))
    }
}

/// That the cycles after those that were billed are compared with another mean: who remembers them reads them again.
struct NoteNewLimits: Statement {
    static let sql = """
        UPDATE account_cycle AS c
           SET version = c.version + 1
          FROM unnest($1::bigint[], $2::date[]) AS b (account_no, cycle)
         WHERE c.account_no = b.account_no
           AND c.cycle = b.cycle
        """

    /// Locked.
    var cycles: [CycleKey]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.cycles.map(\.account))
        parameters.append(self.cycles.map(\.cycle))
    }
}

/// The totals of accounts' last bills, the oldest first.
struct FindLastTotals: Statement {
    static let sql = """
        SELECT a.account_no, b.total_milliyuan
          FROM unnest($1::bigint[]) AS a (account_no)
         CROSS JOIN LATERAL (SELECT cycle, total_milliyuan
                               FROM bill
                              WHERE account_no = a.account_no
                              ORDER BY cycle DESC
                              LIMIT $2) AS b
         ORDER BY a.account_no, b.cycle
        """

    var accounts: [Int64]
    var count: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.accounts)
        parameters.append(self.count)
    }

    static func read(_ columns: inout Columns) throws -> (account: Int64, total: Milliyuan) {
        (try columns.next(), try columns.next())
    }
}

/// A bill, as it is stored.
struct StoredBill: Sendable {
    var id: BillID
    var key: CycleKey
    var issuedAt: Timestamp
    var dueAt: Timestamp
    var mainNumber: String?
    var total: Milliyuan
    /// When it was issued.
    var outstandingFirst: Milliyuan
    var outstanding: Milliyuan
    /// Since when it is overdue.
    var overdueAt: Timestamp?
    var lines: [BillLine] = []
}

struct InsertBills: Statement {
    static let sql = """
        INSERT INTO bill (
               bill_id, account_no, cycle, issued_at, due_at, main_number, total_milliyuan, outstanding_first,
               outstanding_milliyuan)
        SELECT *
          FROM unnest(
               $1::uuid[], $2::bigint[], $3::date[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::bigint[],
               $8::bigint[], $9::bigint[])
        """

    var bills: [StoredBill]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.bills.map(\.id))
        parameters.append(self.bills.map(\.key.account))
        parameters.append(self.bills.map(\.key.cycle))
        parameters.append(self.bills.map(\.issuedAt))
        parameters.append(self.bills.map(\.dueAt))
        parameters.append(self.bills.map(\.mainNumber))
        parameters.append(self.bills.map(\.total))
        parameters.append(self.bills.map(\.outstandingFirst))
        parameters.append(self.bills.map(\.outstanding))
    }
}

struct InsertBillLines: Statement {
    static let sql = """
        INSERT INTO bill_line (
               account_no, cycle, position, subject, service_number, amount_milliyuan, unpaid_milliyuan)
        SELECT b.account_no, b.cycle, b.position, string_to_array(b.subject, E'\\x1f'), b.service_number,
               b.amount_milliyuan, b.unpaid_milliyuan
          FROM unnest(
               $1::bigint[], $2::date[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])
               AS b (account_no, cycle, position, subject, service_number, amount_milliyuan, unpaid_milliyuan)
        """

    private struct NewLine {
        var key: CycleKey
        var position: Int
        var line: BillLine
    }

    var bills: [StoredBill]

    func bind(_ parameters: inout Parameters) {
        let rows = self.bills.flatMap { bill in
            bill.lines.enumerated().map { NewLine(key: bill.key, position: $0, line: $1) }
        }
        parameters.append(rows.map(\.key.account))
        parameters.append(rows.map(\.key.cycle))
        parameters.append(rows.map(\.position))
        // The catalogue's words, which have no control characters.
        parameters.append(rows.map { $0.line.subject.joined(separator: "\u{1F}") })
        parameters.append(rows.map(\.line.serviceNumber))
        parameters.append(rows.map(\.line.amount))
        parameters.append(rows.map(\.line.unpaid))
    }
}

private struct FindOutstandingBills: Statement {
    static let sql = """
        SELECT bill_id, account_no, cycle, issued_at, due_at, main_number, total_milliyuan, outstanding_first,
               outstanding_milliyuan, overdue_at
          FROM bill
         WHERE account_no = ANY ($1)
           AND outstanding_milliyuan > 0
         ORDER BY account_no, cycle
           FOR UPDATE
        """

    var accounts: [Int64]

    func bind(_ parameters: inout Parameters) { parameters.append(self.accounts) }

    static func read(_ columns: inout Columns) throws -> StoredBill { try StoredBill(&columns) }
}

private struct FindLinesOfOutstandingBills: Statement {
    static let sql = """
        SELECT l.account_no, l.cycle, l.subject, l.service_number, l.amount_milliyuan, l.unpaid_milliyuan
          FROM bill AS b
          JOIN bill_line AS l
            ON l.account_no = b.account_no
           AND l.cycle = b.cycle
         WHERE b.account_no = ANY ($1)
           AND b.outstanding_milliyuan > 0
         ORDER BY l.account_no, l.cycle, l.position
        """

    var accounts: [Int64]

    func bind(_ parameters: inout Parameters) { parameters.append(self.accounts) }

    static func read(_ columns: inout Columns) throws -> (key: CycleKey, line: BillLine) {
        let key = CycleKey(account: try columns.next(), cycle: try columns.next())
        let line = BillLine(
            subject: try columns.next(), serviceNumber: try columns.next(), amount: try columns.next(),
            unpaid: try columns.next())
        return (key, line)
    }
}

extension Transaction {
    /// Bills that are not paid, the oldest first, locked with all their lines. The accounts are locked before.
    func outstandingBills(of accounts: [Int64]) async throws -> [Int64: [StoredBill]] {
        let (rows, lines) = try await self.execute(
            together: FindOutstandingBills(accounts: accounts), FindLinesOfOutstandingBills(accounts: accounts))
        let byKey = Dictionary(grouping: lines, by: \.key)
        let bills = rows.map { row in
            var bill = row
            bill.lines = (byKey[row.key] ?? []).map(\.line)
            return bill
        }
        return Dictionary(grouping: bills, by: \.key.account)
    }
}

/// What has been paid of bills.
struct UpdateBills: Statement {
    static let sql = """
        WITH paid AS (
            UPDATE bill_line AS l
               SET unpaid_milliyuan = b.unpaid_milliyuan
              FROM unnest($1::bigint[], $2::date[], $3::bigint[], $4::bigint[])
                   AS b (account_no, cycle, position, unpaid_milliyuan)
             WHERE l.account_no = b.account_no
               AND l.cycle = b.cycle
               AND l.position = b.position)
        UPDATE bill AS f
           SET outstanding_milliyuan = b.outstanding_milliyuan
          FROM unnest($5::bigint[], $6::date[], $7::bigint[]) AS b (account_no, cycle, outstanding_milliyuan)
         WHERE f.account_no = b.account_no
           AND f.cycle = b.cycle
        """

    private struct PaidLine {
        var key: CycleKey
        var position: Int
        var unpaid: Milliyuan
    }

    var bills: [StoredBill]

    func bind(_ parameters: inout Parameters) {
        let lines = self.bills.flatMap { bill in
            bill.lines.enumerated().map { PaidLine(key: bill.key, position: $0, unpaid: $1.unpaid) }
        }
        parameters.append(lines.map(\.key.account))
        parameters.append(lines.map(\.key.cycle))
        parameters.append(lines.map(\.position))
        parameters.append(lines.map(\.unpaid))
        parameters.append(self.bills.map(\.key.account))
        parameters.append(self.bills.map(\.key.cycle))
        parameters.append(self.bills.map(\.outstanding))
    }
}

extension StoredBill {
    init(_ columns: inout Columns) throws {
        self.init(
            id: try columns.next(),
            key: CycleKey(account: try columns.next(), cycle: try columns.next()),
            issuedAt: try columns.next(),
            dueAt: try columns.next(),
            mainNumber: try columns.next(),
            total: try columns.next(),
            outstandingFirst: try columns.next(),
            outstanding: try columns.next(),
            overdueAt: try columns.next()
        )
    }
}

import Contracts
import Foundation
import Postgres
import RatingDomain

/// Bills that are not paid, of which nobody has been reminded.
struct LockBillsToRemind: Statement {
    static let sql = """
        SELECT b.bill_id, b.account_no, b.cycle, b.issued_at, b.due_at, b.main_number, b.total_milliyuan,
               b.outstanding_first, b.outstanding_milliyuan, b.overdue_at, a.account_id
          FROM bill AS b
          JOIN account AS a
            ON a.account_no = b.account_no
         WHERE b.due_at < $1
           AND b.outstanding_milliyuan > 0
           AND b.reminded_at IS NULL
         ORDER BY b.due_at, b.account_no
         LIMIT $2
           FOR UPDATE OF b SKIP LOCKED
        """

    var before: Timestamp
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.before)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> (bill: StoredBill, accountId: String) {
        (try StoredBill(&columns), try columns.next())
    }
}

struct NextBillToRemind: Statement {
    static let sql = "SELECT min(due_at) FROM bill WHERE outstanding_milliyuan > 0 AND reminded_at IS NULL"

    static func read(_ columns: inout Columns) throws -> Timestamp? { try columns.next() }
}

struct MarkReminded: Statement {
    static let sql = """
        UPDATE bill AS f
           SET reminded_at = $3
          FROM unnest($1::bigint[], $2::date[]) AS b (account_no, cycle)
         WHERE f.account_no = b.account_no
           AND f.cycle = b.cycle
        """

    var keys: [CycleKey]
    var at: Timestamp

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.keys.map(\.account))
        parameters.append(self.keys.map(\.cycle))
        parameters.append(self.at)
    }
}

/// When it is reminded next of terms that end with a month.
struct TermNotice: Sendable {
    var dueAt: Timestamp
    var last: BillingCycle
    /// Those up to this one have been told.
    var after: UUID
}

struct FindTermNotice: Statement {
    static let sql = "SELECT due_at, last_cycle, after_term FROM term_notice"

    static func read(_ columns: inout Columns) throws -> TermNotice {
        TermNotice(dueAt: try columns.next(), last: try columns.next(), after: try columns.next())
    }
}

struct SetTermNotice: Statement {
    static let sql = """
        INSERT INTO term_notice AS n (due_at, last_cycle, after_term)
        VALUES ($1, $2, $3)
            ON CONFLICT (only_row) DO UPDATE
           SET due_at = excluded.due_at,
               last_cycle = excluded.last_cycle,
               after_term = excluded.after_term
        """

    var notice: TermNotice

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.notice.dueAt)
        parameters.append(self.notice.last)
        parameters.append(self.notice.after)
    }
}

/// Prepaid years and commitments of which a month is the last.
struct ListEndingTerms: Statement {
    static let sql = """
        SELECT t.term_id, a.account_id, t.is_prepaid, t.code, t.service_number
          FROM (SELECT g.agreement_id AS term_id, g.account_no, true AS is_prepaid, g.offer AS code,
                       (SELECT m.service_number
                          FROM agreement_member AS m
                         WHERE m.agreement_id = g.agreement_id
                         ORDER BY m.is_main DESC, m.position
                         LIMIT 1) AS service_number
                  FROM agreement AS g
                 WHERE g.term = 'annual'
                   AND g.effective_at >= $1
                   AND g.effective_at < $2
                   AND g.ended_at IS NULL
                UNION ALL
                SELECT c.commitment_id, c.account_no, false, c.code, c.service_number
                  FROM commitment AS c
                 WHERE c.through_cycle = $3) AS t
          JOIN account AS a
            ON a.account_no = t.account_no
         WHERE t.term_id > $4
         ORDER BY t.term_id
         LIMIT $5
        """

    struct Row: Sendable {
        var term: UUID
        var accountId: String
        var isPrepaid: Bool
        var code: String
        /// `nil` where the offer has no line.
        var serviceNumber: String?
    }

    /// In which prepaid years have begun.
    var begun: (from: Timestamp, until: Timestamp)
    var last: BillingCycle
    var after: UUID
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.begun.from)
        parameters.append(self.begun.until)
        parameters.append(self.last)
        parameters.append(self.after)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> Row {
        Row(
            term: try columns.next(), accountId: try columns.next(), isPrepaid: try columns.next(),
            code: try columns.next(), serviceNumber: try columns.next())
    }
}

import Contracts
import Foundation
import Postgres
import RatingDomain

struct FindAdjustments: Statement {
    static let sql = "SELECT adjustment_id, content FROM adjustment WHERE adjustment_id = ANY ($1)"

    var ids: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.ids) }

    static func read(_ columns: inout Columns) throws -> (id: String, content: [UInt8]) {
        (try columns.next(), try columns.next())
    }
}

/// Usage records of some accounts that are to be refunded, and whether they have been.
struct FindRefundableUsage: Statement {
    static let sql = """
        SELECT u.usage_id, u.account_no, u.charge_milliyuan,
               (SELECT r.usage_id FROM refunded_usage AS r WHERE r.usage_id = u.usage_id) IS NOT NULL
          FROM usage_record AS u
         WHERE u.account_no = ANY ($2)
           AND u.usage_id = ANY ($1)
        """

    struct Row: Sendable {
        var usageId: UsageID
        var account: Int64
        var charge: Milliyuan
        var isRefunded: Bool
    }

    var ids: [UsageID]
    var accounts: [Int64]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.ids)
        parameters.append(self.accounts)
    }

    static func read(_ columns: inout Columns) throws -> Row {
        Row(
            usageId: try columns.next(), account: try columns.next(), charge: try columns.next(),
            isRefunded: try columns.next())
    }
}

/// Which of some usage records have been refunded.
struct FindRefundedUsage: Statement {
    static let sql = "SELECT usage_id FROM refunded_usage WHERE usage_id = ANY ($1)"

    var ids: [UsageID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.ids) }

    static func read(_ columns: inout Columns) throws -> UsageID { try columns.next() }
}

/// What accounts were charged: on the bills that can still be asked for (RAT-40), and in cycles that are not billed yet.
struct SumCharges: Statement {
    static let sql = """
        SELECT a.account_no,
               ((SELECT COALESCE(sum(b.total_milliyuan), 0)
                   FROM (SELECT total_milliyuan FROM bill WHERE account_no = a.account_no
                          ORDER BY cycle DESC LIMIT 6) AS b)
                + (SELECT COALESCE(sum(c.charge_milliyuan), 0) FROM account_cycle AS c
                    WHERE c.account_no = a.account_no AND c.billed_counters IS NULL))::bigint
          FROM unnest($1::bigint[]) AS a (account_no)
        """

    var accounts: [Int64]

    func bind(_ parameters: inout Parameters) { parameters.append(self.accounts) }

    static func read(_ columns: inout Columns) throws -> (account: Int64, charges: Milliyuan) {
        (try columns.next(), try columns.next())
    }
}

struct NewAdjustment: Sendable {
    var adjustment: AdjustmentRequested
    var rule: AdjustmentRule
    var account: Int64
    var subject: [String]
    var content: [UInt8]
    var appliedAt: Timestamp
}

struct InsertAdjustments: Statement {
    static let sql = """
        INSERT INTO adjustment (
               adjustment_id, account_no, content, rule, subject, service_number, amount_milliyuan, rest_milliyuan,
               applied_at)
        SELECT b.adjustment_id, b.account_no, b.content, b.rule, string_to_array(b.subject, E'\\x1f'), b.service_number,
               b.amount, b.amount, b.applied_at
          FROM unnest(
               $1::text[], $2::bigint[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::bigint[],
               $8::timestamptz[])
               AS b (adjustment_id, account_no, content, rule, subject, service_number, amount, applied_at)
        """

    var adjustments: [NewAdjustment]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.adjustments.map(\.adjustment.adjustmentId))
        parameters.append(self.adjustments.map(\.account))
        parameters.append(self.adjustments.map(\.content))
        parameters.append(self.adjustments.map(\.rule.rawValue))
        parameters.append(self.adjustments.map { $0.subject.joined(separator: "\u{1F}") })
        parameters.append(self.adjustments.map(\.adjustment.serviceNumber))
        parameters.append(self.adjustments.map(\.adjustment.amountMilliyuan))
        parameters.append(self.adjustments.map(\.appliedAt))
    }
}

struct InsertRefundedUsage: Statement {
    static let sql = """
        INSERT INTO refunded_usage (usage_id, adjustment_id)
        SELECT * FROM unnest($1::uuid[], $2::text[])
        """

    var refunds: [(usageId: UsageID, adjustmentId: String)]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.refunds.map(\.usageId))
        parameters.append(self.refunds.map(\.adjustmentId))
    }
}

/// Credits that no bill has had yet, the oldest first.
struct FindOpenCredits: Statement {
    static let sql = """
        SELECT account_no, adjustment_id, subject, service_number, rest_milliyuan
          FROM adjustment
         WHERE account_no = ANY ($1)
           AND rest_milliyuan > 0
         ORDER BY account_no, applied_at, adjustment_id
           FOR UPDATE
        """

    var accounts: [Int64]

    func bind(_ parameters: inout Parameters) { parameters.append(self.accounts) }

    static func read(_ columns: inout Columns) throws -> (account: Int64, credit: OpenCredit) {
        let account: Int64 = try columns.next()
        let credit = OpenCredit(
            id: try columns.next(), subject: try columns.next(), serviceNumber: try columns.next(),
            rest: try columns.next())
        return (account, credit)
    }
}

struct TakeCredits: Statement {
    static let sql = """
        UPDATE adjustment AS a
           SET rest_milliyuan = a.rest_milliyuan - b.amount
          FROM unnest($1::text[], $2::bigint[]) AS b (adjustment_id, amount)
         WHERE a.adjustment_id = b.adjustment_id
        """

    var credits: [(id: String, amount: Milliyuan)]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.credits.map(\.id))
        parameters.append(self.credits.map(\.amount))
    }
}

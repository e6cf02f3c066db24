import Contracts
import Foundation
import Postgres
import RatingDomain

/// Money that is to come into a ledger.
struct ScheduledMoney: Sendable {
    enum Kind: String, Sendable, PostgresEncodable, PostgresDecodable {
        /// Given for a time, while an agreement lasts.
        case promotion
        /// Out of a prepayment.
        case rebate
        /// Put aside out of the public ledger for a time.
        case reservation
    }

    var id: ScheduledMoneyID
    var kind: Kind
    var account: Int64
    var serviceNumber: String
    /// Of the promotion or the commitment.
    var reference: String
    var agreement: BundleID?
    var source: LedgerID?
    var dueAt: Timestamp
    var expiresAt: Timestamp?
    var amount: Milliyuan
    var subjects: [[String]] = []
}

struct ScheduledMoneyID: Identifier {
    var rawValue: UUID
    init(rawValue: UUID) { self.rawValue = rawValue }
}

struct ScheduleMoney: Statement {
    static let sql = """
        INSERT INTO scheduled_money (
               money_id, kind, account_no, service_number, reference, agreement_id, source_ledger_id, due_at, expires_at,
               amount_milliyuan, subjects)
        SELECT *
          FROM unnest(
               $1::uuid[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::uuid[], $7::uuid[], $8::timestamptz[],
               $9::timestamptz[], $10::bigint[], $11::jsonb[])
        """

    let money: [ScheduledMoney]
    private let subjects: [JSONB]

    init(_ money: [ScheduledMoney]) throws {
        self.money = money
        self.subjects = try money.map { try JSONB(encoding: $0.subjects) }
    }

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.money.map(\.id))
        parameters.append(self.money.map(\.kind))
        parameters.append(self.money.map(\.account))
        parameters.append(self.money.map(\.serviceNumber))
        parameters.append(self.money.map(\.reference))
        parameters.append(self.money.map(\.agreement))
        parameters.append(self.money.map(\.source))
        parameters.append(self.money.map(\.dueAt))
        parameters.append(self.money.map(\.expiresAt))
        parameters.append(self.money.map(\.amount))
        parameters.append(self.subjects)
    }
}

struct NextScheduledMoney: Statement {
    static let sql = "SELECT min(due_at) FROM scheduled_money WHERE done_at IS NULL"

    static func read(_ columns: inout Columns) throws -> Timestamp? { try columns.next() }
}

/// What is due, locked; of a promotion the account that has the number by then, and whether its agreement still lasts.
struct LockScheduledMoney: Statement {
    static let sql = """
        SELECT m.money_id, m.kind,
               CASE m.kind WHEN 'promotion' THEN COALESCE(o.account_no, m.account_no) ELSE m.account_no END,
               m.service_number, m.reference, m.agreement_id, m.source_ledger_id, m.due_at, m.expires_at,
               m.amount_milliyuan, m.subjects, o.account_no IS NOT NULL,
               m.agreement_id IS NULL OR g.ended_at IS NULL OR g.ended_at > m.due_at
          FROM (SELECT *
                  FROM scheduled_money
                 WHERE done_at IS NULL
                   AND due_at <= $1
                 ORDER BY due_at, money_id
                 LIMIT $2
                   FOR UPDATE SKIP LOCKED) AS m
          LEFT JOIN LATERAL (SELECT l.account_no
                               FROM line_owner AS l
                              WHERE l.service_number = m.service_number
                                AND l.attached_at <= m.due_at
                                AND (l.detached_at IS NULL OR l.detached_at > m.due_at)
                              LIMIT 1) AS o
            ON true
          LEFT JOIN agreement AS g
            ON g.agreement_id = m.agreement_id
         ORDER BY m.due_at, m.money_id
        """

    struct Row: Sendable {
        var money: ScheduledMoney
        /// Whether the number has an account.
        var isOwned: Bool
        /// Whether what it was promised for lasts.
        var isInForce: Bool
    }

    var dueBy: Timestamp
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.dueBy)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> Row {
        let money = ScheduledMoney(
            id: try columns.next(), kind: try columns.next(), account: try columns.next(),
            serviceNumber: try columns.next(), reference: try columns.next(), agreement: try columns.next(),
            source: try columns.next(), dueAt: try columns.next(), expiresAt: try columns.next(),
            amount: try columns.next(), subjects: try columns.next(JSONB.self).decode([[String]].self))
        return Row(money: money, isOwned: try columns.next(), isInForce: try columns.next())
    }
}

struct EndScheduledMoney: Statement {
    static let sql = """
        UPDATE scheduled_money AS m
           SET done_at = m.due_at,
               given_milliyuan = b.given_milliyuan
          FROM unnest($1::uuid[], $2::bigint[]) AS b (money_id, given_milliyuan)
         WHERE m.money_id = b.money_id
        """

    var given: [(id: ScheduledMoneyID, amount: Milliyuan)]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.given.map(\.id))
        parameters.append(self.given.map(\.amount))
    }
}

import Contracts
import Postgres
import RatingDomain

/// Who pays for a number from a cycle on.
struct StoredGroupPayment: Sendable {
    var serviceNumber: String
    var from: BillingCycle
    /// `nil`: nobody any more.
    var payer: Int64?
    var limit: Milliyuan?
    var unspent: GroupPayment.Unspent
}

struct SetGroupPayments: Statement {
    static let sql = """
        INSERT INTO group_payment AS g (service_number, from_cycle, payer_no, limit_milliyuan, unspent)
        SELECT *
          FROM unnest($1::text[], $2::date[], $3::bigint[], $4::bigint[], $5::text[])
            ON CONFLICT (service_number, from_cycle) DO UPDATE
               SET payer_no = EXCLUDED.payer_no,
                   limit_milliyuan = EXCLUDED.limit_milliyuan,
                   unspent = EXCLUDED.unspent
        """

    var payments: [StoredGroupPayment]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.payments.map(\.serviceNumber))
        parameters.append(self.payments.map(\.from))
        parameters.append(self.payments.map(\.payer))
        parameters.append(self.payments.map(\.limit))
        parameters.append(self.payments.map(\.unspent))
    }
}

/// Which of accounts pay for numbers of others now or later, and of which another pays for a number.
struct FindGroupRoles: Statement {
    static let sql = """
        SELECT a.account_no,
               EXISTS (SELECT FROM group_payment AS g WHERE g.payer_no = a.account_no),
               EXISTS (SELECT
                         FROM line_owner AS o
                         JOIN group_payment AS g
                           ON g.service_number = o.service_number
                        WHERE o.account_no = a.account_no
                          AND o.detached_at IS NULL
                          AND g.payer_no IS NOT NULL)
          FROM unnest($1::bigint[]) AS a (account_no)
        """

    var accounts: [Int64]

    func bind(_ parameters: inout Parameters) { parameters.append(self.accounts) }

    static func read(_ columns: inout Columns) throws -> (account: Int64, pays: Bool, isPaidFor: Bool) {
        (try columns.next(), try columns.next(), try columns.next())
    }
}

/// Who pays in a cycle for the numbers that accounts have at its end.
struct FindGroupPayments: Statement {
    static let sql = """
        SELECT a.account_no, g.service_number, g.from_cycle, g.payer_no, g.limit_milliyuan, g.unspent
          FROM unnest($1::bigint[], $2::date[], $3::timestamptz[]) AS a (account_no, cycle, ends_at)
          JOIN line_owner AS o
            ON o.account_no = a.account_no
           AND o.attached_at < a.ends_at
           AND (o.detached_at IS NULL OR o.detached_at >= a.ends_at)
         CROSS JOIN LATERAL (SELECT *
                               FROM group_payment AS p
                              WHERE p.service_number = o.service_number
                                AND p.from_cycle <= a.cycle
                              ORDER BY p.from_cycle DESC
                              LIMIT 1) AS g
         WHERE g.payer_no <> a.account_no
         ORDER BY g.service_number
        """

    var accounts: [BilledAccount]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.accounts.map(\.account))
        parameters.append(self.accounts.map(\.cycle))
        parameters.append(self.accounts.map(\.endsAt))
    }

    static func read(_ columns: inout Columns) throws -> (account: Int64, payment: StoredGroupPayment) {
        let account: Int64 = try columns.next()
        let payment = StoredGroupPayment(
            serviceNumber: try columns.next(), from: try columns.next(), payer: try columns.next(),
            limit: try columns.next(), unspent: try columns.next())
        return (account, payment)
    }
}

/// What an account pays for a number of another.
struct StoredGroupShare: Sendable {
    var share: GroupPayment.Share
    var cycle: BillingCycle
    var payer: Int64
    var account: Int64
}

struct InsertGroupShares: Statement {
    static let sql = """
        INSERT INTO group_share (service_number, cycle, payer_no, account_no, paid_milliyuan, used_milliyuan)
        SELECT *
          FROM unnest($1::text[], $2::date[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
        """

    var shares: [StoredGroupShare]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.shares.map(\.share.serviceNumber))
        parameters.append(self.shares.map(\.cycle))
        parameters.append(self.shares.map(\.payer))
        parameters.append(self.shares.map(\.account))
        parameters.append(self.shares.map(\.share.paid))
        parameters.append(self.shares.map(\.share.used))
    }
}

/// Shares that wait for the payers' bills of a cycle.
struct FindWaitingShares: Statement {
    static let sql = """
        SELECT s.payer_no, s.service_number, s.paid_milliyuan
          FROM unnest($1::bigint[], $2::date[]) AS a (account_no, cycle)
          JOIN group_share AS s
            ON s.payer_no = a.account_no
           AND s.cycle <= a.cycle
         WHERE s.billed_cycle IS NULL
         ORDER BY s.payer_no, s.service_number, s.cycle
        """

    var accounts: [BilledAccount]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.accounts.map(\.account))
        parameters.append(self.accounts.map(\.cycle))
    }

    static func read(
        _ columns: inout Columns
    ) throws -> (payer: Int64, serviceNumber: String, paid: Milliyuan) {
        (try columns.next(), try columns.next(), try columns.next())
    }
}

/// They are on the bills of these accounts and cycles.
struct MarkSharesBilled: Statement {
    static let sql = """
        UPDATE group_share AS s
           SET billed_cycle = a.cycle
          FROM unnest($1::bigint[], $2::date[]) AS a (account_no, cycle)
         WHERE s.payer_no = a.account_no
           AND s.cycle <= a.cycle
           AND s.billed_cycle IS NULL
        """

    var accounts: [BilledAccount]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.accounts.map(\.account))
        parameters.append(self.accounts.map(\.cycle))
    }
}

/// An account and the cycle of a bill.
struct BilledAccount: Sendable {
    var account: Int64
    var cycle: BillingCycle
    /// Of the cycle.
    var endsAt: Timestamp
}

import Contracts
import Postgres
import RatingDomain

/// Payments that have been taken, by the channel's ids.
struct FindPayments: Statement {
    static let sql = "SELECT payment_id, content FROM payment WHERE payment_id = ANY ($1)"

    var ids: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.ids) }

    static func read(_ columns: inout Columns) throws -> (id: String, content: [UInt8]) {
        (try columns.next(), try columns.next())
    }
}

struct NewPayment: Sendable {
    var payment: PaymentReceived
    var account: Int64
    var ledger: LedgerID
    var content: [UInt8]
}

struct InsertPayments: Statement {
    static let sql = """
        INSERT INTO payment (payment_id, account_no, ledger_id, content, received_at)
        SELECT *
          FROM unnest($1::text[], $2::bigint[], $3::uuid[], $4::bytea[], $5::timestamptz[])
        """

    var payments: [NewPayment]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.payments.map(\.payment.paymentId))
        parameters.append(self.payments.map(\.account))
        parameters.append(self.payments.map(\.ledger))
        parameters.append(self.payments.map(\.content))
        parameters.append(self.payments.map(\.payment.receivedAt))
    }
}

/// Accounts that may be paid for, with what credit control has stopped; locked until the transaction ends.
struct LockPayingAccounts: Statement {
    static let sql = """
        SELECT a.account_id, a.account_no, a.customer_id, a.stopped_numbers,
               ARRAY(SELECT o.product
                       FROM unnest(a.stopped_numbers) WITH ORDINALITY AS n (number, position)
                       LEFT JOIN LATERAL (SELECT l.product
                                            FROM line_owner AS l
                                           WHERE l.service_number = n.number
                                           ORDER BY l.attached_at DESC
                                           LIMIT 1) AS o
                         ON true
                      ORDER BY n.position)
          FROM account AS a
         WHERE a.account_id = ANY ($1)
            OR a.account_no IN (SELECT o.account_no FROM line_owner AS o WHERE o.service_number = ANY ($2))
            OR a.account_no = ANY ($3)
         ORDER BY a.account_no
           FOR UPDATE
        """

    var accountIds: [String] = []
    /// That they have, or had.
    var numbers: [String] = []
    var accounts: [Int64] = []

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.accountIds)
        parameters.append(self.numbers)
        parameters.append(self.accounts)
    }

    static func read(_ columns: inout Columns) throws -> PayingAccount {
        var account = PayingAccount(
            account: StoredAccount(accountId: try columns.next(), number: try columns.next()),
            customerId: try columns.next(),
            stoppedNumbers: try columns.next([String]?.self) ?? []
        )
        let products: [String] = try columns.next()
        account.products = Dictionary(zip(account.stoppedNumbers, products)) { first, _ in first }
        return account
    }
}

struct PayingAccount: Sendable {
    var account: StoredAccount
    var customerId: String?
    var stoppedNumbers: [String]
    /// Of those.
    var products: [String: String] = [:]
}

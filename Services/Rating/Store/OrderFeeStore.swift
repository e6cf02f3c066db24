import Contracts
import Postgres
import RatingDomain

/// What an order costs beside what it puts into effect.
struct OrderFee: Sendable {
    var order: OrderID
    var account: Int64
    var serviceNumber: String
    var subject: [String]
    var amount: Milliyuan
    var reason: String
    var incurredAt: Timestamp
}

/// Those that are there already stay as they are.
struct InsertOrderFees: Statement {
    static let sql = """
        INSERT INTO order_fee (order_id, account_no, service_number, subject, amount_milliyuan, reason, incurred_at)
        SELECT b.order_id, b.account_no, b.service_number, string_to_array(b.subject, E'\\x1f'), b.amount_milliyuan,
               b.reason, b.incurred_at
          FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::timestamptz[])
               AS b (order_id, account_no, service_number, subject, amount_milliyuan, reason, incurred_at)
            ON CONFLICT (order_id) DO NOTHING
        """

    var fees: [OrderFee]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.fees.map(\.order))
        parameters.append(self.fees.map(\.account))
        parameters.append(self.fees.map(\.serviceNumber))
        // The catalogue's words, which have no control characters.
        parameters.append(self.fees.map { $0.subject.joined(separator: "\u{1F}") })
        parameters.append(self.fees.map(\.amount))
        parameters.append(self.fees.map(\.reason))
        parameters.append(self.fees.map(\.incurredAt))
    }
}

/// What has been paid for accounts on the day of an instant, until then.
struct FindPaidOnDay: Statement {
    static let sql = """
        SELECT b.account_no, b.until, COALESCE(sum(j.amount_milliyuan), 0)::bigint
          FROM unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[]) AS b (account_no, since, until)
          LEFT JOIN journal_entry AS j
            ON j.account_no = b.account_no
           AND j.booked_at BETWEEN b.since AND b.until
           AND j.book = 'ledger'
           AND j.cause = 'payment'
         GROUP BY b.account_no, b.until
        """

    struct Row: Sendable {
        var account: Int64
        var until: Timestamp
        var paid: Milliyuan
    }

    var times: [(account: Int64, since: Timestamp, until: Timestamp)]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.times.map(\.account))
        parameters.append(self.times.map(\.since))
        parameters.append(self.times.map(\.until))
    }

    static func read(_ columns: inout Columns) throws -> Row {
        Row(account: try columns.next(), until: try columns.next(), paid: try columns.next())
    }
}

/// Fees that wait for the bills of accounts, as far as they were incurred in the cycle or before.
struct FindWaitingFees: Statement {
    static let sql = """
        SELECT f.account_no, f.subject, f.service_number, f.amount_milliyuan
          FROM unnest($1::bigint[], $2::timestamptz[]) AS a (account_no, ends_at)
          JOIN order_fee AS f
            ON f.account_no = a.account_no
           AND f.incurred_at < a.ends_at
         WHERE f.billed_cycle IS NULL
        """

    var accounts: [BilledAccount]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.accounts.map(\.account))
        parameters.append(self.accounts.map(\.endsAt))
    }

    static func read(_ columns: inout Columns) throws -> (account: Int64, line: BillLine) {
        let account: Int64 = try columns.next()
        return (
            account,
            BillLine(subject: try columns.next(), serviceNumber: try columns.next(), amount: try columns.next())
        )
    }
}

struct MarkFeesBilled: Statement {
    static let sql = """
        UPDATE order_fee AS f
           SET billed_cycle = a.cycle
          FROM unnest($1::bigint[], $2::date[], $3::timestamptz[]) AS a (account_no, cycle, ends_at)
         WHERE f.account_no = a.account_no
           AND f.incurred_at < a.ends_at
           AND f.billed_cycle IS NULL
        """

    var accounts: [BilledAccount]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.accounts.map(\.account))
        parameters.append(self.accounts.map(\.cycle))
        parameters.append(self.accounts.map(\.endsAt))
    }
}

import Contracts
import NotificationDomain
import Postgres

/// Lines that have come to accounts.
struct InsertContacts: Statement {
    static let sql = """
        INSERT INTO contact (service_number, account_id, product, is_main, attached_at)
        SELECT b.service_number, b.account_id, b.product, b.is_main, b.attached_at
          FROM unnest($1::text[], $2::text[], $3::text[], $4::boolean[], $5::timestamptz[])
               AS b (service_number, account_id, product, is_main, attached_at)
            ON CONFLICT (service_number, account_id, attached_at) DO UPDATE
           SET product = excluded.product,
               is_main = excluded.is_main
        """

    var contacts: [Contact]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.contacts.map(\.serviceNumber))
        parameters.append(self.contacts.map(\.accountId))
        parameters.append(self.contacts.map(\.product))
        parameters.append(self.contacts.map(\.isMain))
        parameters.append(self.contacts.map(\.attachedAt))
    }
}

/// Lines that have left accounts.
struct EndContacts: Statement {
    static let sql = """
        UPDATE contact AS c
           SET detached_at = b.detached_at
          FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS b (service_number, account_id, detached_at)
         WHERE c.service_number = b.service_number
           AND c.account_id = b.account_id
           AND c.detached_at IS NULL
           AND c.attached_at <= b.detached_at
        """

    var ended: [(serviceNumber: String, accountId: String, at: Timestamp)]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.ended.map(\.serviceNumber))
        parameters.append(self.ended.map(\.accountId))
        parameters.append(self.ended.map(\.at))
    }
}

/// The lines that accounts have, and those of numbers.
struct FindContacts: Statement {
    static let sql = """
        SELECT c.service_number, c.account_id, o.customer_id, c.product, c.is_main, c.attached_at
          FROM contact AS c
          LEFT JOIN account_customer AS o
            ON o.account_id = c.account_id
         WHERE c.detached_at IS NULL
           AND (c.account_id = ANY ($1) OR c.service_number = ANY ($2))
        """

    var accounts: [String]
    var numbers: [String] = []

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.accounts)
        parameters.append(self.numbers)
    }

    static func read(_ columns: inout Columns) throws -> Contact {
        Contact(
            serviceNumber: try columns.next(), accountId: try columns.next(), customerId: try columns.next(),
            product: try columns.next(), isMain: try columns.next(), attachedAt: try columns.next())
    }
}

/// Whose accounts are, where that is not known yet.
struct InsertCustomers: Statement {
    static let sql = """
        INSERT INTO account_customer (account_id, customer_id)
        SELECT b.account_id, b.customer_id
          FROM unnest($1::text[], $2::text[]) AS b (account_id, customer_id)
         ORDER BY b.account_id
            ON CONFLICT DO NOTHING
        """

    var customers: [(accountId: String, customerId: String)]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.customers.map(\.accountId))
        parameters.append(self.customers.map(\.customerId))
    }
}

/// Who wants no bulk messages, of some recipients.
struct FindOptOuts: Statement {
    static let sql = "SELECT recipient FROM opt_out WHERE recipient = ANY ($1)"

    var recipients: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.recipients) }

    static func read(_ columns: inout Columns) throws -> String { try columns.next() }
}

struct InsertOptOuts: Statement {
    static let sql = """
        INSERT INTO opt_out (recipient, since)
        SELECT DISTINCT b.recipient, $2::timestamptz
          FROM unnest($1::text[]) AS b (recipient)
            ON CONFLICT DO NOTHING
        """

    var recipients: [String]
    var since: Timestamp

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.recipients)
        parameters.append(self.since)
    }
}

struct DeleteOptOuts: Statement {
    static let sql = "DELETE FROM opt_out WHERE recipient = ANY ($1)"

    var recipients: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.recipients) }
}

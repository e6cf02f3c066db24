import Contracts
import Postgres

/// Accounts of which credit control has stopped lines.
struct FindAccountsInArrears: Statement {
    static let sql = "SELECT DISTINCT account_id FROM line WHERE account_id = ANY ($1) AND is_in_arrears"

    var accounts: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.accounts) }

    static func read(_ columns: inout Columns) throws -> String { try columns.next() }
}

/// Single offers that lines have, or are about to have, together with others.
struct FindSharedOffers: Statement {
    static let sql = """
        SELECT m.service_number, b.offer
          FROM bundle_member AS m
          JOIN bundle AS b
            ON b.bundle_id = m.bundle_id
         WHERE m.service_number = ANY ($1)
           AND m.part <> 'leaving'
           AND b.kind = 'single'
           AND b.state IN ('active', 'pending')
           AND (SELECT count(*) FROM bundle_member AS o WHERE o.bundle_id = b.bundle_id AND o.part <> 'leaving') > 1
        """

    var numbers: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.numbers) }

    static func read(_ columns: inout Columns) throws -> (number: String, offer: String) {
        (try columns.next(), try columns.next())
    }
}

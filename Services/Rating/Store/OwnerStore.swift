import Contracts
import Postgres
import RatingDomain

/// Who has had lines, and has them.
struct FindOwners: Statement {
    static let sql = """
        SELECT o.service_number, a.account_id, o.product, o.attached_at, o.detached_at, o.services, o.account_no
          FROM line_owner AS o
          JOIN account AS a
            ON a.account_no = o.account_no
         WHERE o.service_number = ANY ($1)
         ORDER BY o.service_number, o.attached_at
        """

    var numbers: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.numbers) }

    static func read(_ columns: inout Columns) throws -> StoredOwner {
        StoredOwner(
            owner: LineOwner(
                serviceNumber: try columns.next(),
                accountId: try columns.next(),
                product: try columns.next(),
                span: Span(from: try columns.next(), until: try columns.next()),
                services: try columns.next()
            ),
            account: try columns.next()
        )
    }
}

struct StoredOwner: Sendable {
    var owner: LineOwner
    var account: Int64
}

/// The same, as far as usage needs it, and with the other lines of their accounts, whose usage comes next.
struct FindLineAccounts: Statement {
    static let sql = """
        SELECT service_number, account_no, attached_at, detached_at
          FROM line_owner
         WHERE account_no = ANY (ARRAY(SELECT account_no
                                         FROM line_owner
                                        WHERE service_number = ANY ($1)))
         ORDER BY service_number, attached_at
        """

    struct Row: Sendable {
        var serviceNumber: String
        var account: Int64
        var span: Span
    }

    var numbers: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.numbers) }

    static func read(_ columns: inout Columns) throws -> Row {
        Row(
            serviceNumber: try columns.next(), account: try columns.next(),
            span: Span(from: try columns.next(), until: try columns.next()))
    }
}

/// To be followed by what takes their place.
struct DeleteOwners: Statement {
    static let sql = "DELETE FROM line_owner WHERE service_number = ANY ($1)"

    var numbers: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.numbers) }
}

struct InsertOwners: Statement {
    static let sql = """
        INSERT INTO line_owner (service_number, attached_at, account_no, product, detached_at, services)
        SELECT b.service_number, b.attached_at, a.account_no, b.product, b.detached_at,
               string_to_array(b.services, E'\\x1f')
          FROM unnest(
               $1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::timestamptz[], $6::text[])
               AS b (service_number, attached_at, account_id, product, detached_at, services)
          JOIN account AS a
            ON a.account_id = b.account_id
        """

    var owners: [LineOwner]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.owners.map(\.serviceNumber))
        parameters.append(self.owners.map(\.span.from))
        parameters.append(self.owners.map(\.accountId))
        parameters.append(self.owners.map(\.product))
        parameters.append(self.owners.map(\.span.until))
        // A channel's words, which have no control characters.
        parameters.append(self.owners.map { $0.services.joined(separator: "\u{1F}") })
    }
}

struct FindClosures: Statement {
    static let sql = "SELECT service_number, at FROM line_closure WHERE service_number = ANY ($1)"

    var numbers: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.numbers) }

    static func read(_ columns: inout Columns) throws -> LineClosure {
        LineClosure(serviceNumber: try columns.next(), at: try columns.next())
    }
}

struct InsertClosures: Statement {
    static let sql = """
        INSERT INTO line_closure (service_number, at)
        SELECT b.service_number, b.at
          FROM unnest($1::text[], $2::timestamptz[]) AS b (service_number, at)
            ON CONFLICT DO NOTHING
        """

    var closures: [LineClosure]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.closures.map(\.serviceNumber))
        parameters.append(self.closures.map(\.at))
    }
}

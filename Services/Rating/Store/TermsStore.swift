import Contracts
import Foundation
import Messaging
import Postgres
import RatingDomain

/// What cycles are rated by, as far as that is stored for the revision that holds.
struct FindCycleTerms: Statement {
    static let sql = """
        SELECT t.account_no, t.cycle, t.shape_no, t.numbers, t.ids
          FROM unnest($1::bigint[], $2::date[], $3::bigint[]) AS b (account_no, cycle, revision)
          JOIN cycle_terms AS t
            ON t.account_no = b.account_no
           AND t.cycle = b.cycle
         WHERE t.revision = b.revision
        """

    struct Row: Sendable {
        var key: CycleKey
        var shape: Int64
        var names: AccountNames
    }

    var cycles: [StoredCycle]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.cycles.map(\.key.account))
        parameters.append(self.cycles.map(\.key.cycle))
        parameters.append(self.cycles.map(\.revision))
    }

    static func read(_ columns: inout Columns) throws -> Row {
        Row(
            key: CycleKey(account: try columns.next(), cycle: try columns.next()), shape: try columns.next(),
            names: AccountNames(numbers: try columns.next(), ids: try columns.next()))
    }
}

struct FindShapes: Statement {
    static let sql = "SELECT shape_no, form FROM terms_shape WHERE shape_no = ANY ($1)"

    var shapes: [Int64]

    func bind(_ parameters: inout Parameters) { parameters.append(self.shapes) }

    static func read(_ columns: inout Columns) throws -> (shape: Int64, terms: AccountTerms) {
        let shape: Int64 = try columns.next()
        let form: String = try columns.next()
        return (shape, try JSONDecoder().decode(AccountTerms.self, from: Data(form.utf8)))
    }
}

/// Keeps what cycles are rated by.
struct KeepCycleTerms: Statement {
    static let sql = """
        WITH shapes AS (
            INSERT INTO terms_shape (form)
            SELECT DISTINCT b.form
              FROM unnest($4::text[]) AS b (form)
             WHERE NOT EXISTS (SELECT FROM terms_shape AS t WHERE md5(t.form) = md5(b.form))
             ORDER BY b.form
                ON CONFLICT DO NOTHING
            RETURNING shape_no, form
        ), known AS (
            SELECT shape_no, form FROM shapes
             UNION ALL
            SELECT t.shape_no, t.form
              FROM (SELECT DISTINCT form FROM unnest($4::text[]) AS f (form)) AS f
              JOIN terms_shape AS t
                ON md5(t.form) = md5(f.form)
        )
        INSERT INTO cycle_terms AS c (account_no, cycle, revision, shape_no, numbers, ids)
        SELECT b.account_no, b.cycle, b.revision, k.shape_no, string_to_array(b.numbers, E'\\x1f'),
               string_to_array(b.ids, E'\\x1f')
          FROM unnest($1::bigint[], $2::date[], $3::bigint[], $4::text[], $5::text[], $6::text[])
               AS b (account_no, cycle, revision, form, numbers, ids)
          JOIN known AS k
            ON k.form = b.form
         ORDER BY b.account_no, b.cycle
            ON CONFLICT (account_no, cycle) DO UPDATE
               SET revision = EXCLUDED.revision,
                   shape_no = EXCLUDED.shape_no,
                   numbers = EXCLUDED.numbers,
                   ids = EXCLUDED.ids
             WHERE c.revision < EXCLUDED.revision
        """

    struct Kept: Sendable {
        var key: CycleKey
        var revision: Int64
        /// Of the canonical terms.
        var form: String
        var names: AccountNames
    }

    var rows: [Kept]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.rows.map(\.key.account))
        parameters.append(self.rows.map(\.key.cycle))
        parameters.append(self.rows.map(\.revision))
        parameters.append(self.rows.map(\.form))
        // Numbers and ids, which have no control characters.
        parameters.append(self.rows.map { $0.names.numbers.joined(separator: "\u{1F}") })
        parameters.append(self.rows.map { $0.names.ids.joined(separator: "\u{1F}") })
    }
}

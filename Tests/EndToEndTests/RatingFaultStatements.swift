import Contracts
import Foundation
import Postgres

struct CountBills: Statement {
    static let sql = """
        SELECT count(*)
          FROM rating.bill AS b
          JOIN rating.account AS a
            ON a.account_no = b.account_no
         WHERE a.account_id LIKE 'R' || $1 || '-%'
           AND b.total_milliyuan <> 0
        """

    var run: String
    func bind(_ parameters: inout Parameters) { parameters.append(self.run) }
    static func read(_ columns: inout Columns) throws -> Int { try columns.next() }
}

struct PlantError: Statement {
    static let sql = """
        UPDATE rating.usage_record AS u
           SET charge_milliyuan = charge_milliyuan + 1
         WHERE u.cycle = $2::text::date
           AND u.usage_id = (SELECT min(v.usage_id::text)::uuid
                               FROM rating.usage_record AS v
                               JOIN rating.account AS a
                                 ON a.account_no = v.account_no
                              WHERE a.account_id = $1
                                AND v.cycle = $2::text::date)
        RETURNING u.usage_id
        """

    var account: String
    var cycle: String

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.account)
        parameters.append(self.cycle)
    }

    static func read(_ columns: inout Columns) throws -> UUID { try columns.next() }
}

struct TakeBackError: Statement {
    static let sql = "UPDATE rating.usage_record SET charge_milliyuan = charge_milliyuan - 1 WHERE usage_id = $1"

    var id: UUID
    func bind(_ parameters: inout Parameters) { parameters.append(self.id) }
}

struct CountPayments: Statement {
    static let sql = "SELECT count(*) FROM rating.payment WHERE payment_id LIKE 'R' || $1 || '-%'"

    var run: String
    func bind(_ parameters: inout Parameters) { parameters.append(self.run) }
    static func read(_ columns: inout Columns) throws -> Int { try columns.next() }
}

struct FindBillsOfRun: Statement {
    static let sql = """
        SELECT a.account_id, b.total_milliyuan, b.outstanding_first
          FROM rating.bill AS b
          JOIN rating.account AS a
            ON a.account_no = b.account_no
         WHERE a.account_id LIKE 'R' || $1 || '-%'
           AND b.cycle = $2::text::date
        """

    struct Row: Sendable {
        var account: String
        var total: Int64
        var outstanding: Int64
    }

    var run: String
    var cycle: String

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.run)
        parameters.append(self.cycle)
    }

    static func read(_ columns: inout Columns) throws -> Row {
        Row(account: try columns.next(), total: try columns.next(), outstanding: try columns.next())
    }
}

struct FindBalances: Statement {
    static let sql = """
        SELECT a.account_id, l.balance_milliyuan
          FROM rating.ledger AS l
          JOIN rating.account AS a
            ON a.account_no = l.account_no
         WHERE a.account_id LIKE 'R' || $1 || '-%'
        """

    var run: String
    func bind(_ parameters: inout Parameters) { parameters.append(self.run) }
    static func read(_ columns: inout Columns) throws -> (account: String, balance: Int64) {
        (try columns.next(), try columns.next())
    }
}

struct CountLines: Statement {
    static let sql = "SELECT count(DISTINCT service_number) FROM rating.line_owner WHERE service_number = ANY ($1)"

    var numbers: [String]
    func bind(_ parameters: inout Parameters) { parameters.append(self.numbers) }
    static func read(_ columns: inout Columns) throws -> Int { try columns.next() }
}

struct CountPending: Statement {
    static let sql = """
        SELECT count(*)
          FROM rating.account_cycle AS c
          JOIN rating.account AS a
            ON a.account_no = c.account_no
         WHERE a.account_id LIKE 'R' || $1 || '-%'
           AND c.pending_since IS NOT NULL
        """

    var run: String
    func bind(_ parameters: inout Parameters) { parameters.append(self.run) }
    static func read(_ columns: inout Columns) throws -> Int { try columns.next() }
}

struct FindCharges: Statement {
    static let sql = """
        SELECT u.usage_id, u.charge_milliyuan
          FROM rating.usage_record AS u
          JOIN rating.account AS a
            ON a.account_no = u.account_no
         WHERE a.account_id LIKE 'R' || $1 || '-%'
        """

    var run: String
    func bind(_ parameters: inout Parameters) { parameters.append(self.run) }
    static func read(_ columns: inout Columns) throws -> (id: UUID, charge: Int64) {
        (try columns.next(), try columns.next())
    }
}

/// What became of records that have no result.
struct FindWhereabouts: Statement {
    static let sql = """
        SELECT 'rejected: ' || code || ', such as ' || min(message), count(*)
          FROM rating.usage_rejection
         WHERE usage_id = ANY ($1)
         GROUP BY code
         UNION ALL
        SELECT 'rated for another account or cycle', count(*)
          FROM rating.usage_record
         WHERE usage_id = ANY ($1)
         UNION ALL
        SELECT 'parked: ' || topic || ', ' || code || ', such as ' || min(reason), count(*)
          FROM rating.parked_record
         GROUP BY topic, code
         UNION ALL
        SELECT 'dead letters in the outbox', count(*)
          FROM rating.outbox
         WHERE topic LIKE '%dead%'
         UNION ALL
        SELECT 'position in ' || topic || ' ' || partition, next_offset
          FROM rating.inbox_offset
         WHERE topic = 'usage.recorded'
         UNION ALL
        SELECT 'cycles pending', count(*)
          FROM rating.account_cycle
         WHERE pending_since IS NOT NULL
        """

    var ids: [UUID]
    func bind(_ parameters: inout Parameters) { parameters.append(self.ids) }
    static func read(_ columns: inout Columns) throws -> String {
        let (what, count): (String, Int) = (try columns.next(), try columns.next())
        return "\(what): \(count)"
    }
}

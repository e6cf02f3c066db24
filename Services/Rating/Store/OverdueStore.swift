import Contracts
import Postgres
import RatingDomain

/// Bills whose time is over, unpaid, that nobody has been told of.
struct LockOverdueBills: Statement {
    static let sql = """
        SELECT b.bill_id, b.account_no, b.cycle, b.issued_at, b.due_at, b.main_number, b.total_milliyuan,
               b.outstanding_first, b.outstanding_milliyuan, b.overdue_at, a.account_id, a.customer_id, a.stopped_numbers
          FROM bill AS b
          JOIN account AS a
            ON a.account_no = b.account_no
         WHERE b.due_at <= $1
           AND b.outstanding_milliyuan > 0
           AND b.overdue_at IS NULL
         ORDER BY b.due_at, b.account_no
         LIMIT $2
           FOR UPDATE SKIP LOCKED
        """

    struct Row: Sendable {
        var bill: StoredBill
        var accountId: String
        var customerId: String?
        var stoppedNumbers: [String]?
    }

    var dueBy: Timestamp
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.dueBy)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> Row {
        Row(
            bill: try StoredBill(&columns), accountId: try columns.next(), customerId: try columns.next(),
            stoppedNumbers: try columns.next())
    }
}

struct NextOverdueBill: Statement {
    static let sql = "SELECT min(due_at) FROM bill WHERE outstanding_milliyuan > 0 AND overdue_at IS NULL"

    static func read(_ columns: inout Columns) throws -> Timestamp? { try columns.next() }
}

struct MarkOverdue: Statement {
    static let sql = """
        UPDATE bill AS f
           SET overdue_at = f.due_at
          FROM unnest($1::bigint[], $2::date[]) AS b (account_no, cycle)
         WHERE f.account_no = b.account_no
           AND f.cycle = b.cycle
        """

    var keys: [CycleKey]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.keys.map(\.account))
        parameters.append(self.keys.map(\.cycle))
    }
}

/// Which lines credit control has stopped; none when they are started again.
struct SetStopped: Statement {
    static let sql = """
        UPDATE account
           SET stopped_numbers = $2,
               stop_order = $3
         WHERE account_no = $1
        """

    var account: Int64
    var numbers: [String]?
    var order: String?

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.account)
        parameters.append(self.numbers)
        parameters.append(self.order)
    }
}

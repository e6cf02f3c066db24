import Contracts
import Postgres
import RatingDomain

// What the read API shows of bills.

struct FindBills: Statement {
    static let sql = """
        SELECT b.bill_id, b.account_no, b.cycle, b.issued_at, b.due_at, b.main_number, b.total_milliyuan,
               b.outstanding_first, b.outstanding_milliyuan, b.overdue_at
          FROM bill AS b
          JOIN account AS a
            ON a.account_no = b.account_no
         WHERE a.account_id = $1
         ORDER BY b.cycle DESC
         LIMIT $2
        """

    var accountId: String
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.accountId)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> StoredBill { try StoredBill(&columns) }
}

struct FindBillLines: Statement {
    static let sql = """
        SELECT subject, service_number, amount_milliyuan, unpaid_milliyuan
          FROM bill_line
         WHERE account_no = $1
           AND cycle = $2
         ORDER BY position
        """

    var key: CycleKey

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.key.account)
        parameters.append(self.key.cycle)
    }

    static func read(_ columns: inout Columns) throws -> BillLine {
        BillLine(
            subject: try columns.next(), serviceNumber: try columns.next(), amount: try columns.next(),
            unpaid: try columns.next())
    }
}

/// What the bills of a cycle have under each subject.
struct SumSubjects: Statement {
    static let sql = """
        SELECT subject, sum(amount_milliyuan)::bigint
          FROM bill_line
         WHERE cycle = $1
         GROUP BY subject
        """

    var cycle: BillingCycle

    func bind(_ parameters: inout Parameters) { parameters.append(self.cycle) }

    static func read(_ columns: inout Columns) throws -> (subject: [String], amount: Milliyuan) {
        (try columns.next(), try columns.next())
    }
}

/// Whether accounts are still to be billed for a cycle.
struct IsBillingOver: Statement {
    static let sql = "SELECT NOT EXISTS (SELECT FROM account WHERE billed_through < $1)"

    var cycle: BillingCycle

    func bind(_ parameters: inout Parameters) { parameters.append(self.cycle) }

    static func read(_ columns: inout Columns) throws -> Bool { try columns.next() }
}

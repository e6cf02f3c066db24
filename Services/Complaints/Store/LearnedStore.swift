import ComplaintsDomain
import Contracts
import Messaging
import Postgres

struct InsertKnownOrders: Statement {
    static let sql = """
        INSERT INTO known_order (order_id, customer_id, account_id, offer, action, state)
        SELECT b.order_id, b.customer_id, b.account_id, b.offer, b.action, 'acknowledged'
          FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])
               AS b (order_id, customer_id, account_id, offer, action)
            ON CONFLICT DO NOTHING
        """

    var orders: [OrderAcknowledged]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.orders.map(\.orderId))
        parameters.append(self.orders.map(\.customerId))
        parameters.append(self.orders.map(\.accountId))
        parameters.append(self.orders.map(\.offer))
        parameters.append(self.orders.map(\.action))
    }
}

struct MoveKnownOrders: Statement {
    static let sql = """
        UPDATE known_order AS o
           SET state = b.state
          FROM unnest($1::uuid[], $2::text[]) AS b (order_id, state)
         WHERE o.order_id = b.order_id
        """

    var states: [(id: OrderID, state: String)]

    init(states: [(key: OrderID, value: String)]) { self.states = states.map { ($0.key, $0.value) } }

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.states.map(\.id))
        parameters.append(self.states.map(\.state))
    }
}

/// Those that have come to their end, with their failed work orders.
struct ForgetOrders: Statement {
    static let sql = """
        WITH gone AS (
            DELETE FROM failed_work_order WHERE order_id = ANY ($1)
        )
        DELETE FROM known_order WHERE order_id = ANY ($1)
        """

    var ids: [OrderID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.ids) }
}

struct InsertFailedWorkOrders: Statement {
    static let sql = """
        INSERT INTO failed_work_order (work_order_id, order_id, type, code, message, failed_at)
        SELECT *
          FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
            ON CONFLICT (work_order_id) DO UPDATE
           SET code = excluded.code,
               message = excluded.message,
               failed_at = excluded.failed_at
        """

    var workOrders: [WorkOrderFailed]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.workOrders.map(\.workOrderId))
        parameters.append(self.workOrders.map(\.orderId))
        parameters.append(self.workOrders.map { storable($0.type) })
        parameters.append(self.workOrders.map { storable($0.code) })
        parameters.append(self.workOrders.map { storable($0.message) })
        parameters.append(self.workOrders.map(\.failedAt))
    }
}

struct ForgetFailedWorkOrders: Statement {
    static let sql = "DELETE FROM failed_work_order WHERE work_order_id = ANY ($1)"

    var ids: [WorkOrderID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.ids) }
}

struct InsertKnownAccounts: Statement {
    static let sql = """
        INSERT INTO known_account (account_id, customer_id)
        SELECT * FROM unnest($1::text[], $2::text[])
            ON CONFLICT DO NOTHING
        """

    var accounts: [(id: String, customer: String)]

    init(accounts: [(key: String, value: String)]) { self.accounts = accounts.map { ($0.key, $0.value) } }

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.accounts.map(\.id))
        parameters.append(self.accounts.map(\.customer))
    }
}

struct LineKey: Hashable, Comparable {
    var number: String
    var account: String

    init(_ number: String, _ account: String) {
        self.number = number
        self.account = account
    }

    static func < (left: LineKey, right: LineKey) -> Bool {
        (left.number, left.account) < (right.number, right.account)
    }
}

/// A line of an account; of one that only its end is known of, no more is here.
struct KnownLine: Sendable {
    var number: String
    var account: String
    var offer: String?
    var plan: String?
    var attachedAt: Timestamp?
    var detachedAt: Timestamp?

    init(number: String, account: String) {
        self.number = number
        self.account = account
    }

    init(_ line: AccountMemberAttached) {
        self.init(number: line.serviceNumber, account: line.accountId)
        self.offer = line.offer
        self.plan = line.plan
        self.attachedAt = line.attachedAt
    }
}

struct SaveKnownLines: Statement {
    static let sql = """
        INSERT INTO known_line AS l (service_number, account_id, offer, plan, attached_at, detached_at)
        SELECT b.service_number, b.account_id, b.offer, b.plan, COALESCE(b.attached_at, b.detached_at), b.detached_at
          FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[])
               AS b (service_number, account_id, offer, plan, attached_at, detached_at)
            ON CONFLICT (service_number, account_id) DO UPDATE
           SET offer = CASE WHEN excluded.detached_at IS NULL THEN excluded.offer ELSE l.offer END,
               plan = CASE WHEN excluded.detached_at IS NULL THEN excluded.plan ELSE l.plan END,
               attached_at = CASE WHEN excluded.detached_at IS NULL THEN excluded.attached_at ELSE l.attached_at END,
               detached_at = excluded.detached_at
        """

    var lines: [KnownLine]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.lines.map(\.number))
        parameters.append(self.lines.map(\.account))
        parameters.append(self.lines.map(\.offer))
        parameters.append(self.lines.map(\.plan))
        parameters.append(self.lines.map(\.attachedAt))
        parameters.append(self.lines.map(\.detachedAt))
    }
}

struct BillKey: Hashable, Comparable {
    var account: String
    var cycle: BillingCycle

    static func < (left: BillKey, right: BillKey) -> Bool {
        (left.account, left.cycle) < (right.account, right.cycle)
    }
}

struct InsertKnownBills: Statement {
    static let sql = """
        INSERT INTO known_bill (account_id, cycle, bill_id, total_milliyuan, outstanding_milliyuan, issued_at)
        SELECT *
          FROM unnest($1::text[], $2::date[], $3::uuid[], $4::bigint[], $5::bigint[], $6::timestamptz[])
            ON CONFLICT DO NOTHING
        """

    var bills: [BillIssued]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.bills.map(\.accountId))
        parameters.append(self.bills.map(\.cycle))
        parameters.append(self.bills.map(\.billId))
        parameters.append(self.bills.map(\.totalMilliyuan))
        parameters.append(self.bills.map(\.outstandingMilliyuan))
        parameters.append(self.bills.map(\.issuedAt))
    }
}

/// All but the last three of each account.
struct ForgetOldBills: Statement {
    static let sql = """
        DELETE FROM known_bill AS k
         USING unnest($1::text[]) AS b (account_id)
         WHERE k.account_id = b.account_id
           AND k.cycle < (SELECT min(l.cycle)
                            FROM (SELECT cycle
                                    FROM known_bill
                                   WHERE account_id = b.account_id
                                   ORDER BY cycle DESC
                                   LIMIT 3) AS l)
        """

    var accounts: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.accounts) }
}

import ComplaintsDomain
import Contracts
import Messaging
import Postgres

/// Orders of customers that have not come to their end, and those that have failed.
struct FindKnownOrders: Statement {
    static let sql = """
        SELECT customer_id, order_id, action, offer, state
          FROM known_order
         WHERE customer_id = ANY ($1)
         ORDER BY order_id DESC
        """

    var customers: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.customers) }

    static func read(
        _ columns: inout Columns
    ) throws -> (customerId: String, order: TicketEvent.Evidence.Order) {
        (
            try columns.next(),
            .init(
                orderId: try columns.next(), action: try columns.next(), offer: try columns.next(),
                state: try columns.next())
        )
    }
}

struct FindFailedWorkOrders: Statement {
    static let sql = """
        SELECT o.customer_id, w.work_order_id, w.order_id, w.type, w.code, w.message, w.failed_at
          FROM known_order AS o
          JOIN failed_work_order AS w
            ON w.order_id = o.order_id
         WHERE o.customer_id = ANY ($1)
         ORDER BY w.failed_at DESC, w.work_order_id
        """

    var customers: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.customers) }

    static func read(
        _ columns: inout Columns
    ) throws -> (customerId: String, workOrder: TicketEvent.Evidence.FailedWorkOrder) {
        (
            try columns.next(),
            .init(
                workOrderId: try columns.next(), orderId: try columns.next(), type: try columns.next(),
                code: try columns.next(), message: try columns.next(), failedAt: try columns.next())
        )
    }
}

/// Whose lines numbers are now, and what they are in.
struct FindKnownLines: Statement {
    static let sql = """
        SELECT DISTINCT ON (service_number) service_number, account_id, COALESCE(offer, plan)
          FROM known_line
         WHERE service_number = ANY ($1)
           AND detached_at IS NULL
         ORDER BY service_number, attached_at DESC
        """

    var numbers: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.numbers) }

    static func read(
        _ columns: inout Columns
    ) throws -> (number: String, accountId: String, offer: String?) {
        (try columns.next(), try columns.next(), try columns.next())
    }
}

struct FindKnownAccounts: Statement {
    static let sql =
        "SELECT customer_id, account_id FROM known_account WHERE customer_id = ANY ($1) ORDER BY account_id"

    var customers: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.customers) }

    static func read(_ columns: inout Columns) throws -> (customerId: String, accountId: String) {
        (try columns.next(), try columns.next())
    }
}

struct FindKnownBills: Statement {
    static let sql = """
        SELECT account_id, bill_id, cycle, total_milliyuan, outstanding_milliyuan, issued_at
          FROM known_bill
         WHERE account_id = ANY ($1)
         ORDER BY account_id, cycle DESC
        """

    var accounts: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.accounts) }

    static func read(
        _ columns: inout Columns
    ) throws -> (accountId: String, bill: TicketEvent.Evidence.Bill) {
        (
            try columns.next(),
            .init(
                billId: try columns.next(), cycle: try columns.next(), totalMilliyuan: try columns.next(),
                outstandingMilliyuan: try columns.next(), issuedAt: try columns.next())
        )
    }
}

/// What the service has learned of the customers of a batch.
struct EvidenceShelf {
    private var orders: [String: [TicketEvent.Evidence.Order]] = [:]
    private var failures: [String: [TicketEvent.Evidence.FailedWorkOrder]] = [:]
    private var lines: [String: (accountId: String, offer: String?)] = [:]
    private var accounts: [String: [String]] = [:]
    private var bills: [String: [TicketEvent.Evidence.Bill]] = [:]

    /// So many of each kind are attached at most.
    private static let most = 20

    static func find(for complaints: [ComplaintSubmitted], in transaction: Transaction) async throws -> EvidenceShelf {
        var shelf = EvidenceShelf()
        let customers = Set(complaints.map(\.customer.id)).sorted()
        let numbers = Set(complaints.compactMap(\.serviceNumber)).sorted()
        let (orders, failures, lines, accounts) = try await transaction.execute(
            together: FindKnownOrders(customers: customers), FindFailedWorkOrders(customers: customers),
            FindKnownLines(numbers: numbers), FindKnownAccounts(customers: customers))
        for (customer, order) in orders { shelf.orders[customer, default: []].append(order) }
        for (customer, workOrder) in failures { shelf.failures[customer, default: []].append(workOrder) }
        for line in lines { shelf.lines[line.number] = (line.accountId, line.offer) }
        for (customer, account) in accounts { shelf.accounts[customer, default: []].append(account) }
        let named = complaints.compactMap { shelf.account(of: $0) }
        for (account, bill) in try await transaction.execute(FindKnownBills(accounts: Set(named).sorted())) {
            shelf.bills[account, default: []].append(bill)
        }
        return shelf
    }

    /// Whose bills a complaint concerns: as it says, else the number's, else the customer's only one.
    func account(of complaint: ComplaintSubmitted) -> String? {
        if let account = complaint.accountId { return account }
        if let number = complaint.serviceNumber { return self.lines[number]?.accountId }
        let accounts = self.accounts[complaint.customer.id] ?? []
        return accounts.count == 1 ? accounts.first : nil
    }

    func evidence(for complaint: ComplaintSubmitted) -> TicketEvent.Evidence {
        let customer = complaint.customer.id
        return TicketEvent.Evidence(
            ordersInFlight: Array((self.orders[customer] ?? []).prefix(Self.most)),
            failedWorkOrders: Array((self.failures[customer] ?? []).prefix(Self.most)),
            bills: self.account(of: complaint).flatMap { self.bills[$0] } ?? [],
            offer: complaint.serviceNumber.flatMap { self.lines[$0]?.offer },
            usageIds: complaint.related?.usageIds ?? [])
    }
}

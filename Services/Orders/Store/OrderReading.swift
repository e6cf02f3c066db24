import Contracts
import OrdersDomain
import Postgres

/// An order as it is shown: accepted or rejected.
struct OrderRow: Sendable {
    var id: OrderID
    var channel: String
    var externalId: String
    var action: String
    var offer: String
    var customerId: String
    var receivedAt: Timestamp
    var state: OrderLifecycle.State
    var stateSince: Timestamp
    var accountId: String?
    var bundleId: BundleID?
    var catalogueVersion: String?
    var promisedEffectiveAt: Timestamp?
    var expectedEffectiveAt: Timestamp?
    var completedAt: Timestamp?
    var effectiveAt: Timestamp?
    var reasons: [OrderRejected.Reason]?
    var targetOrderId: OrderID?
    var amends: OrderID?
    var amendedBy: OrderID?

    static let columns = """
        order_id, channel, external_id, action, offer, customer_id, received_at, state, state_since, account_id,
        bundle_id, catalogue_version, promised_effective_at, expected_effective_at, completed_at, effective_at, reasons,
        target_order_id, amends, amended_by
        """

    init(_ columns: inout Columns) throws {
        self.id = try columns.next()
        self.channel = try columns.next()
        self.externalId = try columns.next()
        self.action = try columns.next()
        self.offer = try columns.next()
        self.customerId = try columns.next()
        self.receivedAt = try columns.next()
        self.state = try columns.next()
        self.stateSince = try columns.next()
        self.accountId = try columns.next()
        self.bundleId = try columns.next()
        self.catalogueVersion = try columns.next()
        self.promisedEffectiveAt = try columns.next()
        self.expectedEffectiveAt = try columns.next()
        self.completedAt = try columns.next()
        self.effectiveAt = try columns.next()
        self.reasons = try columns.next(JSONB?.self)?.decode()
        self.targetOrderId = try columns.next()
        self.amends = try columns.next()
        self.amendedBy = try columns.next()
    }
}

struct FindOrderRow: Statement {
    static let sql = "SELECT \(OrderRow.columns) FROM product_order WHERE order_id = $1"

    var id: OrderID

    func bind(_ parameters: inout Parameters) { parameters.append(self.id) }

    static func read(_ columns: inout Columns) throws -> OrderRow { try OrderRow(&columns) }
}

/// An accepted order, without its work orders, as it is now.
struct FindOrder: Statement {
    static let sql = "SELECT \(OrderColumns.list) FROM product_order WHERE order_id = $1 AND state <> 'rejected'"

    var id: OrderID

    func bind(_ parameters: inout Parameters) { parameters.append(self.id) }

    static func read(_ columns: inout Columns) throws -> Order { try OrderColumns.read(&columns) }
}

/// What a list of orders is narrowed to; `nil` does not narrow.
struct OrderFilter: Sendable {
    var externalId: String?
    var state: OrderLifecycle.State?
    var accountId: String?
    /// Only those after this one, which is older.
    var after: OrderID?
}

/// Orders, the newest first.
struct ListOrders: Statement {
    static let sql = """
        SELECT \(OrderRow.columns)
          FROM product_order
         WHERE ($1::text IS NULL OR external_id = $1)
           AND ($2::text IS NULL OR state = $2)
           AND ($3::text IS NULL OR account_id = $3)
           AND ($4::uuid IS NULL OR order_id < $4)
         ORDER BY order_id DESC
         LIMIT $5
        """

    var filter: OrderFilter
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.filter.externalId)
        parameters.append(self.filter.state)
        parameters.append(self.filter.accountId)
        parameters.append(self.filter.after)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> OrderRow { try OrderRow(&columns) }
}

/// Orders that wait for a person, the longest waiting first.
struct ListFallout: Statement {
    static let sql = """
        SELECT \(OrderColumns.list)
          FROM product_order
         WHERE state = 'held'
           AND ($1::timestamptz IS NULL OR (state_since, order_id) > ($1, $2::uuid))
         ORDER BY state_since, order_id
         LIMIT $3
        """

    var after: (since: Timestamp, id: OrderID)?
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.after?.since)
        parameters.append(self.after?.id)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> Order { try OrderColumns.read(&columns) }
}

struct BundleRow: Sendable, Encodable {
    var bundleId: BundleID
    var orderId: OrderID
    var kind: String
    var offer: String
    var customerId: String
    var accountId: String
    var term: String
    var payment: String
    var state: String
    var effectiveAt: Timestamp?
    var members: [OrderEffective.Member] = []
}

struct FindBundle: Statement {
    static let sql = """
        SELECT bundle_id, order_id, kind, offer, customer_id, account_id, term, payment, state, effective_at
          FROM bundle
         WHERE bundle_id = $1
        """

    var id: BundleID

    func bind(_ parameters: inout Parameters) { parameters.append(self.id) }

    static func read(_ columns: inout Columns) throws -> BundleRow {
        BundleRow(
            bundleId: try columns.next(),
            orderId: try columns.next(),
            kind: try columns.next(),
            offer: try columns.next(),
            customerId: try columns.next(),
            accountId: try columns.next(),
            term: try columns.next(),
            payment: try columns.next(),
            state: try columns.next(),
            effectiveAt: try columns.next()
        )
    }
}

/// How many orders there are in each state that is not final. The final ones grow for ever and are counted as they happen.
struct CountOpenOrders: Statement {
    static let sql = """
        SELECT state, count(*)
          FROM product_order
         WHERE state IN ('acknowledged', 'inProgress', 'held', 'pending', 'pendingCancellation')
         GROUP BY state
        """

    static func read(_ columns: inout Columns) throws -> (state: OrderLifecycle.State, count: Int) {
        (try columns.next(), try columns.next())
    }
}

import Contracts
import OrdersDomain
import Postgres

struct InsertOrders: Statement {
    static let sql = """
        INSERT INTO product_order (
               order_id, channel, external_id, action, offer, customer_id, received_at, state, state_since, account_id,
               bundle_id, catalogue_version, effect, promised_effective_at, expected_effective_at, completed_at,
               effective_at, target_order_id, amends)
        SELECT *
          FROM unnest(
               $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::text[],
               $9::timestamptz[], $10::text[], $11::uuid[], $12::text[], $13::text[], $14::timestamptz[],
               $15::timestamptz[], $16::timestamptz[], $17::timestamptz[], $18::uuid[], $19::uuid[])
        """

    var orders: [Order]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.orders.map(\.id))
        parameters.append(self.orders.map(\.channel))
        parameters.append(self.orders.map(\.externalId))
        parameters.append(self.orders.map(\.action))
        parameters.append(self.orders.map(\.offer))
        parameters.append(self.orders.map(\.customerId))
        parameters.append(self.orders.map(\.acknowledgedAt))
        parameters.append(self.orders.map(\.state))
        parameters.append(self.orders.map(\.stateSince))
        parameters.append(self.orders.map(\.accountId))
        parameters.append(self.orders.map(\.bundleId))
        parameters.append(self.orders.map(\.catalogueVersion))
        parameters.append(self.orders.map(\.effect))
        parameters.append(self.orders.map(\.promisedEffectiveAt))
        parameters.append(self.orders.map(\.expectedEffectiveAt))
        parameters.append(self.orders.map(\.completedAt))
        parameters.append(self.orders.map(\.effectiveAt))
        parameters.append(self.orders.map(\.targetOrderId))
        parameters.append(self.orders.map(\.amends))
    }
}

/// What is kept of an order that was not accepted.
struct RejectedOrder: Sendable {
    var message: OrderRejected
    var action: String
    var offer: String
    var customerId: String
    var reasons: JSONB
}

struct InsertRejectedOrders: Statement {
    static let sql = """
        INSERT INTO product_order (
               order_id, channel, external_id, action, offer, customer_id, received_at, state, state_since, reasons)
        SELECT b.order_id, b.channel, b.external_id, b.action, b.offer, b.customer_id, b.rejected_at, 'rejected',
               b.rejected_at, b.reasons
          FROM unnest(
               $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::jsonb[])
               AS b (order_id, channel, external_id, action, offer, customer_id, rejected_at, reasons)
        """

    var orders: [RejectedOrder]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.orders.map(\.message.orderId))
        parameters.append(self.orders.map(\.message.channel))
        parameters.append(self.orders.map(\.message.externalId))
        parameters.append(self.orders.map(\.action))
        parameters.append(self.orders.map(\.offer))
        parameters.append(self.orders.map(\.customerId))
        parameters.append(self.orders.map(\.message.rejectedAt))
        parameters.append(self.orders.map(\.reasons))
    }
}

/// Accepted orders, without their work orders, locked until the transaction ends; in one order everywhere,
/// so that two transactions never wait for each other.
struct LockOrders: Statement {
    static let sql = """
        SELECT \(OrderColumns.list)
          FROM product_order
         WHERE order_id = ANY ($1)
           AND state <> 'rejected'
         ORDER BY order_id
           FOR UPDATE
        """

    var ids: [OrderID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.ids) }

    static func read(_ columns: inout Columns) throws -> Order { try OrderColumns.read(&columns) }
}

/// The columns of an accepted order.
enum OrderColumns {
    static let list = """
        order_id, external_id, channel, action, customer_id, account_id, offer, bundle_id, catalogue_version, effect,
        received_at, state, state_since, promised_effective_at, expected_effective_at, month_at_risk, completed_at,
        effective_at, target_order_id, amends, amended_by, cancel_requested_at, cancel_reason, cancelled_by, cancel_fee_milliyuan,
        cancel_code
        """

    static func read(_ columns: inout Columns) throws -> Order {
        var order = Order(
            id: try columns.next(),
            externalId: try columns.next(),
            channel: try columns.next(),
            action: try columns.next(),
            customerId: try columns.next(),
            accountId: try columns.next(),
            offer: try columns.next(),
            bundleId: try columns.next(),
            catalogueVersion: try columns.next(),
            effect: try columns.next(),
            acknowledgedAt: try columns.next(),
            workOrders: []
        )
        order.state = try columns.next()
        order.stateSince = try columns.next()
        order.promisedEffectiveAt = try columns.next()
        order.expectedEffectiveAt = try columns.next()
        order.isMonthAtRisk = try columns.next()
        order.completedAt = try columns.next()
        order.effectiveAt = try columns.next()
        order.targetOrderId = try columns.next()
        order.amends = try columns.next()
        order.amendedBy = try columns.next()
        let requestedAt: Timestamp? = try columns.next()
        let reason: String? = try columns.next()
        let requester: OrderID? = try columns.next()
        let fee: Int64? = try columns.next()
        let code: Cancellation.Code? = try columns.next()
        order.cancellation = requestedAt.map {
            Cancellation(
                requestedAt: $0, reason: reason ?? "", requestedBy: requester, feeMilliyuan: Milliyuan(fee ?? 0),
                code: code)
        }
        return order
    }
}

struct UpdateOrders: Statement {
    static let sql = """
        UPDATE product_order AS o
           SET state = b.state,
               state_since = b.state_since,
               expected_effective_at = b.expected_effective_at,
               month_at_risk = b.month_at_risk,
               completed_at = b.completed_at,
               effective_at = b.effective_at,
               target_order_id = b.target_order_id,
               cancel_requested_at = b.cancel_requested_at,
               cancel_reason = b.cancel_reason,
               cancelled_by = b.cancelled_by,
               cancel_fee_milliyuan = b.cancel_fee_milliyuan,
               cancel_code = b.cancel_code,
               amended_by = b.amended_by
          FROM unnest(
               $1::uuid[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::boolean[], $6::timestamptz[],
               $7::timestamptz[], $8::uuid[], $9::timestamptz[], $10::text[], $11::uuid[], $12::bigint[], $13::text[],
               $14::uuid[])
               AS b (order_id, state, state_since, expected_effective_at, month_at_risk, completed_at, effective_at,
                     target_order_id, cancel_requested_at, cancel_reason, cancelled_by, cancel_fee_milliyuan,
                     cancel_code, amended_by)
         WHERE o.order_id = b.order_id
        """

    var orders: [Order]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.orders.map(\.id))
        parameters.append(self.orders.map(\.state))
        parameters.append(self.orders.map(\.stateSince))
        parameters.append(self.orders.map(\.expectedEffectiveAt))
        parameters.append(self.orders.map(\.isMonthAtRisk))
        parameters.append(self.orders.map(\.completedAt))
        parameters.append(self.orders.map(\.effectiveAt))
        parameters.append(self.orders.map(\.targetOrderId))
        parameters.append(self.orders.map(\.cancellation?.requestedAt))
        parameters.append(self.orders.map(\.cancellation?.reason))
        parameters.append(self.orders.map(\.cancellation?.requestedBy))
        parameters.append(self.orders.map { $0.cancellation?.feeMilliyuan.rawValue })
        parameters.append(self.orders.map(\.cancellation?.code))
        parameters.append(self.orders.map(\.amendedBy))
    }
}

/// The earliest effect that is to come.
struct NextEffect: Statement {
    static let sql = """
        SELECT effective_at
          FROM product_order
         WHERE state = 'pending'
         ORDER BY effective_at
         LIMIT 1
        """

    static func read(_ columns: inout Columns) throws -> Timestamp? { try columns.next() }
}

/// Orders whose time has come, earliest first.
struct LockDueEffects: Statement {
    static let sql = """
        SELECT \(OrderColumns.list)
          FROM product_order
         WHERE state = 'pending'
           AND effective_at <= $1
         ORDER BY effective_at, order_id
         LIMIT $2
           FOR UPDATE
        """

    var dueBy: Timestamp
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.dueBy)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> Order { try OrderColumns.read(&columns) }
}

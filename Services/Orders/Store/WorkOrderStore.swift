import Contracts
import OrdersDomain
import Postgres

/// A work order beside its order and its place in it.
struct StoredWorkOrder: Sendable {
    var orderId: OrderID
    var position: Int
    var workOrder: WorkOrder
}

struct InsertWorkOrders: Statement {
    static let sql = """
        INSERT INTO work_order (
               work_order_id, order_id, position, type, product, member_ref, service_number, parameters, depends_on,
               target_seconds, target_counting, compensates, state, due_at, issued_at)
        SELECT b.work_order_id, b.order_id, b.position, b.type, b.product, b.member_ref, b.service_number, b.parameters,
               b.depends_on::uuid[], b.target_seconds, b.target_counting, b.compensates, b.state, b.due_at, b.issued_at
          FROM unnest(
               $1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[],
               $9::text[], $10::bigint[], $11::text[], $12::uuid[], $13::text[], $14::timestamptz[],
               $15::timestamptz[])
               AS b (work_order_id, order_id, position, type, product, member_ref, service_number, parameters,
                     depends_on, target_seconds, target_counting, compensates, state, due_at, issued_at)
        """

    var rows: [StoredWorkOrder]
    private let parameters: [JSONB]

    /// All work orders of new orders.
    init(_ orders: [Order]) throws {
        try self.init(
            orders.flatMap { order in
                order.workOrders.enumerated().map { StoredWorkOrder(orderId: order.id, position: $0, workOrder: $1) }
            }
        )
    }

    init(_ rows: [StoredWorkOrder]) throws {
        self.rows = rows
        self.parameters = try self.rows.map { try JSONB(encoding: $0.workOrder.parameters) }
    }

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.rows.map(\.workOrder.id))
        parameters.append(self.rows.map(\.orderId))
        parameters.append(self.rows.map(\.position))
        parameters.append(self.rows.map(\.workOrder.type))
        parameters.append(self.rows.map(\.workOrder.product))
        parameters.append(self.rows.map(\.workOrder.memberRef))
        parameters.append(self.rows.map(\.workOrder.serviceNumber))
        parameters.append(self.parameters)
        // An array of arrays is no type of the server's; each is its text form.
        parameters.append(self.rows.map { "{\($0.workOrder.dependsOn.map(\.description).joined(separator: ","))}" })
        parameters.append(self.rows.map(\.workOrder.target.seconds))
        parameters.append(self.rows.map(\.workOrder.target.counting))
        parameters.append(self.rows.map(\.workOrder.compensates))
        parameters.append(self.rows.map(\.workOrder.state))
        parameters.append(self.rows.map(\.workOrder.dueAt))
        parameters.append(self.rows.map(\.workOrder.issuedAt))
    }
}

/// The work orders of orders, in the order of decomposition. Their parameters are of use until they are issued, and
/// where they may be issued again or undone: read with every event, they would cost more than everything else.
struct FindWorkOrders: Statement {
    static let sql = """
        SELECT order_id, position, work_order_id, type, product, member_ref, service_number,
               CASE WHEN $2 OR state IN ('waiting', 'failed') THEN parameters END,
               depends_on, target_seconds, target_counting, compensates, issue_number, state, due_at,
               issued_at, started_at, ended_at, failure_code, failure_message, retry_at, jeopardy, is_kept
          FROM work_order
         WHERE order_id = ANY ($1)
         ORDER BY order_id, position
        """

    var orders: [OrderID]
    /// With the parameters of all: what an order needs that may be cancelled by the event at hand.
    var isWhole = false

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.orders)
        parameters.append(self.isWhole)
    }

    static func read(_ columns: inout Columns) throws -> StoredWorkOrder {
        let orderId: OrderID = try columns.next()
        let position: Int32 = try columns.next()
        var workOrder = WorkOrder(
            id: try columns.next(),
            type: try columns.next(),
            product: try columns.next(),
            memberRef: try columns.next(),
            serviceNumber: try columns.next(),
            parameters: try columns.next(JSONB?.self)?.decode() ?? [:],
            dependsOn: try columns.next(),
            target: TargetTime(seconds: try columns.next(), counting: try columns.next()),
            compensates: try columns.next()
        )
        workOrder.issueNumber = Int(try columns.next(Int32.self))
        workOrder.state = try columns.next()
        workOrder.dueAt = try columns.next()
        workOrder.issuedAt = try columns.next()
        workOrder.startedAt = try columns.next()
        workOrder.endedAt = try columns.next()
        if let code: String = try columns.next() {
            workOrder.failure = WorkOrder.Failure(code: code, message: try columns.next(String?.self) ?? "")
        } else {
            _ = try columns.next(String?.self)
        }
        workOrder.retryAt = try columns.next()
        workOrder.jeopardy = try columns.next()
        workOrder.isKept = try columns.next()
        return StoredWorkOrder(orderId: orderId, position: Int(position), workOrder: workOrder)
    }
}

struct UpdateWorkOrders: Statement {
    static let sql = """
        UPDATE work_order AS w
           SET state = b.state,
               due_at = b.due_at,
               issued_at = b.issued_at,
               started_at = b.started_at,
               ended_at = b.ended_at,
               failure_code = b.failure_code,
               failure_message = b.failure_message,
               jeopardy = b.jeopardy,
               issue_number = b.issue_number,
               retry_at = b.retry_at,
               is_kept = b.is_kept
          FROM unnest(
               $1::uuid[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[],
               $7::text[], $8::text[], $9::text[], $10::bigint[], $11::timestamptz[], $12::boolean[])
               AS b (work_order_id, state, due_at, issued_at, started_at, ended_at, failure_code, failure_message,
                     jeopardy, issue_number, retry_at, is_kept)
         WHERE w.work_order_id = b.work_order_id
        """

    var workOrders: [WorkOrder]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.workOrders.map(\.id))
        parameters.append(self.workOrders.map(\.state))
        parameters.append(self.workOrders.map(\.dueAt))
        parameters.append(self.workOrders.map(\.issuedAt))
        parameters.append(self.workOrders.map(\.startedAt))
        parameters.append(self.workOrders.map(\.endedAt))
        parameters.append(self.workOrders.map(\.failure?.code))
        parameters.append(self.workOrders.map(\.failure?.message))
        parameters.append(self.workOrders.map(\.jeopardy))
        parameters.append(self.workOrders.map(\.issueNumber))
        parameters.append(self.workOrders.map(\.retryAt))
        parameters.append(self.workOrders.map(\.isKept))
    }
}

/// Parameters that an operator has replaced.
struct ReplaceParameters: Statement {
    static let sql = """
        UPDATE work_order AS w
           SET parameters = b.parameters
          FROM unnest($1::uuid[], $2::jsonb[]) AS b (work_order_id, parameters)
         WHERE w.work_order_id = b.work_order_id
        """

    private let ids: [WorkOrderID]
    private let parameters: [JSONB]

    init(_ workOrders: [WorkOrder]) throws {
        self.ids = workOrders.map(\.id)
        self.parameters = try workOrders.map { try JSONB(encoding: $0.parameters) }
    }

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.ids)
        parameters.append(self.parameters)
    }
}

/// When the fallout policy has something issued again next.
struct NextRetry: Statement {
    static let sql = """
        SELECT retry_at
          FROM work_order
         WHERE retry_at IS NOT NULL
         ORDER BY retry_at
         LIMIT 1
        """

    static func read(_ columns: inout Columns) throws -> Timestamp? { try columns.next() }
}

/// Work orders that the fallout policy has issued again now, earliest first. Not locked: their orders have to be.
struct FindDueRetries: Statement {
    static let sql = """
        SELECT order_id, work_order_id, retry_at
          FROM work_order
         WHERE retry_at <= $1
         ORDER BY retry_at
         LIMIT $2
        """

    var dueBy: Timestamp
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.dueBy)
        parameters.append(self.limit)
    }

    static func read(
        _ columns: inout Columns
    ) throws -> (orderId: OrderID, workOrderId: WorkOrderID, retryAt: Timestamp) {
        (try columns.next(), try columns.next(), try columns.next())
    }
}

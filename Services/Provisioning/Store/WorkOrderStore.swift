import Contracts
import Postgres
import ProvisioningDomain

/// The work orders that events are about, and those that come next in their lanes.
struct WorkOrderSelection: Sendable {
    /// An array of ids, of parameters 1 to 3. Without estimates of its length the server goes by the key.
    static let sql = """
        ARRAY(SELECT unnest($1::uuid[])
               UNION ALL
              SELECT unnest(l.queue[1 : b.depth])
                FROM unnest($2::text[], $3::bigint[]) AS b (service_number, depth)
                JOIN lane AS l
                  ON l.service_number = b.service_number)
        """

    var ids: [WorkOrderID]
    /// How many of each queue, from its head.
    var depths: [(serviceNumber: String, depth: Int)]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.ids)
        parameters.append(self.depths.map(\.serviceNumber))
        parameters.append(self.depths.map(\.depth))
    }
}

/// Work orders without their tasks, under the locks of their lanes.
struct FindWorkOrders: Statement {
    static let sql = """
        SELECT \(WorkOrderColumns.list)
          FROM work_order
         WHERE work_order_id = ANY (\(WorkOrderSelection.sql))
        """

    var selection: WorkOrderSelection

    func bind(_ parameters: inout Parameters) { self.selection.bind(&parameters) }

    static func read(_ columns: inout Columns) throws -> WorkOrder { try WorkOrderColumns.read(&columns) }
}

/// The columns of a work order.
enum WorkOrderColumns {
    static let list = """
        work_order_id, order_id, type, product, member_ref, service_number, parameters, due_at, compensates,
        catalogue_version, issued_at, state, jeopardy_at, jeopardy, started_at, ended_at, cancel_requested_at,
        failure_task, failure_code, failure_message, issue_number
        """

    static func read(_ columns: inout Columns) throws -> WorkOrder {
        let issued = WorkOrderIssued(
            workOrderId: try columns.next(),
            orderId: try columns.next(),
            type: try columns.next(),
            product: try columns.next(),
            memberRef: try columns.next(),
            serviceNumber: try columns.next(),
            parameters: try columns.next(JSONB.self).parameters(),
            dueAt: try columns.next(),
            compensates: try columns.next(),
            catalogueVersion: try columns.next()
        )
        var workOrder = WorkOrder(issued, at: try columns.next(), tasks: [])
        workOrder.state = try columns.next()
        workOrder.jeopardyAt = try columns.next()
        workOrder.jeopardy = try columns.next()
        workOrder.startedAt = try columns.next()
        workOrder.endedAt = try columns.next()
        workOrder.cancelRequestedAt = try columns.next()
        let task: String? = try columns.next()
        let code: String? = try columns.next()
        let message: String? = try columns.next()
        if let task, let code, let message {
            workOrder.failure = WorkOrder.Failure(task: task, code: code, message: message)
        }
        workOrder.issueNumber = Int(try columns.next(Int32.self))
        return workOrder
    }
}

struct InsertWorkOrders: Statement {
    static let sql = """
        INSERT INTO work_order (
               work_order_id, order_id, type, product, member_ref, service_number, parameters, compensates,
               catalogue_version, issued_at, issue_number, state, due_at, jeopardy_at, jeopardy, started_at, ended_at,
               cancel_requested_at, failure_task, failure_code, failure_message)
        SELECT *
          FROM unnest(
               $1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::uuid[],
               $9::text[], $10::timestamptz[], $11::bigint[], $12::text[], $13::timestamptz[], $14::timestamptz[],
               $15::text[], $16::timestamptz[], $17::timestamptz[], $18::timestamptz[], $19::text[], $20::text[],
               $21::text[])
        """

    var workOrders: [WorkOrder]
    private let parameters: [JSONB]

    init(_ workOrders: [WorkOrder]) throws {
        self.workOrders = workOrders
        self.parameters = try workOrders.map { try JSONB(parameters: $0.parameters) }
    }

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.workOrders.map(\.id))
        parameters.append(self.workOrders.map(\.orderId))
        parameters.append(self.workOrders.map(\.type))
        parameters.append(self.workOrders.map(\.product))
        parameters.append(self.workOrders.map(\.memberRef))
        parameters.append(self.workOrders.map(\.serviceNumber))
        parameters.append(self.parameters)
        parameters.append(self.workOrders.map(\.compensates))
        parameters.append(self.workOrders.map(\.catalogueVersion))
        parameters.append(self.workOrders.map(\.issuedAt))
        parameters.append(self.workOrders.map(\.issueNumber))
        self.workOrders.bindChangeable(&parameters)
    }
}

/// What another issue of a work order brings.
struct ReissueWorkOrders: Statement {
    static let sql = """
        UPDATE work_order AS w
           SET issue_number = b.issue_number,
               issued_at = b.issued_at,
               parameters = b.parameters
          FROM unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::jsonb[])
               AS b (work_order_id, issue_number, issued_at, parameters)
         WHERE w.work_order_id = b.work_order_id
        """

    var workOrders: [WorkOrder]
    private let parameters: [JSONB]

    init(_ workOrders: [WorkOrder]) throws {
        self.workOrders = workOrders
        self.parameters = try workOrders.map { try JSONB(parameters: $0.parameters) }
    }

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.workOrders.map(\.id))
        parameters.append(self.workOrders.map(\.issueNumber))
        parameters.append(self.workOrders.map(\.issuedAt))
        parameters.append(self.parameters)
    }
}

struct UpdateWorkOrders: Statement {
    static let sql = """
        UPDATE work_order AS w
           SET state = b.state,
               due_at = b.due_at,
               jeopardy_at = b.jeopardy_at,
               jeopardy = b.jeopardy,
               started_at = b.started_at,
               ended_at = b.ended_at,
               cancel_requested_at = b.cancel_requested_at,
               failure_task = b.failure_task,
               failure_code = b.failure_code,
               failure_message = b.failure_message
          FROM unnest(
               $1::uuid[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::timestamptz[],
               $7::timestamptz[], $8::timestamptz[], $9::text[], $10::text[], $11::text[])
               AS b (work_order_id, state, due_at, jeopardy_at, jeopardy, started_at, ended_at, cancel_requested_at,
                     failure_task, failure_code, failure_message)
         WHERE w.work_order_id = b.work_order_id
        """

    var workOrders: [WorkOrder]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.workOrders.map(\.id))
        self.workOrders.bindChangeable(&parameters)
    }
}

extension [WorkOrder] {
    /// What may change after the issue, in one order for both statements.
    fileprivate func bindChangeable(_ parameters: inout Parameters) {
        parameters.append(self.map(\.state))
        parameters.append(self.map(\.dueAt))
        parameters.append(self.map(\.jeopardyAt))
        parameters.append(self.map(\.jeopardy))
        parameters.append(self.map(\.startedAt))
        parameters.append(self.map(\.endedAt))
        parameters.append(self.map(\.cancelRequestedAt))
        parameters.append(self.map(\.failure?.task))
        parameters.append(self.map(\.failure?.code))
        parameters.append(self.map(\.failure?.message))
    }
}

/// When the next target is near or missed.
struct NextTargetTimer: Statement {
    static let sql = """
        SELECT jeopardy_at
          FROM work_order
         WHERE jeopardy_at IS NOT NULL
         ORDER BY jeopardy_at
         LIMIT 1
        """

    static func read(_ columns: inout Columns) throws -> Timestamp? { try columns.next() }
}

/// Work orders whose target is near or missed, earliest first. Not locked: their lanes have to be.
struct FindDueTargets: Statement {
    static let sql = """
        SELECT work_order_id, service_number, jeopardy_at
          FROM work_order
         WHERE jeopardy_at <= $1
         ORDER BY jeopardy_at
         LIMIT $2
        """

    var dueBy: Timestamp
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.dueBy)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> DueTimer { try DueTimer(&columns) }
}

/// A timer of a work order whose time has come.
struct DueTimer: Sendable {
    var workOrderId: WorkOrderID
    var serviceNumber: String
    var dueAt: Timestamp

    init(_ columns: inout Columns) throws {
        self.workOrderId = try columns.next()
        self.serviceNumber = try columns.next()
        self.dueAt = try columns.next()
    }
}

import Foundation
import Postgres

struct InsertCeilingOrders: Statement {
    static let sql = """
        INSERT INTO bench.orders (order_id, external_id, channel, account_id, offer, state, content,
                                  catalogue_version, acknowledged_at)
        SELECT b.order_id, b.external_id, 'counter', b.external_id, 'WB-ENH-B-288', 'acknowledged', $3::jsonb,
               '0123456789abcdef', '2026-11-21T09:30:00+08:00'
          FROM unnest($1::uuid[], $2::text[]) AS b (order_id, external_id)
        """

    var orders: [UUID]
    var content: JSONB

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.orders)
        parameters.append(self.orders.map(\.uuidString))
        parameters.append(self.content)
    }
}

struct InsertCeilingOrderWorkOrders: Statement {
    static let sql = """
        INSERT INTO bench.order_work_orders (work_order_id, order_id, type, product, member_ref, service_number,
                                             parameters, depends_on, state, due_at)
        SELECT b.work_order_id, b.order_id, 'changePlan', 'fixedLine', 'fx', '000000000000', $3::jsonb,
               ARRAY[b.order_id], 'issued', '2026-11-21T09:30:00+08:00'
          FROM unnest($1::uuid[], $2::uuid[]) AS b (work_order_id, order_id)
        """

    var workOrders: [UUID]
    var orders: [UUID]
    var parameters: JSONB

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.workOrders)
        parameters.append(self.orders)
        parameters.append(self.parameters)
    }
}

struct InsertCeilingWorkOrders: Statement {
    static let sql = """
        INSERT INTO bench.work_orders (work_order_id, order_id, type, service_number, parameters, state, due_at,
                                       started_at)
        SELECT b.work_order_id, b.order_id, 'changePlan', '000000000000', $3::jsonb, 'started',
               '2026-11-21T09:30:00+08:00', '2026-11-21T09:30:00+08:00'
          FROM unnest($1::uuid[], $2::uuid[]) AS b (work_order_id, order_id)
        """

    var workOrders: [UUID]
    var orders: [UUID]
    var parameters: JSONB

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.workOrders)
        parameters.append(self.orders)
        parameters.append(self.parameters)
    }
}

struct InsertCeilingTasks: Statement {
    static let sql = """
        INSERT INTO bench.tasks (task_id, work_order_id, command_id, system, operation, state, attempts, deadline)
        SELECT b.task_id, b.work_order_id, b.task_id, 'crm', 'changePlan', 'sent', 1, '2026-11-21T09:30:00+08:00'
          FROM unnest($1::uuid[], $2::uuid[]) AS b (task_id, work_order_id)
        """

    var tasks: [UUID]
    var workOrders: [UUID]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.tasks)
        parameters.append(self.workOrders)
    }
}

struct FinishCeilingTasks: Statement {
    static let sql = "UPDATE bench.tasks SET state = 'succeeded', deadline = NULL WHERE task_id = ANY($1)"

    var tasks: [UUID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.tasks) }
}

struct FinishCeilingWorkOrders: Statement {
    static let sql = """
        UPDATE bench.work_orders
           SET state = 'completed', ended_at = '2026-11-21T09:30:00+08:00'
         WHERE work_order_id = ANY($1)
        """

    var workOrders: [UUID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.workOrders) }
}

struct FinishCeilingOrderWorkOrders: Statement {
    static let sql = """
        UPDATE bench.order_work_orders
           SET state = 'completed', ended_at = '2026-11-21T09:30:00+08:00'
         WHERE work_order_id = ANY($1)
        """

    var workOrders: [UUID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.workOrders) }
}

struct FinishCeilingOrders: Statement {
    static let sql = """
        UPDATE bench.orders
           SET state = 'pending', completed_at = '2026-11-21T09:30:00+08:00', effective_at = '2026-12-01T00:00:00+08:00'
         WHERE order_id = ANY($1)
        """

    var orders: [UUID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.orders) }
}

struct AppendToCeilingOutbox: Statement {
    static let sql = """
        WITH appended AS (
            INSERT INTO bench.outbox (topic, key, headers, value, appended_at)
            SELECT 'orders.events', m.key, NULL, m.value, '2026-11-21T09:30:00+08:00'
              FROM unnest($1::bytea[], $2::bytea[]) WITH ORDINALITY AS m (key, value, position)
             ORDER BY m.position
            RETURNING outbox_id
        )
        INSERT INTO bench.outbox_pending (outbox_id)
        SELECT outbox_id FROM appended
        """

    var keys: [[UInt8]]
    var values: [[UInt8]]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.keys)
        parameters.append(self.values)
    }
}

struct FetchCeilingMessages: Statement {
    struct Row: Sendable {
        var outboxID: Int64
        var key: [UInt8]
        var value: [UInt8]
    }

    static let sql = """
        SELECT o.outbox_id, o.key, o.value
          FROM (SELECT outbox_id
                  FROM bench.outbox_pending
                 ORDER BY outbox_id
                 LIMIT 2000) AS p
          JOIN bench.outbox AS o
            ON o.outbox_id = p.outbox_id
         ORDER BY o.outbox_id
        """

    static func read(_ columns: inout Columns) throws -> Row {
        Row(outboxID: try columns.next(), key: try columns.next(), value: try columns.next())
    }
}

struct RemoveCeilingMessages: Statement {
    static let sql = "DELETE FROM bench.outbox_pending WHERE outbox_id = ANY($1)"

    var outboxIDs: [Int64]

    func bind(_ parameters: inout Parameters) { parameters.append(self.outboxIDs) }
}

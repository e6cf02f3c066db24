import Contracts
import Postgres
import ProvisioningDomain

/// What a list of work orders is narrowed to; `nil` does not narrow.
struct WorkOrderFilter: Sendable {
    var state: WorkOrderLifecycle.State?
    var dueBefore: Timestamp?
    /// Only those after this one.
    var after: WorkOrderID?
}

/// Work orders without their tasks, by their ids: mostly the order in which they were planned.
struct ListWorkOrders: Statement {
    static let sql = """
        SELECT \(WorkOrderColumns.list)
          FROM work_order
         WHERE ($1::text IS NULL OR state = $1)
           AND ($2::timestamptz IS NULL OR due_at < $2)
           AND ($3::uuid IS NULL OR work_order_id > $3)
         ORDER BY work_order_id
         LIMIT $4
        """

    var filter: WorkOrderFilter
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.filter.state)
        parameters.append(self.filter.dueBefore)
        parameters.append(self.filter.after)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> WorkOrder { try WorkOrderColumns.read(&columns) }
}

/// How many work orders are open, and how many of them have missed their target. Those that have ended grow for
/// ever and are counted as they end.
struct CountOpenWorkOrders: Statement {
    static let sql = """
        SELECT type, state, count(*), count(*) FILTER (WHERE jeopardy = 'targetMissed')
          FROM work_order
         WHERE state IN ('queued', 'inProgress', 'cancelling')
         GROUP BY type, state
        """

    struct Row: Sendable {
        var type: String
        var state: WorkOrderLifecycle.State
        var open: Int
        var overdue: Int
    }

    static func read(_ columns: inout Columns) throws -> Row {
        Row(
            type: try columns.next(),
            state: try columns.next(),
            open: try columns.next(),
            overdue: try columns.next()
        )
    }
}

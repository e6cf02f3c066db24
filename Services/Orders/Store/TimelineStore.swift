import Contracts
import OrdersDomain
import Postgres

/// Something that happened and cannot be told from the columns of an order or a work order.
struct TimelineEntry: Sendable {
    enum Kind: String, Sendable, PostgresEncodable, PostgresDecodable {
        case retryScheduled = "workOrder.retryScheduled"
        case workOrderJeopardy = "workOrder.jeopardy"
        case workOrderRescheduled = "workOrder.rescheduled"
        case workOrderFailed = "workOrder.failed"
        case orderJeopardy = "order.jeopardy"
        case orderHeld = "order.held"
        case orderResumed = "order.resumed"
        case orderBegun = "order.begun"
        case orderAmended = "order.amended"
        case orderCommand = "order.command"
        case cancelRequested = "order.cancelRequested"
    }

    var orderId: OrderID
    var at: Timestamp
    var kind: Kind
    var workOrderId: WorkOrderID?
    var detail: String
}

struct AppendTimeline: Statement {
    static let sql = """
        INSERT INTO timeline_entry (order_id, at, kind, work_order_id, detail)
        SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::uuid[], $5::text[])
        """

    var entries: [TimelineEntry]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.entries.map(\.orderId))
        parameters.append(self.entries.map(\.at))
        parameters.append(self.entries.map(\.kind))
        parameters.append(self.entries.map(\.workOrderId))
        parameters.append(self.entries.map(\.detail))
    }
}

struct FindTimeline: Statement {
    static let sql = """
        SELECT order_id, at, kind, work_order_id, detail
          FROM timeline_entry
         WHERE order_id = $1
         ORDER BY entry_id
        """

    var orderId: OrderID

    func bind(_ parameters: inout Parameters) { parameters.append(self.orderId) }

    static func read(_ columns: inout Columns) throws -> TimelineEntry {
        TimelineEntry(
            orderId: try columns.next(),
            at: try columns.next(),
            kind: try columns.next(),
            workOrderId: try columns.next(),
            detail: try columns.next()
        )
    }
}

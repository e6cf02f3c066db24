import Contracts
import Postgres

/// Orders that are not final, and that neither a work order, a timer, another order nor a person will move. There should
/// be none: each is a fault of the software, and a person has to look.
enum StuckOrders {
    /// Complete ones are moved by their effect, which the table itself makes sure of.
    static let condition = """
        o.state IN ('acknowledged', 'inProgress', 'held', 'pendingCancellation')
           AND NOT EXISTS (SELECT
                             FROM work_order AS w
                            WHERE w.order_id = o.order_id
                              AND (w.state IN ('issued', 'inProgress', 'cancelling') OR w.retry_at IS NOT NULL))
           AND NOT (o.state = 'held'
                    AND EXISTS (SELECT
                                  FROM work_order AS w
                                 WHERE w.order_id = o.order_id
                                   AND (w.state = 'failed' OR w.state = 'cancelled' AND w.failure_code = 'CANCELLED')))
           AND NOT EXISTS (SELECT
                             FROM product_order AS t
                            WHERE t.order_id = o.target_order_id
                              AND t.state IN ('acknowledged', 'inProgress', 'held', 'pending', 'pendingCancellation')
                              -- An amendment begins when that one is complete, and ends when that one is to.
                              AND (t.order_id IS DISTINCT FROM o.amends
                                   OR t.completed_at IS NULL AND t.cancel_requested_at IS NULL))
        """
}

struct CountStuckOrders: Statement {
    static let sql = "SELECT count(*) FROM product_order AS o WHERE \(StuckOrders.condition)"

    static func read(_ columns: inout Columns) throws -> Int { try columns.next() }
}

/// The longest stuck first.
struct ListStuckOrders: Statement {
    static let sql = """
        SELECT \(OrderRow.columns)
          FROM product_order AS o
         WHERE \(StuckOrders.condition)
         ORDER BY state_since, order_id
         LIMIT $1
        """

    var limit: Int

    func bind(_ parameters: inout Parameters) { parameters.append(self.limit) }

    static func read(_ columns: inout Columns) throws -> OrderRow { try OrderRow(&columns) }
}

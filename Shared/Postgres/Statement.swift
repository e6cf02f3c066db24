/// One SQL statement as a type: its text, its parameters as stored properties, and how a row is read.
///
///     struct MarkIssued: Statement {
///         static let sql = """
///             UPDATE work_order AS w
///                SET state = 'issued'
///               FROM unnest($1::uuid[]) AS b (work_order_id)
///              WHERE w.work_order_id = b.work_order_id
///             RETURNING w.work_order_id
///             """
///         var workOrders: [WorkOrderID]
///         func bind(_ parameters: inout Parameters) { parameters.append(self.workOrders) }
///         static func read(_ columns: inout Columns) throws -> WorkOrderID { try columns.next() }
///     }
///
/// It is prepared once on each connection, together with its first execution.
package protocol Statement: Sendable {
    /// What a row becomes. `Void` for a statement without rows: `execute` then returns one element
    /// for each row that the statement touched, so that `count` tells how many.
    associatedtype Row: Sendable = Void

    /// The text, with `$1`, `$2` … for the parameters.
    static var sql: String { get }

    /// Appends the parameters in the order of `$1`, `$2` ….
    func bind(_ parameters: inout Parameters)

    /// Reads the columns of one row from left to right.
    static func read(_ columns: inout Columns) throws -> Row
}

extension Statement {
    package func bind(_ parameters: inout Parameters) {}

    /// How errors and logs name it.
    package static var name: String { String(describing: Self.self) }
}

extension Statement where Row == Void {
    package static func read(_ columns: inout Columns) throws {}
}

import Contracts
import Postgres
import ProvisioningDomain

/// The lanes in which work orders run. A work order never changes its lane, so nothing need be locked.
private struct FindLanesOfWorkOrders: Statement {
    static let sql = """
        SELECT work_order_id, service_number
          FROM work_order
         WHERE work_order_id = ANY ($1)
        """

    var workOrders: [WorkOrderID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.workOrders) }

    static func read(_ columns: inout Columns) throws -> (workOrderId: WorkOrderID, serviceNumber: String) {
        (try columns.next(), try columns.next())
    }
}

extension Transaction {
    /// The lanes in which work orders run: of those that are known.
    func serviceNumbers(of workOrders: [WorkOrderID]) async throws -> [WorkOrderID: String] {
        let rows = try await self.execute(FindLanesOfWorkOrders(workOrders: Set(workOrders).sorted()))
        return Dictionary(rows.map { ($0.workOrderId, $0.serviceNumber) }) { first, _ in first }
    }
}

/// Lanes without their work orders, locked until the transaction ends; in one order everywhere, so that two
/// transactions do not wait for each other.
struct LockLanes: Statement {
    static let sql = """
        SELECT service_number, queue
          FROM lane
         WHERE service_number = ANY ($1)
         ORDER BY service_number
           FOR UPDATE
        """

    var serviceNumbers: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.serviceNumbers) }

    static func read(_ columns: inout Columns) throws -> Lane {
        Lane(serviceNumber: try columns.next(), queue: try columns.next())
    }
}

/// Lanes of numbers that are seen for the first time.
struct InsertLanes: Statement {
    static let sql = """
        INSERT INTO lane (service_number, queue)
        SELECT b.service_number, b.queue::uuid[]
          FROM unnest($1::text[], $2::text[]) AS b (service_number, queue)
         ORDER BY b.service_number
        """

    var lanes: [Lane]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.lanes.map(\.serviceNumber))
        parameters.append(self.lanes.map(\.queueText))
    }
}

struct UpdateLanes: Statement {
    static let sql = """
        UPDATE lane AS l
           SET queue = b.queue::uuid[]
          FROM unnest($1::text[], $2::text[]) AS b (service_number, queue)
         WHERE l.service_number = b.service_number
        """

    var lanes: [Lane]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.lanes.map(\.serviceNumber))
        parameters.append(self.lanes.map(\.queueText))
    }
}

extension Lane {
    /// An array of arrays is no type of the server's; each is its text form.
    fileprivate var queueText: String { "{\(self.queue.map(\.description).joined(separator: ","))}" }
}

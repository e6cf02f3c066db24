import Contracts
import Hummingbird
import Postgres
import ProvisioningDomain
import ServiceRuntime

/// What operators may look at. Nothing here changes anything.
struct ProvisioningAPI: Sendable {
    let pool: PostgresPool
    let catalogue: Catalogue

    func addRoutes(to router: Router<BasicRequestContext>) {
        router.get("/work-orders", use: self.workOrders)
        router.get("/work-orders/:workOrderId", use: self.workOrder)
        router.get("/systems", use: self.systems)
    }

    @Sendable private func systems(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let names = self.catalogue.systems
        let (rows, counts) = try await self.pool.withTransaction("show systems") { transaction in
            try await transaction.execute(together: FindTargetSystems(), CountSystemTasks(names: names))
        }
        let known = Dictionary(rows.map { ($0.name, $0) }) { first, _ in first }
        return try .json(
            TargetSystemsView(
                items: counts.map { count in
                    let policy = self.catalogue.targetSystemPolicy(count.name)
                    let system = known[count.name]?.system(by: self.catalogue)
                    return TargetSystemView(system ?? TargetSystem(name: count.name, policy: policy), count)
                }
            )
        )
    }

    @Sendable private func workOrder(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let text = try context.parameters.require("workOrderId")
        guard let id = WorkOrderID(text) else { throw ProblemDetails.notFound("work order", id: text) }
        let selection = WorkOrderSelection(ids: [id], depths: [])
        let (workOrders, tasks, incidents) = try await self.pool.withTransaction("show work order") { transaction in
            try await transaction.execute(
                together: FindWorkOrders(selection: selection), FindTasks(selection: selection),
                FindIncidents(workOrderId: id))
        }
        guard var workOrder = workOrders.first else { throw ProblemDetails.notFound("work order", id: text) }
        workOrder.tasks = tasks.map(\.task)
        return try .json(WorkOrderView(workOrder, incidents))
    }

    @Sendable private func workOrders(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let page = try PageRequest(request)
        let rows = try await self.pool.execute(
            ListWorkOrders(filter: try Self.filter(request, page), limit: page.fetchLimit))
        let items = rows.map(WorkOrderSummary.init)
        return try .json(Page(fetched: items, for: page) { [$0.workOrderId.description] })
    }

    private static func filter(_ request: Request, _ page: PageRequest) throws(ProblemDetails) -> WorkOrderFilter {
        var filter = WorkOrderFilter()
        if let text = request.uri.queryParameters["state"].map(String.init) {
            guard let state = WorkOrderLifecycle.State(rawValue: text) else {
                let accepted = WorkOrderLifecycle.State.allCases.map(\.rawValue).joined(separator: ", ")
                throw .invalidParameter("state", value: text, takes: "one of \(accepted)")
            }
            filter.state = state
        }
        if let text = request.uri.queryParameters["dueBefore"].map(String.init) {
            guard let instant = Timestamp(rfc3339: text) else {
                let takes = "an RFC 3339 time with an offset, its + written %2B: 2026-11-21T09:30:00%2B08:00"
                throw .invalidParameter("dueBefore", value: text, takes: takes)
            }
            filter.dueBefore = instant
        }
        if let cursor = page.after {
            guard let after = cursor.parts.first.flatMap({ WorkOrderID($0) }) else {
                let value = request.uri.queryParameters["after"].map(String.init) ?? ""
                throw .invalidParameter("after", value: value, takes: "the value of next of the page before")
            }
            filter.after = after
        }
        return filter
    }
}

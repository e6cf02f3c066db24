import Contracts
import Hummingbird
import Messaging
import OrdersDomain
import Postgres
import ServiceRuntime

/// What operators and channels may look at. Nothing here changes anything.
struct OrdersAPI: Sendable {
    let pool: PostgresPool
    let catalogues: CatalogueLibrary

    func addRoutes(to router: Router<BasicRequestContext>) {
        router.get("/orders", use: self.orders)
        router.get("/orders/:orderId", use: self.order)
        router.get("/orders/:orderId/timeline", use: self.timeline)
        router.get("/orders/:orderId/cancel-plan", use: self.cancelPlan)
        router.get("/fallout", use: self.fallout)
        router.get("/stuck", use: self.stuck)
        router.get("/bundles/:bundleId", use: self.bundle)
    }

    @Sendable private func order(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let id: OrderID = try self.identifier("orderId", "order", context)
        let (rows, orders, workOrders) = try await self.pool.withTransaction("show order") { transaction in
            try await transaction.execute(
                together: FindOrderRow(id: id), FindOrder(id: id), FindWorkOrders(orders: [id]))
        }
        guard let row = rows.first else { throw ProblemDetails.notFound("order", id: id.description) }
        return try .json(OrderView(row, Self.order(orders.first, workOrders)))
    }

    @Sendable private func timeline(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        struct Body: Encodable {
            var orderId: OrderID
            var items: [TimelineItem]
        }
        let id: OrderID = try self.identifier("orderId", "order", context)
        let (rows, orders, workOrders, entries) = try await self.pool.withTransaction("show timeline") { transaction in
            try await transaction.execute(
                together: FindOrderRow(id: id), FindOrder(id: id), FindWorkOrders(orders: [id]),
                FindTimeline(orderId: id))
        }
        guard let row = rows.first else { throw ProblemDetails.notFound("order", id: id.description) }
        return try .json(
            Body(orderId: id, items: Timeline.items(of: row, Self.order(orders.first, workOrders), entries)))
    }

    @Sendable private func cancelPlan(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let id: OrderID = try self.identifier("orderId", "order", context)
        let (found, busy, amendments) = try await self.pool.withTransaction("show cancel plan") { transaction in
            let (orders, workOrders, busy) = try await transaction.execute(
                together: FindOrder(id: id), FindWorkOrders(orders: [id]), LookForBusyLines(orders: [id]))
            let order = Self.order(orders.first, workOrders)
            let amendment = order?.amendedBy
            let amendments =
                if let amendment { try await transaction.execute(FindOrder(id: amendment)) } else { [Order]() }
            let catalogues = try await self.catalogues.catalogues(of: [order?.catalogueVersion], in: transaction)
            return (order.map { ($0, catalogues[$0.catalogueVersion]) }, busy, amendments)
        }
        guard let (order, catalogue) = found else {
            throw ProblemDetails.notFound("accepted order", id: id.description)
        }
        var plan = order.cancelPlan(by: catalogue)
        if let refusal = amendments.first.flatMap({ OrderRefusal(cancellingWhatIsAmendedBy: $0) }) {
            plan.refusals.append(refusal)
        } else if let number = busy.first?.serviceNumber {
            plan.refusals.append(.busy(number))
        }
        return try .json(CancelPlanView(order, plan, amendment: amendments.first))
    }

    @Sendable private func orders(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let page = try PageRequest(request)
        var filter = OrderFilter()
        filter.externalId = try self.text("externalId", of: request)
        filter.accountId = try self.text("accountId", of: request)
        if let state = try self.text("state", of: request) {
            guard let known = OrderLifecycle.State(rawValue: state) else {
                let accepted = OrderLifecycle.State.allCases.map(\.rawValue).joined(separator: ", ")
                throw ProblemDetails.invalidParameter("state", value: state, takes: "one of \(accepted)")
            }
            filter.state = known
        }
        if let cursor = page.after {
            guard let after = cursor.parts.first.flatMap({ OrderID($0) }) else { throw Self.foreignCursor(request) }
            filter.after = after
        }
        let rows = try await self.pool.execute(ListOrders(filter: filter, limit: page.fetchLimit))
        let items = rows.map(OrderSummary.init)
        return try .json(Page(fetched: items, for: page) { [$0.orderId.description] })
    }

    @Sendable private func fallout(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let page = try PageRequest(request, keyParts: 2)
        var after: (since: Timestamp, id: OrderID)?
        if let parts = page.after?.parts {
            guard let since = Int64(parts[0]), let id = OrderID(parts[1]) else { throw Self.foreignCursor(request) }
            after = (Timestamp(microseconds: since), id)
        }
        let list = ListFallout(after: after, limit: page.fetchLimit)
        let held = try await self.pool.withTransaction("show fallout") { transaction in
            var orders = try await transaction.execute(list)
            let workOrders = try await transaction.execute(FindWorkOrders(orders: orders.map(\.id)))
            let byOrder = Dictionary(grouping: workOrders, by: \.orderId)
            for index in orders.indices { orders[index].workOrders = byOrder[orders[index].id]?.map(\.workOrder) ?? [] }
            return orders
        }
        let items = held.map(FalloutView.init)
        return try .json(
            Page(fetched: items, for: page) { [String($0.heldSince.microseconds), $0.orderId.description] })
    }

    /// The audit that nothing is stuck: an empty list, or a fault.
    @Sendable private func stuck(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        struct Body: Encodable {
            var items: [OrderSummary]
        }
        let page = try PageRequest(request)
        let rows = try await self.pool.execute(ListStuckOrders(limit: page.limit))
        return try .json(Body(items: rows.map(OrderSummary.init)))
    }

    @Sendable private func bundle(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let id: BundleID = try self.identifier("bundleId", "bundle", context)
        let (bundles, members) = try await self.pool.withTransaction("show bundle") { transaction in
            try await transaction.execute(together: FindBundle(id: id), FindEffectiveMembers(bundles: [id]))
        }
        guard var bundle = bundles.first else { throw ProblemDetails.notFound("bundle", id: id.description) }
        bundle.members = members.filter { !$0.isLeaving }.map(\.member)
        return try .json(bundle)
    }

    private static func order(_ order: Order?, _ workOrders: [StoredWorkOrder]) -> Order? {
        var order = order
        order?.workOrders = workOrders.map(\.workOrder)
        return order
    }

    private func identifier<ID: Identifier>(
        _ name: String,
        _ resource: String,
        _ context: BasicRequestContext
    ) throws -> ID {
        let text = try context.parameters.require(name)
        guard let id = ID(text) else { throw ProblemDetails.notFound(resource, id: text) }
        return id
    }

    /// A filter's value, which the database can compare with.
    private func text(_ name: String, of request: Request) throws -> String? {
        guard let value = request.uri.queryParameters[Substring(name)].map(String.init) else { return nil }
        guard isStorable(value) else {
            throw ProblemDetails.invalidParameter(name, value: value, takes: "a text of at most 512 bytes")
        }
        return value
    }

    private static func foreignCursor(_ request: Request) -> ProblemDetails {
        let value = request.uri.queryParameters["after"].map(String.init) ?? ""
        return .invalidParameter("after", value: value, takes: "the value of next of the page before")
    }
}

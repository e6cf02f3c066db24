import Contracts
import Foundation
import Messaging
import OrdersDomain
import Postgres
import TestSupport
import Testing

@testable import Orders

/// The service without its broker: handlers and timer on a database of their own.
struct Desk: Sendable {
    static let calendar = BusinessCalendar(timeZone: TimeZone(secondsFromGMT: 8 * 3600) ?? .gmt)

    static let passwords = PasswordSeal(key: Data(repeating: 7, count: PasswordSeal.keyBytes).base64EncodedString())

    private static let shipped = Result { try CatalogueEdition() }

    let pool: PostgresPool
    let catalogues: CatalogueLibrary
    private let identifiers = UUIDv7Source { UInt64(Date.now.timeIntervalSince1970 * 1000) }

    /// Runs `body` with an empty database.
    nonisolated(nonsending) static func open(_ body: (Desk) async throws -> Void) async throws {
        try await TestDatabase.shared.withDatabase("orders") { configuration in
            let service = ServiceSchema(service: "orders")
            try await service.prepare(configuration, logger: TestDatabase.silent)
            for (component, migrations) in [("messaging", MessagingMigrations.all), ("service", OrdersMigrations.all)] {
                try await Migrator(
                    migrations: migrations, schema: service.schema, role: service.role, component: component
                ).migrate(configuration, logger: TestDatabase.silent)
            }
            let pool = PostgresPool(configuration: service.configuration(configuration), logger: TestDatabase.silent)
            do {
                try await body(try await Desk(pool: pool, edition: try Self.shipped.get()))
            } catch {
                await pool.close()
                throw error
            }
            await pool.close()
        }
    }

    private init(pool: PostgresPool, edition: CatalogueEdition) async throws {
        self.pool = pool
        self.catalogues = CatalogueLibrary(
            current: edition.catalogue, source: edition.source, logger: TestDatabase.silent)
        try await self.catalogues.keep(in: pool, at: .noon)
    }

    /// The service once more, with another catalogue, on the same database.
    func restarted(with edition: CatalogueEdition) async throws -> Desk {
        try await Desk(pool: self.pool, edition: edition)
    }

    @discardableResult
    func submit(_ orders: [OrderSubmitted], at now: Timestamp = .noon) async throws -> [Outgoing] {
        let batch = orders.map { self.message($0, key: $0.externalId) }
        return try await self.transact(at: now) {
            try await SubmittedHandler(catalogues: self.catalogues, passwords: Self.passwords).handle(batch, in: $0)
                .outgoing
        }
    }

    @discardableResult
    func tell(_ events: [WorkOrderEvent], at now: Timestamp = .noon) async throws -> [Outgoing] {
        let batch = events.map { self.message($0, key: $0.orderId.description) }
        return try await self.transact(at: now) {
            try await WorkOrderEventHandler(catalogues: self.catalogues).handle(batch, in: $0).outgoing
        }
    }

    /// Fires what is due until nothing is.
    func passTime(to instant: Timestamp, limit: Int = 100) async throws -> [Outgoing] {
        var outgoing: [Outgoing] = []
        while true {
            let fired = try await self.transact(at: instant) { context in
                let fired = try await EffectTimer(catalogues: self.catalogues).fire(
                    dueBy: instant, limit: limit, in: context)
                return (fired.count, fired.outgoing)
            }
            guard fired.0 > 0 else { return outgoing }
            outgoing += fired.1
        }
    }

    /// Fires what the fallout policy has due.
    func retry(at instant: Timestamp) async throws -> [Outgoing] {
        try await self.transact(at: instant) {
            try await RetryTimer(catalogues: self.catalogues).fire(dueBy: instant, limit: 100, in: $0).outgoing
        }
    }

    /// - Returns: what is published, and the codes of what is refused.
    @discardableResult
    func command(
        _ commands: [OrderCommand],
        at now: Timestamp = .noon
    ) async throws -> (outgoing: [Outgoing], refused: [String]) {
        let batch = commands.enumerated().map { self.message($1, key: $1.orderId.description, offset: Int64($0)) }
        return try await self.transact(at: now) {
            let handled = try await CommandHandler(catalogues: self.catalogues).handle(batch, in: $0)
            return (handled.outgoing, handled.refused.values.map(\.code))
        }
    }

    func nextEffect() async throws -> Timestamp? {
        try await self.pool.withTransaction("look") {
            try await EffectTimer(catalogues: self.catalogues).nextDueAt(in: $0)
        }
    }

    /// Carries work orders out, and those that follow, until none is issued any more.
    func completeAll(_ outgoing: [Outgoing], at now: Timestamp = .noon) async throws -> [Outgoing] {
        var all = outgoing
        var issued = outgoing.bodies(WorkOrderIssued.self)
        while !issued.isEmpty {
            let next = try await self.tell(issued.map { $0.completed(at: now) }, at: now)
            issued = next.bodies(WorkOrderIssued.self)
            all += next
        }
        return all
    }

    func transact<T: Sendable>(
        at now: Timestamp,
        _ body: (HandlingContext) async throws -> T
    ) async throws -> T {
        try await self.pool.withTransaction("test") { transaction in
            try await body(
                HandlingContext(transaction: transaction, now: now, wallNow: now, identifiers: self.identifiers))
        }
    }

    private func message<Body>(_ body: Body, key: String, offset: Int64 = 0) -> Message<Body> {
        let id = self.identifiers.next().uuidString
        return Message(
            body: body,
            context: EventContext(id: id, source: "/test", type: "test"),
            key: key,
            origin: RecordOrigin(topic: "test", partition: 0, offset: offset, timestampMilliseconds: 0)
        )
    }
}

extension Timestamp {
    static let noon = Timestamp(rfc3339: "2026-11-21T12:00:00+08:00") ?? Timestamp(microseconds: 0)
    static let firstOfDecember = Timestamp(rfc3339: "2026-12-01T00:00:00+08:00") ?? Timestamp(microseconds: 0)
}

extension [Outgoing] {
    func bodies<Body: MessageBody>(_ type: Body.Type) -> [Body] { self.compactMap { $0.body as? Body } }
}

extension WorkOrderIssued {
    func completed(at now: Timestamp) -> WorkOrderEvent {
        .completed(
            WorkOrderCompleted(
                workOrderId: self.workOrderId, orderId: self.orderId, type: self.type, completedAt: now, attempts: 1,
                results: [:]))
    }
}

extension WorkOrderIssued {
    func failed(_ code: String, at now: Timestamp = .noon) -> WorkOrderEvent {
        .failed(
            WorkOrderFailed(
                workOrderId: self.workOrderId, orderId: self.orderId, type: self.type, failedAt: now, attempts: 1,
                results: [:], task: "crm.changePlan", code: code, message: "no", issueNumber: self.issueNumber))
    }
}

extension WorkOrderCancelRequested {
    func answer(at now: Timestamp = .noon) -> WorkOrderEvent {
        .cancelled(
            WorkOrderCancelled(workOrderId: self.workOrderId, orderId: self.orderId, type: "any", cancelledAt: now))
    }
}

extension OrderSubmitted {
    /// That another order of the same customer is to end.
    static func cancel(_ order: OrderSubmitted, id: OrderID? = nil) -> OrderSubmitted {
        OrderSubmitted(
            externalId: "cancel-\(order.externalId)", channel: order.channel, action: "cancel",
            customer: order.customer, offer: "", members: [], orderId: id,
            originalExternalId: id == nil ? order.externalId : nil, reason: "changed his mind")
    }

    /// Two members: a fixed line, which is the bundle's main one, and a 2G mobile.
    static func basic(_ externalId: String, fixedLine: String, mobile: String, existing: Bool = true) -> OrderSubmitted
    {
        OrderSubmitted(
            externalId: externalId,
            channel: "counter",
            customer: .init(
                id: "C-\(externalId)", name: "Hanjiang Trading", segment: "enterprise", tier: "vip",
                identity: .init(type: "businessLicense", number: "91610700MA6Y12340X")),
            accountId: "A-\(externalId)",
            offer: "WB-BASIC-A-88",
            members: [
                .init(ref: "fx", product: "fixedLine", serviceNumber: fixedLine, existing: existing, vas: ["callerId"]),
                .init(ref: "m2", product: "mobile2g", serviceNumber: mobile, existing: existing),
            ]
        )
    }
}

/// One column of whatever is asked, as text.
struct Look: Statement {
    static let sql = """
        SELECT 'order ' || o.channel || ' ' || o.external_id || ' ' || o.state FROM product_order AS o
        UNION ALL
        SELECT 'line ' || l.service_number || ' ' || l.state || ' ' || COALESCE(l.plan, '-') || ' '
               || CASE WHEN l.held_by IS NULL THEN 'free' ELSE 'held' END
               || ' ' || array_to_string(ARRAY(SELECT unnest(l.services) ORDER BY 1), ',')
          FROM line AS l
        UNION ALL
        SELECT 'bundle ' || b.offer || ' ' || b.state FROM bundle AS b
        UNION ALL
        SELECT 'timeline ' || t.kind FROM timeline_entry AS t
        """

    static func read(_ columns: inout Columns) throws -> String { try columns.next() }
}

extension Desk {
    func look() async throws -> [String] { try await self.pool.execute(Look()).sorted() }
}

import Contracts
import Foundation
import Messaging
import Postgres
import ProvisioningDomain
import Synchronization
import TestSupport

@testable import Provisioning

/// The service without its broker: handlers and timers on a database of their own.
struct Workshop: Sendable {
    let pool: PostgresPool
    var catalogues: CatalogueLibrary
    /// Business time; the wall clock of a workshop shows the same unless a test says otherwise.
    static let morning = Timestamp(rfc3339: "2026-11-23T09:00:00+08:00") ?? Timestamp(microseconds: 0)

    private let identifiers = UUIDv7Source { UInt64(Date.now.timeIntervalSince1970 * 1000) }
    private let offsets = Offsets()

    /// Runs `body` with an empty database.
    nonisolated(nonsending) static func open(_ body: (Workshop) async throws -> Void) async throws {
        try await TestDatabase.shared.withDatabase("provisioning") { configuration in
            let service = ServiceSchema(service: "provisioning")
            try await service.prepare(configuration, logger: TestDatabase.silent)
            for (component, migrations) in [
                ("messaging", MessagingMigrations.all), ("service", ProvisioningMigrations.all),
            ] {
                try await Migrator(
                    migrations: migrations, schema: service.schema, role: service.role, component: component
                ).migrate(configuration, logger: TestDatabase.silent)
            }
            let pool = PostgresPool(configuration: service.configuration(configuration), logger: TestDatabase.silent)
            do {
                try await body(Workshop(pool: pool, catalogues: .small()))
            } catch {
                await pool.close()
                throw error
            }
            await pool.close()
        }
    }

    /// The service once more, with another catalogue, on the same database.
    func restarted(with edition: CatalogueEdition) async throws -> Workshop {
        let catalogues = CatalogueLibrary(
            current: edition.catalogue, source: edition.source, logger: TestDatabase.silent)
        try await catalogues.keep(in: self.pool, at: Self.morning)
        return Workshop(pool: self.pool, catalogues: catalogues)
    }

    /// The same, with other policies for target systems.
    func with(_ targetSystems: [String: TargetSystemPolicy]) -> Workshop {
        var catalogue = self.catalogues.current
        catalogue.targetSystems = targetSystems
        var workshop = self
        workshop.catalogues = CatalogueLibrary(
            current: catalogue, source: CatalogueSource(files: []), logger: TestDatabase.silent)
        return workshop
    }

    @discardableResult
    func take(_ messages: [IssuedMessage], at now: Timestamp = morning) async throws -> Handled {
        try await self.handle(messages, by: IssuedHandler(catalogues: self.catalogues), at: now)
    }

    @discardableResult
    func issue(_ workOrders: [WorkOrderIssued], at now: Timestamp = morning) async throws -> Handled {
        try await self.take(workOrders.map { .issued($0) }, at: now)
    }

    @discardableResult
    func answer(_ responses: [NetworkResponse], at now: Timestamp = morning) async throws -> Handled {
        try await self.handle(responses, by: ResponseHandler(catalogues: self.catalogues), at: now)
    }

    @discardableResult
    func report(_ reports: [WorkOrderReported], at now: Timestamp = morning) async throws -> Handled {
        try await self.handle(reports, by: ReportHandler(catalogues: self.catalogues), at: now)
    }

    /// Fires once what is due of a timer.
    func fire(_ timer: some TimerSource, at instant: Timestamp, limit: Int = 500) async throws -> Fired {
        try await self.transact(at: instant) { try await timer.fire(dueBy: instant, limit: limit, in: $0) }
    }

    func nextDue(_ timer: some TimerSource) async throws -> Timestamp? {
        try await self.pool.withTransaction("look") { try await timer.nextDueAt(in: $0) }
    }

    var taskTimer: TaskTimers { TaskTimers(sources: TaskTimer.all(self.catalogues)) }
    var systemTimer: SystemTimer { SystemTimer(catalogues: self.catalogues) }
    var targetTimer: TargetTimer { TargetTimer(catalogues: self.catalogues) }

    private func handle<Handler: MessageHandler>(
        _ bodies: [Handler.Body],
        by handler: Handler,
        at now: Timestamp
    ) async throws -> Handled {
        let batch = bodies.map { self.message($0) }
        return try await self.transact(at: now) { try await handler.handle(batch, in: $0) }
    }

    func transact<T: Sendable>(at now: Timestamp, _ body: (HandlingContext) async throws -> T) async throws -> T {
        try await self.pool.withTransaction("test") { try await body(self.context($0, at: now)) }
    }

    func context(_ transaction: Transaction, at now: Timestamp) -> HandlingContext {
        HandlingContext(
            transaction: transaction,
            now: now,
            wallNow: now,
            identifiers: self.identifiers,
            randomFraction: { 0.5 }
        )
    }

    func message<Body>(_ body: Body) -> Message<Body> {
        let offset = self.offsets.next()
        return Message(
            body: body,
            context: EventContext(id: "message-\(offset)", source: "/test", type: "test"),
            key: "",
            origin: RecordOrigin(topic: "test", partition: 0, offset: offset, timestampMilliseconds: 0)
        )
    }

    /// A new work order, due in an hour.
    func issued(
        _ type: String,
        on serviceNumber: String,
        at now: Timestamp = morning,
        catalogueVersion: String = "small"
    ) -> WorkOrderIssued {
        WorkOrderIssued(
            workOrderId: self.identifiers.next(),
            orderId: self.identifiers.next(),
            type: type,
            product: "mobile3g",
            memberRef: "m3",
            serviceNumber: serviceNumber,
            parameters: ["plan": "3G-96", "speedMbps": 4],
            dueAt: now.advanced(bySeconds: 3600),
            catalogueVersion: catalogueVersion
        )
    }

    private final class Offsets: Sendable {
        private let latest = Mutex<Int64>(0)

        func next() -> Int64 {
            self.latest.withLock { latest in
                latest += 1
                return latest
            }
        }
    }
}

extension CatalogueLibrary {
    fileprivate static func small() -> CatalogueLibrary {
        CatalogueLibrary(current: .small(), source: CatalogueSource(files: []), logger: TestDatabase.silent)
    }
}

extension Catalogue {
    /// `one` and `two` tasks on an element, `visit` with field work between two.
    static func small() -> Catalogue {
        func type(_ name: String, _ tasks: [TaskType]) -> (String, [String: WorkOrderType]) {
            let target = TargetTime(seconds: 3600, counting: .calendar)
            let type = WorkOrderType(type: name, product: "any", target: target, undoneBy: nil, tasks: tasks)
            return (name, ["any": type])
        }
        let retry = RetryPolicy(
            timeoutMilliseconds: 1000,
            maximumAttempts: 3,
            withinSeconds: 60,
            firstDelayMilliseconds: 100,
            maximumDelayMilliseconds: 1000
        )
        let create = TaskType(
            system: "hlr", operation: "create", parameters: ["open": .array(["cmlap"])], retry: retry,
            undo: "hlr.remove")
        let services = TaskType(system: "hlr", operation: "setServices", retry: retry)
        let visit = TaskType(system: "field", operation: "install", kind: .field, retry: retry)
        return Catalogue(
            version: "small",
            workOrderTypes: Dictionary(
                uniqueKeysWithValues: [
                    type("one", [create]), type("two", [create, services]), type("visit", [create, visit, services]),
                ]),
            // Most tests let many commands go without an answer, for other reasons.
            targetSystems: [Catalogue.anySystem: TargetSystemPolicy(failures: 1000, serviceNumbers: 1000)],
            workingCalendar: WorkingCalendar(calendar: BusinessCalendar(timeZone: .gmt))
        )
    }
}

extension [Outgoing] {
    func bodies<Body: MessageBody>(_ type: Body.Type = Body.self) -> [Body] { self.compactMap { $0.body as? Body } }

    var commands: [NetworkCommand] { self.bodies() }
    var types: [String] { self.map(\.type) }
}

extension [Occurrence] {
    /// How often each was counted, with its dimensions' values.
    var tally: [String: Int] {
        self.reduce(into: [:]) { $0[([$1.label] + $1.dimensions.map(\.1)).joined(separator: " "), default: 0] += 1 }
    }
}

/// The timers of tasks as one.
struct TaskTimers: TimerSource {
    let name = "task"
    let clock = TimerClock.wall
    let sources: [TaskTimer]

    func nextDueAt(in transaction: Transaction) async throws -> Timestamp? {
        var due: [Timestamp] = []
        for source in self.sources {
            if let instant = try await source.nextDueAt(in: transaction) { due.append(instant) }
        }
        return due.min()
    }

    func fire(dueBy: Timestamp, limit: Int, in context: HandlingContext) async throws -> Fired {
        var all = Fired(count: 0)
        for source in self.sources {
            let fired = try await source.fire(dueBy: dueBy, limit: limit - all.count, in: context)
            all.count += fired.count
            all.outgoing += fired.outgoing
            all.occurrences += fired.occurrences
        }
        return all
    }
}

extension NetworkCommand {
    func answer(_ status: NetworkResponse.Status = .succeeded, code: String? = nil, retriable: Bool? = nil)
        -> NetworkResponse
    {
        NetworkResponse(
            commandId: self.commandId,
            workOrderId: self.workOrderId,
            status: status,
            code: code,
            retriable: retriable,
            at: Workshop.morning
        )
    }
}

extension WorkOrderIssued {
    var cancelRequest: IssuedMessage {
        .cancelRequested(
            WorkOrderCancelRequested(
                workOrderId: self.workOrderId, orderId: self.orderId, reason: "customer", requestedAt: Workshop.morning)
        )
    }

    func report(_ status: String) -> WorkOrderReported {
        WorkOrderReported(workOrderId: self.workOrderId, status: status, by: "staff", at: Workshop.morning)
    }
}

/// The tables in short, a line a row.
private struct Look: Statement {
    static let sql = """
        SELECT 'lane ' || l.service_number || ' ' || cardinality(l.queue) FROM lane AS l
        UNION ALL
        SELECT 'work order ' || w.service_number || ' ' || w.type || ' ' || w.state FROM work_order AS w
        UNION ALL
        SELECT 'task ' || w.service_number || ' ' || t.name || ' ' || t.state || ' ' || t.attempts
          FROM work_task AS t
          JOIN work_order AS w USING (work_order_id)
        UNION ALL
        SELECT 'incident ' || i.kind || COALESCE(' ' || i.code, '') FROM incident AS i
         ORDER BY 1
        """

    static func read(_ columns: inout Columns) throws -> String { try columns.next() }
}

extension Workshop {
    func look(_ prefix: String = "") async throws -> [String] {
        try await self.pool.execute(Look()).filter { $0.hasPrefix(prefix) }
    }
}

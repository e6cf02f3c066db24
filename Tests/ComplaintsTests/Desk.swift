import ComplaintsDomain
import Contracts
import Foundation
import Logging
import Messaging
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import Complaints

/// The service without its broker: handlers and timers on a database of their own, and what they have told.
final class Desk: Sendable {
    static let calendar = BusinessCalendar(timeZone: TimeZone(identifier: "Asia/Shanghai") ?? .gmt)

    let pool: PostgresPool
    let catalogues: CatalogueLibrary
    private let state = Mutex(State())
    private let identifiers = UUIDv7Source { UInt64(Date.now.timeIntervalSince1970 * 1000) }

    private struct State {
        var now = hour(0)
        var offset: Int64 = 0
        var told: [Outgoing] = []
    }

    init(pool: PostgresPool, catalogues: CatalogueLibrary) {
        self.pool = pool
        self.catalogues = catalogues
    }

    private static let shipped = Result {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try CatalogueLoader.load(paths: [root.path + "/deploy/catalogue"], calendar: Desk.calendar)
    }

    nonisolated(nonsending) static func open(_ body: (Desk) async throws -> Void) async throws {
        let catalogue = try Self.shipped.get()
        try await TestDatabase.shared.withDatabase("complaints") { configuration in
            let service = ServiceSchema(service: "complaints")
            try await service.prepare(configuration, logger: TestDatabase.silent)
            for (component, migrations) in [
                ("messaging", MessagingMigrations.all), ("service", ComplaintsMigrations.all),
            ] {
                try await Migrator(
                    migrations: migrations, schema: service.schema, role: service.role, component: component
                ).migrate(configuration, logger: TestDatabase.silent)
            }
            let pool = PostgresPool(configuration: service.configuration(configuration), logger: TestDatabase.silent)
            let library = CatalogueLibrary(
                current: catalogue, source: CatalogueSource(files: []), logger: TestDatabase.silent)
            do {
                try await body(Desk(pool: pool, catalogues: library))
            } catch {
                await pool.close()
                throw error
            }
            await pool.close()
        }
    }

    var now: Timestamp { self.state.withLock { $0.now } }

    func set(_ now: Timestamp) { self.state.withLock { $0.now = now } }

    // MARK: What comes

    @discardableResult
    func submit(_ complaints: [ComplaintSubmitted]) async throws -> [ComplaintAcknowledged] {
        let handler = SubmittedHandler(catalogues: self.catalogues, calendar: Self.calendar)
        return try await self.handle(complaints, by: handler).bodies()
    }

    @discardableResult
    func command(
        _ word: String, _ complaint: ComplaintID, by: String = "agent-7", id: UUID = UUID(),
        _ change: (inout ComplaintCommand) -> Void = { _ in }
    ) async throws -> [Outgoing] {
        var command = ComplaintCommand(
            commandId: CommandID(rawValue: id), complaintId: complaint, command: word, by: by, at: self.now)
        change(&command)
        let handler = CommandHandler(catalogues: self.catalogues, calendar: Self.calendar)
        return try await self.handle([command], by: handler)
    }

    func hear(_ events: [OrderEvent]) async throws { _ = try await self.handle(events, by: OrderEventHandler()) }

    func hear(_ events: [WorkOrderEvent]) async throws {
        _ = try await self.handle(events, by: WorkOrderEventHandler())
    }

    @discardableResult
    func hear(_ events: [AccountEvent]) async throws -> [Outgoing] {
        try await self.handle(
            events, by: AccountEventHandler(catalogues: self.catalogues, calendar: Self.calendar))
    }

    private func handle<Handler: MessageHandler>(
        _ bodies: [Handler.Body], by handler: Handler
    ) async throws -> [Outgoing] {
        let batch = bodies.map { self.message($0) }
        return try await self.transact(at: self.now) { try await handler.handle(batch, in: $0).outgoing }
    }

    private func transact(
        at now: Timestamp, _ body: (HandlingContext) async throws -> [Outgoing]
    ) async throws -> [Outgoing] {
        let outgoing = try await self.pool.withTransaction("test") { transaction in
            try await body(
                HandlingContext(
                    transaction: transaction, now: now, wallNow: now, identifiers: self.identifiers,
                    randomFraction: { 0.5 }))
        }
        self.state.withLock { $0.told += outgoing }
        return outgoing
    }

    private func message<Body>(_ body: Body) -> Message<Body> {
        let offset = self.state.withLock { state in
            state.offset += 1
            return state.offset
        }
        return Message(
            body: body, context: EventContext(id: "message-\(offset)", source: "/test", type: "test"), key: "",
            origin: RecordOrigin(topic: "test", partition: 0, offset: offset, timestampMilliseconds: 0))
    }

    // MARK: Time

    /// Lets time pass, with all that falls due on the way, as the service's loop does.
    @discardableResult
    func pass(to instant: Timestamp, limit: Int = 500) async throws -> [Outgoing] {
        let timer = TicketTimer(catalogues: self.catalogues, calendar: Self.calendar)
        var told: [Outgoing] = []
        while true {
            let next = try await self.pool.withTransaction("look") { try await timer.nextDueAt(in: $0) }
            guard let next, next <= instant else { break }
            told += try await self.transact(at: instant) {
                try await timer.fire(dueBy: instant, limit: limit, in: $0).outgoing
            }
        }
        self.set(instant)
        return told
    }

    // MARK: What is there

    func told<Body: MessageBody>(_ type: Body.Type = Body.self) -> [Body] {
        self.state.withLock { $0.told }.bodies()
    }

    func ticket(_ id: ComplaintID) async throws -> Ticket {
        let entries = try await self.pool.execute(FindEntries(ids: [id]))
        return try #require(Ticket(id: id, entries: try entries.map { try $0.entry() }))
    }

    func rows() async throws -> [TicketSummary] {
        try await self.pool.execute(ListTickets(filter: TicketFilter(), limit: 1_000_000))
    }
}

extension [Outgoing] {
    func bodies<Body: MessageBody>(_ type: Body.Type = Body.self) -> [Body] { self.compactMap { $0.body as? Body } }
}

/// 2026-12-01, 00:00 of business time, and so many hours.
func hour(_ hours: Int, _ minutes: Int = 0) -> Timestamp {
    (Timestamp(rfc3339: "2026-12-01T00:00:00+08:00") ?? Timestamp(microseconds: 0))
        .advanced(bySeconds: hours * 3600 + minutes * 60)
}

func complaint(
    _ externalId: String, _ category: String = "billing", _ subCategory: String? = nil, customer: String = "C1",
    tier: String? = nil, number: String? = "13109160001", area: String? = nil, text: String = "…",
    accountId: String? = nil, usageIds: [UsageID]? = nil
) -> ComplaintSubmitted {
    ComplaintSubmitted(
        externalId: externalId, channel: "hotline", customer: .init(id: customer, tier: tier), serviceNumber: number,
        accountId: accountId, category: category, subCategory: subCategory, area: area, text: text,
        submittedAt: hour(0), related: usageIds.map { .init(usageIds: $0) })
}

import Contracts
import Foundation
import Logging
import Messaging
import NotificationDomain
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import Messaging
@testable import Notification

func time(_ text: String) -> Timestamp { Timestamp(rfc3339: text) ?? Timestamp(microseconds: 0) }

/// A day of December 2026, in business time.
func december(_ day: Int, _ clock: String) -> Timestamp {
    time("2026-12-\(day < 10 ? "0" : "")\(day)T\(clock)+08:00")
}

func wanted(
    _ name: String, to recipient: String = Desk.number, _ priority: NotificationPriority = .normal,
    notBefore: Timestamp? = nil, expiresAt: Timestamp? = nil
) -> NotificationRequested {
    NotificationRequested(
        notificationId: NotificationID(rawValue: UUID()), recipient: recipient, channel: .sms,
        template: "orderAcknowledged", parameters: ["offerName": .string(name)], priority: priority,
        notBefore: notBefore, expiresAt: expiresAt, dedupeKey: "\(recipient) \(name)")
}

/// What messages are about, in the order in which the gateway was called.
func called(_ desk: Desk) -> [String] {
    desk.gateway.calls.map { $0.text.split(separator: "“").last.map { String($0.prefix { $0 != "”" }) } ?? "" }
}

/// A gateway that does what it is told, and remembers whom it was called for.
final class ScriptedGateway: Gateway {
    let id = "scripted"
    // A struct: in a tuple, a function would be wrapped once more at each call.
    private struct State {
        var calls: [HandedMessage] = []
        var answer: @Sendable (HandedMessage) -> HandOver = { _ in .accepted }
    }

    private let state = Mutex(State())

    var calls: [HandedMessage] { self.state.withLock(\.calls) }
    var recipients: [String] { self.calls.map(\.recipient) }

    func answer(_ answer: @escaping @Sendable (HandedMessage) -> HandOver) {
        self.state.withLock { $0.answer = answer }
    }

    func handOver(_ message: HandedMessage) async -> HandOver {
        let answer = self.state.withLock { state in
            state.calls.append(message)
            return state.answer
        }
        return answer(message)
    }
}

/// The service without its broker and gateway, on a database of its own.
struct Desk: Sendable {
    /// Who gets texts where nobody is named.
    static let number = "13109160001"
    static let calendar = BusinessCalendar(timeZone: TimeZone(secondsFromGMT: 8 * 3600) ?? .gmt)

    private static let shipped = Result { try CatalogueEdition() }

    private static let lanes = [DispatchLane.urgent, .others]

    let pool: PostgresPool
    let gateway = ScriptedGateway()
    let clock: BusinessClock
    private let wall: WallClock
    private let workbench: Workbench
    private let intake: NotificationIntake
    private let identifiers: UUIDv7Source
    private let catalogues: CatalogueLibrary

    nonisolated(nonsending) static func open(
        limit: CampaignLimit? = nil, _ body: (Desk) async throws -> Void
    ) async throws {
        try await TestDatabase.shared.withDatabase("notification") { configuration in
            let service = ServiceSchema(service: "notification")
            try await service.prepare(configuration, logger: TestDatabase.silent)
            for (component, migrations) in [
                ("messaging", MessagingMigrations.all), ("service", NotificationMigrations.all),
            ] {
                try await Migrator(
                    migrations: migrations, schema: service.schema, role: service.role, component: component
                ).migrate(configuration, logger: TestDatabase.silent)
            }
            let pool = PostgresPool(configuration: service.configuration(configuration), logger: TestDatabase.silent)
            do {
                try await body(Desk(pool: pool, edition: try Self.shipped.get(), limit: limit))
            } catch {
                await pool.close()
                throw error
            }
            await pool.close()
        }
    }

    private init(pool: PostgresPool, edition: CatalogueEdition, limit: CampaignLimit?) {
        var catalogue = edition.catalogue
        if let limit { catalogue.notifications?.campaignLimit = limit }
        let wall = WallClock(december(1, "00:00:00"))
        let clock = BusinessClock(mode: .controlled) { wall.now }
        let identifiers = UUIDv7Source { UInt64(wall.now.microseconds / 1000) }
        self.wall = wall
        self.clock = clock
        self.pool = pool
        self.identifiers = identifiers
        self.catalogues = CatalogueLibrary(
            current: catalogue, source: edition.source, logger: TestDatabase.silent)
        self.intake = NotificationIntake(
            catalogues: self.catalogues, calendar: Self.calendar, channels: [.sms, .mms])
        let processor = BatchProcessor(
            settings: .init(service: "notification", calendar: Self.calendar), decider: BatchDecider(handlers: []),
            pool: pool,
            encoder: EventEncoder(source: "/notification", calendar: Self.calendar, identifiers: identifiers),
            identifiers: identifiers, clock: clock, metrics: MessagingMetrics(), committed: CommitSignals())
        self.workbench = Workbench(processor: processor, gate: BatchGate(), started: StartLatch(isOpen: true))
    }

    // MARK: Time

    /// Both clocks: business time passes as the wall clock's does.
    func set(_ instant: Timestamp) {
        self.wall.now = instant
        self.clock.set(.init(businessAt: instant, rate: 1, wallAt: instant))
    }

    var now: Timestamp { self.clock.now() }

    func pass(seconds: Int) { self.set(self.now.advanced(bySeconds: seconds)) }

    // MARK: Messages in

    func request(_ requests: [NotificationRequested]) async throws {
        let handler = RequestHandler(intake: self.intake)
        try await self.handle { try await handler.handle(requests.map(self.message), in: $0) }
    }

    func tell(_ events: [AccountEvent]) async throws {
        let handler = AccountEventHandler(telling: EventTelling(intake: self.intake))
        try await self.handle { try await handler.handle(events.map(self.message), in: $0) }
    }

    func tell(_ events: [OrderEvent]) async throws {
        let handler = OrderEventHandler(telling: EventTelling(intake: self.intake))
        try await self.handle { try await handler.handle(events.map(self.message), in: $0) }
    }

    func tell(_ events: [WorkOrderRescheduled]) async throws {
        let handler = WorkOrderEventHandler(telling: EventTelling(intake: self.intake))
        try await self.handle { try await handler.handle(events.map(self.message), in: $0) }
    }

    func tell(_ events: [ComplaintEvent]) async throws {
        let handler = ComplaintEventHandler(telling: EventTelling(intake: self.intake))
        try await self.handle { try await handler.handle(events.map(self.message), in: $0) }
    }

    func receive(_ texts: [MessageReceived]) async throws {
        let handler = ReceivedMessageHandler(intake: self.intake)
        try await self.handle { try await handler.handle(texts.map(self.message), in: $0) }
    }

    private func handle(_ body: (HandlingContext) async throws -> Handled) async throws {
        try await self.workbench.transact("test") { context in ((), try await body(context)) }
    }

    private func message<Body>(_ body: Body) -> Message<Body> {
        Message(
            body: body,
            context: EventContext(id: self.identifiers.next().uuidString, source: "/test", type: "test"), key: "k",
            origin: RecordOrigin(topic: "test", partition: 0, offset: 0, timestampMilliseconds: 0))
    }

    // MARK: Messages out

    func outlet(perSecond: Int = 100_000) -> GatewayOutlet {
        GatewayOutlet(self.gateway, channels: [.sms, .mms], lanes: Self.lanes, perSecond: perSecond)
    }

    func dispatcher(_ lane: DispatchLane, of outlet: GatewayOutlet? = nil) -> Dispatcher {
        Dispatcher(
            lane: lane, outlet: outlet ?? self.outlet(),
            settings: Dispatcher.Settings(), catalogues: self.catalogues, calendar: Self.calendar,
            workbench: self.workbench, logger: TestDatabase.silent)
    }

    /// Sends so many of what is due, both lanes at a time, as the service does.
    func dispatchTogether(_ count: Int, perSecond: Int) async throws {
        let outlet = self.outlet(perSecond: perSecond)
        await withTaskGroup(of: Void.self) { group in
            for lane in Self.lanes { group.addTask { try? await self.dispatcher(lane, of: outlet).run() } }
            let deadline = ContinuousClock.now + .seconds(60)
            while self.gateway.calls.count < count, ContinuousClock.now < deadline {
                guard (try? await Task.sleep(for: .milliseconds(5))) != nil else { break }
            }
            group.cancelAll()
        }
    }

    /// Sends what is due now, the urgent first, until nothing is.
    func dispatch() async throws {
        for lane in Self.lanes {
            let dispatcher = self.dispatcher(lane)
            while try await dispatcher.step() > 0 {}
        }
    }

    func recover() async throws {
        for lane in Self.lanes { try await self.dispatcher(lane).recover() }
    }

    /// - Returns: whether there is such a message.
    @discardableResult
    func report(_ id: NotificationID, isDelivered: Bool = true) async throws -> Bool {
        let desk = ReceiptDesk(workbench: self.workbench)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await desk.run() }
            defer { group.cancelAll() }
            return try await desk.report(Receipt(id: id, isDelivered: isDelivered, reason: "said so"))
        }
    }

    func fire(_ timer: some TimerSource) async throws -> Int {
        try await self.workbench.transact("fire") { context in
            let fired = try await timer.fire(dueBy: context.now, limit: 1000, in: context)
            var handled = Handled()
            handled.send(fired.outgoing)
            return (fired.count, handled)
        }
    }

    /// All schedules, until nothing of them is due.
    func fireSchedules() async throws {
        while try await self.nextSchedule() <= self.now {
            _ = try await self.fire(ScheduleTimer(intake: self.intake))
        }
    }

    func nextSchedule() async throws -> Timestamp {
        let timer = ScheduleTimer(intake: self.intake)
        let due = try await self.pool.withTransaction("next") { try await timer.nextDueAt(in: $0) }
        return due ?? Timestamp(microseconds: .max)
    }

    func eraseTexts() async throws -> Int { try await self.fire(TextErasureTimer(catalogues: self.catalogues)) }

    // MARK: What there is

    func notifications(of recipient: String? = nil) async throws -> [NotificationRow] {
        try await self.pool.execute(
            ListNotifications(filter: NotificationFilter(recipient: recipient), limit: 100_000))
    }

    func waits(_ row: NotificationRow) throws -> [String] { try NotificationView(row).waits.map(\.reason) }

    /// All that was told, as it is published.
    func told<Body: MessageBody>(_ body: Body.Type) async throws -> [Body] {
        try await self.pool.execute(FindOutbox()).compactMap { value in
            let event = Data(value)
            guard try JSONDecoder().decode(ToldType.self, from: event).type == Body.type else { return nil }
            return try JSONDecoder().decode(ToldBody<Body>.self, from: event).data
        }
    }

    /// As a process that dies leaves messages that it has claimed.
    func claim(_ ids: [NotificationID]) async throws {
        try await self.handle { context in
            _ = try await context.transaction.execute(
                ClaimNotifications(ids: ids, now: context.now, wallNow: context.wallNow, gateway: "scripted"))
            return Handled()
        }
    }
}

private struct ToldType: Decodable {
    var type: String
}

private struct ToldBody<Body: Decodable>: Decodable {
    var data: Body
}

private struct FindOutbox: Statement {
    static let sql = "SELECT value FROM outbox ORDER BY outbox_id"

    static func read(_ columns: inout Columns) throws -> [UInt8] { try columns.next() }
}

/// A wall clock that stands still until it is set.
final class WallClock: Sendable {
    private let time: Mutex<Timestamp>

    init(_ time: Timestamp) { self.time = Mutex(time) }

    var now: Timestamp {
        get { self.time.withLock { $0 } }
        set { self.time.withLock { $0 = newValue } }
    }
}

import Contracts
import Foundation
import Kafka
import Messaging
import Postgres
import RatingDomain
import Synchronization
import TestSupport
import Testing

@testable import Rating

/// The service without its broker: handlers and timer on a database of their own.
struct Office: Sendable {
    static let calendar = BusinessCalendar(timeZone: TimeZone(secondsFromGMT: 8 * 3600) ?? .gmt)

    private static let shipped = Result { try CatalogueEdition() }

    let pool: PostgresPool
    let catalogues: CatalogueLibrary
    let shelf: TermsShelf
    let provisions = ProvisionBook()
    /// Of instances, each of which remembers what it has seen.
    private let usage: [UsageHandler]
    private let tariffs: TariffLibrary
    private let identifiers = UUIDv7Source { UInt64(Date.now.timeIntervalSince1970 * 1000) }

    /// Runs `body` with an empty database.
    nonisolated(nonsending) static func open(_ body: (Office) async throws -> Void) async throws {
        try await TestDatabase.shared.withDatabase("rating") { configuration in
            let service = ServiceSchema(service: "rating")
            try await service.prepare(configuration, logger: TestDatabase.silent)
            for (component, migrations) in [("messaging", MessagingMigrations.all), ("service", RatingMigrations.all)] {
                try await Migrator(
                    migrations: migrations, schema: service.schema, role: service.role, component: component
                ).migrate(configuration, logger: TestDatabase.silent)
            }
            var own = service.configuration(configuration)
            // Each batch has one, and each lane.
            own.poolSize = 12
            let pool = PostgresPool(configuration: own, logger: TestDatabase.silent)
            do {
                try await body(try await Office(pool: pool, edition: try Self.shipped.get()))
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
        try await self.catalogues.keep(in: pool, at: time("2026-11-21T12:00:00+08:00"))
        self.tariffs = try TariffLibrary(self.catalogues, calendar: Self.calendar)
        // Few, so that terms are also forgotten.
        self.shelf = TermsShelf(self.tariffs, capacity: 32)
        let rating = UsageRating(
            tariffs: self.tariffs, shelf: self.shelf, provisions: self.provisions,
            results: RatedEvents(
                encoder: EventEncoder(source: "/rating", calendar: Self.calendar, identifiers: self.identifiers),
                calendar: Self.calendar))
        self.usage = (0..<Self.instances).map { _ in UsageHandler(rating) }
    }

    @discardableResult
    func tell(_ events: [AccountOrderEvent], at now: Timestamp) async throws -> [Outgoing] {
        let batch = events.map { self.message($0, key: "order") }
        return try await self.transact(at: now) {
            try await OrderEventHandler(
                catalogues: self.catalogues, tariffs: self.tariffs, calendar: Self.calendar
            ).handle(batch, in: $0).outgoing
        }
    }

    @discardableResult
    func tell(_ orders: [OrderEffective], at now: Timestamp? = nil) async throws -> [Outgoing] {
        try await self.tell(orders.map { .effective($0) }, at: now ?? orders.map(\.effectiveAt).max() ?? december(1))
    }

    private var balances: DataBalances { DataBalances(shelf: self.shelf, tariffs: self.tariffs) }

    static let instances = 3

    /// Rates records as an instance of the service does with a batch of a partition.
    ///
    /// - Parameter saving: is called before each transaction of a lane ends.
    @discardableResult
    func rate(
        _ records: [UsageRecorded], by instance: Int = 0, at now: Timestamp,
        saving: @escaping @Sendable () async throws -> Void = {}
    ) async throws -> [Outgoing] {
        let batch = records.enumerated().map { self.message($1, key: $1.serviceNumber, offset: Int64($0)) }
        let told = Mutex<[Outgoing]>([])
        let handled = try await self.transact(at: now) { context in
            let stream = StreamContext(positions: context, pool: self.pool) { handled, _ in
                try await saving()
                let outgoing = try handled.all
                told.withLock { $0 += outgoing }
            }
            return try await self.usage[instance].handle(batch, in: stream)
        }
        return told.withLock { $0 } + handled.outgoing
    }

    /// How many batches wait for lanes of the first instance.
    var waiting: Int {
        get async { await self.usage[0].waiting }
    }

    /// Rates again what has to be, until nothing has to.
    @discardableResult
    func settle(at now: Timestamp = december(20), limit: Int = 10) async throws -> [Outgoing] {
        var outgoing: [Outgoing] = []
        let timer = ReratingTimer(shelf: self.shelf, provisions: self.provisions)
        while let due = try await self.pool.withTransaction("look", body: { try await timer.nextDueAt(in: $0) }) {
            let fired = try await self.transact(at: now) { context in
                let fired = try await timer.fire(dueBy: due.advanced(bySeconds: 3600), limit: limit, in: context)
                return (fired.count, fired.outgoing)
            }
            try #require(fired.0 > 0)
            outgoing += fired.1
        }
        return outgoing
    }

    @discardableResult
    func pay(_ payments: [PaymentReceived], at now: Timestamp) async throws -> [Outgoing] {
        let batch = payments.enumerated().map { self.message($1, key: $1.key, offset: Int64($0)) }
        return try await self.transact(at: now) { try await PaymentHandler().handle(batch, in: $0).outgoing }
    }

    @discardableResult
    func adjust(_ adjustments: [AdjustmentRequested], at now: Timestamp) async throws -> [Outgoing] {
        let batch = adjustments.enumerated().map { self.message($1, key: $1.key, offset: Int64($0)) }
        let handler = AdjustmentHandler(tariffs: self.tariffs, calendar: Self.calendar)
        return try await self.transact(at: now) { try await handler.handle(batch, in: $0).outgoing }
    }

    @discardableResult
    func command(_ commands: [AccountCommand], at now: Timestamp) async throws -> [Outgoing] {
        let batch = commands.enumerated().map { self.message($1, key: $1.key, offset: Int64($0)) }
        let handler = AccountCommandHandler(tariffs: self.tariffs, calendar: Self.calendar)
        return try await self.transact(at: now) { try await handler.handle(batch, in: $0).outgoing }
    }

    /// Looks at the lines that have perhaps to be barred.
    @discardableResult
    func bar(at now: Timestamp) async throws -> [Outgoing] {
        try await self.transact(at: now) { context in
            try await LineBarTimer(tariffs: self.tariffs).fire(
                dueBy: now.advanced(bySeconds: 60), limit: 100, in: context
            ).outgoing
        }
    }

    /// Tries parked accounts whose time has come.
    func resumeParked(at now: Timestamp) async throws -> [Outgoing] {
        try await self.transact(at: now) { context in
            try await ParkedAccountTimer(tariffs: self.tariffs).fire(dueBy: now, limit: 10, in: context).outgoing
        }
    }

    /// Lets business time pass: bills are issued, and credit control acts.
    @discardableResult
    func passTime(to now: Timestamp, limit: Int = 7) async throws -> [Outgoing] {
        let sources: [any TimerSource] = [
            BillRun(
                tariffs: self.tariffs, shelf: self.shelf, provisions: self.provisions, calendar: Self.calendar),
            CreditControlTimer(calendar: Self.calendar), ScheduledMoneyTimer(), LineBarLift(tariffs: self.tariffs),
            QuotaCheckTimer(balances: self.balances),
            UsageNoticeTimer(balances: self.balances, calendar: Self.calendar),
            BillReminderTimer(tariffs: self.tariffs, calendar: Self.calendar),
            TermNoticeTimer(tariffs: self.tariffs, calendar: Self.calendar),
        ]
        var outgoing: [Outgoing] = []
        var idle = 0
        while true {
            var next: (due: Timestamp, source: any TimerSource)?
            for source in sources {
                let due = try await self.pool.withTransaction("look", body: { try await source.nextDueAt(in: $0) })
                if let due, due <= now, due < next?.due ?? Timestamp(microseconds: .max) { next = (due, source) }
            }
            guard let (due, source) = next else { return outgoing }
            let (count, messages) = try await self.transact(at: now) { context in
                let fired = try await source.fire(dueBy: due, limit: limit, in: context)
                return (fired.count, fired.outgoing)
            }
            outgoing += messages
            // Another may have what is due in its hands.
            idle = count == 0 ? idle + 1 : 0
            try #require(idle < 500)
            if idle > 0 { try await Task.sleep(for: .milliseconds(10)) }
        }
    }

    /// What the journal says of itself: nothing, where it is right.
    func audit() async throws -> [String] { try await self.pool.execute(CheckJournal()) }

    /// The results of an account's cycle, in the order of the records.
    func results(_ accountId: String, _ cycle: BillingCycle) async throws -> [RatedUsage] {
        try await self.pool.withTransaction("look") { transaction in
            guard let account = try await transaction.execute(FindAccount(accountId: accountId)).first?.account else {
                return []
            }
            let key = CycleKey(account: account.number, cycle: cycle)
            let numbers = try await self.provisions.stored(in: transaction)
            return try await transaction.execute(FindUsageOfCycles(keys: [key]))
                .map { row in
                    try RatedUsage(
                        of: row.record(), in: row.cycle, charge: row.charge, storedForm: row.result, numbers.provision)
                }
                .sorted { ($0.endedAt, $0.usageId) < ($1.endedAt, $1.usageId) }
        }
    }

    func cycle(_ accountId: String, _ cycle: BillingCycle) async throws -> StoredCycle? {
        try await self.pool.execute(FindCycle(accountId: accountId, cycle: cycle)).first
    }

    /// What is used of each allowance.
    func used(_ accountId: String, _ cycle: BillingCycle) async throws -> [AllowanceUse] {
        try await self.pool.withTransaction("look") { transaction in
            guard let row = try await transaction.execute(FindCycle(accountId: accountId, cycle: cycle)).first,
                case .terms(let terms)? = try await self.shelf.terms(of: [row], in: transaction)[row.key]
            else { return [] }
            return terms.allowanceUses(in: terms.state(ofCodes: try CounterForms.counters(row.counters)))
        }
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

extension Handled {
    /// With what is in bundles.
    var all: [Outgoing] {
        get throws {
            let reader = EventReader<UsageRated>()
            return try self.outgoing
                + self.bundles.flatMap { try $0.records() }.compactMap { record in
                    let consumed = ConsumedRecord(
                        topicPartition: TopicPartition(topic: record.topic, partition: 0), offset: 0, key: record.key,
                        value: record.value, headers: record.headers)
                    guard case .message(let message) = reader.read(consumed) else { return nil }
                    return Outgoing(message.body, causedBy: message.context)
                }
        }
    }
}

extension [Outgoing] {
    func bodies<Body: MessageBody>(_ type: Body.Type) -> [Body] { self.compactMap { $0.body as? Body } }
}

func time(_ text: String) -> Timestamp { Timestamp(rfc3339: text) ?? Timestamp(microseconds: 0) }

/// An instant of December 2026.
func december(_ day: Int, _ hour: Int = 0, _ minute: Int = 0, _ second: Int = 0) -> Timestamp {
    time("2026-12-01T00:00:00+08:00").advanced(bySeconds: (((day - 1) * 24 + hour) * 60 + minute) * 60 + second)
}

import Contracts
import Foundation
import Postgres
import Testing

extension EndToEndTests {
    /// Processes die at any moment, and the business goes on.
    @Suite(.serialized)
    struct FaultTests {
        static let orders = 2000
        static let kills = 50

        let system: RunningSystem
        let publisher: Publisher
        let audit: Audit

        init() async throws {
            self.system = try RunningSystem()
            try await self.system.untilReady()
            self.publisher = try Publisher(self.system)
            self.audit = Audit(self.system)
        }

        @Test(
            "2,000 orders while Orders, Provisioning, the simulator and PostgreSQL are killed 50 times; then again with the broker restarted empty in the middle",
            arguments: [false, true]
        )
        func kills(brokerToo: Bool) async throws {
            var orders: [OrderSubmitted] = []
            for _ in 0..<Self.orders { orders.append(await Order.mixed(orders.count)) }
            let toSend = orders
            let publisher = self.publisher
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for start in stride(from: 0, to: toSend.count, by: 40) {
                        try await publisher.publish(Array(toSend[start..<min(start + 40, toSend.count)]))
                        try await Task.sleep(for: .milliseconds(1000))
                    }
                }
                group.addTask {
                    var killed = 0
                    var victims = Victims()
                    while killed < Self.kills {
                        try await Task.sleep(for: .milliseconds(Int.random(in: 200...2000)))
                        if try self.system.kill(victims.next(at: .now)) { killed += 1 }
                        if brokerToo, killed == Self.kills / 2 { try self.system.kill("broker") }
                    }
                }
                try await group.waitForAll()
            }
            try await self.system.untilReady()
            try await self.untilAllAnswered(orders)
            try await until("every order has completed or stands", .seconds(240)) {
                try await self.audit.unfinished(orders.map(\.externalId)) == 0
            }
            let findings = try await self.audit.findings(orders.map(\.externalId))
            #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
        }

        /// A channel that has had no answer submits again: the broker that had its order may have lost it.
        private func untilAllAnswered(_ orders: [OrderSubmitted]) async throws {
            let deadline = ContinuousClock.now + .seconds(300)
            var resentAt = ContinuousClock.now
            while ContinuousClock.now < deadline {
                let known = try await self.audit.known(orders.map(\.externalId))
                let missing = orders.filter { !known.contains($0.externalId) }
                if missing.isEmpty { return }
                if ContinuousClock.now - resentAt > .seconds(20) {
                    resentAt = .now
                    try await self.publisher.publish(missing)
                }
                try await Task.sleep(for: .milliseconds(500))
            }
            Issue.record("not every order was answered")
        }
    }
}

/// Who dies next.
struct Victims {
    /// A network that is silent for longer than all attempts of a command take fails its work orders, and by the rules:
    /// so the simulator gets the time to find into its group, and to answer something, before it dies again.
    private static let rest = Duration.seconds(10)
    private var simulatorDiedAt: ContinuousClock.Instant?

    mutating func next(at now: ContinuousClock.Instant) -> String {
        let rests = self.simulatorDiedAt.map { now - $0 < Self.rest } ?? false
        let victim = (["orders", "provisioning", "postgres"] + (rests ? [] : ["network-simulator"])).randomElement()
        if victim == "network-simulator" { self.simulatorDiedAt = now }
        return victim ?? "orders"
    }
}

extension Order {
    /// Various orders that all complete.
    static func mixed(_ index: Int) async -> OrderSubmitted {
        switch index % 4 {
        case 0: await self.basicA88()
        case 1: await self.callerAlert(on: await Unique.mobile())
        case 2: await self.callerlessBundle()
        default: await self.callerAlert(on: await Unique.mobile(endingIn: "9901"))
        }
    }
}

/// Looks into the services' tables for what must not be.
struct Audit {
    private let database: Database

    init(_ system: RunningSystem) {
        self.database = Database(system)
    }

    private struct Known: Statement {
        static let sql = "SELECT external_id FROM orders.product_order WHERE external_id = ANY($1)"
        var externalIds: [String]
        func bind(_ parameters: inout Parameters) { parameters.append(self.externalIds) }
        static func read(_ columns: inout Columns) throws -> String { try columns.next() }
    }

    private struct Unfinished: Statement {
        static let sql = """
            SELECT count(*)
              FROM orders.product_order
             WHERE external_id = ANY($1)
               AND state IN ('acknowledged', 'inProgress')
            """
        var externalIds: [String]
        func bind(_ parameters: inout Parameters) { parameters.append(self.externalIds) }
        static func read(_ columns: inout Columns) throws -> Int64 { try columns.next() }
    }

    /// One line a thing that is wrong.
    private struct Findings: Statement {
        static let sql = """
            WITH audited AS (
                SELECT order_id, external_id, state FROM orders.product_order WHERE external_id = ANY($1)
            ), emitted AS (
                SELECT convert_from(value, 'UTF8')::jsonb AS event FROM orders.outbox WHERE topic = 'orders.events'
            ), commands AS (
                SELECT convert_from(value, 'UTF8')::jsonb -> 'data' AS command
                  FROM provisioning.outbox
                 WHERE topic = 'network.commands'
            )
            SELECT 'order ' || a.external_id || ' is known ' || count(*) || ' times'
              FROM audited AS a
             GROUP BY a.external_id
            HAVING count(*) <> 1
            UNION ALL
            SELECT 'order ' || a.external_id || ' is ' || a.state
              FROM audited AS a
             WHERE a.state NOT IN ('pending', 'completed')
            UNION ALL
            SELECT 'work order ' || w.work_order_id || ' of ' || a.external_id || ' is ' || w.state
              FROM audited AS a
              JOIN orders.work_order AS w USING (order_id)
             WHERE w.state <> 'completed'
            UNION ALL
            SELECT 'work order ' || w.work_order_id || ' is ' || coalesce(p.state, 'unknown') || ' in Provisioning'
              FROM audited AS a
              JOIN orders.work_order AS w USING (order_id)
              LEFT JOIN provisioning.work_order AS p ON p.work_order_id = w.work_order_id
             WHERE p.state IS DISTINCT FROM 'completed'
            UNION ALL
            SELECT 'order ' || a.external_id || ' was told ' || (e.event ->> 'type') || ' ' || count(*) || ' times'
              FROM audited AS a
              JOIN emitted AS e ON e.event ->> 'subject' = a.order_id::text
             WHERE e.event ->> 'type' IN ('order.acknowledged', 'order.completed', 'order.effective')
             GROUP BY a.external_id, e.event ->> 'type'
            HAVING count(*) <> 1
            UNION ALL
            SELECT 'task ' || (c.command ->> 'taskId') || ' has ' || count(DISTINCT c.command ->> 'commandId') || ' commands'
              FROM commands AS c
              JOIN audited AS a ON a.order_id::text = c.command ->> 'orderId'
             GROUP BY c.command ->> 'taskId'
            HAVING count(DISTINCT c.command ->> 'commandId') <> 1
            """
        var externalIds: [String]
        func bind(_ parameters: inout Parameters) { parameters.append(self.externalIds) }
        static func read(_ columns: inout Columns) throws -> String { try columns.next() }
    }

    func known(_ externalIds: [String]) async throws -> Set<String> {
        Set(try await self.database.execute(Known(externalIds: externalIds)))
    }

    func unfinished(_ externalIds: [String]) async throws -> Int64 {
        try await self.database.execute(Unfinished(externalIds: externalIds)).first ?? -1
    }

    func findings(_ externalIds: [String]) async throws -> [String] {
        try await self.database.execute(Findings(externalIds: externalIds))
    }
}

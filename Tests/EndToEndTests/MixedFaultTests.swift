import Contracts
import Foundation
import Postgres
import Testing

extension EndToEndTests {
    /// Processes die while customers change their minds.
    @Suite(.serialized)
    struct MixedFaultTests {
        static let bundles = 40
        static let orders = 400
        static let kills = 200

        let system: RunningSystem
        let observer: Observer
        let publisher: Publisher
        let clock: ClockControl
        let audit: MixedAudit

        init() async throws {
            self.system = try RunningSystem()
            try await self.system.untilReady()
            self.observer = try Observer(self.system)
            self.publisher = try Publisher(self.system)
            self.clock = ClockControl(system: self.system, publisher: self.publisher)
            self.audit = MixedAudit(self.system)
            try await self.observer.start()
        }

        @Test("Changes and cancels while every process is killed, 200 times: each order ends in one right state")
        func mixedLoad() async throws {
            let bundles = try await self.bundlesInEffect()
            var waves: [[OrderSubmitted]] = []
            for number in 0..<(Self.orders / 10) {
                var wave: [OrderSubmitted] = []
                for _ in 0..<10 { wave.append(await Order.mixed(wave.count)) }
                // Every second order of the wave before is cancelled, at whatever point it has reached.
                if let former = waves.last {
                    for order in former.prefix(10).enumerated() where order.offset.isMultiple(of: 2) {
                        wave.append(await Order.cancel(order.element))
                    }
                }
                // Each bundle is changed three times, a while apart.
                for (index, bundle) in bundles.enumerated() {
                    for (round, offer) in ["WB-BASIC-A-158", "WB-BASIC-A-288", "WB-BASIC-A-158"].enumerated()
                    where number == (index + round * 7) % (Self.orders / 10) {
                        wave.append(await Order.change(bundle, to: offer, withTerminal: round == 2))
                    }
                }
                waves.append(wave)
            }
            let toSend = waves
            let publisher = self.publisher
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for wave in toSend {
                        try await publisher.publish(wave)
                        try await Task.sleep(for: .seconds(5))
                    }
                }
                group.addTask {
                    var killed = 0
                    var victims = Victims()
                    while killed < Self.kills {
                        try await Task.sleep(for: .milliseconds(Int.random(in: 200...1800)))
                        if try self.system.kill(victims.next(at: .now)) { killed += 1 }
                    }
                }
                try await group.waitForAll()
            }
            try await self.system.untilReady()
            let ids = toSend.joined().map(\.externalId)
            try await until("every order is known", .seconds(300)) {
                try await self.audit.known(ids) == ids.count
            }
            try await until("nothing is on its way any more", .seconds(240)) {
                // A network that was silent for too long has its work orders fail: people try them again.
                for held in try await self.audit.held(ids) {
                    try await publisher.publish([
                        OrderCommand(
                            commandId: CommandID(rawValue: UUID()), orderId: held, command: "retry", reason: "audit",
                            by: "test", at: try await self.clock.now())
                    ])
                }
                return try await self.audit.unfinished(ids) == 0
            }
            let (_, stuck) = try await HTTP.get("\(self.system.ordersURL)/stuck")
            #expect(String(decoding: stuck, as: UTF8.self).contains("\"items\":[]"), "the service's own audit")
            let findings = try await self.audit.findings(ids)
            #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
            let states = try await self.audit.states(ids)
            #expect((states["cancelled"] ?? 0) > Self.orders / 10, "\(states)")
        }

        private func bundlesInEffect() async throws -> [OrderSubmitted] {
            var bundles: [OrderSubmitted] = []
            for _ in 0..<Self.bundles { bundles.append(await Order.callerlessBundle()) }
            try await self.publisher.publish(bundles)
            for bundle in bundles {
                let plan = try #require(try await self.observer.answer(to: bundle.externalId).acknowledged)
                _ = try await self.observer.completed(plan.orderId)
            }
            try await self.clock.set(try await self.clock.nextMonth(), rate: 1)
            try await until("the bundles are in effect") {
                try await self.audit.states(bundles.map(\.externalId))["completed"] == bundles.count
            }
            return bundles
        }
    }
}

extension Order {
    /// Another tier for a bundle in effect, perhaps with one more terminal.
    static func change(_ bundle: OrderSubmitted, to offer: String, withTerminal: Bool) async -> OrderSubmitted {
        var change = bundle
        change.externalId = await Unique.externalId()
        change.action = "change"
        change.offer = offer
        if withTerminal {
            let number = await Unique.mobile()
            change.members.append(.init(ref: "m5", product: "mobile2g", serviceNumber: number, existing: false))
            change.options = [.init(code: "TERMINAL-SHARED", member: "m5")]
        }
        return change
    }
}

/// Looks into the services' tables for what must not be, where orders are changed and cancelled.
struct MixedAudit {
    private let database: Database

    init(_ system: RunningSystem) {
        self.database = Database(system)
    }

    private struct States: Statement {
        static let sql = """
            SELECT state, count(*) FROM orders.product_order WHERE external_id = ANY($1) GROUP BY state
            """
        var externalIds: [String]
        func bind(_ parameters: inout Parameters) { parameters.append(self.externalIds) }
        static func read(_ columns: inout Columns) throws -> (state: String, count: Int64) {
            (try columns.next(), try columns.next())
        }
    }

    private struct Held: Statement {
        static let sql = """
            SELECT order_id FROM orders.product_order WHERE external_id = ANY($1) AND state = 'held'
            """
        var externalIds: [String]
        func bind(_ parameters: inout Parameters) { parameters.append(self.externalIds) }
        static func read(_ columns: inout Columns) throws -> UUID { try columns.next() }
    }

    /// One line a thing that is wrong.
    private struct Findings: Statement {
        static let sql = """
            WITH audited AS (
                SELECT o.*, b.replaces
                  FROM orders.product_order AS o
                  LEFT JOIN orders.bundle AS b
                    ON b.order_id = o.order_id
                 WHERE o.external_id = ANY($1)
            ), emitted AS (
                SELECT convert_from(value, 'UTF8')::jsonb AS event FROM orders.outbox WHERE topic = 'orders.events'
            )
            SELECT 'order ' || external_id || ' is ' || state
              FROM audited
             WHERE state NOT IN ('pending', 'completed', 'cancelled', 'rejected')
            UNION ALL
            SELECT 'order ' || a.external_id || ' was told ' || (e.event ->> 'type') || ' ' || count(*) || ' times'
              FROM audited AS a
              JOIN emitted AS e
                ON e.event ->> 'subject' = a.order_id::text
             WHERE e.event ->> 'type' IN ('order.acknowledged', 'order.rejected', 'order.completed', 'order.effective',
                                          'order.cancelled')
             GROUP BY a.external_id, e.event ->> 'type'
            HAVING count(*) <> 1
            UNION ALL
            SELECT 'work order ' || w.type || ' of ' || a.external_id || ' is ' || w.state || ', in Provisioning '
                   || coalesce(p.state, 'unknown')
              FROM audited AS a
              JOIN orders.work_order AS w USING (order_id)
              LEFT JOIN provisioning.work_order AS p USING (work_order_id)
             WHERE NOT (w.state = 'completed' AND p.state = 'completed')
               AND NOT (w.state = 'cancelled' AND (p.state = 'cancelled' OR w.issued_at IS NULL AND p.state IS NULL))
               -- Done by the change whose place this one has taken.
               AND NOT (w.state = 'completed' AND p.state IS NULL
                        AND EXISTS (SELECT
                                      FROM orders.work_order AS k
                                     WHERE k.is_kept
                                       AND k.service_number = w.service_number
                                       AND k.type = w.type
                                       AND k.ended_at = w.ended_at))
            UNION ALL
            SELECT 'work order ' || w.type || ' of cancelled ' || a.external_id || ' was not undone'
              FROM audited AS a
              JOIN orders.work_order AS w USING (order_id)
             WHERE a.state = 'cancelled'
               AND w.state = 'completed'
               AND w.compensates IS NULL
               AND NOT w.is_kept
               AND NOT EXISTS (SELECT
                                 FROM orders.work_order AS c
                                WHERE c.compensates = w.work_order_id
                                  AND c.state = 'completed')
            UNION ALL
            SELECT 'a bundle has ' || count(*) || ' changes'
              FROM audited
             WHERE replaces IS NOT NULL
               AND state IN ('pending', 'completed')
             GROUP BY replaces
            HAVING count(*) <> 1
            UNION ALL
            SELECT 'line ' || l.service_number || ' is held by ' || a.external_id || ', which is ' || a.state
              FROM orders.line AS l
              JOIN audited AS a
                ON a.order_id = l.held_by
             WHERE a.state IN ('pending', 'completed', 'cancelled', 'rejected')
            """
        var externalIds: [String]
        func bind(_ parameters: inout Parameters) { parameters.append(self.externalIds) }
        static func read(_ columns: inout Columns) throws -> String { try columns.next() }
    }

    func states(_ externalIds: [String]) async throws -> [String: Int] {
        let rows = try await self.database.execute(States(externalIds: externalIds))
        return Dictionary(rows.map { ($0.state, Int($0.count)) }) { first, _ in first }
    }

    func known(_ externalIds: [String]) async throws -> Int {
        try await self.states(externalIds).values.reduce(0, +)
    }

    func unfinished(_ externalIds: [String]) async throws -> Int {
        let states = try await self.states(externalIds)
        return ["acknowledged", "inProgress", "held", "pendingCancellation"].reduce(0) { $0 + states[$1, default: 0] }
    }

    func held(_ externalIds: [String]) async throws -> [OrderID] {
        try await self.database.execute(Held(externalIds: externalIds)).map { OrderID(rawValue: $0) }
    }

    func findings(_ externalIds: [String]) async throws -> [String] {
        try await self.database.execute(Findings(externalIds: externalIds))
    }
}

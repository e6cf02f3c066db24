import Contracts
import Foundation
import Testing

/// All end-to-end tests: one after the other, for they share one system and its clock.
@Suite(.serialized, .enabled(if: RunningSystem.isThere, "needs a running system: `make test` starts one"))
struct EndToEndTests {}

extension EndToEndTests {
    @Suite(.serialized)
    struct OrderFlowTests {
        let system: RunningSystem
        let observer: Observer
        let publisher: Publisher
        let clock: ClockControl

        init() async throws {
            self.system = try RunningSystem()
            try await self.system.untilReady()
            self.observer = try Observer(self.system)
            self.publisher = try Publisher(self.system)
            self.clock = ClockControl(system: self.system, publisher: self.publisher)
            try await self.observer.start()
        }

        /// What an `WB-ENH-B-288` comes to, by which of its members exist.
        static let enhancedBundles: [(existing: Set<String>, workOrders: [String])] = [
            (
                ["bb", "fx"],
                [
                    "bb changePlan", "bb changeSpeed", "fx changePlan", "fx changeVas", "fx joinVpn", "fx openVas",
                    "m2 install", "m2 joinVpn", "m2 openVas", "m2 openVas", "m3 install", "m3 joinVpn",
                ]
            ),
            (
                ["bb", "fx", "m3"],
                [
                    "bb changePlan", "bb changeSpeed", "fx changePlan", "fx changeVas", "fx joinVpn", "fx openVas",
                    "m2 install", "m2 joinVpn", "m2 openVas", "m2 openVas", "m3 joinVpn",
                ]
            ),
        ]

        @Test(
            "WB-ENH-B-288 with four members, some of them existing: its work orders, their order, completion once",
            arguments: enhancedBundles
        )
        func enhancedBundle(existing: Set<String>, workOrders: [String]) async throws {
            var order = await Order.enhancedB288()
            for index in order.members.indices {
                order.members[index].existing = existing.contains(order.members[index].ref)
            }
            try await self.publisher.publish([order])
            let plan = try #require(try await self.observer.answer(to: order.externalId).acknowledged)
            #expect(plan.workOrders.map { "\($0.memberRef) \($0.type)" }.sorted() == workOrders)
            self.expectDependencies(plan)

            let completed = try await self.observer.completed(plan.orderId)
            try await self.expectOrderOfEvents(plan)
            #expect(completed.effectiveAt > completed.completedAt)
            #expect(try await self.observer.messages(OrderCompleted.self, of: plan.orderId).count == 1)
            let issued = try await self.observer.messages(WorkOrderIssued.self, of: plan.orderId)
            #expect(Set(issued.map(\.workOrderId)) == Set(plan.workOrders.map(\.workOrderId)))
            #expect(issued.count == plan.workOrders.count, "each once")
            let speed = try #require(issued.first { $0.type == "changeSpeed" })
            #expect(speed.parameters["speedMbps"] == 4)
        }

        /// Within a member: `changePlan` or `install` first, everything else of the member after it.
        private func expectDependencies(_ plan: OrderAcknowledged) {
            let first = ["install", "changePlan"]
            for workOrder in plan.workOrders {
                let roots = plan.workOrders.filter { $0.memberRef == workOrder.memberRef && first.contains($0.type) }
                let expected = first.contains(workOrder.type) ? [] : roots.map(\.workOrderId)
                #expect(workOrder.dependsOn == expected, "\(workOrder.memberRef) \(workOrder.type)")
            }
        }

        /// No work order starts before those are complete on which it depends.
        private func expectOrderOfEvents(_ plan: OrderAcknowledged) async throws {
            let completions = try await self.observer.messages(WorkOrderCompleted.self, of: plan.orderId)
            let starts = try await self.observer.messages(WorkOrderStarted.self, of: plan.orderId)
            #expect(completions.count == plan.workOrders.count)
            #expect(starts.count == plan.workOrders.count)
            let completedAt = Dictionary(uniqueKeysWithValues: completions.map { ($0.workOrderId, $0.completedAt) })
            let startedAt = Dictionary(uniqueKeysWithValues: starts.map { ($0.workOrderId, $0.startedAt) })
            for workOrder in plan.workOrders {
                let start = try #require(startedAt[workOrder.workOrderId])
                for predecessor in workOrder.dependsOn {
                    #expect(try #require(completedAt[predecessor]) <= start)
                }
            }
        }

        @Test("The same order again is the same order; with other content it is refused")
        func duplicates() async throws {
            var order = await Order.basicA88()
            try await self.publisher.publish([order, order])
            let plan = try #require(try await self.observer.answer(to: order.externalId).acknowledged)
            try await self.publisher.publish([order])
            _ = try await self.observer.completed(plan.orderId)
            order.offer = "WB-BASIC-A-158"
            try await self.publisher.publish([order])
            try await until("the changed order is rejected") {
                try await self.observer.messages(OrderRejected.self) { $0.externalId == order.externalId }.count == 1
            }
            let rejected = try await self.observer.messages(OrderRejected.self) { $0.externalId == order.externalId }
            #expect(rejected.first?.reasons.map(\.code) == ["DUPLICATE_EXTERNAL_ID"])
            let acknowledged = try await self.observer.messages(OrderAcknowledged.self) {
                $0.externalId == order.externalId
            }
            #expect(acknowledged.count == 1)
        }

        @Test(
            "Completion in the middle, in the last millisecond and in the first instant of a month; effect when the clock gets there"
        )
        func effectiveDates() async throws {
            let month = try await self.clock.nextMonth()
            let following = self.clock.calendar.startOfNextMonth(after: month)
            let cases: [(at: Timestamp, effectiveAt: Timestamp)] = [
                (month.advanced(bySeconds: 14 * 86_400), following),
                (following.advanced(byMilliseconds: -1), following),
                (following, self.clock.calendar.startOfNextMonth(after: following)),
            ]
            var plans: [(OrderID, Timestamp)] = []
            for (at, effectiveAt) in cases {
                // Time stands still, so that the completion happens at this very instant.
                try await self.clock.set(at, rate: 0)
                let order = await Order.callerlessBundle()
                try await self.publisher.publish([order])
                let plan = try #require(try await self.observer.answer(to: order.externalId).acknowledged)
                let completed = try await self.observer.completed(plan.orderId)
                #expect(completed.completedAt == at)
                #expect(completed.effectiveAt == effectiveAt)
                plans.append((plan.orderId, effectiveAt))
                if at == cases[1].at {
                    #expect(try await self.observer.messages(OrderEffective.self, of: plan.orderId).isEmpty)
                }
            }
            // The leap to the third case's month has brought the first two into effect; the third waits.
            for (order, effectiveAt) in plans.prefix(2) {
                try await until("order \(order) takes effect") {
                    try await !self.observer.messages(OrderEffective.self, of: order).isEmpty
                }
                let effective = try await self.observer.messages(OrderEffective.self, of: order)
                #expect(effective.map(\.effectiveAt) == [effectiveAt])
            }
            #expect(try await self.observer.messages(OrderEffective.self, of: plans[2].0).isEmpty)
            try await self.clock.set(plans[2].1, rate: 1)
            try await until("the third takes effect") {
                try await self.observer.messages(OrderEffective.self, of: plans[2].0).count == 1
            }
        }

        @Test("A value-added service takes effect with its completion")
        func immediateEffect() async throws {
            let order = await Order.callerAlert(on: await Unique.mobile())
            try await self.publisher.publish([order])
            let plan = try #require(try await self.observer.answer(to: order.externalId).acknowledged)
            let completed = try await self.observer.completed(plan.orderId)
            #expect(completed.effectiveAt == completed.completedAt)
            try await until("it takes effect") {
                try await self.observer.messages(OrderEffective.self, of: plan.orderId).count == 1
            }
        }

        @Test(
            "The read API tells an order's state, what it waits for, and its timeline; Provisioning its tasks and attempts"
        )
        func readAPI() async throws {
            let order = await Order.basicA88()
            try await self.publisher.publish([order])
            let plan = try #require(try await self.observer.answer(to: order.externalId).acknowledged)
            _ = try await self.observer.completed(plan.orderId)
            struct View: Decodable {
                var state: String
            }
            let view = try await self.system.json(View.self, from: "\(self.system.ordersURL)/orders/\(plan.orderId)")
            #expect(view.state == "pending")
            for path in ["/orders/\(plan.orderId)/timeline", "/orders?externalId=\(order.externalId)", "/fallout"] {
                #expect(try await self.system.status(of: self.system.ordersURL + path) == 200, "\(path)")
            }
            let id = try #require(plan.workOrders.first?.workOrderId)
            let workOrder = try await self.system.json(
                View.self, from: "\(self.system.provisioningURL)/work-orders/\(id)")
            #expect(workOrder.state == "completed")
            let unknown = "00000000-0000-0000-0000-000000000000"
            #expect(try await self.system.status(of: "\(self.system.ordersURL)/orders/\(unknown)") == 404)
            #expect(try await self.system.status(of: "\(self.system.ordersURL)/orders?limit=0") == 400)
        }
    }
}

extension Order {
    /// A bundle of two existing members: only quick work orders.
    static func callerlessBundle() async -> OrderSubmitted {
        var order = await Self.basicA88()
        for index in order.members.indices { order.members[index].existing = true }
        return order
    }
}

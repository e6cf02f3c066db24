import Contracts
import Foundation
import Testing

extension EndToEndTests {
    /// Network elements that are away for longer than any command is tried.
    @Suite(.serialized)
    struct OutageTests {
        let system: RunningSystem
        let observer: Observer
        let publisher: Publisher

        init() async throws {
            self.system = try RunningSystem()
            try await self.system.untilReady()
            self.observer = try Observer(self.system)
            self.publisher = try Publisher(self.system)
            try await self.observer.start()
        }

        private struct Systems: Decodable {
            struct Item: Decodable {
                var system: String
                var state: String
                var queued: Int
            }
            var items: [Item]
        }

        private func vas() async throws -> Systems.Item {
            let systems = try await self.system.json(Systems.self, from: "\(self.system.provisioningURL)/systems")
            return try #require(systems.items.first { $0.system == "vas" })
        }

        @Test("Elements that are down for an hour: their tasks wait, nothing fails, and all is done when they are back")
        func hour() async throws {
            var orders: [OrderSubmitted] = []
            for _ in 0..<8 { orders.append(await Order.callerAlert(on: await Unique.mobile(endingIn: "1234"))) }
            let clock = ClockControl(system: self.system, publisher: self.publisher)
            try #require(try self.system.signal(SIGSTOP, "network-simulator"))
            defer { _ = try? self.system.signal(SIGCONT, "network-simulator") }
            try await self.publisher.publish(orders)
            var plans: [OrderAcknowledged] = []
            for order in orders {
                plans.append(try #require(try await self.observer.answer(to: order.externalId).acknowledged))
            }
            try await until("the breaker is open, and every task waits but those that are tried") {
                let vas = try await self.vas()
                return vas.state == "open" && vas.queued >= 6
            }
            try await clock.set(try await clock.now().advanced(bySeconds: 3600), rate: 1)
            // What comes later waits as well.
            let late = await Order.callerAlert(on: await Unique.mobile(endingIn: "1234"))
            try await self.publisher.publish([late])
            plans.append(try #require(try await self.observer.answer(to: late.externalId).acknowledged))
            try await until("the late one waits too") { try await self.vas().queued >= 7 }
            for plan in plans {
                #expect(try await self.observer.messages(WorkOrderFailed.self, of: plan.orderId).isEmpty)
                #expect(try await self.observer.messages(WorkOrderCompleted.self, of: plan.orderId).isEmpty)
            }

            try #require(try self.system.signal(SIGCONT, "network-simulator"))
            for plan in plans { _ = try await self.observer.completed(plan.orderId, .seconds(300)) }
            for plan in plans {
                #expect(try await self.observer.messages(WorkOrderFailed.self, of: plan.orderId).isEmpty)
                #expect(try await self.observer.messages(WorkOrderCompleted.self, of: plan.orderId).count == 1)
            }
            try await until("the breaker is closed") { try await self.vas().state == "closed" }
        }
    }
}

import Contracts
import Foundation
import Testing

extension EndToEndTests {
    /// Customers who change their minds while what they have ordered is still being brought about.
    @Suite(.serialized)
    struct AmendmentTests {
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

        struct View: Decodable {
            struct Waiting: Decodable {
                var kind: String
                var reason: String
                var since: Timestamp
                var movedBy: String
            }

            var state: String
            var waitsFor: [Waiting]
            var amends: OrderID?
            var amendedBy: OrderID?
        }

        private func view(of order: OrderID) async throws -> View {
            try await self.system.json(View.self, from: "\(self.system.ordersURL)/orders/\(order)")
        }

        private func stuck() async throws -> [OrderID] {
            struct Body: Decodable {
                struct Item: Decodable { var orderId: OrderID }

                var items: [Item]
            }
            return try await self.system.json(Body.self, from: "\(self.system.ordersURL)/stuck").items.map(\.orderId)
        }

        private func submit(_ order: OrderSubmitted) async throws -> OrderAcknowledged {
            try await self.publisher.publish([order])
            let answer = try await self.observer.answer(to: order.externalId)
            return try #require(answer.acknowledged, "\(answer.codes)")
        }

        /// A bundle whose mobile waits for people.
        private func inFlight() async throws -> (order: OrderSubmitted, plan: OrderAcknowledged) {
            let order = await Order.basicA88(mobile: await Unique.mobile(endingIn: "9906"))
            return (order, try await self.submit(order))
        }

        private func amendment(_ order: OrderSubmitted, _ offer: String) async -> OrderSubmitted {
            var change = order
            change.externalId = await Unique.externalId()
            change.action = "change"
            change.offer = offer
            return change
        }

        /// People do all that waits for them, until the order is complete.
        private func reportAll(_ order: OrderID) async throws {
            try await until("order \(order) is complete", .seconds(300)) {
                let done = Set(
                    try await self.observer.messages(WorkOrderCompleted.self, of: order).map(\.workOrderId))
                let asked = Set(
                    try await self.observer.messages(NetworkResponse.self) { $0.code == "NEEDS_REPORT" }
                        .map(\.workOrderId))
                let issued = try await self.observer.messages(WorkOrderIssued.self, of: order)
                let waiting = issued.filter { !done.contains($0.workOrderId) && asked.contains($0.workOrderId) }
                try await self.publisher.publish(
                    waiting.map {
                        WorkOrderReported(workOrderId: $0.workOrderId, status: "completed", by: "staff", at: $0.dueAt)
                    })
                return try await !self.observer.messages(OrderCompleted.self, of: order).isEmpty
            }
        }

        private func cancelled(_ order: OrderID) async throws -> OrderCancelled {
            try await until("order \(order) is cancelled") {
                try await !self.observer.messages(OrderCancelled.self, of: order).isEmpty
            }
            return try #require(try await self.observer.messages(OrderCancelled.self, of: order).first)
        }

        private func validateAll() async throws {
            let messages = try await self.observer.all().filter { !$0.topic.hasSuffix(".deadletters") }
            for (message, verdict) in zip(messages, try SchemaValidator.validate(messages)) where verdict != "ok" {
                Issue.record("\(message.topic) \(message.type): \(verdict)\n\(message.text)")
            }
        }

        @Test("It waits and says for what, begins when the other is complete, and takes effect in its place")
        func amended() async throws {
            let (order, plan) = try await self.inFlight()
            let change = try await self.submit(await self.amendment(order, "WB-BASIC-A-158"))
            #expect(change.amends == plan.orderId)
            let waiting = try await self.view(of: change.orderId)
            #expect(waiting.state == "acknowledged")
            #expect(waiting.amends == plan.orderId)
            let reason = try #require(waiting.waitsFor.first)
            #expect(reason.kind == "order")
            #expect(reason.reason.contains(plan.orderId.description))
            #expect(reason.since == change.acknowledgedAt)
            #expect(reason.movedBy.contains("order.completed"))
            #expect(try await self.view(of: plan.orderId).amendedBy == change.orderId)
            #expect(try await !self.stuck().contains(change.orderId))

            try await self.reportAll(plan.orderId)
            try await self.reportAll(change.orderId)
            let issued = try await self.observer.messages(WorkOrderIssued.self, of: change.orderId)
            #expect(issued.map(\.type) == ["changePlan", "changePlan"], "only what differs")
            #expect(issued.allSatisfy { $0.parameters["formerPlan"] == "WB-BASIC-A-88" })

            try await self.clock.set(try await self.clock.nextMonth(), rate: 1)
            let former = try await self.cancelled(plan.orderId)
            #expect(former.code == "AMENDED")
            #expect(former.compensated.isEmpty)
            try await until("the amendment takes effect") {
                try await !self.observer.messages(OrderEffective.self, of: change.orderId).isEmpty
            }
            let effective = try #require(
                try await self.observer.messages(OrderEffective.self, of: change.orderId).first)
            #expect(effective.offer == "WB-BASIC-A-158")
            #expect(effective.replaces == nil)
            #expect(
                try await self.observer.messages(OrderEffective.self, of: plan.orderId).isEmpty, "not both are billed")
            #expect(try await self.system.timeline(of: plan.orderId).contains("order.amended"))
            let kinds = try await self.system.timeline(of: change.orderId)
            #expect(kinds.first == "order.acknowledged")
            #expect(kinds.contains("order.begun"))
            #expect(kinds.last == "order.effective")
            try await self.validateAll()
        }

        @Test("Of two amendments the last counts; the other ends without any work")
        func merged() async throws {
            let (order, plan) = try await self.inFlight()
            let first = try await self.submit(await self.amendment(order, "WB-BASIC-A-158"))
            let second = try await self.submit(await self.amendment(order, "WB-BASIC-A-288"))
            let superseded = try await self.cancelled(first.orderId)
            #expect(superseded.code == "SUPERSEDED")
            #expect(superseded.requestedBy == second.orderId)
            try await self.reportAll(plan.orderId)
            try await self.reportAll(second.orderId)
            #expect(try await self.observer.messages(WorkOrderIssued.self, of: first.orderId).isEmpty)
            #expect(try await self.observer.messages(WorkOrderCancelRequested.self, of: first.orderId).isEmpty)
            try await self.clock.set(try await self.clock.nextMonth(), rate: 1)
            try await until("the last takes effect") {
                try await self.observer.messages(OrderEffective.self, of: second.orderId).map(\.offer)
                    == ["WB-BASIC-A-288"]
            }
        }

        @Test("Cancelled, the order takes its amendment along, as the plan says")
        func otherCancelled() async throws {
            struct Plan: Decodable {
                var allowed: Bool
                var alsoEnds: [OrderID]
            }
            let (order, plan) = try await self.inFlight()
            let change = try await self.submit(await self.amendment(order, "WB-BASIC-A-158"))
            let before = try await self.system.json(
                Plan.self, from: "\(self.system.ordersURL)/orders/\(plan.orderId)/cancel-plan")
            #expect(before.allowed)
            #expect(before.alsoEnds == [change.orderId])
            let request = await Order.cancel(order)
            _ = try await self.submit(request)
            #expect(try await self.cancelled(change.orderId).code == "AMENDED_ORDER_ENDED")
            #expect(try await self.cancelled(plan.orderId).code == nil)
            #expect(try await self.observer.messages(WorkOrderIssued.self, of: change.orderId).isEmpty)
            try await self.validateAll()
        }

        @Test("An amendment that is withdrawn frees nothing but itself; a release is refused meanwhile")
        func withdrawn() async throws {
            let (order, plan) = try await self.inFlight()
            var release = await self.amendment(order, order.offer)
            release.action = "release"
            for (index, name) in ["FX-48", "2G-28"].enumerated() { release.members[index].plan = name }
            try await self.publisher.publish([release])
            #expect(try await self.observer.answer(to: release.externalId).codes == ["FROZEN_UNTIL_EFFECTIVE"])

            let submitted = await self.amendment(order, "WB-BASIC-A-158")
            let change = try await self.submit(submitted)
            let request = try await self.submit(await Order.cancel(submitted))
            #expect(try await self.cancelled(change.orderId).compensated.isEmpty)
            _ = try await self.observer.completed(request.orderId)
            #expect(try await self.observer.messages(OrderCancelled.self, of: plan.orderId).isEmpty)
            try await self.reportAll(plan.orderId)
            try await self.clock.set(try await self.clock.nextMonth(), rate: 1)
            try await until("the order takes effect as it was") {
                try await self.observer.messages(OrderEffective.self, of: plan.orderId).map(\.offer) == [order.offer]
            }
        }
    }
}

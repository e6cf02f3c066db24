import Contracts
import Foundation
import Testing

extension EndToEndTests {
    /// Orders that end before their effect, and those that wait for people.
    @Suite(.serialized)
    struct CancellationTests {
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

        struct Plan: Decodable {
            struct Step: Decodable {
                var workOrderId: WorkOrderID
                var fate: String
                var undoneBy: String?
                var feeMilliyuan: Int
            }

            struct Refusal: Decodable { var code: String }

            var allowed: Bool
            var refusals: [Refusal]
            var feeMilliyuan: Int
            var steps: [Step]
        }

        private func plan(of order: OrderID) async throws -> Plan {
            try await self.system.json(Plan.self, from: "\(self.system.ordersURL)/orders/\(order)/cancel-plan")
        }

        /// A bundle whose fixed line is done, and whose mobile waits for people.
        private func halfDone() async throws -> (order: OrderSubmitted, plan: OrderAcknowledged) {
            let order = await Order.basicA88(mobile: await Unique.mobile(endingIn: "9906"))
            try await self.publisher.publish([order])
            let plan = try #require(try await self.observer.answer(to: order.externalId).acknowledged)
            let fixedLine = plan.workOrders.filter { $0.memberRef == "fx" }.count
            // Orders hears of it later than this test does, and only what it has heard of is in its plan.
            try await until("Orders knows that the fixed line is done") {
                try await self.system.timeline(of: plan.orderId).filter { $0 == "workOrder.completed" }.count
                    == fixedLine
            }
            return (order, plan)
        }

        private func cancelled(_ order: OrderID) async throws -> OrderCancelled {
            try await until("order \(order) is cancelled") {
                try await !self.observer.messages(OrderCancelled.self, of: order).isEmpty
            }
            return try #require(try await self.observer.messages(OrderCancelled.self, of: order).first)
        }

        @Test("Cancelled halfway: what is done is undone in reverse, for the fee that the plan had named")
        func halfway() async throws {
            let (order, acknowledged) = try await self.halfDone()
            let plan = try await self.plan(of: acknowledged.orderId)
            #expect(plan.allowed)
            #expect(plan.feeMilliyuan == 50_000, "the fixed line's visit has been made")
            let request = await Order.cancel(order)
            try await self.publisher.publish([request])
            let asked = try #require(try await self.observer.answer(to: request.externalId).acknowledged)
            let cancelled = try await self.cancelled(acknowledged.orderId)

            let undone = plan.steps.filter { $0.fate == "undone" }
            #expect(cancelled.compensated.map(\.workOrderId) == undone.map(\.workOrderId), "as the plan said")
            #expect(cancelled.feeMilliyuan == Milliyuan(50_000))
            let issued = try await self.observer.messages(WorkOrderIssued.self, of: acknowledged.orderId)
            let undoing = issued.filter { $0.compensates != nil }
            #expect(undoing.map(\.type) == undone.map(\.undoneBy))
            let dropped = Set(plan.steps.filter { $0.fate == "dropped" }.map(\.workOrderId))
            #expect(!dropped.isEmpty)
            #expect(issued.allSatisfy { !dropped.contains($0.workOrderId) })
            // The last to complete is the first to be undone, and each waits for the one before.
            let completions = try await self.observer.messages(WorkOrderCompleted.self, of: acknowledged.orderId)
            let sequence = completions.map(\.workOrderId)
            let positions = try undone.map { try #require(sequence.firstIndex(of: $0.workOrderId)) }
            #expect(positions == positions.sorted(by: >))
            #expect(sequence.suffix(undoing.count) == undoing.map(\.workOrderId)[...])

            _ = try await self.observer.completed(asked.orderId)
            let kinds = try await self.system.timeline(of: acknowledged.orderId)
            #expect(kinds.first == "order.acknowledged")
            #expect(kinds.last == "order.cancelled")
            #expect(kinds.contains("order.cancelRequested"))
        }

        @Test("Cancelled before anything is done: nothing is undone, and it is free")
        func before() async throws {
            let order = await Order.callerAlert(on: await Unique.mobile(endingIn: "9906"))
            try await self.publisher.publish([order])
            let acknowledged = try #require(try await self.observer.answer(to: order.externalId).acknowledged)
            let request = await Order.cancel(order)
            try await self.publisher.publish([request])
            let cancelled = try await self.cancelled(acknowledged.orderId)
            #expect(cancelled.compensated.isEmpty)
            #expect(cancelled.feeMilliyuan == .zero)
        }

        @Test("In effect, it is not cancelled: the plan says so beforehand")
        func after() async throws {
            let order = await Order.callerAlert(on: await Unique.mobile())
            try await self.publisher.publish([order])
            let acknowledged = try #require(try await self.observer.answer(to: order.externalId).acknowledged)
            _ = try await self.observer.completed(acknowledged.orderId)
            let plan = try await self.plan(of: acknowledged.orderId)
            #expect(!plan.allowed)
            #expect(plan.refusals.map(\.code) == ["NOT_ALLOWED_IN_STATE"])
            let request = await Order.cancel(order)
            try await self.publisher.publish([request])
            #expect(try await self.observer.answer(to: request.externalId).codes == ["NOT_ALLOWED_IN_STATE"])
        }

        @Test("9906 waits for a report, which completes it")
        func reported() async throws {
            let order = await Order.callerAlert(on: await Unique.mobile(endingIn: "9906"))
            try await self.publisher.publish([order])
            let acknowledged = try #require(try await self.observer.answer(to: order.externalId).acknowledged)
            let id = try #require(acknowledged.workOrders.first?.workOrderId)
            try await until("it waits for people") {
                try await self.observer.messages(NetworkResponse.self) { $0.workOrderId == id }.count == 1
            }
            #expect(try await self.observer.messages(OrderCompleted.self, of: acknowledged.orderId).isEmpty)
            let report = WorkOrderReported(
                workOrderId: id, status: "completed", by: "staff", at: acknowledged.acknowledgedAt)
            // The answer may not have been read when the report is: until then, it is refused.
            try await until("the report is taken") {
                try await self.publisher.publish([report])
                return try await !self.observer.messages(WorkOrderCompleted.self, of: acknowledged.orderId).isEmpty
            }
            _ = try await self.observer.completed(acknowledged.orderId)
        }

        @Test("An appointment moves the target and the forecast, and warns of an effect that slips into another month")
        func appointment() async throws {
            struct View: Decodable {
                struct Part: Decodable {
                    var workOrderId: WorkOrderID
                    var dueAt: Timestamp
                }

                var expectedEffectiveAt: Timestamp
                var promisedEffectiveAt: Timestamp
                var workOrders: [Part]
            }
            let (_, plan) = try await self.halfDone()
            let id = try #require(plan.workOrders.first { $0.memberRef == "m2" }?.workOrderId)
            try await until("it waits for people") {
                try await self.observer.messages(NetworkResponse.self) { $0.workOrderId == id }.count == 1
            }
            let at = plan.acknowledgedAt.advanced(bySeconds: 70 * 86_400)
            let report = WorkOrderReported(
                workOrderId: id, status: "appointment", reason: "away", appointmentAt: at, by: "staff",
                at: plan.acknowledgedAt)
            try await until("the appointment is told") {
                if try await self.observer.messages(WorkOrderRescheduled.self, of: plan.orderId).isEmpty {
                    try await self.publisher.publish([report])
                    return false
                }
                return true
            }
            let told = try #require(
                try await self.observer.messages(WorkOrderRescheduled.self, of: plan.orderId).last)
            #expect(told.appointmentAt == at)
            #expect(told.dueAt > at)
            try await until("the order says so") {
                let view = try await self.system.json(
                    View.self, from: "\(self.system.ordersURL)/orders/\(plan.orderId)")
                return view.expectedEffectiveAt > view.promisedEffectiveAt
                    && view.workOrders.contains { $0.workOrderId == id && $0.dueAt >= told.dueAt }
            }
            try await until("it warns") {
                try await self.observer.messages(OrderJeopardy.self, of: plan.orderId)
                    .contains { $0.kind == .effectiveMonthAtRisk }
            }
            let kinds = try await self.system.timeline(of: plan.orderId)
            #expect(kinds.contains("workOrder.rescheduled"))
            #expect(kinds.contains("order.jeopardy"))
            let messages = try await self.observer.all().filter { $0.type == WorkOrderRescheduled.type }
            #expect(try SchemaValidator.validate(messages).allSatisfy { $0 == "ok" })
        }

        @Test("A held order is retried in vain, then goes on without what failed")
        func fallout() async throws {
            let order = await Order.basicA88(mobile: await Unique.mobile(endingIn: "9902"))
            try await self.publisher.publish([order])
            let acknowledged = try #require(try await self.observer.answer(to: order.externalId).acknowledged)
            let id = try #require(acknowledged.workOrders.first { $0.memberRef == "m2" }?.workOrderId)
            func command(_ word: String, _ workOrder: WorkOrderID?) async throws {
                let command = OrderCommand(
                    commandId: CommandID(rawValue: UUID()), orderId: acknowledged.orderId, workOrderId: workOrder,
                    command: word, reason: "tried by hand", by: "li", at: acknowledged.acknowledgedAt)
                try await self.publisher.publish([command])
            }
            func held(_ count: Int) async throws {
                try await until("the order is held for the \(count). time") {
                    try await self.observer.messages(OrderHeld.self, of: acknowledged.orderId).count == count
                }
            }
            try await held(1)
            try await command("retry", nil)
            try await held(2)
            let issued = try await self.observer.messages(WorkOrderIssued.self, of: acknowledged.orderId)
            #expect(issued.filter { $0.workOrderId == id }.map(\.issueNumber) == [1, 2])
            // Everything of the number fails: the others after it are held one by one, and left out.
            for workOrder in acknowledged.workOrders.filter({ $0.memberRef == "m2" }) {
                try await until("\(workOrder.type) has failed") {
                    try await self.observer.messages(WorkOrderFailed.self, of: acknowledged.orderId)
                        .contains { $0.workOrderId == workOrder.workOrderId }
                }
                try await until("\(workOrder.type) is left out") {
                    try await command("skip", workOrder.workOrderId)
                    struct View: Decodable {
                        struct Part: Decodable {
                            var workOrderId: WorkOrderID
                            var state: String
                        }

                        var workOrders: [Part]
                    }
                    let view = try await self.system.json(
                        View.self, from: "\(self.system.ordersURL)/orders/\(acknowledged.orderId)")
                    return view.workOrders.first { $0.workOrderId == workOrder.workOrderId }?.state == "skipped"
                }
            }
            _ = try await self.observer.completed(acknowledged.orderId)
            let kinds = try await self.system.timeline(of: acknowledged.orderId)
            #expect(kinds.contains("order.command"))
            #expect(kinds.contains("order.resumed"))
        }
    }
}

extension Order {
    /// The same channel's and customer's wish that another order end.
    static func cancel(_ order: OrderSubmitted) async -> OrderSubmitted {
        OrderSubmitted(
            externalId: await Unique.externalId(), channel: order.channel, action: "cancel", customer: order.customer,
            offer: "", members: [], originalExternalId: order.externalId)
    }
}

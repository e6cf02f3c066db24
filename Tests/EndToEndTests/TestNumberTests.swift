import Contracts
import Testing

extension EndToEndTests {
    /// The simulator's test numbers, as they are seen in `workorders.events`.
    @Suite(.serialized)
    struct TestNumberTests {
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

        private func order(on digits: String) async throws -> OrderAcknowledged {
            let order = await Order.callerAlert(on: await Unique.mobile(endingIn: digits))
            try await self.publisher.publish([order])
            return try #require(try await self.observer.answer(to: order.externalId).acknowledged)
        }

        @Test("9901 fails twice with a code that may be retried, then succeeds")
        func failsTwice() async throws {
            let plan = try await self.order(on: "9901")
            _ = try await self.observer.completed(plan.orderId)
            let retries = try await self.observer.messages(WorkOrderRetryScheduled.self, of: plan.orderId)
            #expect(retries.map(\.attempt) == [1, 2])
            let completed = try await self.observer.messages(WorkOrderCompleted.self, of: plan.orderId)
            #expect(completed.map(\.attempts) == [3])
        }

        @Test("9902 fails for good: the work order fails at once, the order is held")
        func failsForGood() async throws {
            let plan = try await self.order(on: "9902")
            try await until("the order is held") {
                try await self.observer.messages(OrderHeld.self, of: plan.orderId).count == 1
            }
            let failed = try await self.observer.messages(WorkOrderFailed.self, of: plan.orderId)
            #expect(failed.count == 1)
            #expect(failed.first?.attempts == 1)
            #expect(try await self.observer.messages(WorkOrderRetryScheduled.self, of: plan.orderId).isEmpty)
            #expect(try await self.observer.messages(OrderCompleted.self, of: plan.orderId).isEmpty)
            let (_, body) = try await HTTP.get("\(self.system.ordersURL)/fallout?limit=200")
            #expect(String(decoding: body, as: UTF8.self).contains(plan.orderId.description))
        }

        @Test("9903 never answers: tried again, and given up at last; 9905 answers after 30 seconds and succeeds")
        func silence() async throws {
            let silent = try await self.order(on: "9903")
            let slow = try await self.order(on: "9905")
            _ = try await self.observer.completed(slow.orderId, .seconds(80))
            let retries = try await self.observer.messages(WorkOrderRetryScheduled.self, of: slow.orderId)
            #expect(retries.count >= 1, "time-outs before the answer")
            #expect(try await self.observer.messages(WorkOrderCompleted.self, of: slow.orderId).count == 1)

            try await until("the silent one is given up", .seconds(300)) {
                try await !self.observer.messages(WorkOrderFailed.self, of: silent.orderId).isEmpty
            }
            let failed = try await self.observer.messages(WorkOrderFailed.self, of: silent.orderId)
            #expect(failed.map(\.code) == ["NO_ANSWER"])
            #expect((failed.first?.attempts ?? 0) > 1)
        }

        @Test("9904 answers twice: one completion")
        func answersTwice() async throws {
            let plan = try await self.order(on: "9904")
            _ = try await self.observer.completed(plan.orderId)
            try await until("both answers are there") {
                try await self.observer.messages(NetworkResponse.self) { response in
                    plan.workOrders.contains { $0.workOrderId == response.workOrderId }
                }.count == 2
            }
            // A later order on another number goes through after both: whatever the second did, it has done.
            let after = try await self.order(on: "1234")
            _ = try await self.observer.completed(after.orderId)
            #expect(try await self.observer.messages(WorkOrderCompleted.self, of: plan.orderId).count == 1)
            #expect(try await self.observer.messages(OrderCompleted.self, of: plan.orderId).count == 1)
        }
    }
}

import Contracts
import Testing

extension EndToEndTests {
    /// Cards and group access lines, each as one order after the other.
    @Suite(.serialized)
    struct LineOrderTests {
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

        private func submit(_ order: OrderSubmitted) async throws -> OrderAcknowledged {
            try await self.publisher.publish([order])
            let answer = try await self.observer.answer(to: order.externalId)
            return try #require(answer.acknowledged, "\(answer.codes)")
        }

        private func codes(_ order: OrderSubmitted) async throws -> [String] {
            try await self.publisher.publish([order])
            return try await self.observer.answer(to: order.externalId).codes
        }

        private func order(
            _ action: String, _ offer: String, of customer: String, _ member: OrderSubmitted.Member
        ) async -> OrderSubmitted {
            OrderSubmitted(
                externalId: await Unique.externalId(), channel: "counter", action: action,
                customer: Order.customer(customer), offer: offer, members: [member])
        }

        /// What the network was told of an order, in order.
        private func commands(_ plan: OrderAcknowledged) async throws -> [NetworkCommand] {
            let ids = Set(plan.workOrders.map(\.workOrderId))
            return try await self.observer.messages(NetworkCommand.self) { ids.contains($0.workOrderId) }
        }

        @Test("A new card is written to the line, tried by a call, and in effect at once; a locked one is refused")
        func replaceSim() async throws {
            var order = await self.order(
                "replaceSim", "", of: await Unique.customer(),
                .init(
                    ref: "m", product: "mobile3g", serviceNumber: await Unique.mobile(), existing: true,
                    newCardNumber: "89860112345678901234", cause: "locked"))
            #expect(try await self.codes(order) == ["UNLOCK_INSTEAD"])
            order.externalId = await Unique.externalId()
            order.members[0].cause = "lost"
            let plan = try await self.submit(order)
            #expect(plan.workOrders.map(\.type) == ["replaceSim"])
            let completed = try await self.observer.completed(plan.orderId)
            #expect(completed.effectiveAt == completed.completedAt)
            let commands = try await self.commands(plan)
            #expect(commands.map { "\($0.system).\($0.operation)" } == ["hlr.swapImsi", "testCall.run"])
            #expect(commands.first?.parameters["newCardNumber"] == "89860112345678901234")
        }

        @Test("A notebook's card is bound, reported lost, found, and unbound: then the activation APN alone is open")
        func notebook() async throws {
            let customer = await Unique.customer()
            let card = OrderSubmitted.Member(
                ref: "nb", product: "dataCard", serviceNumber: await Unique.dataCard(), existing: true)
            for (action, offer, type) in [
                ("subscribe", "G3-50", "bind"), ("suspend", "", "suspend"), ("resume", "", "resume"),
                ("release", "G3-50", "unbind"),
            ] {
                let plan = try await self.submit(await self.order(action, offer, of: customer, card))
                #expect(plan.workOrders.map(\.type) == [type])
                _ = try await self.observer.completed(plan.orderId)
                let services = try await self.commands(plan).first { $0.operation == "setServices" }
                switch type {
                case "bind": #expect(services?.parameters["open"] == .array(["cmtds"]))
                case "unbind": #expect(services?.parameters["open"] == .array(["cmlap"]))
                default: #expect(services == nil)
                }
            }
        }
    }
}

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

        /// Reports whatever waits for people until the order is complete.
        private func report(_ order: OrderID) async throws {
            try await until("all work of order \(order) is reported", .seconds(300)) {
                let done = Set(try await self.observer.messages(WorkOrderCompleted.self, of: order).map(\.workOrderId))
                let issued = try await self.observer.messages(WorkOrderIssued.self, of: order)
                let reports = issued.filter { !done.contains($0.workOrderId) }.map {
                    WorkOrderReported(workOrderId: $0.workOrderId, status: "completed", by: "staff", at: $0.dueAt)
                }
                try await self.publisher.publish(reports)
                return try await !self.observer.messages(OrderCompleted.self, of: order).isEmpty
            }
        }

        /// The types of an order's work orders, in the order in which they were done.
        private func done(_ order: OrderID) async throws -> [String] {
            try await self.observer.messages(WorkOrderCompleted.self, of: order).map(\.type)
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

        @Test(
            "A line is stopped, is there again with a new card, and has another password; a transfer waits for the 1st")
        func lineRequests() async throws {
            let (customer, number) = (await Unique.customer(), await Unique.mobile())
            let line = OrderSubmitted.Member(ref: "m", product: "mobile2g", serviceNumber: number, existing: true)
            let alert = try await self.submit(await self.order("subscribe", "VAS-CALLER-ALERT", of: customer, line))
            _ = try await self.observer.completed(alert.orderId)
            let stop = try await self.submit(await self.order("suspend", "", of: customer, line))
            _ = try await self.observer.completed(stop.orderId)

            var again = await self.order("reconnect", "", of: customer, line)
            again.members[0].newCardNumber = "89860012345678901234"
            let reconnected = try await self.submit(again)
            #expect(reconnected.accountId == alert.accountId)
            _ = try await self.observer.completed(reconnected.orderId)
            #expect(
                try await self.commands(reconnected).map { "\($0.system).\($0.operation)" } == [
                    "hlr.unbar", "hlr.setServices", "testCall.run", "hlr.swapImsi", "testCall.run",
                ])

            var password = await self.order("resetPassword", "", of: customer, line)
            password.members[0].password = "135135"
            #expect(try await self.codes(password) == [])
            let reset = try #require(try await self.observer.answer(to: password.externalId).acknowledged)
            _ = try await self.observer.completed(reset.orderId)
            let sealed = try #require(try await self.commands(reset).first?.parameters["sealedPassword"]?.string)
            #expect(sealed.count > 30 && !sealed.contains("135135"))

            var transfer = await self.order("transferOwnership", "", of: customer, line)
            transfer.members[0].password = "480913"
            let owner = await Unique.customer()
            transfer.newOwner = Order.customer(owner)
            let handed = try await self.submit(transfer)
            #expect(handed.customerId == owner && handed.accountId != alert.accountId)
            let completed = try await self.observer.completed(handed.orderId)
            #expect(completed.effectiveAt > completed.completedAt)
        }

        @Test("A newspaper opens the functions that it needs; closed on request, they are opened with nothing else")
        func functions() async throws {
            let customer = await Unique.customer()
            let line = OrderSubmitted.Member(
                ref: "m", product: "mobile2g", serviceNumber: await Unique.mobile(), existing: true)
            for (action, offer, commands) in [
                ("subscribe", "VAS-NEWSPAPER", ["openFunctions", "openFunctions", "open"]),
                ("subscribe", "VAS-GPRS-BAR", ["closeFunctions"]), ("release", "VAS-GPRS-BAR", ["openFunctions"]),
                ("subscribe", "VAS-MMS", ["openFunctions", "openFunctions"]),
            ] {
                let plan = try await self.submit(await self.order(action, offer, of: customer, line))
                _ = try await self.observer.completed(plan.orderId)
                #expect(try await self.commands(plan).map(\.operation) == commands)
                guard (action, offer) == ("subscribe", "VAS-GPRS-BAR") else { continue }
                let refused = await self.order("subscribe", "VAS-MMS", of: customer, line)
                #expect(try await self.codes(refused) == ["NOT_ALLOWED_IN_STATE"])
            }
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

        @Test("A group line whose core is lacking is added, adjusted and stopped, all by what people report (ORD-97)")
        func groupLine() async throws {
            let customer = await Unique.customer()
            var line = OrderSubmitted.Member(
                ref: "gl", product: "groupLine", serviceNumber: "GL\(await Unique.mobile(endingIn: "9906"))",
                existing: false,
                characteristics: [
                    "maturity": "immature", "coreResources": "lacking", "accessResources": "present",
                    "scope": "crossCity",
                ])
            #expect(
                try await self.codes(await self.order("subscribe", "GL-CMNET-10", of: customer, line))
                    == ["PRECONDITION_NOT_MET"])
            line.characteristics?["scope"] = "local"
            let add = try await self.submit(await self.order("subscribe", "GL-CMNET-10", of: customer, line))
            try await self.report(add.orderId)
            let done = try await self.done(add.orderId)
            #expect(done.first == "designSolution")
            #expect(Set(done[1...3]) == ["confirmCoreResources", "confirmAccessResources", "constructCore"])
            #expect(done.suffix(2) == ["install", "accept"])

            line.existing = true
            line.characteristics = ["maturity": "mature", "coreResources": "present", "accessResources": "present"]
            let adjust = try await self.submit(await self.order("change", "GL-CONNECT-10", of: customer, line))
            try await self.report(adjust.orderId)
            let adjusted = try await self.done(adjust.orderId)
            #expect(adjusted.prefix(2) == ["dismantle", "releaseResources"])
            #expect(Set(adjusted[2...3]) == ["confirmCoreResources", "confirmAccessResources"])
            #expect(adjusted.suffix(2) == ["install", "accept"])

            line.characteristics = nil
            let stop = try await self.submit(await self.order("release", "GL-CONNECT-10", of: customer, line))
            try await self.report(stop.orderId)
            #expect(try await self.done(stop.orderId) == ["dismantle", "releaseResources"])
            line.characteristics = ["maturity": "mature", "coreResources": "present", "accessResources": "present"]
            #expect(
                try await self.codes(await self.order("change", "GL-CMNET-10", of: customer, line)) == ["NOT_FOUND"],
                "the line has ended")
        }

        @Test("A GPRS-VPN is built in its sequence, with a new router, and taken down again (PRO-32, PRO-33)")
        func gprsVpn() async throws {
            let customer = await Unique.customer()
            var line = OrderSubmitted.Member(
                ref: "vpn", product: "gprsVpn", serviceNumber: "VPN\(await Unique.mobile())", existing: false,
                characteristics: [
                    "sdhNode": "near", "circuit": "absent", "routerGre": "lacking",
                    "routerFastEthernetPorts": "twoOrMore", "routerIpUnnumbered": "supported",
                ])
            #expect(
                try await self.codes(await self.order("subscribe", "GPRS-VPN", of: customer, line))
                    == ["PRECONDITION_NOT_MET"])
            line.characteristics?["circuit"] = "inMachineRoom"
            let build = try await self.submit(await self.order("subscribe", "GPRS-VPN", of: customer, line))
            _ = try await self.observer.completed(build.orderId)
            let done = try await self.done(build.orderId)
            #expect(
                done.filter { $0 != "procureRouter" } == [
                    "openProject", "orderConstruction", "requestCoreData", "configureAccessSwitch", "configureRouter",
                    "produceCards", "openVpn", "accept",
                ])
            let router = try #require(done.firstIndex(of: "procureRouter"))
            #expect(try router < #require(done.firstIndex(of: "configureRouter")))

            line.existing = true
            line.characteristics = nil
            let stop = try await self.submit(await self.order("release", "GPRS-VPN", of: customer, line))
            _ = try await self.observer.completed(stop.orderId)
            #expect(
                try await self.done(stop.orderId) == [
                    "closeVpn", "clearRouter", "clearAccessSwitch", "withdrawCoreData",
                ])
        }
    }
}

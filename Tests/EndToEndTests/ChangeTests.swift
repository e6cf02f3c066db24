import Contracts
import Foundation
import Testing

extension EndToEndTests {
    /// A bundle in effect is changed, changed again, released, stopped and started.
    @Suite(.serialized)
    struct ChangeTests {
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

        private func submit(_ order: OrderSubmitted) async throws -> OrderAcknowledged {
            try await self.publisher.publish([order])
            let answer = try await self.observer.answer(to: order.externalId)
            return try #require(answer.acknowledged, "\(answer.codes)")
        }

        private func effective(_ order: OrderID) async throws -> OrderEffective {
            try await until("order \(order) takes effect") {
                try await !self.observer.messages(OrderEffective.self, of: order).isEmpty
            }
            return try #require(try await self.observer.messages(OrderEffective.self, of: order).first)
        }

        /// The example's bundle, in effect.
        private func bundle() async throws -> (order: OrderSubmitted, id: BundleID) {
            let order = await Order.enhancedB288()
            let plan = try await self.submit(order)
            _ = try await self.observer.completed(plan.orderId)
            try await self.clock.set(try await self.clock.nextMonth(), rate: 1)
            return (order, try await self.effective(plan.orderId).bundleId)
        }

        /// What the timeline begins and ends with, and that it tells of every work order in between.
        ///
        /// - Parameter adopted: how many were done by the order whose place it took, before it was there itself.
        private func checkTimeline(
            of plan: OrderAcknowledged, adopted: Int = 0, endsWith last: [String]
        ) async throws {
            let kinds = try await self.system.timeline(of: plan.orderId)
            #expect(adopted > 0 || kinds.first == "order.acknowledged")
            #expect(kinds.filter { $0 == "order.acknowledged" }.count == 1)
            #expect(Array(kinds.suffix(last.count)) == last, "\(kinds)")
            let told = kinds.filter { $0 == "workOrder.completed" }.count
            let completed = try await self.observer.messages(WorkOrderCompleted.self, of: plan.orderId)
            #expect(told == completed.count + adopted, "\(kinds)")
        }

        /// The bundle as it is, with another wish.
        private func change(_ order: OrderSubmitted, _ edit: (inout OrderSubmitted) -> Void) async -> OrderSubmitted {
            var change = order
            change.externalId = await Unique.externalId()
            change.action = "change"
            for index in change.members.indices { change.members[index].existing = true }
            edit(&change)
            return change
        }

        @Test("Members added and removed, the speed changed: a second and a third change count, the fourth is refused")
        func changes() async throws {
            let (order, former) = try await self.bundle()
            // A new terminal that waits for people: the first change is still open when the second comes.
            let terminal = await Unique.mobile(endingIn: "9906")
            let first = await self.change(order) {
                $0.members.append(.init(ref: "m5", product: "mobile2g", serviceNumber: terminal, existing: false))
                $0.options?.append(.init(code: "TERMINAL-SHARED", member: "m5"))
            }
            let one = try await self.submit(first)
            #expect(one.workOrders.map { "\($0.memberRef) \($0.type)" }.first == "m5 install")

            let added = await Unique.mobile()
            let second = await self.change(order) {
                $0.options = [
                    .init(code: "BB-SPEED-8M", member: "bb"), .init(code: "TERMINAL-SHARED", member: "m6"),
                ]
                $0.members.append(.init(ref: "m6", product: "mobile2g", serviceNumber: added, existing: false))
            }
            let two = try await self.submit(second)
            try await until("the first change has given way") {
                try await !self.observer.messages(OrderCancelled.self, of: one.orderId).isEmpty
            }
            _ = try await self.observer.completed(two.orderId)

            // The same, and the fixed line leaves.
            let third = await self.change(second) {
                $0.members[1].leaves = true
                $0.members[1].plan = "FX-48"
                $0.members[4].existing = false
            }
            let three = try await self.submit(third)
            _ = try await self.observer.completed(three.orderId)
            let issued = try await self.observer.messages(WorkOrderIssued.self, of: three.orderId)
            #expect(issued.allSatisfy { $0.memberRef == "fx" }, "speed and terminal are the second change's work")
            let fourth = await self.change(order) { $0.offer = "WB-ENH-B-488" }
            try await self.publisher.publish([fourth])
            #expect(try await self.observer.answer(to: fourth.externalId).codes == ["CHANGE_LIMIT"])

            try await self.clock.set(try await self.clock.nextMonth(), rate: 1)
            let effective = try await self.effective(three.orderId)
            #expect(effective.replaces == former)
            #expect(effective.members.map(\.ref) == ["bb", "m2", "m3", "m6"])
            #expect(effective.leaving?.map(\.plan) == ["FX-48"])
            for other in [one.orderId, two.orderId] {
                #expect(try await self.observer.messages(OrderEffective.self, of: other).isEmpty)
            }
            struct View: Decodable { var state: String }
            let view = try await self.system.json(View.self, from: "\(self.system.ordersURL)/bundles/\(former)")
            #expect(view.state == "ended")
            try await self.checkTimeline(of: one, endsWith: ["order.cancelled"])
            try await self.checkTimeline(of: two, endsWith: ["order.cancelled"])
            try await self.checkTimeline(of: three, adopted: 5, endsWith: ["order.completed", "order.effective"])
            for waited in [two, three] {
                #expect(try await self.system.timeline(of: waited.orderId).contains("order.begun"))
            }
        }

        @Test("Plan B without its 3G falls back to plan A; then it is released to the plans that are named")
        func fallbackAndRelease() async throws {
            let (order, former) = try await self.bundle()
            let leaving = await self.change(order) { $0.members[3].leaves = true }
            try await self.publisher.publish([leaving])
            #expect(try await self.observer.answer(to: leaving.externalId).codes == ["CONFIRMATION_REQUIRED"])
            let confirmed = await self.change(leaving) { $0.confirm = true }
            let fallback = try await self.submit(confirmed)
            #expect(fallback.offer == "WB-ENH-A-288")
            _ = try await self.observer.completed(fallback.orderId)
            try await self.clock.set(try await self.clock.nextMonth(), rate: 1)
            let planA = try await self.effective(fallback.orderId)
            #expect(planA.replaces == former)

            var release = await self.change(order) { $0.members.removeLast() }
            release.action = "release"
            for (index, plan) in ["BB-2M", "FX-48", "2G-28"].enumerated() { release.members[index].plan = plan }
            let released = try await self.submit(release)
            _ = try await self.observer.completed(released.orderId)
            try await self.clock.set(try await self.clock.nextMonth(), rate: 1)
            let ended = try await self.effective(released.orderId)
            #expect(ended.replaces == planA.bundleId)
            #expect(ended.members.isEmpty)
            #expect(ended.leaving?.map(\.plan) == ["BB-2M", "FX-48", "2G-28"])
            for plan in [fallback, released] {
                try await self.checkTimeline(of: plan, endsWith: ["order.completed", "order.effective"])
            }
        }

        @Test("A blacklisted member is stopped alone, and the bundle stays in effect")
        func blacklisted() async throws {
            let (order, bundle) = try await self.bundle()
            var stop = await self.change(order) { $0.members = [$0.members[3]] }
            stop.action = "suspend"
            stop.channel = "system"
            let plan = try await self.submit(stop)
            #expect(plan.workOrders.map { "\($0.memberRef) \($0.type)" } == ["m3 suspend"])
            _ = try await self.observer.completed(plan.orderId)
            #expect(try await self.effective(plan.orderId).members.map(\.ref) == ["m3"])
            struct View: Decodable {
                struct Member: Decodable { var ref: String }

                var state: String
                var members: [Member]
            }
            let view = try await self.system.json(View.self, from: "\(self.system.ordersURL)/bundles/\(bundle)")
            #expect(view.state == "active")
            #expect(view.members.map(\.ref) == ["bb", "fx", "m2", "m3"])
            try await self.checkTimeline(of: plan, endsWith: ["order.completed", "order.effective"])
        }

        @Test("Credit control stops fixed line, broadband and 2G, and starts them again")
        func suspendAndResume() async throws {
            let (order, _) = try await self.bundle()
            for action in ["suspend", "resume"] {
                var stop = await self.change(order) { $0.members.removeLast() }
                stop.action = action
                stop.channel = "system"
                let plan = try await self.submit(stop)
                #expect(
                    plan.workOrders.map { "\($0.memberRef) \($0.type)" } == [
                        "bb \(action)", "fx \(action)", "m2 \(action)",
                    ])
                _ = try await self.observer.completed(plan.orderId)
                #expect(try await self.effective(plan.orderId).action == action)
                try await self.checkTimeline(of: plan, endsWith: ["order.completed", "order.effective"])
            }
        }
    }
}

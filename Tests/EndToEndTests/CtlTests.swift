import Contracts
import Foundation
import Testing

extension EndToEndTests {
    /// What an operator types, as processes of their own.
    @Suite(.serialized)
    struct CtlTests {
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

        /// Runs a command line.
        private func ctl(_ arguments: String...) throws -> (status: Int32, output: String) {
            let process = Process()
            process.executableURL = Self.binary
            process.arguments = arguments
            let output = Pipe()
            process.standardOutput = output
            process.standardError = output
            try process.run()
            let data = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return (process.terminationStatus, String(decoding: data, as: UTF8.self))
        }

        /// Beside the tests' own binary.
        private static let binary = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "Ctl")

        @Test("An order stuck on 9902 is found, understood, and ended, by the runbook's commands alone")
        func stuckOrder() async throws {
            let order = await Order.basicA88(mobile: await Unique.mobile(endingIn: "9902"))
            try await self.publisher.publish([order])
            let plan = try #require(try await self.observer.answer(to: order.externalId).acknowledged)
            try await until("it is held, and its fixed line done") {
                let done = try await self.observer.messages(WorkOrderCompleted.self, of: plan.orderId).count
                let held = try await !self.observer.messages(OrderHeld.self, of: plan.orderId).isEmpty
                return held && done == plan.workOrders.filter { $0.memberRef == "fx" }.count
            }
            let fallout = try self.ctl("fallout", "--limit", "200")
            #expect(fallout.status == 0)
            #expect(fallout.output.contains(order.externalId))
            #expect(fallout.output.contains("OPERATION_REFUSED"))

            let shown = try self.ctl("order", "show", order.externalId)
            let failed = try #require(plan.workOrders.first { $0.memberRef == "m2" }?.workOrderId)
            #expect(shown.output.contains("held since"))
            #expect(shown.output.contains("sheaf-ctl order retry \(plan.orderId) --work-order \(failed)"))
            let workOrder = try self.ctl("workorder", "show", failed.description)
            #expect(workOrder.output.contains("hlr.createSubscriber: failed"))
            #expect(workOrder.output.contains("the element refuses"))

            // Trying again does not help: the element refuses again.
            #expect(try self.ctl("order", "retry", order.externalId, "--reason", "once more", "--by", "li").status == 0)
            try await until("it is held again") {
                try await self.observer.messages(OrderHeld.self, of: plan.orderId).count == 2
            }
            let cancelPlan = try self.ctl("order", "cancel-plan", order.externalId)
            #expect(cancelPlan.output.contains("undone by dismantle"))
            #expect(cancelPlan.output.contains("fee: 50000 milliyuan"))
            #expect(try self.ctl("order", "cancel", order.externalId, "--reason", "no such number").status == 0)
            let watched = try self.ctl("order", "watch", order.externalId, "--seconds", "60")
            #expect(watched.output.hasSuffix("work orders at their end\n"))
            #expect(watched.output.contains("cancelled: "))
            #expect(try self.ctl("order", "timeline", order.externalId).output.contains("cancel by"))
            #expect(try self.ctl("order", "show", order.externalId, "--json").output.hasPrefix("{"))
            #expect(try !self.ctl("fallout", "--limit", "200").output.contains(order.externalId))
        }

        @Test("A command that cannot be done is found among the dead letters, with its reason")
        func deadLetter() async throws {
            let order = await Order.callerAlert(on: await Unique.mobile())
            try await self.publisher.publish([order])
            let plan = try #require(try await self.observer.answer(to: order.externalId).acknowledged)
            _ = try await self.observer.completed(plan.orderId)
            #expect(try self.ctl("order", "retry", order.externalId, "--reason", "why not").status == 0)
            try await until("it is refused") {
                try self.ctl("deadletter", "list", "orders").output.contains(plan.orderId.description)
            }
            let lines = try self.ctl("deadletter", "list", "orders").output.split(separator: "\n")
            let line = try #require(lines.first { $0.contains(plan.orderId.description) })
            #expect(line.contains("orders.commands") && line.contains("NOT_ALLOWED_IN_STATE"))
            let place = try #require(line.split(separator: " ").first)
            let shown = try self.ctl("deadletter", "show", "orders", String(place))
            #expect(shown.output.contains("\"why not\""))
        }

        @Test("What there is not has an exit code of its own; so has a wrong command line; doctor and clock answer")
        func codes() async throws {
            #expect(try self.ctl("order", "show", "no-such-order").status == 2)
            #expect(try self.ctl("order", "explode").status == 64)
            #expect(try self.ctl("catalogue", "check").output.contains("12  bundles"))
            let simulated = try self.ctl("catalogue", "simulate", "--type", "openVas", "--code", "TEMPORARY_FAILURE")
            #expect(simulated.output.split(separator: "\n").count == 4)
            #expect(simulated.output.contains("failure 4: held"))
            let doctor = try self.ctl("doctor")
            #expect(doctor.output.contains("✓ orders is ready"))
            #expect(doctor.output.contains("✓ the broker has its topics"))
            #expect(doctor.output.contains("✓ no order is stuck"))
            #expect(try self.ctl("clock", "show").status == 0)
        }
    }
}

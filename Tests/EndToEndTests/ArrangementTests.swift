import Contracts
import Foundation
import Testing

extension EndToEndTests {
    /// What Rating arranges beside usage and bills: through orders, commands, and with partners.
    @Suite(.serialized)
    struct ArrangementTests {
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

        /// A bundle in effect.
        private func bundle() async throws -> (account: String, numbers: [String]) {
            var order = await Order.basicA88()
            order.externalId = await Unique.externalId()
            try await self.publisher.publish([order])
            let plan = try #require(try await self.observer.answer(to: order.externalId).acknowledged)
            _ = try await self.observer.completed(plan.orderId)
            try await self.clock.set(try await self.clock.nextMonth(), rate: 1)
            try await until("both lines are of the account") {
                try await self.observer.messages(AccountMemberAttached.self) { $0.accountId == plan.accountId }
                    .count == 2
            }
            return (plan.accountId, order.members.map(\.serviceNumber))
        }

        @Test("G-04: a line that has used up its volume is barred by work orders, and free again on the 1st")
        func volume() async throws {
            let (account, numbers) = try await self.bundle()
            let now = try await self.clock.now()
            let data = UsageRecorded(
                usageId: UsageID(rawValue: UUID()), kind: .data, serviceNumber: numbers[1],
                startedAt: now.advanced(bySeconds: -60), endedAt: now, uplinkBytes: 0, downlinkBytes: 16 << 30)
            try await self.publisher.publish([data, data])
            var barred: [AccountLineBarred] = []
            try await until("the line is to be barred") {
                barred = try await self.observer.messages(AccountLineBarred.self) { $0.accountId == account }
                return !barred.isEmpty
            }
            let bar = try #require(barred.first)
            let plan = try #require(try await self.observer.answer(to: bar.externalId).acknowledged)
            _ = try await self.observer.completed(plan.orderId)
            let effect = try await self.effect(of: bar.externalId)
            let first = try await self.clock.nextMonth()
            #expect(bar.barredUntil == first)
            try await self.clock.set(first, rate: 1)
            let lift = try #require(try await self.observer.answer(to: "lift-\(bar.externalId)").acknowledged)
            _ = try await self.observer.completed(lift.orderId)
            let lifted = try await self.effect(of: "lift-\(bar.externalId)")
            #expect(lifted.action == "release" && lifted.replaces == effect.bundleId)
            let again = try await self.observer.messages(AccountLineBarred.self) { $0.accountId == account }
            #expect(again.count == 1)
        }

        private func effect(of externalId: String) async throws -> OrderEffective {
            var effect: OrderEffective?
            try await until("\(externalId) is in effect") {
                effect = try await self.observer.messages(OrderEffective.self) { $0.externalId == externalId }.first
                return effect != nil
            }
            return try #require(effect)
        }

        @Test("CAT-39: commands are answered; a company's bill has what it pays for the number of another")
        func groupPayment() async throws {
            let (company, _) = try await self.bundle()
            let (employee, numbers) = try await self.bundle()
            func command(_ account: String) async throws -> AccountCommand {
                AccountCommand(
                    commandId: CommandID(rawValue: UUID()), accountId: account, command: "payFor",
                    serviceNumber: numbers[0], limitMilliyuan: .yuan(100), unspent: "employee", by: "manager",
                    at: try await self.clock.now())
            }
            let (wrong, right) = (try await command("nobody"), try await command(company))
            try await self.publisher.publish([wrong, right])
            try await until("one is refused, one applied") {
                let rejected = try await self.observer.messages(AccountCommandRejected.self) {
                    $0.commandId == wrong.commandId
                }
                let applied = try await self.observer.messages(AccountCommandApplied.self) {
                    $0.commandId == right.commandId
                }
                return rejected.map(\.code) == ["UNKNOWN_ACCOUNT"] && applied.count == 1
            }
            try await self.clock.set(try await self.clock.nextMonth(), rate: 1)
            var bills: [BillIssued] = []
            try await until("both are billed") {
                bills = try await self.observer.messages(BillIssued.self) { $0.cycle == right.at.cycle }
                return Set(bills.map(\.accountId)).isSuperset(of: [company, employee])
            }
            let paid = ["Other", "Group payment", "Paid for members"]
            func amount(_ account: String) -> [Milliyuan] {
                bills.filter { $0.accountId == account }.flatMap(\.subjects).filter { $0.path == paid }
                    .map(\.amountMilliyuan)
            }
            // The bundle's 88 yuan stand on the main number; the rest of 100 is the employee's money.
            #expect(amount(company) == [.yuan(100)] && amount(employee) == [.zero - .yuan(88)])
            try await until("the rest is the employee's") {
                try await self.observer.messages(LedgerCredited.self) { $0.accountId == employee }
                    .contains { $0.cause == .groupPayment && $0.amountMilliyuan == .yuan(12) }
            }
            let seen = try await self.observer.all().filter { ["accounts.events", "orders.events"].contains($0.topic) }
            for (message, verdict) in zip(seen, try SchemaValidator.validate(seen)) where verdict != "ok" {
                Issue.record("\(verdict): \(message.text)")
            }
        }

        @Test("A partner's list is compared with what is charged for it, from the runbook's command")
        func reconciliation() async throws {
            let (_, numbers) = try await self.bundle()
            let now = try await self.clock.now()
            let call = UsageRecorded(
                usageId: UsageID(rawValue: UUID()), kind: .voice, serviceNumber: numbers[1],
                startedAt: now.advanced(bySeconds: -120), endedAt: now, direction: .originating, otherParty: "12590",
                roaming: .home)
            try await self.publisher.publish([call])
            try await until("it is rated") {
                try await self.observer.messages(UsageRated.self) { $0.usageId == call.usageId }.count == 1
            }
            let other = UsageID(rawValue: UUID())
            let file = FileManager.default.temporaryDirectory.appending(path: "partner-\(other).csv")
            defer { try? FileManager.default.removeItem(at: file) }
            func compare(_ lines: [String]) throws -> (status: Int32, output: String) {
                try Data(("usageId,chargeMilliyuan\n" + lines.joined(separator: "\n")).utf8).write(to: file)
                return try CommandLineTool.run(
                    "rating", "reconcile", "--partner", "contentProvider", "--cycle", now.cycle.description, "--from",
                    now.rfc3339(offsetSeconds: 28_800), "--until",
                    now.advanced(bySeconds: 1).rfc3339(offsetSeconds: 28_800), "--list",
                    file.path(percentEncoded: false))
            }
            let right = try compare(["\(call.usageId),4000"])
            #expect(right.status == 0, "\(right.output)")
            let wrong = try compare(["\(other),7"])
            #expect(wrong.status == 1)
            #expect(wrong.output.contains("onlyOurs,\(call.usageId),4000,"))
            #expect(wrong.output.contains("onlyTheirs,\(other),,7"))
            #expect(try compare(["\(call.usageId),1"]).output.contains("different,\(call.usageId),4000,1"))
        }
    }
}

extension Timestamp {
    /// By the business calendar of the tests.
    fileprivate var cycle: BillingCycle {
        BillingCycle(of: BusinessCalendar(timeZone: TimeZone(secondsFromGMT: 28_800) ?? .gmt).date(of: self))
    }
}

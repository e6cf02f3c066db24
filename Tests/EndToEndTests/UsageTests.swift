import Contracts
import Foundation
import Testing

extension EndToEndTests {
    /// From an order that takes effect to what its usage costs.
    @Suite(.serialized)
    struct UsageTests {
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

        private func call(
            _ number: String, minutes: Int, endedAt: Timestamp, id: UsageID = UsageID(rawValue: UUID())
        ) -> UsageRecorded {
            UsageRecorded(
                usageId: id, kind: .voice, serviceNumber: number,
                startedAt: endedAt.advanced(bySeconds: -60 * minutes), endedAt: endedAt, direction: .originating,
                otherParty: "01062228888", roaming: .home)
        }

        private func data(_ number: String, megabytes: Int64, endedAt: Timestamp) -> UsageRecorded {
            UsageRecorded(
                usageId: UsageID(rawValue: UUID()), kind: .data, serviceNumber: number,
                startedAt: endedAt.advanced(bySeconds: -60), endedAt: endedAt, uplinkBytes: 0,
                downlinkBytes: megabytes << 20)
        }

        /// What was last told of a record.
        private func charge(_ id: UsageID) async throws -> Int64? {
            let rated = try await self.observer.messages(UsageRated.self) { $0.usageId == id }
            let rerated = try await self.observer.messages(UsageRerated.self) { $0.rated.usageId == id }
            return (rated + rerated.map(\.rated)).max { $0.sequence < $1.sequence }?.chargeMilliyuan.rawValue
        }

        private func untilCharged(_ charges: [(id: UsageID, charge: Int64)]) async throws {
            try await until("the records cost what they have to") {
                for (id, charge) in charges where try await self.charge(id) != charge { return false }
                return true
            }
        }

        @Test(
            "A bundle takes effect, its lines call and surf: shared minutes, thresholds once, late calls in their place"
        )
        func bundle() async throws {
            let order = await Order.basicA88()
            try await self.publisher.publish([order])
            let plan = try #require(try await self.observer.answer(to: order.externalId).acknowledged)
            let account = plan.accountId
            _ = try await self.observer.completed(plan.orderId)
            let (fixed, mobile) = (order.members[0].serviceNumber, order.members[1].serviceNumber)
            let early = self.call(mobile, minutes: 1, endedAt: try await self.clock.now())
            try await self.publisher.publish([early])
            try await until("usage before the effect is rejected") {
                try await self.observer.messages(UsageRejected.self) { $0.usageId == early.usageId }.count == 1
            }

            try await self.clock.set(try await self.clock.nextMonth(), rate: 1)
            try await until("both lines are of the account") {
                try await self.observer.messages(AccountMemberAttached.self) { $0.accountId == account }.count == 2
            }
            let now = try await self.clock.now()
            let first = self.call(fixed, minutes: 290, endedAt: now)
            let last = self.call(mobile, minutes: 5, endedAt: now.advanced(bySeconds: 2))
            try await self.publisher.publish([first, last, first])
            try await self.untilCharged([(first.usageId, 0), (last.usageId, 0)])

            // It ended between them, and leaves three shared minutes to the last.
            let late = self.call(mobile, minutes: 8, endedAt: now.advanced(bySeconds: 1))
            try await self.publisher.publish([late])
            try await self.untilCharged([(first.usageId, 0), (late.usageId, 0), (last.usageId, 3 * 150)])

            try await self.order(pack: "GPRS-5", on: mobile, of: order)
            let surfing = [26, 3, 2].enumerated().map { index, megabytes in
                self.data(mobile, megabytes: megabytes, endedAt: now.advanced(bySeconds: 60 + index))
            }
            try await self.publisher.publish(surfing.shuffled() + surfing)
            try await self.untilCharged([(surfing[0].usageId, 0), (surfing[1].usageId, 0), (surfing[2].usageId, 1000)])
            try await until("two thresholds are told") { try await self.thresholds(account).count >= 2 }
            #expect(try await self.thresholds(account) == [0, 5 << 20])
            try await self.expectReadAPI(account, charge: 1450)
            try await self.expectContract()
        }

        @Test("Billed on the 1st, not paid for a month, stopped by work orders; paid, and started at once")
        func creditControl() async throws {
            var order = await Order.basicA88()
            order.externalId = await Unique.externalId()
            try await self.publisher.publish([order])
            let plan = try #require(try await self.observer.answer(to: order.externalId).acknowledged)
            _ = try await self.observer.completed(plan.orderId)
            let account = plan.accountId
            try await self.clock.set(try await self.clock.nextMonth(), rate: 1)
            try await until("both lines are of the account") {
                try await self.observer.messages(AccountMemberAttached.self) { $0.accountId == account }.count == 2
            }
            let call = self.call(order.members[1].serviceNumber, minutes: 310, endedAt: try await self.clock.now())
            try await self.publisher.publish([call])
            try await self.untilCharged([(call.usageId, 10 * 150)])

            let first = try await self.clock.nextMonth()
            try await self.clock.set(first, rate: 1)
            let bill = try await self.bill(account, 1)
            #expect(bill.totalMilliyuan == Milliyuan(88_000 + 1500) && bill.outstandingMilliyuan == bill.totalMilliyuan)
            #expect(bill.subjects.allSatisfy { $0.path.count == 3 } && bill.subjects.count == 2)
            #expect(bill.issuedAt == first && bill.mainServiceNumber == order.members[0].serviceNumber)

            try await self.expectBill(bill, account)

            try await self.clock.set(try await self.clock.nextMonth(), rate: 1)
            let second = try await self.bill(account, 2)
            var due: AccountSuspensionDue?
            try await until("the account is to be stopped") {
                due = try await self.observer.messages(AccountSuspensionDue.self) { $0.accountId == account }.first
                return due != nil
            }
            let numbers = order.members.map(\.serviceNumber).sorted()
            #expect(due?.serviceNumbers == numbers && due?.outstandingMilliyuan == bill.totalMilliyuan)
            try await self.expectDone(try #require(due?.externalId), "suspend", numbers)
            let silent = self.call(numbers[0], minutes: 1, endedAt: try await self.clock.now())
            try await until("a stopped line does not call") {
                try await self.publisher.publish([silent])
                return try await self.observer.messages(UsageRejected.self) { $0.usageId == silent.usageId }
                    .contains { $0.code == "MEMBER_INACTIVE" }
            }

            let payment = PaymentReceived(
                paymentId: await Unique.externalId(), serviceNumber: numbers[1],
                amountMilliyuan: bill.totalMilliyuan + second.totalMilliyuan, channel: "web",
                receivedAt: try await self.clock.now())
            try await self.publisher.publish([payment, payment])
            var restoration: AccountRestorationDue?
            try await until("the account is to be started again") {
                restoration = try await self.observer.messages(AccountRestorationDue.self) { $0.accountId == account }
                    .first
                return restoration != nil
            }
            try await self.expectDone(try #require(restoration?.externalId), "resume", numbers)
            #expect(try await self.observer.messages(LedgerCredited.self) { $0.accountId == account }.count == 1)
            try await self.expectContract()
        }

        /// Everything that Rating said is as its schema says.
        private func expectContract() async throws {
            let seen = try await self.observer.all().filter { ["usage.rated", "accounts.events"].contains($0.topic) }
            let verdicts = try SchemaValidator.validate(seen)
            #expect(verdicts.count == seen.count && !seen.isEmpty)
            for (message, verdict) in zip(seen, verdicts) where verdict != "ok" {
                Issue.record("\(verdict): \(message.headers) \(message.text)")
            }
        }

        /// As the read API shows it, with its tree of subjects; and the preview of the next.
        private func expectBill(_ bill: BillIssued, _ account: String) async throws {
            struct Subject: Decodable {
                var name: String
                var amountMilliyuan: Int
                var subjects: [Subject]?
            }
            struct Bill: Decodable {
                var billId: String?
                var isIssued: Bool
                var totalMilliyuan: Int
                var outstandingMilliyuan: Int
                var subjects: [Subject]
            }
            struct Account: Decodable {
                struct Ledger: Decodable { var balanceMilliyuan: Int }

                var ledgers: [Ledger]
                var outstandingMilliyuan: Int
            }
            let url = "\(self.system.ratingURL)/accounts/\(account)"
            let shown = try await self.system.json(Bill.self, from: "\(url)/bills/\(bill.cycle)")
            #expect(shown.billId == bill.billId.description && shown.isIssued && shown.totalMilliyuan == 89_500)
            #expect(shown.subjects.map(\.name) == ["Calls", "Wo Business"])
            #expect(shown.subjects.map(\.amountMilliyuan) == [1500, 88_000])
            #expect(shown.subjects[1].subjects?.first?.subjects?.map(\.name) == ["Monthly fee"])
            let preview = try await self.system.json(Bill.self, from: "\(url)/bill-preview?cycle=\(bill.cycle.next)")
            #expect(!preview.isIssued && preview.totalMilliyuan == 88_000 && preview.outstandingMilliyuan == 88_000)
            let owner = try await self.system.json(Account.self, from: url)
            #expect(owner.ledgers.map(\.balanceMilliyuan) == [0] && owner.outstandingMilliyuan == 89_500)
            let (status, _) = try await HTTP.get("\(url)/bills/2019-01")
            #expect(status == 404)
        }

        /// The bill that is the n-th of its account.
        private func bill(_ account: String, _ count: Int) async throws -> BillIssued {
            var bills: [BillIssued] = []
            try await until("bill \(count) of \(account)") {
                bills = try await self.observer.messages(BillIssued.self) { $0.accountId == account }
                return bills.count >= count
            }
            #expect(bills.count == count)
            return try #require(bills.max { $0.cycle < $1.cycle })
        }

        /// Work orders of one type on all numbers, carried out.
        private func expectDone(_ externalId: String, _ type: String, _ numbers: [String]) async throws {
            let answer = try await self.observer.answer(to: externalId)
            let plan = try #require(answer.acknowledged, "\(answer.codes)")
            _ = try await self.observer.completed(plan.orderId)
            let issued = try await self.observer.messages(WorkOrderIssued.self, of: plan.orderId)
            #expect(issued.map(\.type) == [type, type] && issued.map(\.serviceNumber).sorted() == numbers)
        }

        private func thresholds(_ account: String) async throws -> [Int64] {
            try await self.observer.messages(AllowanceThresholdReached.self) { $0.accountId == account }
                .map(\.threshold).sorted()
        }

        private func order(pack: String, on number: String, of bundle: OrderSubmitted) async throws {
            var order = await Order.callerAlert(on: number)
            order.offer = pack
            order.customer = bundle.customer
            order.members[0].existing = true
            try await self.publisher.publish([order])
            let plan = try #require(try await self.observer.answer(to: order.externalId).acknowledged)
            _ = try await self.observer.completed(plan.orderId)
        }

        private func expectReadAPI(_ account: String, charge: Int) async throws {
            struct Cycle: Decodable {
                struct Allowance: Decodable {
                    var allowance: String
                    var used: Int
                }

                var chargeMilliyuan: Int
                var isSettled: Bool
                var allowances: [Allowance]
            }
            let month = BillingCycle(of: self.clock.calendar.date(of: try await self.clock.now()))
            let url = "\(self.system.ratingURL)/accounts/\(account)/allowances?cycle=\(month)"
            try await until("the cycle is settled") { try await self.system.json(Cycle.self, from: url).isSettled }
            let cycle = try await self.system.json(Cycle.self, from: url)
            #expect(cycle.chargeMilliyuan == charge)
            #expect(cycle.allowances.first { $0.allowance == "sharedMinutes" }?.used == 300)
        }
    }
}

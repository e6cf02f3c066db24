import Contracts
import Foundation
import Testing

extension EndToEndTests {
    /// What customers read on their phones, through Kannel and its fake network.
    @Suite(.serialized)
    struct NotificationTests {
        let system: RunningSystem
        let observer: Observer
        let publisher: Publisher
        let clock: ClockControl
        let phones: Phones

        init() async throws {
            self.system = try RunningSystem()
            try await self.system.untilReady()
            try #require(Phones.isThere(self.system), "Kannel is not installed")
            self.observer = try Observer(self.system)
            self.publisher = try Publisher(self.system)
            self.clock = ClockControl(system: self.system, publisher: self.publisher)
            self.phones = try Phones(self.system)
            try await self.observer.start()
        }

        private func untilTold(_ fact: String, _ number: String, _ part: String) async throws {
            try await until("\(number) is told \(fact)", .seconds(60)) {
                try self.phones.texts(to: number).contains { $0.contains(part) }
            }
        }

        private func count(_ number: String, _ part: String) throws -> Int {
            try self.phones.texts(to: number).filter { $0.contains(part) }.count
        }

        private struct Shown: Decodable {
            struct Item: Decodable {
                struct Wait: Decodable {
                    var reason: String
                }

                var template: String
                var state: String
                var waits: [Wait]
                var text: String?
            }

            var items: [Item]
        }

        private func shown(_ number: String) async throws -> [Shown.Item] {
            try await self.system.json(
                Shown.self, from: "\(self.system.notificationURL)/notifications?recipient=\(number)&limit=200"
            ).items
        }

        /// A bundle that is in effect since the first of a month, with what its customer was told of it.
        private func bundle() async throws -> (account: String, fixed: String, mobile: String) {
            var order = await Order.basicA88()
            order.externalId = await Unique.externalId()
            let (fixed, mobile) = (order.members[0].serviceNumber, order.members[1].serviceNumber)
            try await self.clock.set(nextHour: 9)
            try await self.publisher.publish([order])
            let plan = try #require(try await self.observer.answer(to: order.externalId).acknowledged)
            _ = try await self.observer.completed(plan.orderId)
            try await self.untilTold("that it is accepted", mobile, "已受理")
            try await self.untilTold("that it is ready", mobile, "已办理完成")
            try await self.clock.set(try await self.clock.nextMonth(), rate: 1)
            try await until("both lines are of the account") {
                try await self.observer.messages(AccountMemberAttached.self) { $0.accountId == plan.accountId }
                    .count == 2
            }
            try await self.clock.set(nextHour: 8)
            try await self.untilTold("that it is in effect", mobile, "生效。如需取消请致电10086")
            return (plan.accountId, fixed, mobile)
        }

        @Test(
            "NTF-01 to NTF-04, NTF-24: an order, a pack by a text, quotas the next morning, the 11th and 21st: told once each"
        )
        func journey() async throws {
            let (account, _, mobile) = try await self.bundle()
            try self.phones.send("ktgprs5", from: mobile)
            try await self.untilTold("that the pack is ready", mobile, "GPRS pack, 5 yuan")
            try self.phones.send("what is this", from: mobile)
            try await self.untilTold("what it may send", mobile, "无法识别")

            let now = try await self.clock.now()
            let surfing = [26, 3, 2].enumerated().map { index, megabytes in
                UsageRecorded(
                    usageId: UsageID(rawValue: UUID()), kind: .data, serviceNumber: mobile,
                    startedAt: now.advanced(bySeconds: index), endedAt: now.advanced(bySeconds: 60 + index),
                    uplinkBytes: 0, downlinkBytes: Int64(megabytes) << 20)
            }
            try await self.publisher.publish(surfing)
            try await until("two thresholds are reached") {
                try await self.observer.messages(AllowanceThresholdReached.self) { $0.accountId == account }.count == 2
            }
            try await self.clock.set(nextHour: 7, minute: 59)
            try await until("what stands at the end of the day is known") {
                try await self.shown(mobile).filter { $0.template.hasPrefix("data") }.map(\.state) == ["scheduled"]
            }
            #expect(try self.count(mobile, "已用完") == 0)
            try await self.clock.set(nextHour: 8)
            try await self.untilTold("that the pack is used up", mobile, "已用完")
            for day in [11, 21] {
                let first = self.clock.calendar.date(of: try await self.clock.now())
                let date = try #require(CivilDate(year: first.year, month: first.month, day: day))
                try await self.clock.set(self.clock.calendar.instant(of: date, secondOfDay: 9 * 3600), rate: 1)
                try await until("\(mobile) is told what it has used", .seconds(60)) {
                    try self.count(mobile, "本月已使用31MB") == (day == 11 ? 1 : 2)
                }
            }

            try await until("all is delivered") {
                try await self.shown(mobile).allSatisfy { ["delivered", "suppressed"].contains($0.state) }
            }
            // One message each, as many as went out.
            let delivered = try await self.shown(mobile).filter { $0.state == "delivered" }
            #expect(try self.phones.texts(to: mobile).sorted() == delivered.compactMap(\.text).sorted())
            #expect(
                delivered.map(\.template) == [
                    "orderAcknowledged", "orderCompleted", "orderEffective", "orderCompleted", "commandHelp",
                    "dataUsedUp", "dataUsage", "dataUsage",
                ])
            try await self.expectContract()
        }

        @Test(
            "NTF-13 to NTF-16, ORD-10: the car-friend assistant, from the question to the reminder, from its own number"
        )
        func carFriend() async throws {
            let (_, _, mobile) = try await self.bundle()
            let service = "10620007"
            try self.phones.send("KTCYZSVIP", from: mobile, to: service)
            try await self.untilTold("what it costs", mobile, "10元/月")
            try self.phones.send("y", from: mobile, to: service)
            try await self.untilTold("that it is a member", mobile, "会员号：\(mobile)")
            let today = self.clock.calendar.date(of: try await self.clock.now())
            let end = CivilDate(daysSinceEpoch: today.daysSinceEpoch + 6)
            func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
            try self.phones.send("BX\(end.year)\(two(end.month))\(two(end.day))", from: mobile, to: service)
            try await self.untilTold("that the date is noted", mobile, "已记录")
            // The fourth message of the day waits for the next.
            try await self.clock.set(nextHour: 9)
            try await until("the reminder waits") {
                try await self.shown(mobile).contains {
                    $0.template == "carInsuranceDue" && $0.waits.map(\.reason).contains("recipientLimit")
                }
            }
            try await self.clock.set(nextHour: 8, minute: 59)
            try await self.untilTold("that the insurance ends", mobile, "保险将于\(end.year)年\(end.month)月\(end.day)日到期")
            let texts = try self.phones.texts().filter { $0.recipient == mobile && $0.sender == service }.map(\.text)
            #expect(texts.count == 5)
            let welcome = try #require(texts.firstIndex { $0.contains("欢迎加入") })
            #expect(try welcome < #require(texts.firstIndex { $0.contains("会员号") }))
            // At most three days to the next issue.
            for _ in 0..<3 where try self.phones.pictures(to: mobile) == 0 {
                try await self.clock.set(nextHour: 15)
                try await until("the day's magazine is sent, or there is none") {
                    let items = try await self.shown(mobile).filter { $0.template == "carMagazine" }
                    let day = self.clock.calendar.date(of: try await self.clock.now()).weekday
                    return ![1, 3, 5].contains(day) || !items.isEmpty && items.allSatisfy { $0.state == "delivered" }
                }
            }
            #expect(try self.phones.pictures(to: mobile) == 1)
            try self.phones.send("QXCYZSVIP", from: mobile, to: service)
            try await self.untilTold("that it has ended", mobile, "起取消")
        }

        @Test("Bill, suspension and restoration are told once each; the latter two at any hour")
        func money() async throws {
            let (account, _, mobile) = try await self.bundle()
            try await self.clock.set(try await self.clock.nextMonth(), rate: 1)
            try await until("the bill is issued") {
                try await self.observer.messages(BillIssued.self) { $0.accountId == account }.count == 1
            }
            #expect(try self.count(mobile, "账单为88.00元") == 0, "it is night")
            try await self.clock.set(nextHour: 8)
            try await self.untilTold("of the bill", mobile, "账单为88.00元")
            try await self.clock.set(try await self.clock.nextMonth(), rate: 1)
            try await self.untilTold("of the suspension", mobile, "您的业务已暂停")
            var bills: [BillIssued] = []
            try await until("the second bill is issued") {
                bills = try await self.observer.messages(BillIssued.self) { $0.accountId == account }
                return bills.count == 2
            }
            let total = bills.reduce(Milliyuan.zero) { $0 + $1.totalMilliyuan }
            let payment = PaymentReceived(
                paymentId: await Unique.externalId(), accountId: account, amountMilliyuan: total, channel: "web",
                receivedAt: try await self.clock.now())
            try await self.publisher.publish([payment, payment])
            try await self.untilTold("of the restoration", mobile, "业务正在恢复")
            #expect(try self.count(mobile, "您的业务已暂停") == 1 && self.count(mobile, "业务正在恢复") == 1)
            #expect(try self.count(mobile, "账单为88.00元") == 1)
        }

        /// Everything that Notification said is as its schema says.
        private func expectContract() async throws {
            let topics = ["notifications.events", "messages.received"]
            let seen = try await self.observer.all().filter { topics.contains($0.topic) }
            let verdicts = try SchemaValidator.validate(seen)
            #expect(verdicts.count == seen.count && !seen.isEmpty)
            for (message, verdict) in zip(seen, verdicts) where verdict != "ok" {
                Issue.record("\(verdict): \(message.headers) \(message.text)")
            }
        }
    }
}

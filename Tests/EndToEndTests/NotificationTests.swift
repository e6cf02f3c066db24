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

        /// Sets business time to an hour of the day that is, or of the next one.
        private func set(hour: Int, minute: Int = 0) async throws {
            let now = try await self.clock.now()
            let calendar = self.clock.calendar
            var date = calendar.date(of: now)
            if calendar.instant(of: date, secondOfDay: hour * 3600 + minute * 60) <= now { date = date.nextDay }
            try await self.clock.set(calendar.instant(of: date, secondOfDay: hour * 3600 + minute * 60), rate: 1)
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
            try await self.set(hour: 9)
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
            try await self.set(hour: 8)
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
            try await self.set(hour: 7, minute: 59)
            try await until("what stands at the end of the day is known") {
                try await self.shown(mobile).filter { $0.template.hasPrefix("data") }.map(\.state) == ["scheduled"]
            }
            #expect(try self.count(mobile, "已用完") == 0)
            try await self.set(hour: 8)
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
            try await self.set(hour: 9)
            try await until("the reminder waits") {
                try await self.shown(mobile).contains {
                    $0.template == "carInsuranceDue" && $0.waits.map(\.reason).contains("recipientLimit")
                }
            }
            try await self.set(hour: 8, minute: 59)
            try await self.untilTold("that the insurance ends", mobile, "保险将于\(end.year)年\(end.month)月\(end.day)日到期")
            let texts = try self.phones.texts().filter { $0.recipient == mobile && $0.sender == service }.map(\.text)
            #expect(texts.count == 5)
            let welcome = try #require(texts.firstIndex { $0.contains("欢迎加入") })
            #expect(try welcome < #require(texts.firstIndex { $0.contains("会员号") }))
            // At most three days to the next issue.
            for _ in 0..<3 where try self.phones.pictures(to: mobile) == 0 {
                try await self.set(hour: 15)
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
            try await self.set(hour: 8)
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

        @Test(
            "10,000 messages while Notification, bearerbox and smsbox are killed 15 times: each once, or known as uncertain"
        )
        func kills() async throws {
            try await self.set(hour: 9)
            let run = String(UInt32.random(in: 0...UInt32.max), radix: 36)
            let requests = (0..<10_000).map { serial in
                NotificationRequested(
                    notificationId: NotificationID(rawValue: UUID()), recipient: "139\(20_000_000 + serial)",
                    channel: .sms, template: "orderAcknowledged", language: "en",
                    parameters: ["offerName": .string("\(run)-\(serial)-")],
                    priority: serial % 10 == 0 ? .urgent : .normal)
            }
            for first in stride(from: 0, to: requests.count, by: 1000) {
                try await self.publisher.publish(Array(requests[first..<first + 1000]))
            }
            let database = Database(self.system)
            for round in 0..<15 {
                // Not while one is being started again: three at a time would only wait for each other.
                let before = try await database.settledNotifications(run)
                try await until("some more are sent", .seconds(120)) {
                    let settled = try await database.settledNotifications(run)
                    return settled > before + 200 || settled == requests.count
                }
                try self.system.kill(["notification", "bearerbox", "smsbox"][round % 3])
            }
            try await until("nothing is on its way", .seconds(240)) {
                try await database.settledNotifications(run) == requests.count
            }
            try await self.expectOnce(run, requests.count, try await database.notificationStates(run))
        }

        @Test(
            "While Kannel is not there, nothing is lost and nobody is called in vain; then the backlog goes by priority"
        )
        func absence() async throws {
            try await self.set(hour: 9)
            let run = String(UInt32.random(in: 0...UInt32.max), radix: 36)
            // Its supervisor sleeps, so that nobody starts it again.
            try #require(try self.system.signal(SIGSTOP, "supervise/smsbox"))
            defer { _ = try? self.system.signal(SIGCONT, "supervise/smsbox") }
            try #require(try self.system.kill("smsbox"))
            let priorities: [NotificationPriority] = [.bulk, .normal, .urgent]
            let requests = (0..<600).map { serial in
                NotificationRequested(
                    notificationId: NotificationID(rawValue: UUID()), recipient: "139\(30_000_000 + serial)",
                    channel: .sms, template: "orderAcknowledged", language: "en",
                    parameters: ["offerName": .string("\(run)-\(serial)-")], priority: priorities[serial / 200])
            }
            try await self.publisher.publish(requests)
            let database = Database(self.system)
            // Once pauses have come to their longest, it is the same for however long it takes.
            let start = ContinuousClock.now
            try await until("it was tried again and again", .seconds(120)) {
                try await database.notificationAttempts(run) >= 3 && ContinuousClock.now - start > .seconds(30)
            }
            #expect(try await database.settledNotifications(run) == 0)
            _ = try self.system.signal(SIGCONT, "supervise/smsbox")
            try await until("all are sent", .seconds(120)) {
                try await database.settledNotifications(run) == requests.count
            }
            try await until("all have arrived", .seconds(60)) { try self.serials(run).count >= requests.count }
            let arrived = try self.serials(run)
            #expect(arrived.sorted() == Array(0..<600), "each once")
            func places(_ priority: Int) -> [Int] { arrived.indices.filter { arrived[$0] / 200 == priority } }
            let (bulk, normal, urgent) = (places(0), places(1), places(2))
            // Those of one batch are on their way together.
            #expect(try #require(normal.last) < #require(bulk.first) + 64)
            #expect(urgent.reduce(0, +) < bulk.reduce(0, +), "urgent ones wait for nobody")
        }

        /// Of a run, in the order in which they have arrived.
        private func serials(_ run: String) throws -> [Int] {
            try self.phones.texts().compactMap { text in
                text.text.range(of: "\(run)-").flatMap { Int(text.text[$0.upperBound...].prefix { $0.isNumber }) }
            }
        }

        /// The network's own count: Kannel may send again what it had in its store when it died, which nobody else knows.
        private func expectOnce(_ run: String, _ count: Int, _ states: [(serial: Int, state: String, urgent: Bool)])
            async throws
        {
            #expect(states.count == count)
            var arrived: [Int: Int] = [:]
            func look() throws {
                arrived = [:]
                for text in try self.phones.texts() {
                    guard let start = text.text.range(of: "\(run)-")?.upperBound,
                        let serial = Int(text.text[start...].prefix { $0.isNumber })
                    else { continue }
                    arrived[serial, default: 0] += 1
                }
            }
            let uncertain = Set(states.filter { $0.state == "uncertain" }.map(\.serial))
            let urgent = Set(states.filter(\.urgent).map(\.serial))
            try await until("what the gateway has taken is with the network", .seconds(60)) {
                try look()
                return states.allSatisfy { uncertain.contains($0.serial) || arrived[$0.serial, default: 0] > 0 }
            }
            let handed = try self.handedOver(run)
            for (serial, times) in handed where times > 1 && !urgent.contains(serial) {
                Issue.record("\(serial) was handed over \(times) times")
            }
            let twice = arrived.filter { $0.value > 1 && handed[$0.key] == 1 }.count
            // At most a batch of each lane for each death.
            #expect(uncertain.count < 15 * 2 * 64, "of which nobody knows: \(uncertain.count)")
            #expect(twice < 15 * 16, "sent again by Kannel itself: \(twice)")
            print("uncertain: \(uncertain.count); sent again by Kannel itself: \(twice)")
        }

        /// How often smsbox has accepted each.
        private func handedOver(_ run: String) throws -> [Int: Int] {
            let folder = try #require(self.system.runFolder)
            var times: [Int: Int] = [:]
            for line in try String(contentsOfFile: folder + "/log/smsbox.log", encoding: .utf8).split(separator: "\n") {
                guard line.contains("sendsms sender"), let start = line.range(of: "\(run)-")?.upperBound,
                    let serial = Int(line[start...].prefix { $0.isNumber })
                else { continue }
                times[serial, default: 0] += 1
            }
            return times
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

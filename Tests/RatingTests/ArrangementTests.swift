import Contracts
import Foundation
import Messaging
import Postgres
import RatingDomain
import Testing

@testable import Rating

@Suite("Group payment, commitments, promotions, fees of orders, bars")
struct ArrangementTests {
    private static let fixed = "02988881234"
    static let mobile = "13109160001"
    static let staff = "13109160002"
    static let january = time("2027-01-01T00:00:00+08:00")
    static let february = time("2027-02-01T00:00:00+08:00")
    static let march = time("2027-03-01T00:00:00+08:00")

    static func id(_ serial: Int) -> UUID {
        UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, UInt8(serial / 256), UInt8(serial % 256)))
    }

    func order(
        _ serial: Int, _ account: String, _ offer: String, _ number: String, product: String = "mobile2g",
        plan: String? = nil, service: String? = nil, action: String = "subscribe", channel: String = "counter",
        at: Timestamp = december(1)
    ) -> OrderEffective {
        OrderEffective(
            orderId: OrderID(rawValue: Self.id(serial)), externalId: "E\(serial)", accountId: account, customerId: "C",
            offer: offer, bundleId: BundleID(rawValue: Self.id(1000 + serial)), effectiveAt: at,
            members: [
                .init(
                    ref: "m", product: product, serviceNumber: number, main: true, role: "included", newPlan: plan,
                    services: service.map { [$0] })
            ], action: action, channel: channel)
    }

    func call(_ serial: Int, _ number: String, minutes: Int, at: Timestamp) -> UsageRecorded {
        UsageRecorded(
            usageId: UsageID(rawValue: Self.id(serial)), kind: .voice, serviceNumber: number,
            startedAt: at.advanced(bySeconds: -60 * minutes), endedAt: at, direction: .originating,
            otherParty: "01062228888", roaming: .home)
    }

    func pay(_ id: String, _ account: String, _ yuan: Int64, at: Timestamp) -> PaymentReceived {
        PaymentReceived(
            paymentId: id, accountId: account, amountMilliyuan: .yuan(yuan), channel: "counter", receivedAt: at)
    }

    func command(
        _ serial: Int, _ account: String, _ command: String, _ number: String, limit: Int64? = nil,
        unspent: String? = nil, commitment: String? = nil, at: Timestamp = december(3)
    ) -> AccountCommand {
        AccountCommand(
            commandId: CommandID(rawValue: Self.id(serial)), accountId: account, command: command,
            serviceNumber: number, limitMilliyuan: limit.map { .yuan($0) }, unspent: unspent, commitment: commitment,
            by: "manager", at: at)
    }

    private func balances(_ account: String, _ office: Office) async throws -> [Milliyuan] {
        let row = try #require(try await office.pool.execute(FindAccount(accountId: account)).first)
        return try await office.pool.execute(FindLedgers(accounts: [row.account.number])).map(\.ledger.balance)
    }

    func bill(_ told: [Outgoing], _ account: String) -> BillIssued? {
        told.bodies(BillIssued.self).last { $0.accountId == account }
    }

    // MARK: Group payment

    private static let shares: [(limit: Int64?, unspent: String?, company: Int64, own: Int64, left: Int64)] = [
        // Everything; 40 yuan of 25 are enough; the rest of 40 is the employee's; 10 are not enough.
        (nil, nil, 25_000, 0, 0), (40, "company", 25_000, 0, 0), (40, "employee", 40_000, 0, 15_000),
        (10, "company", 10_000, 15_000, 0), (10, "employee", 10_000, 15_000, 0),
    ]

    @Test("CAT-39, RAT-34: a company pays for numbers of others, all or up to a limit", arguments: Self.shares)
    func groupPayment(
        limit: Int64?, unspent: String?, company: Int64, own: Int64, left: Int64
    ) async throws {
        try await Office.open { office in
            // The company's account comes first, and is billed last all the same.
            try await office.tell([
                self.order(1, "A1", "FX-STD", Self.fixed, product: "fixedLine", plan: "FX-STD"),
                self.order(2, "A2", "2G-STD", Self.staff, plan: "2G-STD"),
            ])
            let told = try await office.command(
                [self.command(9, "A1", "payFor", Self.staff, limit: limit, unspent: unspent)], at: december(3))
            #expect(told.bodies(AccountCommandApplied.self).count == 1)
            try await office.rate([self.call(1, Self.staff, minutes: 100, at: december(4))], at: december(4, 1))
            let bills = try await office.passTime(to: Self.january, limit: 1)
            let (payer, payee) = (try #require(self.bill(bills, "A1")), try #require(self.bill(bills, "A2")))
            // Its own line costs 20 yuan.
            #expect(payer.totalMilliyuan == Milliyuan(20_000 + company))
            #expect(payee.totalMilliyuan == Milliyuan(own) && payee.outstandingMilliyuan == Milliyuan(own))
            #expect(try await self.balances("A2", office) == [Milliyuan(left)])
            #expect(try await office.audit() == [])
            // Nobody pays any more from the next cycle on.
            try await office.command(
                [self.command(10, "A1", "stopPayingFor", Self.staff, at: Self.january)], at: Self.january)
            try await office.rate(
                [self.call(2, Self.staff, minutes: 10, at: Self.january.advanced(bySeconds: 9000))],
                at: Self.january.advanced(bySeconds: 9001))
            let next = try await office.passTime(to: Self.february, limit: 1)
            #expect(self.bill(next, "A1")?.totalMilliyuan == .yuan(20))
            #expect(self.bill(next, "A2")?.totalMilliyuan == Milliyuan(2500))
            #expect(try await office.audit() == [])
        }
    }

    @Test("Commands that cannot be done are refused with their codes; one that comes twice is done once")
    func refusals() async throws {
        try await Office.open { office in
            try await office.tell([
                self.order(1, "A1", "FX-STD", Self.fixed, product: "fixedLine", plan: "FX-STD"),
                self.order(2, "A2", "2G-STD", Self.staff, plan: "2G-STD"),
                self.order(3, "A3", "2G-STD", Self.mobile, plan: "2G-STD"),
            ])
            let good = self.command(9, "A1", "payFor", Self.staff)
            var early = self.command(20, "A1", "payFor", Self.mobile)
            early.from = BillingCycle(year: 2026, month: 10)
            let told = try await office.command(
                [
                    self.command(11, "A9", "payFor", Self.staff), self.command(12, "A1", "dance", Self.staff),
                    self.command(13, "A1", "payFor", "13999999999"), self.command(14, "A1", "payFor", Self.fixed),
                    self.command(15, "A1", "payFor", Self.staff, limit: 0),
                    self.command(16, "A1", "payFor", Self.staff, limit: 5, unspent: "cat"),
                    self.command(17, "A1", "stopPayingFor", Self.staff),
                    self.command(18, "A1", "commit", Self.fixed, commitment: "NONE"),
                    self.command(19, "A1", "commit", Self.fixed, commitment: "TWO-WAY-120"), early, good, good,
                    self.command(9, "A1", "payFor", Self.mobile), self.command(21, "A2", "payFor", Self.mobile),
                    self.command(22, "A3", "payFor", Self.fixed),
                ], at: december(3))
            #expect(
                told.bodies(AccountCommandRejected.self).map(\.code) == [
                    "UNKNOWN_ACCOUNT", "UNKNOWN_COMMAND", "UNKNOWN_NUMBER", "OWN_NUMBER", "INVALID_LIMIT",
                    "INVALID_UNSPENT", "NOT_PAID_FOR", "UNKNOWN_COMMITMENT", "INSUFFICIENT_BALANCE", "BILLED_CYCLE",
                    "DUPLICATE_COMMAND_ID", "PAID_FOR", "PAYS_FOR_OTHERS",
                ])
            #expect(told.bodies(AccountCommandApplied.self).count == 1)
            #expect(try await office.command([good], at: december(4)).isEmpty)
        }
    }

    // MARK: Commitments

    @Test("CAT-32, RAT-24, G-39: a prepayment is given back monthly, the minimum put aside and charged")
    func commitment() async throws {
        try await Office.open { office in
            try await office.tell([self.order(1, "A1", "2G-STD", Self.mobile, plan: "2G-STD")])
            try await office.pay([self.pay("1", "A1", 700, at: december(2))], at: december(2))
            try await office.command(
                [self.command(9, "A1", "commit", Self.mobile, commitment: "TWO-WAY-120")], at: december(3))
            #expect(try await self.balances("A1", office) == [.yuan(100), .yuan(600)])
            // Given back at once, for the month is open; as much as there is is put aside.
            try await office.passTime(to: december(4))
            #expect(try await self.balances("A1", office).sorted() == [.zero, .yuan(50), .yuan(100), .yuan(550)])
            try await office.rate([self.call(1, Self.mobile, minutes: 40, at: december(5))], at: december(5, 1))
            let first = try #require(self.bill(try await office.passTime(to: Self.january), "A1"))
            // 10 yuan of calls, and what is missing to 120.
            #expect(first.totalMilliyuan == .yuan(120) && first.outstandingMilliyuan == .zero)
            #expect(first.subjects.map(\.amountMilliyuan).sorted() == [.yuan(10), .yuan(110)])
            #expect(try await self.balances("A1", office).sorted() == [.zero, .zero, .yuan(30), .yuan(550)])
            // More than the minimum in January: nothing is added. Information fees do not count.
            let day = Self.january.advanced(bySeconds: 86_400)
            var information = self.call(3, Self.mobile, minutes: 100, at: day.advanced(bySeconds: 90_000))
            information.otherParty = "12590"
            try await office.rate([information], at: day.advanced(bySeconds: 90_001))
            let second = try #require(self.bill(try await office.passTime(to: Self.february), "A1"))
            // 100 minutes at 250, 200 yuan of information, 95 to the minimum.
            #expect(second.totalMilliyuan == .yuan(25 + 200 + 95))
            try await office.rate(
                [self.call(4, Self.mobile, minutes: 600, at: Self.february.advanced(bySeconds: 90_000))],
                at: Self.february.advanced(bySeconds: 90_001))
            #expect(self.bill(try await office.passTime(to: Self.march), "A1")?.totalMilliyuan == .yuan(150))
            #expect(try await office.audit() == [])
        }
    }

    // MARK: Promotions

    @Test("CAT-25: a ring-back tone gives 5 yuan of local calls in three months; what is not used lapses")
    func ringback() async throws {
        try await Office.open { office in
            try await office.tell([
                self.order(1, "A1", "2G-STD", Self.mobile, plan: "2G-STD"),
                self.order(2, "A1", "VAS-RINGBACK", Self.mobile, service: "ringback", at: december(10)),
            ])
            let given = try await office.passTime(to: december(11)).bodies(LedgerCredited.self)
            #expect(given.map(\.amountMilliyuan) == [.yuan(5)] && given.map(\.cause) == [.rebate])
            // 2 yuan of calls; the tone's fee is no call.
            try await office.rate([self.call(1, Self.mobile, minutes: 8, at: december(12))], at: december(12, 1))
            let told = try await office.passTime(to: Self.january)
            let bill = try #require(self.bill(told, "A1"))
            #expect(bill.totalMilliyuan == .yuan(7) && bill.outstandingMilliyuan == .yuan(5))
            #expect(told.bodies(LedgerDebited.self).filter { $0.cause == .expiry }.map(\.amountMilliyuan) == [.yuan(3)])
            let later = try await office.passTime(to: time("2027-05-01T00:00:00+08:00"))
            #expect(later.bodies(LedgerCredited.self).filter { $0.cause == .rebate }.count == 2)
            #expect(try await office.audit() == [])
        }
    }

    @Test(
        "CAT-26, RAT-26: the newspaper's fee comes back before the 30th and the 10th, by the channel of its opening",
        arguments: [
            ("counter", [3000, 3000], ["2026-12-28", "2027-01-05"]), ("sms", [1000], ["2027-01-05"]), ("web", [], []),
        ]
    )
    func newspaper(channel: String, amounts: [Int64], days: [String]) async throws {
        try await Office.open { office in
            try await office.tell([
                self.order(1, "A1", "2G-STD", Self.mobile, plan: "2G-STD"),
                self.order(
                    2, "A1", "VAS-NEWSPAPER", Self.mobile, service: "mobileNewspaper", channel: channel,
                    at: december(10)),
            ])
            let given = try await office.passTime(to: Self.march).bodies(LedgerCredited.self).filter {
                $0.cause == .rebate
            }
            #expect(given.map(\.amountMilliyuan.rawValue) == amounts)
            #expect(given.map { String($0.creditedAt.rfc3339(offsetSeconds: 28_800).prefix(10)) } == days)
        }
    }

    @Test("What is promised for an offer that has ended is not given")
    func ended() async throws {
        try await Office.open { office in
            var release = self.order(3, "A1", "VAS-RINGBACK", Self.mobile, action: "release", at: december(20))
            release.members = []
            release.replaces = BundleID(rawValue: Self.id(1002))
            try await office.tell([
                self.order(1, "A1", "2G-STD", Self.mobile, plan: "2G-STD"),
                self.order(2, "A1", "VAS-RINGBACK", Self.mobile, service: "ringback", at: december(10)), release,
            ])
            let told = try await office.passTime(to: Self.march)
            #expect(told.bodies(LedgerCredited.self).filter { $0.cause == .rebate }.count == 1)
        }
    }

    // MARK: Bars

    @Test("PRO-19: more than 200 messages within an hour, or 500 in a day, have the number barred once, by an order")
    func messages() async throws {
        try await Office.open { office in
            try await office.tell([self.order(1, "A1", "2G-STD", Self.mobile, plan: "2G-STD")])
            func messages(_ range: Range<Int>, every seconds: Int) -> [UsageRecorded] {
                range.map { index in
                    let at = december(5).advanced(bySeconds: index * seconds)
                    return UsageRecorded(
                        usageId: UsageID(rawValue: Self.id(2000 + index)), kind: .sms, serviceNumber: Self.mobile,
                        startedAt: at, endedAt: at, otherParty: "13999999999")
                }
            }
            // One each 20 seconds: 180 in an hour, however many there are.
            try await office.rate(messages(0..<300, every: 20), at: december(6))
            #expect(try await office.bar(at: december(6)).isEmpty)
            try await office.rate(messages(300..<505, every: 20), at: december(6))
            let told = try await office.bar(at: december(6))
            let barred = try #require(told.bodies(AccountLineBarred.self).first)
            #expect(barred.cause == .messagesInADay && told.bodies(AccountLineBarred.self).count == 1)
            let order = try #require(told.bodies(OrderSubmitted.self).first)
            #expect(order.offer == "VAS-SMS-BAR" && order.members.map(\.serviceNumber) == [Self.mobile])
            // On another day, 201 within less than an hour.
            let burst = messages(0..<201, every: 17).map { message in
                var message = message
                message.usageId = UsageID(
                    rawValue: Self.id(4000 + Int(message.endedAt.microseconds(since: december(5)) / 17_000_000)))
                message.startedAt = message.startedAt.advanced(bySeconds: 86_400 * 2)
                message.endedAt = message.startedAt
                return message
            }
            try await office.rate(burst, at: december(8))
            let second = try await office.bar(at: december(8)).bodies(AccountLineBarred.self)
            #expect(second.map(\.cause) == [.messagesInAnHour])
            try await office.rate(messages(505..<506, every: 20), at: december(8))
            #expect(try await office.bar(at: december(8)).isEmpty, "it is barred for that day")
        }
    }

    @Test("G-04: a line that has used up its volume is barred until the 1st, and lifted by what its order did")
    func volume() async throws {
        try await Office.open { office in
            try await office.tell([
                self.order(1, "A1", "2G-STD", Self.mobile, plan: "2G-STD"),
                self.order(2, "A2", "2G-STD", Self.staff, plan: "2G-STD"),
            ])
            let data = [Self.mobile, Self.staff].enumerated().map { index, number in
                UsageRecorded(
                    usageId: UsageID(rawValue: Self.id(1 + index)), kind: .data, serviceNumber: number,
                    startedAt: december(4), endedAt: december(4, 1), uplinkBytes: 1, downlinkBytes: 15 << 30)
            }
            try await office.rate(data, at: december(4, 2))
            let told = try await office.bar(at: december(4, 2)).bodies(AccountLineBarred.self)
            #expect(told.map(\.accountId).sorted() == ["A1", "A2"])
            let barred = try #require(told.first { $0.accountId == "A1" })
            #expect(barred.cause == .dataVolume && barred.barredUntil == Self.january)
            var effect = self.order(
                7, "A1", barred.offer, Self.mobile, service: "gprsBar", channel: "system", at: december(5))
            effect.externalId = barred.externalId
            try await office.tell([effect])
            let lifts = try await office.passTime(to: Self.january).bodies(OrderSubmitted.self)
            // The other order was refused, for its customer had barred the line before: that is not ours to lift.
            #expect(lifts.map(\.action) == ["release"] && lifts.map(\.bundleId) == [effect.bundleId])
        }
    }

    // MARK: Credits, ledgers

    @Test("RAT-07: data downwards alone beside a multimedia message is given back on the bill, once")
    func mischarge() async throws {
        try await Office.open { office in
            try await office.tell([self.order(1, "A1", "2G-STD", Self.mobile, plan: "2G-STD")])
            func record(_ serial: Int, _ kind: UsageKind, hour: Int, up: Int64? = nil, down: Int64? = nil)
                -> UsageRecorded
            {
                UsageRecorded(
                    usageId: UsageID(rawValue: Self.id(serial)), kind: kind, serviceNumber: Self.mobile,
                    startedAt: december(4, hour), endedAt: december(4, hour, 1),
                    direction: kind == .mms ? .terminating : nil, otherParty: kind == .mms ? "13999999999" : nil,
                    uplinkBytes: up, downlinkBytes: down)
            }
            try await office.rate(
                [
                    record(1, .mms, hour: 3), record(2, .data, hour: 3, up: 0, down: 10_240),
                    record(3, .data, hour: 5, up: 0, down: 20_480), record(4, .data, hour: 3, up: 1024, down: 0),
                ], at: december(5))
            let told = try await office.passTime(to: Self.january)
            let credit = try #require(told.bodies(AdjustmentApplied.self).first)
            #expect(credit.amountMilliyuan == Milliyuan(100) && credit.usageIds == [UsageID(rawValue: Self.id(2))])
            #expect(self.bill(told, "A1")?.totalMilliyuan == Milliyuan(210), "10, 200 and 100 less 100")
            let again = AdjustmentRequested(
                adjustmentId: "X", accountId: "A1", usageIds: [UsageID(rawValue: Self.id(2))],
                amountMilliyuan: Milliyuan(100), rule: "single", reason: "r", requestedBy: "b")
            let refused = try await office.adjust([again], at: Self.january).bodies(AdjustmentRejected.self)
            #expect(refused.map(\.code) == ["REFUNDED_BEFORE"])
        }
    }

    @Test("ORD-86: what a line brings to its new account pays what is outstanding there")
    func arrearsPaidByTransfer() async throws {
        try await Office.open { office in
            try await office.tell([
                self.order(1, "A1", "2G-STD", Self.mobile, plan: "2G-STD"),
                self.order(2, "A2", "FX-STD", Self.fixed, product: "fixedLine", plan: "FX-STD"),
            ])
            try await office.pay(
                [
                    PaymentReceived(
                        paymentId: "1", accountId: "A1", amountMilliyuan: .yuan(30), agreementId: "a",
                        dedicatedTo: .init(serviceNumber: Self.mobile), channel: "hall", receivedAt: december(2))
                ], at: december(2))
            let bill = try #require(self.bill(try await office.passTime(to: Self.january), "A2"))
            #expect(bill.outstandingMilliyuan == .yuan(20))
            let told = try await office.tell([
                self.order(
                    3, "A2", "WB-BASIC-A-88", Self.mobile, plan: "WB-BASIC-A-88",
                    at: Self.january.advanced(bySeconds: 60))
            ])
            #expect(told.bodies(LedgerDebited.self).map(\.cause) == [.transfer, .bill])
            #expect(try await self.balances("A2", office) == [.yuan(10)])
            #expect(try await office.audit() == [])
        }
    }
}

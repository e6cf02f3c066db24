import Contracts
import Foundation
import Messaging
import Postgres
import RatingDomain
import Testing

@testable import Rating

@Suite("Ledgers, high bills, parked accounts, and months that are taken out")
struct LedgerTests {
    private static func id(_ serial: UInt8) -> UUID {
        UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, serial))
    }

    private static func order(
        _ serial: UInt8, _ account: String, _ offer: String, _ lines: [(number: String, product: String, plan: String)],
        at: Timestamp = december(1)
    ) -> OrderEffective {
        OrderEffective(
            orderId: OrderID(rawValue: Self.id(serial)), externalId: "E\(serial)", accountId: account, customerId: "C",
            offer: offer, bundleId: BundleID(rawValue: Self.id(100 + serial)), effectiveAt: at,
            members: lines.enumerated().map { index, line in
                .init(
                    ref: "m\(index)", product: line.product, serviceNumber: line.number, main: index == 0,
                    role: "included", newPlan: line.plan)
            }, action: "subscribe")
    }

    private static let fixed = ("02988881234", "fixedLine", "FX-STD")
    private static let mobile = ("13109160001", "mobile2g", "2G-STD")

    private func payment(
        _ id: String, _ yuan: Int64, to dedication: PaymentReceived.Dedication? = nil, ledger: String? = nil,
        agreement: String? = "agreement", channel: String = "counter", at: Timestamp = december(2)
    ) -> PaymentReceived {
        PaymentReceived(
            paymentId: id, accountId: "A1", amountMilliyuan: .yuan(yuan), ledger: ledger, agreementId: agreement,
            dedicatedTo: dedication, channel: channel, receivedAt: at)
    }

    private func ledgers(_ account: String, _ office: Office) async throws -> [RatingDomain.Ledger] {
        let row = try #require(try await office.pool.execute(FindAccount(accountId: account)).first)
        return try await office.pool.execute(FindLedgers(accounts: [row.account.number])).map(\.ledger)
    }

    @Test(
        "RAT-28, RAT-29, RAT-30, RAT-33: dedicated ledgers are opened at a hall, and pay first, for nothing but what they are for"
    )
    func dedicated() async throws {
        try await Office.open { office in
            try await office.tell([
                Self.order(1, "A1", "FX-STD", [Self.fixed]), Self.order(2, "A1", "2G-STD", [Self.mobile]),
            ])
            let forFixed = PaymentReceived.Dedication(serviceNumber: Self.fixed.0)
            let wrong = [
                self.payment("1", 5, to: forFixed, agreement: nil), self.payment("2", 5, to: forFixed, channel: "web"),
                self.payment("3", 5, to: .init()), self.payment("4", 5, to: .init(serviceNumber: "13999999999")),
                self.payment("5", 5, to: forFixed, ledger: "public"), self.payment("6", 5, to: .init(subjects: [[]])),
                self.payment("7", 5, to: .init(serviceNumber: Self.fixed.0, expiresAt: december(1))),
            ]
            let codes = try await office.pay(wrong, at: december(2)).bodies(PaymentRejected.self).map(\.code)
            #expect(
                codes == ["AGREEMENT_REQUIRED", "HALL_REQUIRED"] + [String](repeating: "INVALID_DEDICATION", count: 5))
            // One ledger for both; another for all lines' fees.
            let told = try await office.pay(
                [
                    self.payment("8", 5, to: forFixed), self.payment("9", 7, to: forFixed),
                    self.payment("10", 3, to: .init(subjects: [["Line"]])), self.payment("11", 100, agreement: nil),
                ], at: december(2))
            #expect(
                told.bodies(LedgerCredited.self).map(\.balanceMilliyuan) == [.yuan(5), .yuan(12), .yuan(3), .yuan(100)])
            #expect(try await self.ledgers("A1", office).count == 3)
            let bill = try #require(
                try await office.passTime(to: time("2027-01-01T00:00:00+08:00")).bodies(BillIssued.self).first)
            // 20 yuan for the fixed line: 12 of its own, 3 of what is for lines, 5 of the public one.
            #expect(bill.totalMilliyuan == .yuan(20) && bill.outstandingMilliyuan == .zero)
            #expect(bill.ledgers.map(\.debitedMilliyuan) == [.yuan(12), .yuan(3), .yuan(5)])
            #expect(try await self.ledgers("A1", office).map(\.balance) == [.yuan(95), .zero, .zero])
            #expect(try await office.audit() == [])
        }
    }

    @Test("ORD-86: a line that a bundle draws to another account takes the balance of its ledgers there")
    func departure() async throws {
        try await Office.open { office in
            try await office.tell([Self.order(1, "A1", "2G-STD", [Self.mobile])])
            try await office.pay([self.payment("1", 30, to: .init(serviceNumber: Self.mobile.0))], at: december(2))
            let bundle = Self.order(
                2, "A2", "WB-BASIC-A-88",
                [(Self.mobile.0, "mobile2g", "WB-BASIC-A-88"), (Self.fixed.0, "fixedLine", "WB-BASIC-A-88")],
                at: december(5))
            let told = try await office.tell([bundle])
            #expect(told.bodies(LedgerDebited.self).map(\.cause) == [.transfer])
            let credited = try #require(told.bodies(LedgerCredited.self).first)
            #expect(credited.accountId == "A2" && credited.balanceMilliyuan == .yuan(30))
            #expect(try await self.ledgers("A1", office).map(\.balance) == [.zero, .zero])
            #expect(try await self.ledgers("A2", office).map(\.balance) == [.yuan(30)])
            #expect(try await office.audit() == [])
        }
    }

    @Test("NTF-21: charges above three times the mean of three bills, and 200 yuan, are told once a cycle")
    func highBill() async throws {
        try await Office.open { office in
            try await office.tell([Self.order(1, "A1", "FX-STD", [Self.fixed])])
            func call(_ serial: UInt8, minutes: Int, at: Timestamp) -> UsageRecorded {
                UsageRecorded(
                    usageId: UsageID(rawValue: Self.id(serial)), kind: .voice, serviceNumber: Self.fixed.0,
                    startedAt: at.advanced(bySeconds: -60 * minutes), endedAt: at, direction: .originating,
                    otherParty: "01062228888", roaming: .home)
            }
            let december31 = december(31)
            #expect(
                try await office.rate([call(1, minutes: 1000, at: december31)], at: december31)
                    .bodies(AccountHighBill.self).isEmpty, "nothing to compare with")
            try await office.passTime(to: time("2027-02-01T00:00:00+08:00"))
            let march = time("2027-03-02T00:00:00+08:00")
            // February's bill is still to be issued: again nothing to compare with.
            for (serial, minutes) in [(2, 400), (5, 300), (6, 300)] as [(UInt8, Int)] {
                #expect(
                    try await office.rate([call(serial, minutes: minutes, at: march)], at: march)
                        .bodies(AccountHighBill.self).isEmpty)
            }
            try await office.passTime(to: march)
            // December's bill is 240 yuan, January's and February's 20: the mean is 93.333.
            let later = march.advanced(bySeconds: 100_000)
            let told = try await office.rate([call(3, minutes: 200, at: later)], at: later).bodies(AccountHighBill.self)
            #expect(
                told.map(\.chargeMilliyuan) == [Milliyuan(284_000)] && told.map(\.meanMilliyuan) == [Milliyuan(93_333)])
            #expect(told.map(\.limitMilliyuan) == [Milliyuan(279_999)])
            let again = later.advanced(bySeconds: 100_000)
            #expect(
                try await office.rate([call(4, minutes: 200, at: again)], at: again).bodies(AccountHighBill.self)
                    .isEmpty)
        }
    }

    @Test("A parked account is taken up again when an order has put it right; its usage is sent once more")
    func resumed() async throws {
        try await Office.open { office in
            let first = Self.order(1, "A1", "WB-BASIC-A-88", [(Self.mobile.0, "mobile2g", "WB-BASIC-A-88")])
            let second = Self.order(2, "A1", "WB-BASIC-A-88", [("13109160002", "mobile2g", "WB-BASIC-A-88")])
            try await office.tell([first, second])
            let call = UsageRecorded(
                usageId: UsageID(rawValue: Self.id(9)), kind: .voice, serviceNumber: Self.mobile.0,
                startedAt: december(3), endedAt: december(3, 1), direction: .originating, otherParty: "01062228888",
                roaming: .home)
            #expect(
                try await office.rate([call], at: december(4)).bodies(UsageRejected.self).map(\.code) == [
                    "ACCOUNT_PARKED"
                ])
            #expect(try await office.resumeParked(at: december(4)).isEmpty, "not yet")
            var end = Self.order(3, "A1", "2G-STD", [("13109160002", "mobile2g", "2G-STD")])
            end.replaces = second.bundleId
            end.action = "change"
            try await office.tell([end], at: december(4))
            let told = try await office.resumeParked(at: december(4))
            #expect(told.bodies(AccountResumed.self).map(\.accountId) == ["A1"])
            #expect(told.bodies(UsageRecorded.self) == [call])
            let rated = try await office.rate(told.bodies(UsageRecorded.self), at: december(4))
            #expect(rated.bodies(UsageRated.self).map(\.chargeMilliyuan) == [.zero])
            #expect(try await office.pool.execute(ListRejections(limit: 10)).isEmpty)
        }
    }

    private struct Detach: Statement {
        static let sql = "SELECT detach_journal_month('2026-12-01'), detach_usage_cycle('2026-12-01')"
        static func read(_ columns: inout Columns) throws -> [String] { [try columns.next(), try columns.next()] }
    }

    @Test("A month is taken out of journal and usage: balances go on, and the journal stays right")
    func detached() async throws {
        try await Office.open { office in
            try await office.tell([Self.order(1, "A1", "FX-STD", [Self.fixed])])
            try await office.pay([self.payment("1", 50, agreement: nil)], at: december(2))
            let february = time("2027-02-01T00:00:00+08:00")
            _ = try await office.pool.execute(OpenUsageCycles(cycles: [try #require(BillingCycle("2026-12"))]))
            await #expect(throws: PostgresError.self, "December is not billed") {
                try await office.pool.withTransaction("detach") { try await $0.execute(Detach()) }
            }
            try await office.passTime(to: february)
            let names = try await office.pool.withTransaction("detach") { try await $0.execute(Detach()) }
            #expect(names == [["journal_entry_2026_12", "usage_record_2026_12"]])
            #expect(try await office.audit() == [])
            try await office.pay([self.payment("2", 50, agreement: nil, at: february)], at: february)
            try await office.passTime(to: time("2027-03-01T00:00:00+08:00"))
            #expect(try await self.ledgers("A1", office).map(\.balance) == [.yuan(40)])
            #expect(try await office.audit() == [])
        }
    }

    @Test("Every night the journal is looked through, and what is wrong is kept for the alarm")
    func nightly() async throws {
        try await Office.open { office in
            try await office.tell([Self.order(1, "A1", "FX-STD", [Self.fixed])])
            try await office.pay([self.payment("1", 50, agreement: nil)], at: december(2))
            let timer = JournalCheckTimer(calendar: Office.calendar)
            try await office.transact(at: december(2)) { context in
                _ = try await timer.fire(dueBy: december(2), limit: 1, in: context)
            }
            let due = try await office.pool.withTransaction("look") { try await timer.nextDueAt(in: $0) }
            #expect(due == december(2, 3))
            _ = try await office.pool.withTransaction("corrupt") {
                try await $0.execute(unsafeSQL: "UPDATE ledger SET balance_milliyuan = balance_milliyuan - 1")
            }
            try await office.transact(at: december(2, 3)) { context in
                _ = try await timer.fire(dueBy: december(2, 3), limit: 1, in: context)
            }
            let faults = try await office.pool.execute(FindFaults()).first
            #expect(faults == 1)
            let next = try await office.pool.withTransaction("look") { try await timer.nextDueAt(in: $0) }
            #expect(next == december(3, 3))
        }
    }

    private struct FindFaults: Statement {
        static let sql = "SELECT faults FROM journal_check"
        static func read(_ columns: inout Columns) throws -> Int { try columns.next() }
    }
}

extension ListRejections {
    fileprivate init(limit: Int) { self.init(serviceNumber: nil, code: nil, before: nil, limit: limit) }
}

import Contracts
import Foundation
import Messaging
import Postgres
import Testing

@testable import Rating

@Suite("Bills that are not paid, payments, and the journal")
struct CreditControlTests {
    private static func id(_ serial: UInt8) -> UUID {
        UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, serial))
    }

    /// A fixed line, a 2G and a 3G line of one account.
    private func lines() -> [OrderEffective] {
        [
            ("02988881234", "fixedLine", "FX-STD"), ("13109160001", "mobile2g", "2G-STD"),
            ("18609160001", "mobile3g", "3G-96"),
        ]
        .enumerated().map { index, line in
            OrderEffective(
                orderId: OrderID(rawValue: Self.id(UInt8(10 + index))), externalId: "E\(index)", accountId: "A1",
                customerId: "C1", offer: line.2, bundleId: BundleID(rawValue: Self.id(UInt8(20 + index))),
                effectiveAt: december(1),
                members: [
                    .init(
                        ref: "m", product: line.1, serviceNumber: line.0, main: true, role: "included",
                        newPlan: line.2)
                ], action: "subscribe")
        }
    }

    private static let first = time("2027-01-01T00:00:00+08:00")
    private static let february = time("2027-02-01T00:00:00+08:00")

    private func payment(
        _ id: String, _ yuan: Int64, number: String? = "18609160001", ledger: String? = nil, at: Timestamp
    ) -> PaymentReceived {
        PaymentReceived(
            paymentId: id, serviceNumber: number, amountMilliyuan: .yuan(yuan), ledger: ledger, channel: "web",
            receivedAt: at)
    }

    @Test("Not paid until the end of the next month: overdue, and stopped together by an order; paid, started at once")
    func stopped() async throws {
        try await Office.open { office in
            try await office.tell(self.lines())
            let bill = try #require(try await office.passTime(to: Self.first).bodies(BillIssued.self).first)
            #expect(bill.totalMilliyuan == .yuan(116) && bill.outstandingMilliyuan == .yuan(116))
            #expect(bill.dueAt == Self.february && bill.cycle == BillingCycle("2026-12"))
            let before = try await office.passTime(to: Self.february.advanced(bySeconds: -1))
            #expect(
                before.allSatisfy { [AllowanceUsageNotice.type, BillReminder.type].contains($0.type) },
                "nothing of money")
            let told = try await office.passTime(to: Self.february)
            let overdue = told.bodies(AccountOverdue.self)
            #expect(overdue.map(\.outstandingMilliyuan) == [.yuan(116)] && overdue.map(\.billId) == [bill.billId])
            let due = try #require(told.bodies(AccountSuspensionDue.self).first)
            #expect(due.serviceNumbers == ["02988881234", "13109160001"])
            let stop = try #require(told.bodies(OrderSubmitted.self).first)
            #expect(stop.action == "suspend" && stop.channel == "system" && stop.externalId == due.externalId)
            #expect(stop.members.map(\.product) == ["fixedLine", "mobile2g"])
            #expect(told.bodies(BillIssued.self).map(\.cycle) == [BillingCycle("2027-01")])
            #expect(try await office.passTime(to: Self.february.advanced(bySeconds: 86_400)).isEmpty, "told once")

            let later = Self.february.advanced(bySeconds: 90_000)
            let part = try await office.pay([self.payment("P1", 200, at: later)], at: later)
            #expect(part.bodies(LedgerDebited.self).map(\.amountMilliyuan) == [.yuan(116), .yuan(84)])
            #expect(part.bodies(AccountRestorationDue.self).isEmpty, "January's is not paid")
            let all = try await office.pay([self.payment("P2", 50, number: "02988881234", at: later)], at: later)
            #expect(all.bodies(AccountRestorationDue.self).map(\.serviceNumbers) == [due.serviceNumbers])
            let start = try #require(all.bodies(OrderSubmitted.self).first)
            #expect(start.action == "resume" && start.members.map(\.serviceNumber) == due.serviceNumbers)
            #expect(start.members.map(\.product) == ["fixedLine", "mobile2g"])
            #expect(all.bodies(LedgerDebited.self).map(\.balanceMilliyuan) == [.yuan(18)])
            #expect(try await office.audit() == [])
        }
    }

    @Test("A payment that cannot be credited is rejected with its code; the same again changes nothing")
    func rejected() async throws {
        try await Office.open { office in
            try await office.tell(self.lines())
            let at = december(3)
            var other = self.payment("P1", 11, at: at)
            other.channel = "hall"
            let payments = [
                self.payment("P1", 10, at: at), self.payment("P1", 10, at: at), other,
                self.payment("P2", 10, number: "13999999999", at: at), self.payment("P3", 0, at: at),
                self.payment("P4", 10, ledger: Self.id(1).uuidString, at: at),
            ]
            let told = try await office.pay(payments, at: at)
            #expect(told.bodies(LedgerCredited.self).map(\.balanceMilliyuan) == [.yuan(10)])
            let codes = told.bodies(PaymentRejected.self).map { "\($0.paymentId) \($0.code)" }
            #expect(
                codes == [
                    "P1 DUPLICATE_PAYMENT_ID", "P2 UNKNOWN_ACCOUNT", "P3 INVALID_AMOUNT", "P4 UNKNOWN_LEDGER",
                ])
            #expect(try await office.audit() == [])
        }
    }

    @Test(
        "RAT-49 to RAT-54: credits within what was charged, each usage record once; the next bills have them, and none falls below nothing"
    )
    func adjusted() async throws {
        try await Office.open { office in
            try await office.tell(self.lines())
            let call = UsageRecorded(
                usageId: UsageID(rawValue: Self.id(77)), kind: .voice, serviceNumber: "13109160001",
                startedAt: december(3, 10), endedAt: december(3, 10, 4), direction: .originating,
                otherParty: "01062228888", roaming: .home)
            try await office.rate([call], at: december(4))
            func request(
                _ id: String, _ amount: Int64, _ rule: String, usage: [UInt8]? = nil, account: String = "A1"
            ) -> AdjustmentRequested {
                AdjustmentRequested(
                    adjustmentId: id, accountId: account, serviceNumber: "13109160001",
                    usageIds: usage?.map { UsageID(rawValue: Self.id($0)) }, amountMilliyuan: Milliyuan(amount),
                    rule: rule, reason: "wrongly charged", requestedBy: "clerk")
            }
            let told = try await office.adjust(
                [
                    request("1", 1001, "single", usage: [77]), request("2", 2001, "double", usage: [77]),
                    request("3", 2000, "double", usage: [77]), request("3", 2000, "double", usage: [77]),
                    request("3", 2000, "double"), request("4", 1, "single", usage: [77]),
                    request("5", 1, "single", usage: [78]), request("6", 1, "triple"), request("7", 0, "goodwill"),
                    request("8", 1, "goodwill", account: "A9"), request("9", 1001, "goodwill"),
                    request("10", 1000, "goodwill"),
                ], at: december(5))
            #expect(told.bodies(AdjustmentApplied.self).map(\.adjustmentId) == ["3", "10"])
            #expect(
                told.bodies(AdjustmentRejected.self).map { "\($0.adjustmentId) \($0.code)" } == [
                    "1 ABOVE_CHARGE", "2 ABOVE_CHARGE", "3 DUPLICATE_ADJUSTMENT_ID", "4 REFUNDED_BEFORE",
                    "5 UNKNOWN_USAGE", "6 UNKNOWN_RULE", "7 INVALID_AMOUNT", "8 UNKNOWN_ACCOUNT", "9 ABOVE_CHARGE",
                ])
            let bill = try #require(try await office.passTime(to: Self.first).bodies(BillIssued.self).first)
            #expect(bill.totalMilliyuan == Milliyuan(117_000 - 3000))
            #expect(bill.subjects.map(\.amountMilliyuan.rawValue).sorted().first == -3000)
            let large = request("11", 150_000, "rentWaiver")
            #expect(try await office.adjust([large], at: Self.first).bodies(AdjustmentRejected.self).count == 1)
            try await office.adjust([request("12", 114_000, "rentWaiver")], at: Self.first)
            let second = try await office.passTime(to: Self.february).bodies(BillIssued.self).first
            #expect(second?.totalMilliyuan == Milliyuan(116_000 - 114_000))
            #expect(try await office.audit() == [])
        }
    }

    private struct Corrupt: Statement {
        static let sql = """
            UPDATE journal_entry
               SET amount_milliyuan = amount_milliyuan + 1
             WHERE (movement_id, position) = (SELECT movement_id, position FROM journal_entry
                                               WHERE book = $1 ORDER BY movement_id LIMIT 1)
            """
        var book: String
        func bind(_ parameters: inout Parameters) { parameters.append(self.book) }
    }

    @Test(
        "One milliyuan too much in one entry, and the journal says so",
        arguments: ["ledger", "receivable", "revenue", "payments"])
    func corrupted(book: String) async throws {
        try await Office.open { office in
            try await office.tell(self.lines())
            try await office.pay([self.payment("P1", 10, at: december(3))], at: december(3))
            try await office.passTime(to: Self.first)
            #expect(try await office.audit() == [])
            #expect(try await office.pool.execute(Corrupt(book: book)).count == 1)
            let said = try await office.audit()
            #expect(said.contains { $0.hasPrefix("movement") && $0.hasSuffix("sums up to 1") })
            #expect(said.count == (["ledger", "receivable"].contains(book) ? 2 : 1))
        }
    }

    @Test("A cycle is billed once, however often and by however many it is asked for", arguments: [1, 3, 100])
    func once(limit: Int) async throws {
        try await Office.open { office in
            let orders = (0..<20).map { index in
                OrderEffective(
                    orderId: OrderID(rawValue: Self.id(UInt8(100 + index))), externalId: "E\(index)",
                    accountId: "A\(index)", offer: "FX-STD", bundleId: BundleID(rawValue: Self.id(UInt8(150 + index))),
                    effectiveAt: december(1),
                    members: [
                        .init(
                            ref: "m", product: "fixedLine", serviceNumber: "0298888\(1000 + index)", main: true,
                            newPlan: "FX-STD")
                    ], action: "subscribe")
            }
            try await office.tell(orders)
            async let one = office.passTime(to: Self.first, limit: limit)
            async let two = office.passTime(to: Self.first, limit: limit)
            let issued = try await (one + two).bodies(BillIssued.self)
            #expect(issued.count == 20 && Set(issued.map(\.accountId)).count == 20)
            #expect(try await office.passTime(to: Self.first).isEmpty)
            #expect(try await office.audit() == [])
        }
    }
}

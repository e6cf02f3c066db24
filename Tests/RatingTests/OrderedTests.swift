import Contracts
import Foundation
import Messaging
import RatingDomain
import Testing

@testable import Rating

/// What is ordered of lines, with the lines and orders of the arrangements.
extension ArrangementTests {
    @Test("CAT-31: a new card costs 15 yuan, and nothing for who pays 100 yuan on the day; told twice, once")
    func newCard() async throws {
        try await Office.open { office in
            try await office.tell([
                self.order(1, "A1", "2G-STD", Self.mobile, plan: "2G-STD"),
                self.order(2, "A2", "2G-STD", Self.staff, plan: "2G-STD"),
            ])
            try await office.pay(
                [self.pay("1", "A1", 99, at: december(5, 8)), self.pay("2", "A2", 100, at: december(5, 8))],
                at: december(5, 8))
            let cards = [
                self.order(3, "A1", "", Self.mobile, action: "replaceSim", at: december(5, 10)),
                self.order(4, "A2", "", Self.staff, action: "replaceSim", at: december(5, 10)),
            ]
            try await office.tell(cards)
            try await office.tell(cards)
            try await office.tell(
                [
                    .cancelled(
                        OrderCancelled(
                            orderId: OrderID(rawValue: Self.id(5)), externalId: "E5", accountId: "A2", compensated: [],
                            feeMilliyuan: .yuan(30), cancelledAt: december(6)))
                ], at: december(6))
            let bills = try await office.passTime(to: Self.january)
            #expect(self.bill(bills, "A1")?.subjects.map(\.path) == [["Other", "Orders", "One-off fees"]])
            #expect(self.bill(bills, "A1")?.totalMilliyuan == .yuan(15))
            #expect(self.bill(bills, "A2")?.totalMilliyuan == .yuan(30))
        }
    }

    @Test("ORD-63: a line that changes hands is paid for by its new owner from the 1st on, as it is, and told so")
    func transfer() async throws {
        try await Office.open { office in
            let subscribed = [
                self.order(1, "A1", "2G-STD", Self.mobile, plan: "2G-STD"),
                self.order(2, "A1", "VAS-RINGBACK", Self.mobile, service: "ringback", at: december(2)),
            ]
            let handed = self.order(3, "A2", "", Self.mobile, action: "transferOwnership", at: Self.january)
            // In whatever order they are read.
            try await office.tell([subscribed[0], handed, subscribed[1], handed], at: Self.january)
            let told = try await office.tell([handed], at: Self.january)
            #expect(told.bodies(AccountMemberAttached.self).isEmpty, "it is the new owner's already")
            try await office.rate(
                [
                    self.call(10, Self.mobile, minutes: 2, at: december(20)),
                    self.call(11, Self.mobile, minutes: 4, at: Self.january.advanced(bySeconds: 3600)),
                ], at: Self.january.advanced(bySeconds: 7200))
            let bills = try await office.passTime(to: Self.february).bodies(BillIssued.self)
            func totals(_ account: String) -> [Milliyuan] {
                bills.filter { $0.accountId == account }.sorted { $0.cycle < $1.cycle }.map(\.totalMilliyuan)
            }
            // Two minutes and the service's fee in December, four minutes and the fee in January.
            let fee = try #require(office.catalogues.current.services["ringback"]?.monthlyFeeMilliyuan)
            #expect(totals("A1") == [Milliyuan(500) + fee])
            #expect(totals("A2") == [Milliyuan(1000) + fee])
        }
    }

    @Test(
        "ORD-65 to ORD-67: a line that is there again is used and paid for, with its tariff; a new card costs its fee")
    func reconnect() async throws {
        try await Office.open { office in
            var release = self.order(2, "A1", "2G-STD", Self.mobile, action: "release", at: december(5))
            release.leaving = [
                .init(
                    ref: "m", product: "mobile2g", serviceNumber: Self.mobile, main: true, role: "leaving", closed: true
                )
            ]
            release.members = []
            release.replaces = BundleID(rawValue: Self.id(1001))
            var again = self.order(
                3, "A1", "reconnect", Self.mobile, plan: "2G-STD", action: "reconnect", at: december(9))
            again.newCard = true
            try await office.tell([
                self.order(1, "A1", "2G-STD", Self.mobile, plan: "2G-STD"), release, again,
                self.order(4, "A2", "2G-STD", Self.staff, plan: "2G-STD"),
                self.order(5, "A2", "", Self.staff, action: "suspend", at: december(5)),
                self.order(6, "A2", "reconnect", Self.staff, plan: "2G-STD", action: "reconnect", at: december(9)),
            ])
            let told = try await office.rate(
                [
                    self.call(10, Self.mobile, minutes: 1, at: december(7)),
                    self.call(11, Self.mobile, minutes: 1, at: december(10)),
                    self.call(12, Self.staff, minutes: 1, at: december(7)),
                    self.call(13, Self.staff, minutes: 1, at: december(10)),
                ], at: december(11))
            #expect(told.bodies(UsageRejected.self).count == 2, "while they were not there")
            let bills = try await office.passTime(to: Self.january)
            #expect(self.bill(bills, "A1")?.totalMilliyuan == Milliyuan(250) + .yuan(15))
            // It was stopped at its customer's wish for a while, who pays for the number (RAT-23).
            #expect(self.bill(bills, "A2")?.totalMilliyuan == Milliyuan(250) + .yuan(5))
        }
    }

    @Test("RAT-23: a line that is stopped at its customer's wish pays for its number, credit control's does not")
    func keeping() async throws {
        try await Office.open { office in
            try await office.tell([
                self.order(1, "A1", "2G-STD", Self.mobile, plan: "2G-STD"),
                self.order(2, "A2", "2G-STD", Self.staff, plan: "2G-STD"),
                self.order(3, "A1", "", Self.mobile, action: "suspend", at: december(10)),
                self.order(4, "A2", "", Self.staff, action: "suspend", channel: "system", at: december(10)),
            ])
            let first = try await office.passTime(to: Self.january)
            #expect(self.bill(first, "A1")?.totalMilliyuan == .yuan(5))
            #expect(self.bill(first, "A2")?.totalMilliyuan == .zero)
            // Released while it is stopped: due for that month too, and for no later one.
            var release = self.order(
                5, "A1", "2G-STD", Self.mobile, action: "release", at: Self.january.advanced(bySeconds: 86_400))
            release.leaving = [
                .init(
                    ref: "m", product: "mobile2g", serviceNumber: Self.mobile, main: true, role: "leaving", closed: true
                )
            ]
            release.members = []
            release.replaces = BundleID(rawValue: Self.id(1001))
            try await office.tell([release])
            let rest = try await office.passTime(to: Self.march).bodies(BillIssued.self).filter { $0.accountId == "A1" }
            #expect(rest.map(\.totalMilliyuan) == [.yuan(5)])
        }
    }

    @Test("RAT-17: the function fee of forwarding stands beside a bundle, its legs draw on the shared minutes")
    func forwarding() async throws {
        try await Office.open { office in
            try await office.tell([
                self.order(1, "A1", "WB-BASIC-A-88", Self.mobile, plan: "WB-BASIC-A-88"),
                self.order(2, "A1", "VAS-CALL-FORWARDING", Self.mobile, service: "callForwarding"),
            ])
            var leg = self.call(1, Self.mobile, minutes: 3, at: december(4))
            leg.direction = .forwarded
            let rated = try await office.rate([leg], at: december(4, 1)).bodies(UsageRated.self)
            #expect(rated.flatMap(\.lines).map(\.allowance) == ["sharedMinutes"])
            let bill = self.bill(try await office.passTime(to: Self.january), "A1")
            #expect(bill?.totalMilliyuan == .yuan(88 + 5))
        }
    }
}

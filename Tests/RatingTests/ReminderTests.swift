import Contracts
import Foundation
import Messaging
import RatingDomain
import Testing

@testable import Rating

/// What customers are reminded of, with the lines and orders of the arrangements.
extension ArrangementTests {
    /// Nine o'clock on a day of 2027.
    private func morning(_ month: Int, _ day: Int) throws -> Timestamp {
        Office.calendar.instant(
            of: try #require(CivilDate(year: 2027, month: month, day: day)), secondOfDay: 9 * 3600)
    }

    @Test(
        "G-53: of a bill that is not paid it is reminded once, three days before lines are stopped, of all that is due")
    func reminder() async throws {
        try await Office.open { office in
            try await office.tell([
                self.order(1, "A1", "2G-STD", Self.mobile, plan: "2G-STD"),
                self.order(2, "A2", "2G-STD", Self.staff, plan: "2G-STD"),
            ])
            try await office.rate(
                [
                    self.call(10, Self.mobile, minutes: 8, at: december(5)),
                    self.call(11, Self.staff, minutes: 4, at: december(5)),
                ],
                at: december(6))
            let bills = try await office.passTime(to: Self.january).bodies(BillIssued.self)
            let first = try #require(bills.first { $0.accountId == "A1" })
            try await office.pay([self.pay("P1", "A2", 100, at: Self.january)], at: Self.january)
            let early = try await office.passTime(to: try self.morning(1, 29).advanced(bySeconds: -1))
            #expect(early.bodies(BillReminder.self).isEmpty)
            let told = try await office.passTime(to: try self.morning(1, 29)).bodies(BillReminder.self)
            #expect(told.map(\.billId) == [first.billId], "A2's is paid")
            #expect(told.map(\.outstandingMilliyuan) == [first.outstandingMilliyuan])
            #expect(told.map(\.suspensionAt) == [Self.february] && told.map(\.dueAt) == [Self.february])
            let after = try await office.passTime(to: Self.february.advanced(bySeconds: 1))
            #expect(after.bodies(BillReminder.self).isEmpty && after.bodies(AccountOverdue.self).count == 1)
        }
    }

    @Test("G-53: whose bill is overdue before anybody could remind is told that alone")
    func tooLate() async throws {
        try await Office.open { office in
            try await office.tell([self.order(1, "A1", "2G-STD", Self.mobile, plan: "2G-STD")])
            try await office.rate([self.call(10, Self.mobile, minutes: 8, at: december(5))], at: december(6))
            _ = try await office.passTime(to: Self.january)
            // The clock leaps.
            let told = try await office.passTime(to: Self.february)
            #expect(told.bodies(BillReminder.self).isEmpty && told.bodies(AccountOverdue.self).count == 1)
            #expect(try await office.passTime(to: Self.february.advanced(bySeconds: 86_400)).isEmpty)
        }
    }

    @Test("A prepaid year and a commitment are announced 30 days before they end, once; one that has ended is not")
    func terms() async throws {
        try await Office.open { office in
            var prepaid = self.order(1, "A1", "2G-STD", Self.mobile, plan: "2G-STD")
            prepaid.term = "annual"
            var released = self.order(2, "A2", "2G-STD", Self.staff, plan: "2G-STD")
            released.term = "annual"
            var later = self.order(3, "A3", "2G-STD", "13109160003", plan: "2G-STD", at: Self.january)
            later.term = "annual"
            try await office.tell([
                prepaid, released, later, self.order(4, "A4", "2G-STD", "13109160004", plan: "2G-STD"),
            ])
            // Another offer comes in its place.
            var other = self.order(5, "A2", "2G-STD", Self.staff, plan: "2G-STD", at: Self.february)
            other.replaces = released.bundleId
            try await office.tell([other])
            try await office.pay([self.pay("1", "A4", 700, at: december(2))], at: december(2))
            try await office.command(
                [self.command(9, "A4", "commit", "13109160004", commitment: "TWO-WAY-120")], at: december(3))
            let before = try await office.passTime(to: try self.morning(11, 1).advanced(bySeconds: -1), limit: 200)
            #expect(before.bodies(AccountTermEnding.self).isEmpty)
            let told = try await office.passTime(to: try self.morning(11, 1), limit: 1).bodies(AccountTermEnding.self)
            #expect(
                Set(told.map { "\($0.accountId) \($0.kind) \($0.code) \($0.serviceNumber)" }) == [
                    "A1 prepaidYear 2G-STD \(Self.mobile)", "A4 commitment TWO-WAY-120 13109160004",
                ])
            #expect(told.count == 2)
            #expect(told.allSatisfy { $0.endsAt == time("2027-12-01T00:00:00+08:00") })
            let next = try await office.passTime(to: try self.morning(12, 2), limit: 200)
            #expect(next.bodies(AccountTermEnding.self).map(\.accountId) == ["A3"])
        }
    }
}

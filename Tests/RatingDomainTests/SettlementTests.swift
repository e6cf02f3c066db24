import Contracts
import RatingDomain
import SeededRandom
import Testing

@Suite("What partners have of a subject")
struct SettlementTests {
    private static let share = RevenueShare(
        subject: "carFriend", since: CivilDate(daysSinceEpoch: 0),
        parts: [
            .init(partner: "operator", percent: 50), .init(partner: "contentProvider", percent: 35),
            .init(partner: "telemarketing", percent: 15),
        ])

    @Test(
        "RAT-58: the first partner has what rounding leaves",
        arguments: [
            (10_000, [5000, 3500, 1500]), (1, [1, 0, 0]), (99, [51, 34, 14]), (0, [0, 0, 0]), (-101, [-51, -35, -15]),
        ] as [(Int64, [Int64])])
    func rounded(amount: Int64, parts: [Int64]) {
        #expect(Settlement.shares(of: Milliyuan(amount), Self.share).map(\.amount.rawValue) == parts)
    }

    @Test("RAT-58: the parts are the whole, whatever it is")
    func whole() {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<1000 {
            let amount = Milliyuan(Int64(truncatingIfNeeded: random.next()) >> Int64(random.next() % 60))
            let shares = Settlement.shares(of: amount, Self.share)
            #expect(shares.reduce(.zero) { $0 + $1.amount } == amount)
        }
    }

    @Test("RAT-57: what G3 cards use away from home is the base province's alone")
    func baseProvince() throws {
        let tariffs = try Shipped.book().tariffs
        let day = try Shipped.december().cycle.firstDay
        let division = try #require(Settlement.division(of: "g3Traffic", on: day, tariffs.revenueShares))
        #expect(Settlement.shares(of: .yuan(7), division).map(\.partner) == ["baseProvince"])
        #expect(Settlement.shares(of: .yuan(7), division).map(\.amount) == [.yuan(7)])
    }

    @Test("The division that holds is the latest that has begun")
    func since() {
        var later = Self.share
        later.since = CivilDate(daysSinceEpoch: 100)
        let all = [later, Self.share]
        #expect(Settlement.division(of: "carFriend", on: CivilDate(daysSinceEpoch: 99), all) == Self.share)
        #expect(Settlement.division(of: "carFriend", on: CivilDate(daysSinceEpoch: 100), all) == later)
        #expect(Settlement.division(of: "other", on: CivilDate(daysSinceEpoch: 100), all) == nil)
    }
}

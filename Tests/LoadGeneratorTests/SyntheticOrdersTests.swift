import Contracts
import Testing

@testable import LoadGeneratorDomain

@Suite("Synthetic orders")
struct SyntheticOrdersTests {
    private static func orders(
        _ count: Int, seed: UInt64 = 1, at second: Int64 = 1_795_224_600, failuresPerThousand: Int = 0
    ) -> [SyntheticOrder] {
        var generator = SyntheticOrders(
            seed: seed, startedAtSecond: second, failuresPerThousand: failuresPerThousand)
        return (0..<count).map { _ in generator.next() }
    }

    @Test("Every number of a valid order has its product's format and no test number's ending")
    func formats() throws {
        for synthetic in Self.orders(2000) {
            for member in synthetic.order.members {
                let format = try #require(ServiceNumberFormat.ofProduct[member.product])
                #expect(format.accepts(member.serviceNumber), "\(member.product) \(member.serviceNumber)")
                let ending = try #require(Int(member.serviceNumber.suffix(4)))
                #expect(ending < 9900)
            }
        }
    }

    @Test("Neither ids nor numbers repeat, within a run or in a run that starts later")
    func unique() {
        let orders = Self.orders(2000).map(\.order) + Self.orders(2000, at: 1_795_224_602).map(\.order)
        let ids = orders.map(\.externalId)
        let numbers = orders.flatMap { $0.members.map(\.serviceNumber) }
        #expect(Set(ids).count == ids.count)
        #expect(Set(numbers).count == numbers.count)
    }

    @Test("The same seed makes the same orders, another one makes others")
    func seeded() {
        #expect(Self.orders(50).map(\.order) == Self.orders(50).map(\.order))
        #expect(Self.orders(50).map(\.order.offer) != Self.orders(50, seed: 2).map(\.order.offer))
    }

    @Test("The share of failures is as asked, half of them invalid")
    func failures() {
        let orders = Self.orders(4000, failuresPerThousand: 200)
        let rejected = orders.count { $0.outcome == .rejected }
        let held = orders.count { $0.outcome == .held }
        #expect((320...480).contains(rejected))
        #expect((140...260).contains(held))
        for synthetic in orders where synthetic.outcome == .held {
            #expect(synthetic.order.members.contains { $0.serviceNumber.hasSuffix("9902") })
        }
    }
}

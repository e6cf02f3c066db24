import Contracts
import Foundation
import Messaging
import RatingDomain
import RatingFixtures
import RatingModel
import SeededRandom
import Testing

@testable import Rating

/// The service against the naive model, which shares nothing with it.
@Suite("Usage comes out as the model says, in whatever order it comes")
struct ModelTests {
    private static let december = RatingModel.Month(2026, 12)
    private static let now = time("2026-12-31T23:59:00+08:00")

    /// What counts of a record's result.
    private struct Result: Hashable, CustomStringConvertible {
        struct Part: Hashable {
            var isAllowance: Bool
            var units: Int
            var charge: Int
        }

        var id: String
        var units: Int
        var charge: Int
        var parts: [Part]

        var description: String {
            "\(self.id) \(self.units) \(self.charge) "
                + self.parts.map { "\($0.isAllowance ? "free" : "paid") \($0.units) \($0.charge)" }.joined(
                    separator: ", ")
        }

        init(_ rated: RatedUsage) {
            self.id = rated.usageId.uuidString.lowercased()
            self.units = Int(rated.units)
            self.charge = Int(rated.chargeMilliyuan.rawValue)
            self.parts = rated.lines.filter { $0.units > 0 }.map {
                Part(
                    isAllowance: $0.provision.allowance != nil, units: Int($0.units),
                    charge: Int($0.chargeMilliyuan.rawValue))
            }
        }

        init(_ rated: RatingModel.Rated) {
            self.id = rated.usage.id
            self.units = rated.units
            self.charge = rated.charge
            self.parts = rated.lines.filter { $0.units > 0 }.map {
                Part(isAllowance: $0.allowance != nil, units: $0.units, charge: $0.charge)
            }
        }
    }

    @Test(
        "40 accounts with 6,000 records, shuffled and repeated, some batches at a time, by instances that relieve each other",
        arguments: Array(1...4) as [UInt64])
    func shuffled(seed: UInt64) async throws {
        var generator = RandomAccounts(seed: seed, first: Self.december)
        let accounts = generator.accounts(40)
        var usage = RandomUsage(seed: seed, cycle: Self.december)
        let records = usage.records(6000, of: accounts)
        var model = RatingModel.Model(accounts)
        for record in records { _ = model.receive(record, now: Int(Self.now.microseconds)) }
        var random = SeededGenerator(seed: seed)
        try await Office.open { office in
            let orders = accounts.enumerated().flatMap { ModelOrders.orders(of: $1, $0) }.shuffled(using: &random)
            for start in stride(from: 0, to: orders.count, by: 50) {
                try await office.tell(Array(orders[start..<min(start + 50, orders.count)]))
            }
            let again = records.filter { _ in random.next() % 10 == 0 }
            let sent = (records + again).shuffled(using: &random).map { UsageRecorded($0) }
            var told: [Outgoing] = []
            var rest = sent[...]
            while !rest.isEmpty {
                var batches: [(records: [UsageRecorded], instance: Int)] = []
                var instance = Int(random.next() % UInt64(Office.instances))
                for _ in 0...(random.next() % 4) {
                    if random.next() % 4 == 0 { instance = Int(random.next() % UInt64(Office.instances)) }
                    batches.append((Array(rest.prefix(200)), instance))
                    rest = rest.dropFirst(200)
                }
                told += try await Self.rate(batches, office)
                if random.next() % 3 == 0 { told += try await office.settle(at: Self.now) }
            }
            told += try await office.settle(at: Self.now)
            try await self.compare(accounts, model, office)
            self.compare(told, accounts, model)
        }
    }

    /// All at the same time.
    private static func rate(
        _ batches: [(records: [UsageRecorded], instance: Int)], _ office: Office
    ) async throws -> [Outgoing] {
        try await withThrowingTaskGroup(of: [Outgoing].self) { group in
            for (records, instance) in batches {
                group.addTask { try await office.rate(records, by: instance, at: Self.now) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    private func compare(_ accounts: [RatingModel.Account], _ model: RatingModel.Model, _ office: Office) async throws {
        for account in accounts {
            for month in [Self.december.previous, Self.december, Self.december.next] {
                let cycle = try #require(BillingCycle(month.description))
                let expected = try #require(model.rating(account.id, month))
                let results = try await office.results(account.id, cycle).map { Result($0) }
                let wanted = expected.rated.map { Result($0) }
                let records = Dictionary(expected.rated.map { ($0.usage.id, $0.usage) }) { first, _ in first }
                #expect(results.count == wanted.count, "\(account.id) \(month)")
                for (result, wanted) in zip(results, wanted) where result != wanted {
                    let usage = records[wanted.id].map { "\($0.kind) of \($0.number)" } ?? ""
                    Issue.record("\(account.id) \(month): \(result) instead of \(wanted): \(usage)")
                }
                let row = try await office.cycle(account.id, cycle)
                #expect(Int(row?.charge.rawValue ?? 0) == expected.charge)
                #expect(Int(row?.records ?? 0) == wanted.count && row?.pendingFrom == nil)
                let used = try await office.used(account.id, cycle).filter { $0.used > 0 }.map { Int($0.used) }.sorted()
                #expect(used == expected.used.values.filter { $0 > 0 }.sorted(), "\(account.id) \(month)")
            }
        }
    }

    /// Every record has an answer, its last one is right, and thresholds are told once.
    private func compare(_ told: [Outgoing], _ accounts: [RatingModel.Account], _ model: RatingModel.Model) {
        var charges: [UsageID: (sequence: Int64, charge: Int64)] = [:]
        for rated in told.bodies(UsageRated.self) + told.bodies(UsageRerated.self).map(\.rated)
        where rated.sequence > charges[rated.usageId]?.sequence ?? 0 {
            charges[rated.usageId] = (rated.sequence, rated.chargeMilliyuan.rawValue)
        }
        var thresholds: [String: Int] = [:]
        for reached in told.bodies(AllowanceThresholdReached.self) {
            thresholds["\(reached.accountId) \(reached.cycle)", default: 0] += 1
        }
        for account in accounts {
            for month in [Self.december.previous, Self.december, Self.december.next] {
                guard let rating = model.rating(account.id, month) else { continue }
                for rated in rating.rated {
                    #expect(UsageID(rated.usage.id).flatMap { charges[$0]?.charge } == Int64(rated.charge))
                }
                let expected = rating.notices.filter { if case .threshold = $0 { true } else { false } }.count
                #expect(thresholds["\(account.id) \(month)", default: 0] == expected, "\(account.id) \(month)")
            }
        }
    }
}

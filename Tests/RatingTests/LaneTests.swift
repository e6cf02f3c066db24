import Contracts
import Foundation
import Messaging
import Synchronization
import TestSupport
import Testing

@testable import Rating

/// Batches that wait for a lane are rated together by whoever has the turn.
@Suite("Batches that come to a lane at the same time")
struct LaneTests {
    private static let now = december(2, 12)

    private static let cycle = BillingCycle(of: CivilDate(daysSinceEpoch: 20_788))
    private static let number = "13900000001"

    private static let order = OrderEffective(
        orderId: OrderID(rawValue: UUID()), externalId: "E1", accountId: "A1", customerId: "C1", offer: "2G-STD",
        bundleId: BundleID(rawValue: UUID()), effectiveAt: december(1),
        members: [
            OrderEffective.Member(
                ref: "m1", product: "mobile2g", serviceNumber: Self.number, main: true, role: "included",
                newPlan: "2G-STD")
        ], action: "subscribe")

    /// Records of one account, which is of one lane.
    private static func records(_ count: Int, minute: Int) -> [UsageRecorded] {
        (0..<count).map { second in
            let start = december(2, 9, minute, second)
            return UsageRecorded(
                usageId: UsageID(rawValue: UUID()), kind: .voice, serviceNumber: Self.number, startedAt: start,
                endedAt: start.advanced(bySeconds: 30), direction: .originating, otherParty: "13800000000")
        }
    }

    /// A place in a batch's transaction, at which it waits.
    private final class Gate: Sendable {
        private let state = Mutex((isReached: false, isOpen: false))

        var isReached: Bool { self.state.withLock { $0.isReached } }

        func open() { self.state.withLock { $0.isOpen = true } }

        func pass() async throws {
            self.state.withLock { $0.isReached = true }
            while !self.state.withLock({ $0.isOpen }) { try await Task.sleep(for: .milliseconds(2)) }
        }
    }

    private struct Broken: Error {}

    /// Has three batches wait for the one that has the lane, and lets it go on.
    ///
    /// - Parameter second: is called before each transaction of the one that waits first.
    /// - Returns: what each has told; `nil` of one that has failed.
    private func rateTogether(
        _ office: Office, _ batches: [[UsageRecorded]], second: @escaping @Sendable () async throws -> Void = {}
    ) async throws -> [[Outgoing]?] {
        let gate = Gate()
        return try await withThrowingTaskGroup(of: (Int, [Outgoing]?).self) { group in
            for (number, batch) in batches.enumerated() {
                group.addTask {
                    let told = try? await office.rate(batch, at: Self.now) {
                        if number == 0 { try await gate.pass() }
                        if number == 1 { try await second() }
                    }
                    return (number, told)
                }
                // One after the other: each but the first waits once its positions are locked.
                while number == 0 ? !gate.isReached : await office.waiting < number {
                    try await Task.sleep(for: .milliseconds(2))
                }
            }
            gate.open()
            var told = [[Outgoing]?](repeating: nil, count: batches.count)
            for try await (number, outgoing) in group { told[number] = outgoing }
            return told
        }
    }

    @Test("The first of those that wait rates all of them, in the order of their ends", .timeLimit(.minutes(5)))
    func together() async throws {
        try await Office.open { office in
            try await office.tell([Self.order])
            let batches = [4, 3, 2, 5].enumerated().map { Self.records($1, minute: 40 - 10 * $0) }
            // So that the lane knows the account.
            try await office.rate(Self.records(1, minute: 0), at: Self.now)
            let told = try await self.rateTogether(office, batches)
            let rated = told.map { ($0 ?? []).bodies(UsageRated.self) }
            #expect(rated.map(\.count) == [4, 10, 0, 0])
            #expect(rated[1].map(\.endedAt) == rated[1].map(\.endedAt).sorted())
            #expect(Set(rated.joined().map(\.usageId)) == Set(batches.joined().map(\.usageId)))
            try await office.settle(at: Self.now)
            #expect(try await office.cycle("A1", Self.cycle)?.records == 15)
        }
    }

    @Test("Where one cannot be saved, the others are, each by itself", .timeLimit(.minutes(5)))
    func faulty() async throws {
        try await Office.open { office in
            try await office.tell([Self.order])
            try await office.rate(Self.records(1, minute: 0), at: Self.now)
            let batches = (1...4).map { Self.records($0, minute: 10 * $0) }
            let told = try await self.rateTogether(office, batches) { throw Broken() }
            #expect(told.map { $0?.bodies(UsageRated.self).count } == [1, nil, 3, 4])
            #expect(try await office.cycle("A1", Self.cycle)?.records == 9)
        }
    }
}

import Contracts
import Messaging
import Postgres
import RatingDomain

/// Rates usage records as they come.
///
/// Accounts are divided among lanes, each of which rates one batch at a time, in transactions of its own. A record whose
/// result is there is known by its id, so that a batch may come again. See `UsageLane` for how.
struct UsageHandler: StreamHandler {
    let rating: UsageRating
    private let owners: OwnerMemory
    private let lanes: [UsageLane]

    /// - Parameters:
    ///   - lanes: how many transactions rate at a time, in all processes together.
    ///   - remembered: of how many accounts what they have used is remembered.
    init(_ rating: UsageRating, lanes: Int = 2, remembered: Int = 50_000) {
        self.rating = rating
        self.owners = OwnerMemory(capacity: 2 * remembered)
        let lanes = max(1, lanes)
        self.lanes = (0..<lanes).map { UsageLane(rating, number: $0, capacity: 1 + remembered / lanes) }
    }

    /// How many batches wait for a lane, each as often as it does.
    var waiting: Int {
        get async {
            var waiting = 0
            for lane in self.lanes { waiting += await lane.waiting }
            return waiting
        }
    }

    func handle(_ batch: [Message<UsageRecorded>], in context: StreamContext) async throws -> Handled {
        let window = self.rating.window(at: context.now)
        let records = batch.map { UsageRecord($0.body) }
        let accounts = try await self.owners.accounts(of: records, in: context.positions.transaction)
        var parts = [[UsageItem]](repeating: [], count: self.lanes.count)
        // What is refused whatever it is of, and what nobody knows.
        var others: [Message<UsageRecorded>] = []
        for (position, record) in records.enumerated() {
            guard let account = accounts[position], let frame = try? window.frame(of: record) else {
                others.append(batch[position])
                continue
            }
            let lane = Int(UInt64(bitPattern: account) % UInt64(self.lanes.count))
            parts[lane].append(UsageItem(position, record, of: account, frame))
        }
        var handled = Handled()
        try await withThrowingTaskGroup(of: LaneOutcome.self) { group in
            for (lane, items) in zip(self.lanes, parts) where !items.isEmpty {
                group.addTask { try await lane.rate(items, of: batch, in: context) }
            }
            for try await outcome in group {
                handled.add(outcome.handled)
                self.owners.forget(outcome.outdatedNumbers)
            }
        }
        if !others.isEmpty {
            var part = try await self.handle(others, in: context.positions)
            let moved = part.takePostponed()
            handled.add(part)
            handled.add(
                try await self.rating.rateUntilSettled(others.filter { moved.contains($0.origin) }, in: context))
        }
        return handled
    }

    /// The same in one transaction, for records that were parked.
    func handle(_ batch: [Message<UsageRecorded>], in context: HandlingContext) async throws -> Handled {
        try await self.rating.rateLocked(batch, in: context)
    }
}

/// What rating usage needs.
struct UsageRating: Sendable {
    let tariffs: TariffLibrary
    let shelf: TermsShelf
    let provisions: ProvisionBook
    let results: RatedEvents

    func window(at now: Timestamp) -> UsageWindow { UsageWindow(now: now, book: self.tariffs.current) }

    /// Rates records in one transaction, under locks. Those whose line has just moved are postponed.
    func rateLocked(_ batch: [Message<UsageRecorded>], in context: HandlingContext) async throws -> Handled {
        var rating = UsageBatch(batch, window: self.window(at: context.now), results: self.results, context)
        try await rating.findAccounts()
        try await rating.lockCycles(catalogueVersion: self.tariffs.version)
        let terms = try await self.shelf.terms(of: rating.lockedCycles, in: context.transaction, keeping: true)
        try rating.rate(by: terms)
        try await rating.postponeMoved()
        return try await rating.save(self.provisions)
    }

    /// The same in transactions of their own, as often as lines move between the look for their owners and the locks.
    ///
    /// - Parameter lane: is taken meanwhile.
    func rateUntilSettled(
        _ batch: [Message<UsageRecorded>], lane: Int? = nil, in context: StreamContext
    ) async throws -> Handled {
        var handled = Handled()
        var rest = batch
        for _ in 0..<Self.mostMoves where !rest.isEmpty {
            let messages = rest
            var part = try await context.transaction("rate usage under locks") { context in
                if let lane { _ = try await context.transaction.execute(TakeUsageLane(lane: lane, holder: nil)) }
                return try await self.rateLocked(messages, in: context)
            }
            let moved = part.takePostponed()
            handled.add(part)
            rest = messages.filter { moved.contains($0.origin) }
        }
        guard rest.isEmpty else { throw LinesKeepMoving(count: rest.count) }
        return handled
    }

    private static let mostMoves = 5

    private struct LinesKeepMoving: Error {
        var count: Int
    }
}

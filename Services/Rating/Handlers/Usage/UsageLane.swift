import Contracts
import Foundation
import Messaging
import Postgres
import RatingDomain

/// What a lane has made of its part of a batch.
struct LaneOutcome: Sendable {
    var handled = Handled()
    /// Lines that may be another account's by now.
    var outdatedNumbers: [String] = []
}

/// Rates the records of its accounts, one batch after the other, and remembers what their cycles have counted.
///
/// It rates by what it remembers, and saves the results on condition that nobody has changed the cycles meanwhile and
/// that no record is there already: so that nothing is read, and locks are held for as long as one round trip takes.
/// Where the condition fails, because another instance has the same accounts in its hands or records come twice, it rates
/// the batch again under locks.
actor UsageLane {
    private let rating: UsageRating
    private var cycles: Generations<CycleKey, RememberedCycle>
    private var numbers = NumberMemory()
    /// So many batches are rated under locks at once, since the last ones would have failed otherwise.
    private var lockedBatches = 0
    private var failures = 0
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// - Parameter capacity: about how many cycles are remembered.
    init(_ rating: UsageRating, capacity: Int = 50_000) {
        self.rating = rating
        self.cycles = Generations(capacity: capacity)
    }

    func rate(
        _ items: [UsageItem], of batch: [Message<UsageRecorded>], in context: StreamContext
    ) async throws -> LaneOutcome {
        await self.enter()
        defer { self.leave() }
        var outcome = LaneOutcome()
        var rest = items
        if self.lockedBatches > 0 {
            self.lockedBatches -= 1
        } else {
            rest = try await self.rateOptimistically(items, of: batch, in: context, &outcome)
        }
        guard !rest.isEmpty else { return outcome }
        for item in rest { self.cycles[item.key] = nil }
        outcome.outdatedNumbers = rest.map(\.record.serviceNumber)
        outcome.handled.add(try await self.rateLocked(rest.map { batch[$0.position] }, in: context))
        return outcome
    }

    private func enter() async {
        guard self.isBusy else { return self.isBusy = true }
        await withCheckedContinuation { self.waiting.append($0) }
    }

    private func leave() {
        // Whoever comes next is busy from now on.
        if self.waiting.isEmpty { self.isBusy = false } else { self.waiting.removeFirst().resume() }
    }

    // MARK: By what is remembered

    /// - Returns: the records that are still to be rated.
    private func rateOptimistically(
        _ items: [UsageItem], of batch: [Message<UsageRecorded>], in context: StreamContext,
        _ outcome: inout LaneOutcome
    ) async throws -> [UsageItem] {
        try await self.remember(Set(items.map(\.key)), context.positions.transaction)
        var part = OptimisticBatch(wallNow: context.positions.wallNow)
        for item in items.sorted(by: { $0.record.precedes($1.record) }) { part.rate(item, &self.cycles) }
        guard !part.rated.isEmpty else { return part.others }
        var numbers = self.numbers
        try await numbers.learn(part.provisions, self.rating.provisions, context)
        self.numbers = numbers
        let prepared = try part.prepared(numbers, self.rating, batch, at: context.now)
        do {
            outcome.handled.add(
                try await context.transaction("rate usage") { try await prepared.save(in: $0) })
        } catch let failure as OptimisticBatch.Outdated {
            self.failed(failure)
            return items
        }
        self.failures = 0
        for cycle in prepared.counted { self.cycles[cycle.row.key] = cycle }
        return part.others
    }

    /// The more often others were faster, the longer it is not tried again.
    private func failed(_ failure: OptimisticBatch.Outdated) {
        guard failure == .cycles else { return }
        self.failures = min(self.failures + 1, 5)
        self.lockedBatches = (1 << self.failures) - 1
    }

    /// Reads cycles that are not remembered. Those that are not there are nothing to remember.
    private func remember(_ keys: Set<CycleKey>, _ transaction: Transaction) async throws {
        let missing = keys.filter { self.cycles[$0] == nil }.sorted()
        guard !missing.isEmpty else { return }
        let rows = try await transaction.execute(FindCycles(keys: missing))
        let terms = try await self.rating.shelf.terms(of: rows, in: transaction)
        for row in rows where !row.isParked {
            guard case .terms(let terms)? = terms[row.key] else { continue }
            self.cycles[row.key] = try RememberedCycle(row, terms)
        }
    }

    // MARK: Under locks

    private func rateLocked(_ batch: [Message<UsageRecorded>], in context: StreamContext) async throws -> Handled {
        var handled = Handled()
        var rest = batch
        for _ in 0..<Self.mostMoves where !rest.isEmpty {
            let messages = rest
            var part = try await context.transaction("rate usage under locks") { context in
                try await self.rating.rateLocked(messages, in: context)
            }
            // Their lines have moved between the look for the owner and the lock.
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

/// A cycle as it was after the last batch.
struct RememberedCycle: Sendable {
    /// Its counters are in `state`.
    var row: StoredCycle
    let terms: CompiledTerms
    var state: CycleState

    init(_ row: StoredCycle, _ terms: CompiledTerms) throws {
        self.row = row
        self.terms = terms
        self.state = terms.state(ofCodes: try CounterForms.counters(row.counters))
        self.row.counters = []
    }
}

/// The numbers of prices and allowances, found by the object that each of them is.
struct NumberMemory: Sendable {
    private var numbers: [ObjectIdentifier: (provision: Provision, number: Int64)] = [:]

    func number(of provision: Provision) throws -> Int64 {
        guard let known = self.numbers[ObjectIdentifier(provision)] else {
            throw ProvisionNumbers.Unknown(what: provision.source)
        }
        return known.number
    }

    /// Numbers those that have none, and learns them.
    mutating func learn(
        _ provisions: [ObjectIdentifier: Provision], _ book: ProvisionBook, _ context: StreamContext
    ) async throws {
        let missing = Set(provisions.filter { self.numbers[$0.key] == nil }.values)
        guard !missing.isEmpty else { return }
        let known = try await book.stored(missing, in: context.positions.transaction)
        if !known.contain(missing) {
            _ = try await context.transaction("number prices") { context in
                var numbers = known
                try await numbers.add(missing, in: context.transaction)
                return Handled()
            }
        }
        let all = try await book.stored(missing, in: context.positions.transaction)
        for (id, provision) in provisions { self.numbers[id] = (provision, try all.number(of: provision)) }
    }
}

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
/// Of all instances, one at a time rates in a lane. While it is always the same one, it goes by what it remembers; where
/// another has had the lane, it reads those cycles first that have changed since it remembered them. It rates, and saves
/// the results on condition that nobody else, such as a bill run, has changed the cycles meanwhile and that no record is
/// there already. Where the condition fails, it looks what has changed and rates once more, and then under locks.
actor UsageLane {
    private let rating: UsageRating
    /// The same in all instances for the same accounts.
    private let number: Int
    /// Tells this instance from the others.
    private let holder = UUID()
    private var cycles: Generations<CycleKey, RememberedCycle>
    private var numbers = NumberMemory()
    /// Counts the times from which on what was remembered before may be out of date.
    private var epoch = 0
    /// For how many batches each cycle is looked at: whoever changes cycles beside the lane changes many.
    private var carefulBatches = 0
    private var turns = LaneTurns()

    /// - Parameter capacity: how many cycles are remembered at least.
    init(_ rating: UsageRating, number: Int, capacity: Int) {
        self.rating = rating
        self.number = number
        // Half of it is forgotten at once.
        self.cycles = Generations(capacity: 2 * capacity)
    }

    /// How many batches wait for the lane.
    var waiting: Int { self.turns.count }

    /// Rates a part of a batch, with those that have come to wait meanwhile: a transaction costs much, and a record little.
    func rate(
        _ items: [UsageItem], of batch: [Message<UsageRecorded>], in context: StreamContext
    ) async throws -> LaneOutcome {
        let part = LanePart(items: items, batch: batch)
        let turn = await withCheckedContinuation { self.turns.enter(part, $0) }
        guard case .own(let others) = turn else { return LaneOutcome() }
        defer { self.turns.leave() }
        do {
            let outcome = try await self.rate([part] + others.map(\.part), in: context)
            for other in others { other.turn.resume(returning: .another) }
            return outcome
        } catch  where !others.isEmpty {
            // Whoever is at fault finds it out by itself, and nobody else suffers from it.
            self.turns.putBack(others)
            return try await self.rate([part], in: context)
        }
    }

    private func rate(_ parts: [LanePart], in context: StreamContext) async throws -> LaneOutcome {
        var outcome = LaneOutcome()
        let batches = parts.map(\.batch)
        let rest = try await self.rateOptimistically(parts.joinedItems, of: batches, in: context, &outcome)
        guard !rest.isEmpty else { return outcome }
        for item in rest { self.cycles[item.key] = nil }
        outcome.outdatedNumbers = rest.map(\.record.serviceNumber)
        outcome.handled.add(
            try await self.rating.rateUntilSettled(
                rest.map { batches[$0.part][$0.position] }, lane: self.number, in: context))
        return outcome
    }

    // MARK: By what is remembered

    private static let mostCarefulBatches = 100

    /// - Returns: the records that are still to be rated.
    private func rateOptimistically(
        _ items: [UsageItem], of batches: [[Message<UsageRecorded>]], in context: StreamContext,
        _ outcome: inout LaneOutcome
    ) async throws -> [UsageItem] {
        let items = items.sorted { $0.record.precedes($1.record) }
        if self.carefulBatches > 0 {
            self.carefulBatches -= 1
            self.epoch += 1
        }
        var hasLooked = false
        var saved: (counted: [CountedCycle], others: [UsageItem]) = ([], items)
        while true {
            do {
                outcome.handled.add(
                    try await context.transaction("rate usage") { context in
                        try await self.refresh(Set(items.map(\.key)), in: context.transaction)
                        var part = OptimisticBatch(wallNow: context.wallNow)
                        for item in items { part.rate(item, &self.cycles) }
                        saved = ([], part.others)
                        guard !part.rated.isEmpty else { return Handled() }
                        guard self.numbers.know(part.provisions) else { throw Unnumbered(provisions: part.provisions) }
                        let prepared = try part.prepared(self.numbers, self.rating, batches, at: context.now)
                        saved.counted = prepared.counted
                        return try await prepared.save(in: context)
                    })
                for cycle in saved.counted { self.cycles[cycle.row.key] = RememberedCycle(cycle, epoch: self.epoch) }
                return saved.others
            } catch OptimisticBatch.Outdated.cycles where !hasLooked {
                hasLooked = true
                self.beCareful()
            } catch is OptimisticBatch.Outdated {
                return items
            } catch let unnumbered as Unnumbered {
                var numbers = self.numbers
                try await numbers.learn(unnumbered.provisions, self.rating.provisions, context)
                self.numbers = numbers
            }
        }
    }

    /// Prices that have never been charged yet.
    private struct Unnumbered: Error {
        var provisions: [ObjectIdentifier: Provision]
    }

    /// Takes the lane until the transaction ends, and reads the cycles that may not be as they are remembered.
    private func refresh(_ keys: Set<CycleKey>, in transaction: Transaction) async throws {
        let doubtful = keys.filter { self.cycles[$0]?.epoch != self.epoch }
        let (taken, changed) = try await self.take(doubtful, in: transaction)
        if !taken.isEmpty { self.beCareful() }
        try await self.remember(changed, of: doubtful, in: transaction)
        guard !taken.isEmpty, doubtful.count < keys.count else { return }
        let others = keys.subtracting(doubtful)
        try await self.remember(transaction.execute(self.changes(of: others)), of: others, in: transaction)
    }

    /// Where others change cycles as well, those that are looked at are kept as they are: a batch would often find when it
    /// is saved that one of its cycles has changed, and begin again.
    private func take(
        _ doubtful: Set<CycleKey>, in transaction: Transaction
    ) async throws -> (taken: [Int], changed: [StoredCycle]) {
        let lane = TakeUsageLane(lane: self.number, holder: self.holder)
        let changes = self.changes(of: doubtful)
        guard self.carefulBatches > 0 else { return try await transaction.execute(together: lane, changes) }
        return try await transaction.execute(together: lane, LockChangedCycles(changed: changes))
    }

    private func beCareful() {
        self.epoch += 1
        self.carefulBatches = Self.mostCarefulBatches
    }

    private func changes(of keys: Set<CycleKey>) -> FindChangedCycles {
        FindChangedCycles(cycles: keys.sorted().map { ($0, self.cycles[$0]?.row.version) })
    }

    /// - Parameter rows: those that have changed, of the cycles that were looked for; a cycle that is not there is nothing
    ///   to remember.
    private func remember(_ rows: [StoredCycle], of keys: Set<CycleKey>, in transaction: Transaction) async throws {
        var unknown: [StoredCycle] = []
        for row in rows {
            if row.isParked {
                self.cycles[row.key] = nil
            } else if let known = self.cycles[row.key], known.row.isRatedAlike(row) {
                self.cycles[row.key] = RememberedCycle(try CountedCycle(row, known.terms), epoch: self.epoch)
            } else {
                unknown.append(row)
            }
        }
        let terms = try await self.rating.shelf.terms(of: unknown, in: transaction)
        for row in unknown {
            if case .terms(let terms)? = terms[row.key] {
                self.cycles[row.key] = RememberedCycle(try CountedCycle(row, terms), epoch: self.epoch)
            } else {
                self.cycles[row.key] = nil
            }
        }
        for key in keys {
            guard let cycle = self.cycles[key], cycle.epoch != self.epoch else { continue }
            self.cycles[key] = cycle.confirmed(in: self.epoch)
        }
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

    func know(_ provisions: [ObjectIdentifier: Provision]) -> Bool {
        provisions.keys.allSatisfy { self.numbers[$0] != nil }
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

import Contracts
import Foundation
import Messaging
import Postgres
import RatingDomain

/// Rates the records of cycles again, and saves what has changed: of many cycles by one reading and one writing.
struct CycleRerating {
    /// So many records are held in memory at a time, beside those of a single cycle that has more.
    static let mostRecords: Int64 = 20_000

    private(set) var handled = Handled()
    private let context: HandlingContext
    private var numbers: ProvisionNumbers

    init(_ context: HandlingContext, _ numbers: ProvisionNumbers) {
        self.context = context
        self.numbers = numbers
    }

    /// - Parameter cycles: locked, each once, with what they are rated by.
    /// - Returns: the cycles, as they are saved.
    @discardableResult
    mutating func rate(
        _ cycles: [(cycle: StoredCycle, terms: CompiledTerms)]
    ) async throws -> [CycleKey: StoredCycle] {
        var saved: [CycleKey: StoredCycle] = [:]
        var rest = cycles[...]
        while !rest.isEmpty {
            var records: Int64 = 0
            let part = rest.prefix {
                records += $0.cycle.records
                return records <= Self.mostRecords || $0.cycle.key == rest.first?.cycle.key
            }
            rest = rest.dropFirst(part.count)
            for cycle in try await self.rateTogether(part) { saved[cycle.key] = cycle }
        }
        return saved
    }

    private mutating func rateTogether(
        _ cycles: ArraySlice<(cycle: StoredCycle, terms: CompiledTerms)>
    ) async throws -> [StoredCycle] {
        let rows = Dictionary(
            grouping: try await self.context.transaction.execute(FindUsageOfCycles(keys: cycles.map(\.cycle.key))),
            by: \.key)
        let rerated = try cycles.map {
            try ReratedCycle($0.cycle, $0.terms, rows[$0.cycle.key] ?? [], self.numbers)
        }
        let saved = rerated.map(\.row)
        try await self.saveResults(rerated)
        try await self.tell(rerated)
        try await self.reject(rerated)
        _ = try await self.context.transaction.execute(UpdateCycles(cycles: saved))
        for _ in saved { self.handled.count("rating.cycles.rerated") }
        return saved
    }

    private mutating func saveResults(_ cycles: [ReratedCycle]) async throws {
        var needed: Set<Provision> = []
        for cycle in cycles {
            for (_, rated) in cycle.changed { for line in rated.lines { needed.insert(line.provision) } }
        }
        try await self.numbers.add(needed, in: self.context.transaction)
        var updates: [StoredUsage] = []
        for cycle in cycles {
            for (former, rated) in cycle.changed {
                var row = former
                row.result = try rated.storedForm(self.numbers.number)
                row.charge = rated.chargeMilliyuan
                row.sequence += 1
                updates.append(row)
                let body = UsageRated(rated, of: cycle.row.accountId, sequence: row.sequence)
                self.handled.send(
                    UsageRerated(rated: body, previousChargeMilliyuan: former.charge), causedBy: nil)
            }
        }
        if !updates.isEmpty { _ = try await self.context.transaction.execute(UpdateUsage(records: updates)) }
    }

    private mutating func tell(_ cycles: [ReratedCycle]) async throws {
        var followUps = RatingFollowUps()
        for cycle in cycles {
            for rated in cycle.told {
                followUps += self.handled.tell(
                    rated.notices, of: rated, cycle.row.accountId, cycle.row.key.account, cycle.frame,
                    at: self.context.now, causedBy: nil)
            }
        }
        try await followUps.save(in: self.context)
    }

    /// What finds no member any more is as if it had not been taken: it can be sent again.
    private mutating func reject(_ cycles: [ReratedCycle]) async throws {
        var rejections: [UsageRejection] = []
        for cycle in cycles {
            for (record, refusal) in cycle.refused {
                let rejected = UsageRejected(
                    usageId: UsageID(rawValue: record.usageId), code: refusal.code.rawValue, message: refusal.message,
                    serviceNumber: record.serviceNumber, accountId: cycle.row.accountId, rejectedAt: self.context.now)
                self.handled.send(rejected, causedBy: nil)
                self.handled.count("rating.usage.rejected", [("code", refusal.code.rawValue)])
                rejections.append(
                    UsageRejection(
                        record: UsageRecorded(record), accountId: cycle.row.accountId, code: refusal.code.rawValue,
                        message: refusal.message, rejectedAt: self.context.now))
            }
        }
        guard !rejections.isEmpty else { return }
        _ = try await self.context.transaction.execute(
            together: DeleteUsage(
                records: cycles.flatMap { cycle in
                    cycle.refused.map { (cycle.row.key.cycle, $0.record.usageId) }
                }),
            KeepRejections(rejections))
    }

    mutating func park(_ cycle: StoredCycle, _ fault: TermsFault) async throws {
        let account = (number: cycle.key.account, code: "CONTRADICTORY_TERMS", reason: fault.description)
        let parked = try await self.context.transaction.execute(
            ParkAccounts([account], in: self.context))
        guard !parked.isEmpty else { return }
        let told = AccountParked(
            accountId: cycle.accountId, code: account.code, reason: account.reason, parkedAt: self.context.now)
        self.handled.send(told, causedBy: nil)
    }
}

/// A cycle, and what rating it again has come to.
private struct ReratedCycle {
    /// As it is to be saved.
    var row: StoredCycle
    let frame: CycleFrame
    /// Records whose result is another one, with what was stored of them.
    var changed: [(former: StoredUsage, rated: RatedUsage)] = []
    var told: [RatedUsage]
    var refused: [(record: UsageRecord, refusal: UsageRefusal)] = []

    /// - Parameter all: its records, in no order.
    init(_ cycle: StoredCycle, _ terms: CompiledTerms, _ all: [StoredUsage], _ numbers: ProvisionNumbers) throws {
        // A record that is on a bill never changes: late ones count from what was used then.
        let stored = cycle.isBilled ? all.filter { $0.lateness == .unbilled } : all
        let start = try cycle.billedCounters.map { terms.state(ofCodes: try CounterForms.counters($0)) }
        let records = try stored.map { try $0.record() }
        var former: [UUID: RatedUsage] = [:]
        former.reserveCapacity(stored.count)
        for (row, record) in zip(stored, records) {
            former[row.usageId] = try RatedUsage(
                of: record, in: row.cycle, charge: row.charge, storedForm: row.result, numbers.provision)
        }
        let state = terms.state(ofCodes: try CounterForms.counters(cycle.counters))
        let rerating = terms.rerate(records, former: former, from: start, state: state)
        self.row = cycle
        self.frame = terms.frame
        self.told = rerating.told
        let positions = Dictionary(zip(stored.map(\.usageId), stored.indices)) { first, _ in first }
        self.row.charge = all.reduce(.zero) { $0 + $1.charge }
        for rated in rerating.changed {
            guard let position = positions[rated.usageId] else { continue }
            self.changed.append((stored[position], rated))
            self.row.charge = self.row.charge + rated.chargeMilliyuan - stored[position].charge
        }
        for (usageId, refusal) in rerating.refused {
            guard let position = positions[usageId] else { continue }
            self.refused.append((records[position], refusal))
            self.row.charge = self.row.charge - stored[position].charge
        }
        self.row.counters = CounterForms.bytes(terms.codedCounters(of: rerating.state))
        self.row.records = Int64(all.count - self.refused.count)
        let refused = Set(self.refused.map(\.record.usageId))
        self.row.lastEndedAt = all.lazy.filter { !refused.contains($0.usageId) }.map(\.endedAt).max()
        self.row.setSettled()
    }
}

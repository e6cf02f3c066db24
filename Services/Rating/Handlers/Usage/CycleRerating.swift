import Contracts
import Foundation
import Messaging
import Postgres
import RatingDomain

/// Rates the records of cycles again, and saves what has changed.
struct CycleRerating {
    private(set) var handled = Handled()
    private let context: HandlingContext
    private var numbers: ProvisionNumbers

    init(_ context: HandlingContext, _ numbers: ProvisionNumbers) {
        self.context = context
        self.numbers = numbers
    }

    /// - Returns: the cycle, as it is saved.
    @discardableResult
    mutating func rate(_ cycle: StoredCycle, _ terms: CompiledTerms) async throws -> StoredCycle {
        let transaction = self.context.transaction
        let all = try await transaction.execute(FindUsageOfCycle(key: cycle.key))
        // A record that is on a bill never changes: late ones count from what was used then.
        let stored = cycle.isBilled ? all.filter { $0.lateness == .unbilled } : all
        let start = try cycle.billedCounters.map { terms.state(ofCodes: try CounterForms.counters($0)) }
        let records = try stored.map { try $0.record() }
        var former: [UUID: RatedUsage] = [:]
        for (row, record) in zip(stored, records) {
            former[row.usageId] = try RatedUsage(
                of: record, in: row.cycle, charge: row.charge, storedForm: row.result, self.numbers.provision)
        }
        let state = terms.state(ofCodes: try CounterForms.counters(cycle.counters))
        let rerating = terms.rerate(records, former: former, from: start, state: state)
        let rows = Dictionary(stored.map { ($0.usageId, $0) }) { first, _ in first }
        let changed = try await self.save(rerating.changed, rows)
        for (row, rated) in changed {
            let previous = rows[row.usageId]?.charge ?? .zero
            let body = UsageRated(rated, of: cycle.accountId, sequence: row.sequence)
            self.handled.send(UsageRerated(rated: body, previousChargeMilliyuan: previous), causedBy: nil)
        }
        var bars: [SuspectedBar] = []
        for rated in rerating.told {
            bars += self.handled.tell(
                rated.notices, of: rated, cycle.accountId, cycle.key.account, terms.frame, causedBy: nil)
        }
        if !bars.isEmpty {
            _ = try await transaction.execute(SuspectBars(bars: bars, wallNow: self.context.wallNow))
        }
        try await self.reject(rerating.refused, records, cycle)
        let refused = Set(rerating.refused.map(\.usageId))
        var result = cycle
        result.counters = CounterForms.bytes(terms.codedCounters(of: rerating.state))
        result.records = Int64(all.count - refused.count)
        result.lastEndedAt = all.filter { !refused.contains($0.usageId) }.map(\.endedAt).max()
        let charges = Dictionary(changed.map { ($0.row.usageId, $0.row.charge) }) { first, _ in first }
        result.charge = all.reduce(.zero) { sum, row in
            refused.contains(row.usageId) ? sum : sum + (charges[row.usageId] ?? row.charge)
        }
        result.pendingFrom = nil
        result.pendingSince = nil
        _ = try await transaction.execute(UpdateCycles(cycles: [result]))
        self.handled.count("rating.cycles.rerated")
        return result
    }

    private mutating func save(
        _ changed: [RatedUsage], _ rows: [UUID: StoredUsage]
    ) async throws -> [(row: StoredUsage, rated: RatedUsage)] {
        guard !changed.isEmpty else { return [] }
        var needed: Set<Provision> = []
        for rated in changed { for line in rated.lines { needed.insert(line.provision) } }
        try await self.numbers.add(needed, in: self.context.transaction)
        var updates: [(row: StoredUsage, rated: RatedUsage)] = []
        for rated in changed {
            guard var row = rows[rated.usageId] else { continue }
            row.result = try rated.storedForm(self.numbers.number)
            row.charge = rated.chargeMilliyuan
            row.sequence += 1
            updates.append((row, rated))
        }
        _ = try await self.context.transaction.execute(UpdateUsage(records: updates.map(\.row)))
        return updates
    }

    /// What finds no member any more is as if it had not been taken: it can be sent again.
    private mutating func reject(
        _ refused: [(usageId: UUID, refusal: UsageRefusal)], _ records: [UsageRecord], _ cycle: StoredCycle
    ) async throws {
        guard !refused.isEmpty else { return }
        let byId = Dictionary(records.map { ($0.usageId, $0) }) { first, _ in first }
        var rejections: [UsageRejection] = []
        for (usageId, refusal) in refused {
            guard let record = byId[usageId] else { continue }
            let rejected = UsageRejected(
                usageId: UsageID(rawValue: usageId), code: refusal.code.rawValue, message: refusal.message,
                serviceNumber: record.serviceNumber, accountId: cycle.accountId, rejectedAt: self.context.now)
            self.handled.send(rejected, causedBy: nil)
            self.handled.count("rating.usage.rejected", [("code", refusal.code.rawValue)])
            rejections.append(
                UsageRejection(
                    record: UsageRecorded(record), accountId: cycle.accountId, code: refusal.code.rawValue,
                    message: refusal.message, rejectedAt: self.context.now))
        }
        _ = try await self.context.transaction.execute(
            DeleteUsage(cycle: cycle.key.cycle, ids: refused.map(\.usageId).sorted()))
        _ = try await self.context.transaction.execute(try KeepRejections(rejections))
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

import Contracts
import RatingDomain

/// An account's cycle while records are counted in it.
struct CountedCycle: Sendable {
    /// Its counters are in `state`.
    var row: StoredCycle
    let terms: CompiledTerms
    private(set) var state: CycleState

    init(_ row: StoredCycle, _ terms: CompiledTerms, _ state: CycleState) {
        self.row = row
        self.terms = terms
        self.state = state
    }

    init(_ row: StoredCycle, _ terms: CompiledTerms) throws {
        self.init(row, terms, terms.state(ofCodes: try CounterForms.counters(row.counters)))
        self.row.counters = []
    }

    /// As it is to be saved.
    var stored: StoredCycle {
        var row = self.row
        row.counters = CounterForms.bytes(self.terms.codedCounters(of: self.state))
        return row
    }

    /// Rates a record that comes after those before.
    ///
    /// - Throws: where its line is not the account's at its end; then nothing is counted.
    mutating func rate(_ record: UsageRecord, at wallNow: Timestamp) throws(UsageRefusal) -> RatedUsage {
        let guided = try self.terms.guide(record)
        let isDependent = self.terms.placement(of: guided, state: self.state) == .dependent
        self.row.noteArrival(of: record.endedAt, isDependent: isDependent, at: wallNow)
        let rated = self.terms.rate(guided, state: &self.state, isTelling: self.row.pendingFrom == nil)
        self.row.charge += rated.chargeMilliyuan
        self.row.records += 1
        self.row.lastEndedAt = max(self.row.lastEndedAt ?? record.endedAt, record.endedAt)
        return rated
    }
}

/// A cycle as it was after the last batch: an object, as it is looked at more often than it changes.
final class RememberedCycle: Sendable {
    /// Its counters are in `state`.
    let row: StoredCycle
    let terms: CompiledTerms
    let state: CycleState
    /// Of the lane, when it was last known to be so.
    let epoch: Int

    init(_ cycle: CountedCycle, epoch: Int) {
        self.row = cycle.row
        self.terms = cycle.terms
        self.state = cycle.state
        self.epoch = epoch
    }

    /// The same, still known to be so later on.
    func confirmed(in epoch: Int) -> RememberedCycle {
        RememberedCycle(CountedCycle(self.row, self.terms, self.state), epoch: epoch)
    }
}

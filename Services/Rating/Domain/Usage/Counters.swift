package import Contracts

/// What one counter of an account's cycle counts. Its text is what is stored.
package struct CounterKey: Hashable, Sendable, CustomStringConvertible {
    package enum Kind: String, Sendable, CaseIterable {
        /// Of an allowance, of a capped charge, of data beyond all quotas.
        case used
        /// Of an allowance with thresholds: what was drawn while no other came after it.
        case usedAsLast
        /// The end of the latest record that drew on it, in microseconds since 1970.
        case drawnAt
        /// The bytes of a member.
        case volume
        /// The messages of a member on one day.
        case messages
        /// 1 when it has been told; of days, a bit each. What has been told stays told, also where records are rated
        /// again.
        case told
    }

    package var kind: Kind
    /// `shared/B1`, `plan/13109160001/GPRS-5/bytes` …
    package var of: String

    package init(_ kind: Kind, _ of: String) {
        self.kind = kind
        self.of = of
    }

    /// Reads what `description` writes.
    package init?(_ text: String) {
        guard let space = text.firstIndex(of: " "), let kind = Kind(rawValue: String(text[..<space])) else {
            return nil
        }
        self.init(kind, String(text[text.index(after: space)...]))
    }

    package var description: String { "\(self.kind.rawValue) \(self.of)" }
}

/// The counters of an account's cycle, in the order of its compiled terms: everything that rating one record leaves for
/// the next.
package struct CycleState: Hashable, Sendable {
    var values: [Int64]

    /// The latest end of all rated records; before everything where there is none.
    package var lastEndedAt: Timestamp { Timestamp(microseconds: self.values[Self.lastEnd]) }

    static let lastEnd = 0

    subscript(_ slot: Int) -> Int64 {
        get { self.values[slot] }
        set { self.values[slot] = newValue }
    }

    /// Adds, and stays at the end of the range rather than pass it.
    mutating func add(_ amount: Int64, to slot: Int) {
        let (sum, overflows) = self.values[slot].addingReportingOverflow(amount)
        self.values[slot] = overflows ? .max : sum
    }

    mutating func raise(_ slot: Int, to value: Int64) {
        if value > self.values[slot] { self.values[slot] = value }
    }
}

extension CompiledTerms {
    /// What each slot of a state counts.
    package var keys: [CounterKey] { self.shape.keys.map(self.names.key) }

    /// Nothing used, nothing told.
    package var emptyState: CycleState { CycleState(values: [Int64](repeating: 0, count: self.shape.keys.count)) }

    /// Counters that were stored; those that are not there are nothing. Keys that these terms do not have are left out:
    /// terms of a cycle only ever grow.
    package func state(of counters: [CounterKey: Int64]) -> CycleState {
        var state = self.emptyState
        for (slot, key) in self.keys.enumerated() { state[slot] = counters[key] ?? 0 }
        return state
    }

    /// Counters that were stored under their codes.
    package func state(ofCodes counters: [(code: UInt64, value: Int64)]) -> CycleState {
        var state = self.emptyState
        // There are few counters, and nearly always in the order of the slots.
        var rest = counters[...]
        for (slot, code) in self.shape.codes.enumerated() {
            guard let first = rest.first else { return state }
            let code = code.code(self.names)
            if first.code == code {
                state[slot] = first.value
                rest = rest.dropFirst()
            } else if let index = rest.firstIndex(where: { $0.code == code }) {
                state[slot] = rest[index].value
                rest.remove(at: index)
            }
        }
        return state
    }

    /// All counters that are not nothing, to be stored under their codes.
    package func codedCounters(of state: CycleState) -> [(code: UInt64, value: Int64)] {
        state.values.indices.compactMap { slot in
            state[slot] == 0 ? nil : (self.shape.codes[slot].code(self.names), state[slot])
        }
    }

    /// All counters that are not nothing.
    package func counters(of state: CycleState) -> [CounterKey: Int64] {
        var counters: [CounterKey: Int64] = [:]
        for (slot, key) in self.keys.enumerated() where state[slot] != 0 { counters[key] = state[slot] }
        return counters
    }

    /// What is to be added to the counters of one state to make them those of another.
    package func changes(from former: CycleState, to latter: CycleState) -> [(key: CounterKey, amount: Int64)] {
        let keys = self.keys
        return keys.indices.compactMap { slot in
            let change = latter[slot] &- former[slot]
            return change == 0 ? nil : (keys[slot], change)
        }
    }

    /// The same before any record, with what has been told.
    func restarted(_ state: CycleState) -> CycleState {
        var restarted = self.emptyState
        for (slot, key) in self.shape.keys.enumerated() where key.kind == .told { restarted[slot] = state[slot] }
        return restarted
    }
}

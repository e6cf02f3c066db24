package import Contracts

/// What a line has used of its data packs, for who tells its user.
package struct DataBalance: Hashable, Sendable {
    package var serviceNumber: String
    /// The pack that is used last, which is the one that counts (G-02).
    package var allowance: String
    /// Bytes of all its packs.
    package var quota: Int64
    /// Bytes, those beyond the packs too.
    package var used: Int64
    /// Bytes that are left of all packs.
    package var remaining: Int64
    /// The lowest threshold of the last pack that what is left of it has reached; `nil` where it has more.
    package var threshold: Int64?
}

extension CompiledTerms {
    /// Of each active line with a data pack of a limit at an instant (NTF-01, NTF-02).
    package func dataBalances(in state: CycleState, at instant: Timestamp) -> [DataBalance] {
        let segment = self.segments[self.segmentIndex(at: instant)]
        return self.members.indices.compactMap { member in
            let conditions = segment.conditions[member]
            let packs = conditions.dataChain.map { self.allowances[$0] }.filter { $0.quota != .max }
            guard conditions.isActive, packs.count == conditions.dataChain.count, let last = packs.last else {
                return nil
            }
            let used = packs.reduce(Int64(0)) { $0 + state[$1.used] }
            let left = last.quota - state[last.used]
            return DataBalance(
                serviceNumber: self.names.numbers[member],
                allowance: last.provision.allowance ?? "",
                quota: packs.reduce(0) { $0 + $1.quota },
                used: used + (conditions.dataOverage == nil ? 0 : state[self.members[member].overageUsed]),
                remaining: packs.reduce(0) { $0 + $1.quota - state[$1.used] },
                threshold: last.thresholds.filter { left <= $0 }.min()
            )
        }
    }
}

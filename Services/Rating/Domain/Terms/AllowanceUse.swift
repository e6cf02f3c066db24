import Contracts

/// How much of an allowance is used.
package struct AllowanceUse: Hashable, Sendable {
    /// `shared/…`, `plan/13109160001/…/bytes`: the same as long as the terms are.
    package var id: String
    /// What it is called in messages.
    package var name: String
    /// Where the catalogue says so.
    package var source: String
    /// `nil` without end.
    package var quota: Int64?
    package var used: Int64
}

extension CompiledTerms {
    package func allowanceUses(in state: CycleState) -> [AllowanceUse] {
        let keys = self.keys
        return self.allowances.compactMap { allowance in
            guard let name = allowance.provision.allowance else { return nil }
            return AllowanceUse(
                id: keys[allowance.used].of,
                name: name,
                source: allowance.provision.source,
                quota: allowance.quota == .max ? nil : allowance.quota,
                used: state[allowance.used]
            )
        }
    }
}

import Contracts

extension CompiledTerms {
    /// How a record stands to those that are rated already.
    package enum Placement: Sendable, Hashable {
        /// It ended after all of them.
        case next
        /// It ended before some of them, and rating it now gives what rating it in its place gives, to it and to all.
        case independent
        /// It may not be so: the cycle must be rated again, from this record on.
        case dependent
    }

    /// Whether a record can be rated now.
    ///
    /// What it leaves are sums and latest times, which do not depend on the order. Its result and that of those after
    /// it depend on the order only where something is used up. So for everything that it draws on, one of these must
    /// hold: there is enough for it and for all that drew on it so far, so that nobody gets less in any order; or it was
    /// used up by records that all ended before it, so that it gets nothing in its place either.
    package func placement(of guided: GuidedUsage, state: CycleState) -> Placement {
        if guided.record.endedAt > state.lastEndedAt { return .next }
        let charging = self.charging(guided)
        let end = guided.record.endedAt.microseconds
        var rest = charging.units
        for index in charging.chain where rest > 0 {
            switch self.certainty(of: self.allowances[index], units: rest, end: end, state) {
            case .whole: rest = 0
            case .nothing: continue
            case .unknown: return .dependent
            }
        }
        guard rest > 0 else { return .independent }
        // Whose record completes a MB depends on the order among all that are beyond their quotas.
        if case .cycle(_, let drawnAt) = charging.pricing, end <= state[drawnAt] { return .dependent }
        guard let capped = charging.capped else { return .independent }
        let price = self.price(charging, units: rest, state: state)
        let isCertain = price == 0 || self.certainty(of: capped.fee, units: price, end: end, state) != .unknown
        return isCertain ? .independent : .dependent
    }

    private enum Certainty {
        case whole, nothing, unknown
    }

    private func certainty(of allowance: Allowance, units: Int64, end: Int64, _ state: CycleState) -> Certainty {
        let left = allowance.quota - state[allowance.used]
        if units <= left { return .whole }
        return left <= 0 && end > state[allowance.drawnAt] ? .nothing : .unknown
    }
}

package import Contracts

/// How what a subject has brought is divided among partners (RAT-58, G-31).
package enum Settlement {
    package struct Share: Hashable, Sendable {
        package var partner: String
        package var amount: Milliyuan
    }

    /// The division that holds on a day: the latest that began until then; `nil` where nothing is agreed.
    package static func division(
        of subject: String, on day: CivilDate, _ shares: [RevenueShare]
    ) -> RevenueShare? {
        shares.filter { $0.subject == subject && $0.since <= day }.max { $0.since < $1.since }
    }

    /// Each partner's part, rounded to zero; the first has what rounding leaves, so that the parts are the whole.
    package static func shares(of amount: Milliyuan, _ division: RevenueShare) -> [Share] {
        var shares = division.parts.map {
            Share(partner: $0.partner, amount: Milliyuan(Self.part($0.percent, of: amount.rawValue)))
        }
        guard !shares.isEmpty else { return [] }
        shares[0].amount += amount - shares.reduce(.zero) { $0 + $1.amount }
        return shares
    }

    private static func part(_ percent: Int64, of amount: Int64) -> Int64 {
        let (high, low) = amount.multipliedFullWidth(by: percent)
        return Int64(100).dividingFullWidth((high, low)).quotient
    }
}

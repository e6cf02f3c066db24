package import Contracts

/// When what is not paid has consequences (G-35, G-53).
package enum CreditControl {
    /// The end of the month of issue.
    package static func dueAt(issuedIn month: BillingCycle, _ calendar: BusinessCalendar) -> Timestamp {
        month.next.start(calendar)
    }

    /// From when on a bill is overdue, and its account to be stopped: both at the 1st of the month after that of issue.
    package static func suspensionAt(issuedIn month: BillingCycle, _ calendar: BusinessCalendar) -> Timestamp {
        Self.dueAt(issuedIn: month, calendar)
    }

    /// The lines that are stopped together (PRO-24). 3G members answer for their own account: they are stopped where it
    /// is all 3G.
    package static func suspended(_ lines: [(serviceNumber: String, product: String)]) -> [String] {
        let together: Set<String> = ["fixedLine", "broadband", "mobile2g"]
        let stopped = lines.filter { together.contains($0.product) }
        let chosen = stopped.isEmpty ? lines : stopped
        return chosen.map(\.serviceNumber).sorted()
    }

    /// The mean of the last bills, with which the charges of an open cycle are compared; `nil` where there are too few.
    package static func mean(of bills: [Milliyuan], _ limit: HighBillLimit) -> Milliyuan? {
        let last = bills.suffix(limit.bills)
        guard last.count == limit.bills, limit.bills > 0 else { return nil }
        return Milliyuan(last.reduce(.zero, +).rawValue / Int64(limit.bills))
    }

    /// What the charges of an open cycle have gone beyond, where they are abnormally high: three times the mean of the
    /// last bills, and no less than a sum of the catalogue's (NTF-21, G-20); `nil` where they are not.
    package static func highBillLimit(
        charges: Milliyuan, mean: Milliyuan, _ limit: HighBillLimit
    ) -> Milliyuan? {
        let bound = Milliyuan(mean.rawValue * limit.factor)
        guard charges > bound, charges >= limit.minimum else { return nil }
        return max(bound, limit.minimum)
    }
}

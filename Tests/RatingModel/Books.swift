/// Money that is kept apart. The public ledger is called `public` and pays for everything.
package struct Ledger: Hashable, Sendable {
    package var id: String
    package var openedAt: Instant
    /// The member for whose charges it is, if it is for one's.
    package var number: String?
    /// The subjects for which it is, by their first levels; empty for all.
    package var subjects: [[String]]
    package var expiresAt: Instant?
    package var balance: Int

    package init(
        _ id: String, openedAt: Instant, number: String? = nil, subjects: [[String]] = [], expiresAt: Instant? = nil,
        balance: Int = 0
    ) {
        self.id = id
        self.openedAt = openedAt
        self.number = number
        self.subjects = subjects
        self.expiresAt = expiresAt
        self.balance = balance
    }

    package var isPublic: Bool { self.id == "public" }

    func pays(for line: BillLine) -> Bool {
        (self.number == nil || self.number == line.number)
            && (self.subjects.isEmpty || self.subjects.contains { line.subject.levels.starts(with: $0) })
    }

    /// The order in which ledgers pay: dedicated before public; earliest expiry first, then oldest.
    static func paysBefore(_ left: Ledger, _ right: Ledger) -> Bool {
        if left.isPublic != right.isPublic { return right.isPublic }
        return (left.expiresAt ?? .max, left.openedAt, left.id) < (right.expiresAt ?? .max, right.openedAt, right.id)
    }
}

package struct Payment: Hashable, Sendable {
    package var id: String
    /// The account's id or any of its numbers.
    package var payee: String
    package var amount: Int
    package var ledger: String?
    package var agreement: String?
    package var receivedAt: Instant

    package init(
        _ id: String, to payee: String, _ amount: Int, ledger: String? = nil, agreement: String? = nil, at: Instant
    ) {
        self.id = id
        self.payee = payee
        self.amount = amount
        self.ledger = ledger
        self.agreement = agreement
        self.receivedAt = at
    }
}

package enum PaymentRejection: Hashable, Sendable {
    case unknownAccount, amountNotAboveZero, unknownLedger
    /// AMBIGUOUS: money for a dedicated ledger without an agreement is refused rather than put elsewhere (RAT-33).
    case agreementNeeded
}

package struct Adjustment: Hashable, Sendable {
    package enum Rule: Hashable, Sendable { case single, double, rentWaiver, goodwill }

    package var id: String
    package var account: String
    package var number: String?
    package var usageIds: [String]
    package var amount: Int
    package var rule: Rule

    package init(
        _ id: String, _ account: String, number: String? = nil, usageIds: [String] = [], _ amount: Int, _ rule: Rule
    ) {
        self.id = id
        self.account = account
        self.number = number
        self.usageIds = usageIds
        self.amount = amount
        self.rule = rule
    }
}

package enum AdjustmentRejection: Hashable, Sendable {
    case unknownAccount, amountNotAboveZero, unknownUsage, refundedBefore, aboveCharge
}

/// The last three bills and what the open cycle comes to (NTF-21, G-20): above three times their mean, and at least
/// 200 yuan. SILENT: with fewer than three bills there is nothing to compare with.
package func isHighBill(_ charges: Int, lastBills: [Int]) -> Bool {
    guard lastBills.count >= 3 else { return false }
    return charges > lastBills.suffix(3).reduce(0, +) && charges >= 200_000
}

/// When credit control acts on a bill that stays unpaid.
///
/// AMBIGUOUS: "at the 1st of the next month". The bill of December is issued on 1 January and due by the end of January;
/// so it is overdue from 1 February 00:00 on, and the next month's 1st is 1 March (G-35, G-53: three days before the stop
/// there is a reminder, after the due date).
package func overdueAt(_ bill: Bill) -> Instant { bill.dueAt }
package func suspensionAt(_ bill: Bill) -> Instant { Month(of: bill.dueAt).next.start }

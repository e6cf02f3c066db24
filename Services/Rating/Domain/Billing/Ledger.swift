package import Contracts

/// Money of an account that is kept apart: for everything, or for one member's charges, or for some subjects (RAT-28).
package struct Ledger: Hashable, Sendable {
    /// What becomes of the money that is left in a ledger when its time is over; without one it stays there.
    package enum Remainder: String, Sendable, CaseIterable {
        /// It was given for the time alone (CAT-25).
        case lapses
        /// It was put aside, and goes back to the public ledger (G-39).
        case returns
    }

    package var id: LedgerID
    package var isPublic: Bool
    package var openedAt: Timestamp
    /// For whose charges it is; `nil` for everybody's.
    package var serviceNumber: String?
    /// For which subjects it is, by their first levels; none for all.
    package var subjects: [[String]]
    /// It pays for what is due until then, and for nothing later.
    package var expiresAt: Timestamp?
    package var remainder: Remainder?
    /// It pays for nothing: its money is given back month by month (CAT-32).
    package var isLocked: Bool
    package var balance: Milliyuan

    package init(
        id: LedgerID, isPublic: Bool, openedAt: Timestamp, serviceNumber: String? = nil, subjects: [[String]] = [],
        expiresAt: Timestamp? = nil, remainder: Remainder? = nil, isLocked: Bool = false, balance: Milliyuan = .zero
    ) {
        self.id = id
        self.isPublic = isPublic
        self.openedAt = openedAt
        self.serviceNumber = serviceNumber
        self.subjects = subjects
        self.expiresAt = expiresAt
        self.remainder = remainder
        self.isLocked = isLocked
        self.balance = balance
    }

    /// Whether it pays for a line that is due at `instant` (RAT-29).
    func pays(for line: BillLine, at instant: Timestamp) -> Bool {
        guard !self.isLocked, self.expiresAt.map({ $0 >= instant }) ?? true else { return false }
        return (self.serviceNumber == nil || self.serviceNumber == line.serviceNumber)
            && (self.subjects.isEmpty || self.subjects.contains { line.subject.starts(with: $0) })
    }

    /// Whether both are for the same, and end alike.
    package func isDedicated(like other: Ledger) -> Bool {
        !self.isPublic && !other.isPublic && self.serviceNumber == other.serviceNumber
            && self.subjects == other.subjects && self.expiresAt == other.expiresAt
            && self.remainder == other.remainder && self.isLocked == other.isLocked
    }

    /// Empties those whose time is over, as far as what is left does not stay.
    package static func expire(
        _ ledgers: inout [Ledger], at instant: Timestamp
    ) -> [(ledger: LedgerID, amount: Milliyuan, remainder: Remainder)] {
        var expired: [(ledger: LedgerID, amount: Milliyuan, remainder: Remainder)] = []
        for index in ledgers.indices {
            let ledger = ledgers[index]
            guard let remainder = ledger.remainder, ledger.balance > .zero,
                ledger.expiresAt.map({ $0 <= instant }) ?? false
            else { continue }
            ledgers[index].balance = .zero
            expired.append((ledger.id, ledger.balance, remainder))
            guard remainder == .returns, let common = ledgers.firstIndex(where: \.isPublic) else { continue }
            ledgers[common].balance += ledger.balance
        }
        return expired
    }

    /// Which of two pays first: dedicated before public, earliest expiry first, then the oldest (RAT-30, G-13).
    func precedes(_ other: Ledger) -> Bool {
        if self.isPublic != other.isPublic { return other.isPublic }
        switch (self.expiresAt, other.expiresAt) {
        case (let expiry?, let otherExpiry?) where expiry != otherExpiry: return expiry < otherExpiry
        case (_?, nil): return true
        case (nil, _?): return false
        default: return (self.openedAt, self.id) < (other.openedAt, other.id)
        }
    }
}

package import Contracts

/// Money of an account that is kept apart: for everything, or for one member's charges, or for some subjects (RAT-28).
package struct Ledger: Hashable, Sendable {
    package var id: LedgerID
    package var isPublic: Bool
    package var openedAt: Timestamp
    /// For whose charges it is; `nil` for everybody's.
    package var serviceNumber: String?
    /// For which subjects it is, by their first levels; none for all.
    package var subjects: [[String]]
    /// It pays for what is due until then, and for nothing later.
    package var expiresAt: Timestamp?
    package var balance: Milliyuan

    package init(
        id: LedgerID, isPublic: Bool, openedAt: Timestamp, serviceNumber: String? = nil, subjects: [[String]] = [],
        expiresAt: Timestamp? = nil, balance: Milliyuan = .zero
    ) {
        self.id = id
        self.isPublic = isPublic
        self.openedAt = openedAt
        self.serviceNumber = serviceNumber
        self.subjects = subjects
        self.expiresAt = expiresAt
        self.balance = balance
    }

    /// Whether it pays for a line that is due at `instant` (RAT-29).
    func pays(for line: BillLine, at instant: Timestamp) -> Bool {
        guard self.expiresAt.map({ $0 >= instant }) ?? true else { return false }
        return (self.serviceNumber == nil || self.serviceNumber == line.serviceNumber)
            && (self.subjects.isEmpty || self.subjects.contains { line.subject.starts(with: $0) })
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

import Contracts
import RatingDomain

/// An account with its lines and what is in force on them.
struct AccountView: Encodable {
    struct Parked: Encodable {
        var code: String
        var reason: String
        var parkedAt: Timestamp
    }

    struct Line: Encodable {
        var serviceNumber: String
        var product: String
        var attachedAt: Timestamp
        var detachedAt: Timestamp?
    }

    struct LedgerView: Encodable {
        var ledgerId: LedgerID
        var isPublic: Bool
        var openedAt: Timestamp
        /// For whose charges; absent for everybody's.
        var serviceNumber: String?
        /// For which subjects, by their first levels; none for all.
        var subjects: [[String]]
        var expiresAt: Timestamp?
        var balanceMilliyuan: Milliyuan

        init(_ ledger: Ledger) {
            self.ledgerId = ledger.id
            self.isPublic = ledger.isPublic
            self.openedAt = ledger.openedAt
            self.serviceNumber = ledger.serviceNumber
            self.subjects = ledger.subjects
            self.expiresAt = ledger.expiresAt
            self.balanceMilliyuan = ledger.balance
        }
    }

    struct Agreement: Encodable {
        var bundleId: String
        var offer: String
        var effectiveAt: Timestamp
        var endedAt: Timestamp?
        var serviceNumbers: [String]
    }

    var accountId: String
    var customerId: String?
    var publicLedgerId: LedgerID
    var openedAt: Timestamp
    var parked: Parked?
    var lines: [Line]
    var agreements: [Agreement]
    /// The public one first.
    var ledgers: [LedgerView]
    /// Of all bills.
    var outstandingMilliyuan: Milliyuan
    /// Lines that credit control has stopped.
    var stoppedNumbers: [String]

    init(_ row: AccountRow, _ history: AccountHistory, _ ledgers: [Ledger]) {
        self.ledgers = ledgers.map(LedgerView.init)
        self.outstandingMilliyuan = row.outstanding
        self.stoppedNumbers = row.stoppedNumbers
        self.accountId = row.account.accountId
        self.customerId = row.customerId
        self.publicLedgerId = row.publicLedgerId
        self.openedAt = row.openedAt
        if let code = row.parkedCode, let reason = row.parkedReason, let parkedAt = row.parkedAt {
            self.parked = Parked(code: code, reason: reason, parkedAt: parkedAt)
        }
        self.lines = history.attachments
            .map { line in
                Line(
                    serviceNumber: line.serviceNumber, product: line.product, attachedAt: line.span.from,
                    detachedAt: line.span.until)
            }
            .sorted { ($0.serviceNumber, $0.attachedAt) < ($1.serviceNumber, $1.attachedAt) }
        // One that lasts no time only says how others end.
        self.agreements = history.agreements.filter { $0.span.until != $0.span.from }
            .sorted { ($0.span.from, $0.id) < ($1.span.from, $1.id) }
            .map { agreement in
                Agreement(
                    bundleId: agreement.id, offer: agreement.offer, effectiveAt: agreement.span.from,
                    endedAt: agreement.span.until,
                    serviceNumbers: agreement.members.filter { $0.role != .leaving }.map(\.serviceNumber))
            }
    }
}

/// What an account has used in a cycle.
struct CycleView: Encodable {
    struct Allowance: Encodable {
        /// The same as long as the terms are.
        var id: String
        /// As in `usage.rated`.
        var allowance: String
        /// Where the catalogue says so.
        var source: String
        /// Absent without end.
        var total: Int64?
        var used: Int64
        var remaining: Int64?
    }

    var accountId: String
    var cycle: BillingCycle
    /// By which it is rated; absent while nothing is used.
    var catalogueVersion: String?
    var records: Int64
    var chargeMilliyuan: Milliyuan
    /// Whether records are still to be rated again.
    var isSettled: Bool
    var allowances: [Allowance]

    /// A cycle without usage.
    init(accountId: String, unused cycle: BillingCycle) {
        self.accountId = accountId
        self.cycle = cycle
        self.records = 0
        self.chargeMilliyuan = .zero
        self.isSettled = true
        self.allowances = []
    }

    init(_ row: StoredCycle, _ terms: ShelvedTerms?) throws {
        self.accountId = row.accountId
        self.cycle = row.key.cycle
        self.catalogueVersion = row.catalogueVersion
        self.records = row.records
        self.chargeMilliyuan = row.charge
        self.isSettled = row.pendingFrom == nil
        guard case .terms(let terms)? = terms else {
            self.allowances = []
            return
        }
        let state = terms.state(ofCodes: try CounterForms.counters(row.counters))
        self.allowances = terms.allowanceUses(in: state).map { use in
            Allowance(
                id: use.id, allowance: use.name, source: use.source, total: use.quota, used: use.used,
                remaining: use.quota.map { $0 - use.used })
        }
    }
}

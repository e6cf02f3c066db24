import Contracts
import RatingDomain

/// A bill, issued or as it would be now.
struct BillView: Encodable {
    /// What stands under a subject, with what stands under the subjects below it.
    struct Subject: Encodable {
        var name: String
        var amountMilliyuan: Milliyuan
        /// Absent on the third level.
        var subjects: [Subject]?
    }

    struct Line: Encodable {
        var path: [String]
        /// Absent where it is nobody's in particular.
        var serviceNumber: String?
        var amountMilliyuan: Milliyuan
        /// What no ledger has paid.
        var unpaidMilliyuan: Milliyuan
    }

    struct Debit: Encodable {
        var ledgerId: LedgerID
        var debitedMilliyuan: Milliyuan
    }

    /// Absent of a preview.
    var billId: BillID?
    var accountId: String
    var cycle: BillingCycle
    var isIssued: Bool
    var issuedAt: Timestamp?
    var dueAt: Timestamp?
    var overdueAt: Timestamp?
    var mainServiceNumber: String?
    var totalMilliyuan: Milliyuan
    /// When it was issued, and now.
    var outstandingAtIssueMilliyuan: Milliyuan
    var outstandingMilliyuan: Milliyuan
    /// Of a preview: what ledgers would pay.
    var ledgers: [Debit]?
    var subjects: [Subject]
    var lines: [Line]

    init(_ bill: StoredBill, _ lines: [BillLine], of accountId: String) {
        self.billId = bill.id
        self.accountId = accountId
        self.cycle = bill.key.cycle
        self.isIssued = true
        self.issuedAt = bill.issuedAt
        self.dueAt = bill.dueAt
        self.overdueAt = bill.overdueAt
        self.mainServiceNumber = bill.mainNumber
        self.totalMilliyuan = bill.total
        self.outstandingAtIssueMilliyuan = bill.outstandingFirst
        self.outstandingMilliyuan = bill.outstanding
        self.subjects = Self.tree(lines)
        self.lines = lines.map(Self.line)
    }

    init(preview bill: Bill, _ cycle: BillingCycle, _ terms: AccountTerms, of accountId: String) {
        self.accountId = accountId
        self.cycle = cycle
        self.isIssued = false
        self.mainServiceNumber = terms.bundles.first?.mainNumber ?? terms.members.first?.serviceNumber
        self.totalMilliyuan = bill.total
        self.outstandingAtIssueMilliyuan = bill.outstanding
        self.outstandingMilliyuan = bill.outstanding
        self.ledgers = bill.debits.map { Debit(ledgerId: $0.ledger, debitedMilliyuan: $0.amount) }
        self.subjects = Self.tree(bill.lines)
        self.lines = bill.lines.map(Self.line)
    }

    private static func line(_ line: BillLine) -> Line {
        Line(
            path: line.subject, serviceNumber: line.serviceNumber.isEmpty ? nil : line.serviceNumber,
            amountMilliyuan: line.amount, unpaidMilliyuan: line.unpaid)
    }

    /// The sums of the three levels (RAT-37), in the order of the names.
    private static func tree(_ lines: [BillLine], level: Int = 0) -> [Subject] {
        Dictionary(grouping: lines) { $0.subject[level] }
            .map { name, lines in
                Subject(
                    name: name, amountMilliyuan: lines.reduce(.zero) { $0 + $1.amount },
                    subjects: level + 1 < BillSubject.levels ? Self.tree(lines, level: level + 1) : nil)
            }
            .sorted { $0.name < $1.name }
    }
}

/// What is due to partners for a cycle.
struct SettlementView: Encodable {
    struct Part: Encodable {
        var partner: String
        var amountMilliyuan: Milliyuan
    }

    struct Subject: Encodable {
        var subject: String
        var path: [String]
        var amountMilliyuan: Milliyuan
        var parts: [Part]
    }

    var cycle: BillingCycle
    /// Whether every account is billed for it: nothing changes any more.
    var isFinal: Bool
    /// Those that are shared with partners.
    var subjects: [Subject]

    /// - Parameter amounts: what the cycle's bills have under each subject.
    init(_ cycle: BillingCycle, isFinal: Bool, _ amounts: [[String]: Milliyuan], _ book: TariffBook) {
        self.cycle = cycle
        self.isFinal = isFinal
        self.subjects = amounts.compactMap { path, amount in
            guard let subject = book.catalogue.billSubjects.values.first(where: { $0.path == path }),
                let division = Settlement.division(of: subject.code, on: cycle.firstDay, book.tariffs.revenueShares)
            else { return nil }
            return Subject(
                subject: subject.code, path: path, amountMilliyuan: amount,
                parts: Settlement.shares(of: amount, division).map {
                    Part(partner: $0.partner, amountMilliyuan: $0.amount)
                })
        }.sorted { $0.subject < $1.subject }
    }
}

import Contracts
import RatingDomain

/// Makes the bill of an account for a cycle of what is stored: the one that is issued, and the preview of it.
struct BillDraft {
    let book: TariffBook
    let frame: CycleFrame
    private let numbers: ProvisionNumbers

    init(book: TariffBook, cycle: BillingCycle, numbers: ProvisionNumbers) {
        self.book = book
        self.frame = book.frame(cycle)
        self.numbers = numbers
    }

    /// - Parameters:
    ///   - terms: of the cycle.
    ///   - usage: the cycle's.
    ///   - late: usage of earlier cycles that came when they were billed.
    func bill(
        _ terms: AccountTerms, usage: [StoredUsage], late: [StoredUsage], _ extras: BillExtras,
        credits: [OpenCredit], ledgers: inout [Ledger]
    ) throws -> Bill {
        let fees = MonthlyFees.lines(terms, book: self.book, frame: self.frame).map {
            BillLine(subject: $0.provision.subject.path, serviceNumber: $0.payer, amount: $0.amountMilliyuan)
        }
        let charges = try fees + usage.flatMap { try self.lines(of: $0) } + self.lateLines(late) + extras.charges
        return Bill(
            charges: charges, minimumSpends: extras.minimumSpends, credits: credits,
            groupPayments: extras.groupPayments, ledgers: &ledgers, issuedAt: self.frame.end)
    }

    private func lines(of usage: StoredUsage) throws -> [BillLine] {
        let rated = try self.rated(usage)
        return rated.lines.filter { $0.chargeMilliyuan != .zero }.map {
            BillLine(
                subject: $0.provision.subject.path, serviceNumber: rated.payer, amount: $0.chargeMilliyuan)
        }
    }

    private func rated(_ usage: StoredUsage) throws -> RatedUsage {
        try RatedUsage(
            of: usage.record(), in: usage.cycle, charge: usage.charge, storedForm: usage.result,
            self.numbers.provision)
    }

    /// Usage that came when its cycle was billed: a line for each cycle and number.
    private func lateLines(_ late: [StoredUsage]) throws -> [BillLine] {
        let path = self.book.subject(.previousCycle).path
        return try late.map { usage in
            let rated = try self.rated(usage)
            return BillLine(
                subject: [path[0], rated.cycle.description, path[2]], serviceNumber: rated.payer,
                amount: rated.chargeMilliyuan)
        }
    }
}

/// The bill of a cycle. The sum of `subjects` is the total, and that is the sum of the debits and what is outstanding.
package struct BillIssued: MessageBody, Hashable {
    package static let type = "bill.issued"
    package static let topic = Topic.accountsEvents

    /// What a bill has under one subject.
    package struct SubjectAmount: Codable, Hashable, Sendable {
        /// Three levels, such as value-added services, G3 notebook, overage (RAT-37).
        package var path: [String]
        /// Negative for a credit.
        package var amountMilliyuan: Milliyuan

        package init(
            path: [String],
            amountMilliyuan: Milliyuan
        ) {
            self.path = path
            self.amountMilliyuan = amountMilliyuan
        }
    }

    /// What a ledger paid of a bill.
    package struct LedgerDebit: Codable, Hashable, Sendable {
        package var ledgerId: LedgerID
        /// Not below zero.
        package var debitedMilliyuan: Milliyuan

        package init(
            ledgerId: LedgerID,
            debitedMilliyuan: Milliyuan
        ) {
            self.ledgerId = ledgerId
            self.debitedMilliyuan = debitedMilliyuan
        }
    }

    package var billId: BillID
    package var accountId: String
    package var cycle: BillingCycle
    package var issuedAt: Timestamp
    package var totalMilliyuan: Milliyuan
    package var subjects: [SubjectAmount]
    package var ledgers: [LedgerDebit]
    /// What no ledger covered.
    package var outstandingMilliyuan: Milliyuan
    /// The number on the bill (RAT-39).
    package var mainServiceNumber: String?
    /// The end of the month of issue.
    package var dueAt: Timestamp?

    package var key: String { self.accountId }
    package var subject: String { self.billId.description }

    package init(
        billId: BillID,
        accountId: String,
        cycle: BillingCycle,
        issuedAt: Timestamp,
        totalMilliyuan: Milliyuan,
        subjects: [SubjectAmount],
        ledgers: [LedgerDebit],
        outstandingMilliyuan: Milliyuan,
        mainServiceNumber: String? = nil,
        dueAt: Timestamp? = nil
    ) {
        self.billId = billId
        self.accountId = accountId
        self.cycle = cycle
        self.issuedAt = issuedAt
        self.totalMilliyuan = totalMilliyuan
        self.subjects = subjects
        self.ledgers = ledgers
        self.outstandingMilliyuan = outstandingMilliyuan
        self.mainServiceNumber = mainServiceNumber
        self.dueAt = dueAt
    }
}

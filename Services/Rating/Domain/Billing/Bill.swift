package import Contracts

/// What a bill has under one subject for one number.
package struct BillLine: Hashable, Sendable {
    /// Three levels (RAT-37).
    package var subject: [String]
    /// Of the account's number that pays; empty where it is nobody's in particular.
    package var serviceNumber: String
    /// Below zero for a credit.
    package var amount: Milliyuan
    /// What no ledger has paid yet, and no credit has taken away. Not below zero.
    package var unpaid: Milliyuan

    package init(subject: [String], serviceNumber: String, amount: Milliyuan, unpaid: Milliyuan? = nil) {
        self.subject = subject
        self.serviceNumber = serviceNumber
        self.amount = amount
        self.unpaid = unpaid ?? max(.zero, amount)
    }
}

/// A credit that no bill has had yet, or not the whole of it.
package struct OpenCredit: Hashable, Sendable {
    /// Of the adjustment.
    package var id: String
    package var subject: [String]
    /// Whose charges it lowers first; `nil`: the bill's in its order.
    package var serviceNumber: String?
    /// What is left of it, above zero.
    package var rest: Milliyuan

    package init(id: String, subject: [String], serviceNumber: String?, rest: Milliyuan) {
        self.id = id
        self.subject = subject
        self.serviceNumber = serviceNumber
        self.rest = rest
    }
}

/// What a ledger pays.
package struct LedgerDebit: Hashable, Sendable {
    package var ledger: LedgerID
    package var amount: Milliyuan
}

/// The bill of one account for one cycle: its total is the sum of its lines, and of what ledgers paid and what is
/// outstanding.
package struct Bill: Hashable, Sendable {
    package private(set) var lines: [BillLine]
    /// What each ledger paid when it was issued.
    package private(set) var debits: [LedgerDebit] = []
    /// What has been taken of each credit.
    package private(set) var credits: [(id: String, amount: Milliyuan)] = []
    /// What others pay for numbers of the account.
    package private(set) var shares: [GroupPayment.Share] = []
    /// What was left in ledgers whose time is over.
    package private(set) var expired: [(ledger: LedgerID, amount: Milliyuan, remainder: Ledger.Remainder)] = []

    package var total: Milliyuan { self.lines.reduce(.zero) { $0 + $1.amount } }
    package var outstanding: Milliyuan { self.lines.reduce(.zero) { $0 + $1.unpaid } }

    /// Makes the bill.
    ///
    /// - Parameters:
    ///   - charges: fees and usage, late usage too; those of one subject and number become one line.
    ///   - minimumSpends: of the account's numbers.
    ///   - credits: the oldest first. They lower what is to be paid, never below nothing: what is left of one goes on the
    ///     next bill.
    ///   - groupPayments: for the account's numbers: what is left to be paid after credits is others', up to their limits.
    ///   - ledgers: whose balances it draws on.
    ///   - issuedAt: the 1st of the month after the cycle.
    package init(
        charges: [BillLine], minimumSpends: [MinimumSpend] = [], credits: [OpenCredit],
        groupPayments: [GroupPayment] = [], ledgers: inout [Ledger], issuedAt: Timestamp
    ) {
        let merged = Self.merged(charges)
        self.lines = Self.merged(merged + minimumSpends.compactMap { $0.missing(in: merged) })
        for credit in credits { self.take(credit) }
        for payment in groupPayments { self.take(payment) }
        self.debits = Self.pay(&self.lines, from: &ledgers, at: issuedAt)
        self.expired = Ledger.expire(&ledgers, at: issuedAt)
    }

    private static func merged(_ charges: [BillLine]) -> [BillLine] {
        struct Key: Hashable {
            var subject: [String]
            var serviceNumber: String
        }
        var sums: [Key: Milliyuan] = [:]
        for line in charges {
            sums[Key(subject: line.subject, serviceNumber: line.serviceNumber), default: .zero] += line.amount
        }
        return sums.filter { $0.value != .zero }
            .map { BillLine(subject: $0.key.subject, serviceNumber: $0.key.serviceNumber, amount: $0.value) }
            .sorted(by: Self.precedes)
    }

    private static func precedes(_ left: BillLine, _ right: BillLine) -> Bool {
        left.subject == right.subject
            ? left.serviceNumber < right.serviceNumber : left.subject.lexicographicallyPrecedes(right.subject)
    }

    private mutating func take(_ credit: OpenCredit) {
        var rest = credit.rest
        for isOwn in [true, false] {
            for index in self.lines.indices where (self.lines[index].serviceNumber == credit.serviceNumber) == isOwn {
                let used = min(rest, self.lines[index].unpaid)
                self.lines[index].unpaid -= used
                rest -= used
            }
        }
        let used = credit.rest - rest
        guard used > .zero else { return }
        self.lines.append(
            BillLine(
                subject: credit.subject, serviceNumber: credit.serviceNumber ?? "", amount: .zero - used,
                unpaid: .zero))
        self.credits.append((credit.id, used))
    }

    private mutating func take(_ payment: GroupPayment) {
        let own = self.lines.indices.filter { self.lines[$0].serviceNumber == payment.serviceNumber }
        let share = payment.share(of: own.reduce(.zero) { $0 + self.lines[$1].unpaid })
        var rest = share.used
        for index in own {
            let used = min(rest, self.lines[index].unpaid)
            self.lines[index].unpaid -= used
            rest -= used
        }
        if share.used > .zero {
            self.lines.append(
                BillLine(
                    subject: payment.subject, serviceNumber: payment.serviceNumber, amount: .zero - share.used,
                    unpaid: .zero))
        }
        if share.paid > .zero { self.shares.append(share) }
    }

    /// Pays what is unpaid, line by line, each from the ledgers that pay for it.
    package static func pay(
        _ lines: inout [BillLine], from ledgers: inout [Ledger], at instant: Timestamp
    ) -> [LedgerDebit] {
        let order = ledgers.indices.sorted { ledgers[$0].precedes(ledgers[$1]) }
        var debits: [LedgerID: Milliyuan] = [:]
        for line in lines.indices where lines[line].unpaid > .zero {
            for index in order where ledgers[index].pays(for: lines[line], at: instant) {
                let amount = min(lines[line].unpaid, ledgers[index].balance)
                guard amount > .zero else { continue }
                ledgers[index].balance -= amount
                lines[line].unpaid -= amount
                debits[ledgers[index].id, default: .zero] += amount
            }
        }
        return order.compactMap { index in
            debits[ledgers[index].id].map { LedgerDebit(ledger: ledgers[index].id, amount: $0) }
        }
    }

    package static func == (left: Bill, right: Bill) -> Bool {
        left.lines == right.lines && left.debits == right.debits && left.shares == right.shares
            && left.expired.elementsEqual(right.expired) { $0 == $1 }
            && left.credits.elementsEqual(right.credits) { $0 == $1 }
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(self.lines) }
}

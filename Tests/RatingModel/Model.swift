/// All accounts with what has come for them: take messages in any order, and ask what the state is.
package struct Model: Sendable {
    package private(set) var accounts: [Account]
    /// Accepted records, by account, then id.
    package private(set) var usage: [String: [String: Usage]] = [:]
    package private(set) var bills: [Bill] = []

    /// Records that came after their cycle was billed, and those of them that no bill has had yet.
    private var late: Set<String> = []
    private var lateUnbilled: Set<String> = []
    private var payments: Set<String> = []
    private var adjustments: Set<String> = []
    private var refunded: Set<String> = []
    /// Credits that no bill has had yet, by account.
    private var credits: [String: [BillLine]] = [:]

    /// The accounts of each number, as they are set up; guiding looks at nothing that changes.
    private let owners: [String: [Account]]
    /// The account of each accepted record.
    private var accountOf: [String: String] = [:]

    package init(_ accounts: [Account]) {
        self.accounts = accounts
        var owners: [String: [Account]] = [:]
        for account in accounts {
            for member in account.members { owners[member.number, default: []].append(account) }
        }
        self.owners = owners
    }

    package func account(_ id: String) -> Account? { self.accounts.first { $0.id == id } }

    /// Takes a usage record.
    ///
    /// - Returns: why it is rejected; `nil` when it is accepted, or has been before.
    package mutating func receive(_ usage: Usage, now: Instant) -> Rejection? {
        if let account = self.accountOf[usage.id] {
            return self.usage[account]?[usage.id] == usage ? nil : .differentContent
        }
        switch guide(usage, among: self.owners[usage.number] ?? [], now: now) {
        case .failure(let error): return error.rejection
        case .success(let account):
            self.usage[account, default: [:]][usage.id] = usage
            self.accountOf[usage.id] = account
            if self.isBilled(account, Month(of: usage.endedAt)) {
                self.late.insert(usage.id)
                self.lateUnbilled.insert(usage.id)
            }
            return nil
        }
    }

    /// What in-order rating gives for a cycle.
    package func rating(_ id: String, _ cycle: Month) -> CycleRating? {
        guard let account = self.account(id) else { return nil }
        let records = (self.usage[id] ?? [:]).values.filter { Month(of: $0.endedAt) == cycle }
        return CycleRating(account, cycle, records: Array(records), late: self.late)
    }

    private func isBilled(_ account: String, _ cycle: Month) -> Bool {
        self.bills.contains { $0.account == account && $0.cycle == cycle }
    }

    /// The bill run for a cycle that has ended; an account that has its bill is left alone.
    package mutating func bill(_ cycle: Month) {
        for account in self.accounts where !self.isBilled(account.id, cycle) { self.bill(account, cycle) }
    }

    private mutating func bill(_ account: Account, _ cycle: Month) {
        guard let rating = self.rating(account.id, cycle) else { return }
        var lines = monthlyFees(of: account, in: cycle) + usageLines(rating.rated, of: account)
        lines += self.lateLines(account, before: cycle)
        self.creditMischarges(rating.rated, account.id)
        lines.sort {
            ($0.subject.levels.joined(separator: "/"), $0.number) < (
                $1.subject.levels.joined(separator: "/"), $1.number
            )
        }
        for index in lines.indices { lines[index].unpaid = lines[index].amount }
        lines += self.takeCredits(account.id, against: &lines)
        var bill = Bill(
            account: account.id, cycle: cycle, issuedAt: cycle.end, lines: lines, debits: [:], outstandingAtIssue: 0)
        self.settle(&bill, at: cycle.end)
        bill.outstandingAtIssue = bill.unpaid
        self.bills.append(bill)
    }

    /// Data downwards alone, while the number had a multimedia message, is given back (RAT-07): once, as any record.
    private mutating func creditMischarges(_ rated: [Rated], _ account: String) {
        for record in rated.sorted(by: { $0.usage.id < $1.usage.id }) where record.charge > 0 {
            let data = record.usage
            guard case .data(let uplink, let downlink) = data.kind, uplink == 0, downlink > 0,
                !self.refunded.contains(data.id)
            else { continue }
            for other in rated.map(\.usage) where other.number == data.number {
                guard case .mms = other.kind, other.startedAt <= data.endedAt, data.startedAt <= other.endedAt else {
                    continue
                }
                self.refunded.insert(data.id)
                self.credits[account, default: []].append(BillLine(.credit, data.number, -record.charge))
                break
            }
        }
    }

    /// Late usage of billed cycles, a line for each cycle and number.
    private mutating func lateLines(_ account: Account, before cycle: Month) -> [BillLine] {
        var lines: [BillLine] = []
        let ids = self.lateUnbilled.intersection((self.usage[account.id] ?? [:]).keys)
        let cycles = Set(ids.compactMap { self.usage[account.id]?[$0] }.map { Month(of: $0.endedAt) })
        for earlier in cycles.sorted() where earlier < cycle {
            guard let rating = self.rating(account.id, earlier) else { continue }
            let late = rating.rated.filter { ids.contains($0.usage.id) }
            var sums: [String: Int] = [:]
            for line in usageLines(late, of: account) { sums[line.number, default: 0] += line.amount }
            for (number, sum) in sums { lines.append(BillLine(.previousCycle(earlier), number, sum)) }
            self.lateUnbilled.subtract(late.map(\.usage.id))
        }
        return lines
    }

    /// Credits lower what is to be paid: first for their own number, then in the bill's order. SILENT: a bill never falls
    /// below zero; what is left of a credit goes on the next bill.
    private mutating func takeCredits(_ account: String, against lines: inout [BillLine]) -> [BillLine] {
        var taken: [BillLine] = []
        var left: [BillLine] = []
        for credit in self.credits[account] ?? [] {
            var rest = -credit.amount
            for isOwn in [true, false] {
                for index in lines.indices where (lines[index].number == credit.number) == isOwn {
                    let used = min(rest, lines[index].unpaid)
                    lines[index].unpaid -= used
                    rest -= used
                }
            }
            let used = -credit.amount - rest
            if used > 0 { taken.append(BillLine(credit.subject, credit.number, -used)) }
            if rest > 0 { left.append(BillLine(credit.subject, credit.number, -rest)) }
        }
        self.credits[account] = left
        return taken
    }

    /// Pays what is unpaid of a bill: line by line, each from the ledgers that may pay for it.
    private mutating func settle(_ bill: inout Bill, at instant: Instant) {
        guard let position = self.accounts.firstIndex(where: { $0.id == bill.account }) else { return }
        for index in bill.lines.indices {
            // SILENT: a ledger that expires with the end of a cycle still pays for the cycle.
            let ledgers = self.accounts[position].ledgers
                .filter { $0.pays(for: bill.lines[index]) && ($0.expiresAt ?? .max) >= instant }
                .sorted(by: Ledger.paysBefore)
            for ledger in ledgers {
                guard let at = self.accounts[position].ledgers.firstIndex(where: { $0.id == ledger.id }) else {
                    continue
                }
                let amount = min(bill.lines[index].unpaid, self.accounts[position].ledgers[at].balance)
                guard amount > 0 else { continue }
                self.accounts[position].ledgers[at].balance -= amount
                bill.lines[index].unpaid -= amount
                bill.debits[ledger.id, default: 0] += amount
            }
        }
    }

    /// Takes a payment, and pays with it what is outstanding, the oldest bill first.
    ///
    /// - Returns: why it is rejected; `nil` when it is credited, or has been before.
    package mutating func pay(_ payment: Payment) -> PaymentRejection? {
        if self.payments.contains(payment.id) { return nil }
        // A number belongs to the account in which it is active; a former one's money is still taken.
        let owners = self.accounts.indices.filter {
            self.accounts[$0].id == payment.payee || self.accounts[$0].member(payment.payee) != nil
        }
        let active = owners.first {
            self.accounts[$0].id == payment.payee
                || self.accounts[$0].member(payment.payee)?.isActive(at: payment.receivedAt) == true
        }
        guard let position = active ?? owners.first else { return .unknownAccount }
        if payment.amount <= 0 { return .amountNotAboveZero }
        let name = payment.ledger ?? "public"
        guard let ledger = self.accounts[position].ledgers.firstIndex(where: { $0.id == name }) else {
            return .unknownLedger
        }
        if name != "public" && payment.agreement == nil { return .agreementNeeded }
        self.payments.insert(payment.id)
        self.accounts[position].ledgers[ledger].balance += payment.amount
        let account = self.accounts[position].id
        let open = self.bills.indices.filter { self.bills[$0].account == account && self.bills[$0].unpaid > 0 }
        for index in open.sorted(by: { self.bills[$0].cycle < self.bills[$1].cycle }) {
            var bill = self.bills[index]
            let debits = bill.debits
            self.settle(&bill, at: payment.receivedAt)
            // What a bill says of its debits is what was so when it was issued.
            bill.debits = debits
            self.bills[index] = bill
        }
        return nil
    }

    /// Takes an adjustment.
    ///
    /// - Returns: why it is rejected; `nil` when it is granted, or has been before.
    package mutating func adjust(_ adjustment: Adjustment) -> AdjustmentRejection? {
        if self.adjustments.contains(adjustment.id) { return nil }
        guard self.account(adjustment.account) != nil else { return .unknownAccount }
        if adjustment.amount <= 0 { return .amountNotAboveZero }
        var charge = 0
        for id in adjustment.usageIds {
            guard let usage = self.usage[adjustment.account]?[id],
                let rated = self.rating(adjustment.account, Month(of: usage.endedAt))?.rated(id)
            else { return .unknownUsage }
            if self.refunded.contains(id) { return .refundedBefore }
            charge += rated.charge
        }
        if !adjustment.usageIds.isEmpty {
            // SILENT: `single` gives back the charge, all other rules up to twice as much.
            let limit = adjustment.rule == .single ? charge : 2 * charge
            if adjustment.amount > limit { return .aboveCharge }
        }
        self.adjustments.insert(adjustment.id)
        self.refunded.formUnion(adjustment.usageIds)
        self.credits[adjustment.account, default: []].append(
            BillLine(.credit, adjustment.number ?? "", -adjustment.amount))
        return nil
    }

    /// What is outstanding of an account's bills.
    package func outstanding(_ account: String) -> Int {
        self.bills.filter { $0.account == account }.reduce(0) { $0 + $1.unpaid }
    }

    package func isOverdue(_ account: String, at now: Instant) -> Bool {
        self.bills.contains { $0.account == account && $0.unpaid > 0 && overdueAt($0) <= now }
    }

    /// The numbers that credit control suspends together: fixed lines, broadband and 2G (PRO-24); none when nothing is
    /// overdue for so long.
    package func suspended(_ id: String, at now: Instant) -> [String] {
        guard let account = self.account(id),
            self.bills.contains(where: { $0.account == id && $0.unpaid > 0 && suspensionAt($0) <= now })
        else { return [] }
        return account.members.filter {
            [.fixedLine, .broadband, .mobile2g].contains($0.product) && $0.isActive(at: now)
        }
        .map(\.number)
    }

    /// A member leaves: what its dedicated ledgers hold goes to the public ledger of its own account (ORD-86).
    package mutating func moveLedgers(of number: String, from: String, to: String) {
        guard let source = self.accounts.firstIndex(where: { $0.id == from }),
            let target = self.accounts.firstIndex(where: { $0.id == to }),
            let publicLedger = self.accounts[target].ledgers.firstIndex(where: \.isPublic)
        else { return }
        for index in self.accounts[source].ledgers.indices
        where self.accounts[source].ledgers[index].number == number {
            self.accounts[target].ledgers[publicLedger].balance += self.accounts[source].ledgers[index].balance
            self.accounts[source].ledgers[index].balance = 0
        }
    }
}

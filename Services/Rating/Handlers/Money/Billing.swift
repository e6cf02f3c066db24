import Contracts
import Foundation
import Messaging
import Postgres
import RatingDomain

/// Bills of some accounts, in one transaction.
struct Billing {
    private let due: [DueAccount]
    private let book: TariffBook
    private let calendar: BusinessCalendar
    private let context: HandlingContext
    private var cycles: [CycleKey: StoredCycle] = [:]
    private var ledgers: [Int64: [Ledger]] = [:]
    private var numbers = ProvisionNumbers()
    private var parked: Set<Int64> = []
    private var handled = Handled()
    private var bills: [StoredBill] = []
    private var movements: [Movement] = []
    private var lateUsage: [StoredUsage] = []
    private var openCredits: [Int64: [OpenCredit]] = [:]
    private var takenCredits: [(id: String, amount: Milliyuan)] = []
    private var shares: [StoredGroupShare] = []

    init(_ due: [DueAccount], _ book: TariffBook, _ calendar: BusinessCalendar, _ context: HandlingContext) {
        self.due = due
        self.book = book
        self.calendar = calendar
        self.context = context
    }

    /// Locks the cycles that are billed, so that usage of them is late from now on, those after them, and the ledgers.
    mutating func lock(catalogueVersion: String) async throws {
        let keys = self.due.map { CycleKey(account: $0.account.number, cycle: $0.cycle) }.sorted()
        let next = self.due.map { CycleKey(account: $0.account.number, cycle: $0.cycle.next) }
        let (_, _, locked, ledgers) = try await self.context.transaction.execute(
            together: OpenUsageCycles(cycles: Set(keys.map(\.cycle)).sorted()),
            InsertCycles(keys: keys, catalogueVersion: catalogueVersion),
            LockCycles(keys: (keys + next).sorted()),
            LockLedgers(accounts: keys.map(\.account))
        )
        self.cycles = Dictionary(locked.map { ($0.key, $0) }) { first, _ in first }
        for key in next { self.cycles[key] = nil }
        self.ledgers = Dictionary(grouping: ledgers, by: \.account).mapValues { $0.map(\.ledger) }
    }

    /// Rates again what has to be, late usage of earlier cycles too; parks accounts whose data contradict each other.
    mutating func settle(_ shelf: TermsShelf, _ provisions: ProvisionBook) async throws {
        let transaction = self.context.transaction
        var rerating = CycleRerating(self.context, try await provisions.stored(in: transaction))
        let terms = try await shelf.terms(of: Array(self.cycles.values), in: transaction, keeping: true)
        var pending: [(cycle: StoredCycle, terms: CompiledTerms)] = []
        for account in self.due {
            let key = CycleKey(account: account.account.number, cycle: account.cycle)
            guard let cycle = self.cycles[key], case .terms(let terms)? = terms[key] else {
                self.parked.insert(key.account)
                if let cycle = self.cycles[key], case .fault(let fault)? = terms[key] {
                    try await rerating.park(cycle, fault)
                }
                continue
            }
            if cycle.pendingFrom != nil { pending.append((cycle, terms)) }
        }
        self.cycles.merge(try await rerating.rate(pending)) { $1 }
        try await self.settleLateUsage(&rerating, shelf)
        self.numbers = try await provisions.stored(in: transaction)
        self.handled = rerating.handled
    }

    private mutating func settleLateUsage(_ rerating: inout CycleRerating, _ shelf: TermsShelf) async throws {
        let transaction = self.context.transaction
        for (cycle, accounts) in Dictionary(grouping: self.due, by: \.cycle) {
            let find = FindLateUsage(accounts: accounts.map(\.account.number), before: cycle)
            let late = try await transaction.execute(find)
            let keys = Set(late.map(\.key)).sorted()
            guard !keys.isEmpty else { continue }
            let locked = try await transaction.execute(LockCycles(keys: keys))
            let terms = try await shelf.terms(of: locked, in: transaction, keeping: true)
            var pending: [(cycle: StoredCycle, terms: CompiledTerms)] = []
            for row in locked where row.pendingFrom != nil {
                if case .terms(let terms)? = terms[row.key] { pending.append((row, terms)) }
            }
            let rerated = try await rerating.rate(pending)
            let billed = locked.map { row in
                var row = rerated[row.key] ?? row
                row.billedCounters = row.counters
                return row
            }
            _ = try await transaction.execute(UpdateCycles(cycles: billed))
            self.lateUsage += try await transaction.execute(find)
        }
    }
}

// The bills themselves.
extension Billing {
    mutating func bill(_ tariffs: TariffLibrary) async throws -> Handled {
        let transaction = self.context.transaction
        let accounts = self.due.filter { !self.parked.contains($0.account.number) }
        let histories = try await transaction.histories(of: accounts.map(\.account))
        let books = try await tariffs.books(of: Set(self.cycles.values.map(\.catalogueVersion)), in: transaction)
        let late = Dictionary(grouping: self.lateUsage, by: \.account)
        let keys = accounts.map { CycleKey(account: $0.account.number, cycle: $0.cycle) }
        let charged = try await transaction.execute(FindChargedUsage(keys: keys))
        let usage = Dictionary(grouping: charged, by: \.account)
        let extras = try await BillExtras.find(accounts.map(self.billed), self.book, in: transaction)
        self.handled.add(
            try await Mischarges.credit(usage, self.due, self.book.subject(.adjustment).path, in: self.context))
        let credits = try await transaction.execute(FindOpenCredits(accounts: accounts.map(\.account.number)))
        self.openCredits = Dictionary(grouping: credits, by: \.account).mapValues { $0.map(\.credit) }
        for account in accounts {
            let key = CycleKey(account: account.account.number, cycle: account.cycle)
            guard let cycle = self.cycles[key], let history = histories[key.account] else { continue }
            let book = books[cycle.catalogueVersion] ?? tariffs.current
            try self.bill(
                account.account, cycle, history, usage[key.account] ?? [], late[key.account] ?? [],
                extras[key.account] ?? BillExtras(), book)
        }
        try await self.save(accounts)
        return self.handled
    }

    private mutating func bill(
        _ account: StoredAccount,
        _ cycle: StoredCycle,
        _ history: AccountHistory,
        _ usage: [StoredUsage],
        _ late: [StoredUsage],
        _ extras: BillExtras,
        _ book: TariffBook
    ) throws {
        let draft = BillDraft(book: book, cycle: cycle.key.cycle, numbers: self.numbers)
        let terms = history.terms(of: draft.frame, by: book)
        // An account that had no line has nothing to be billed.
        guard !terms.members.isEmpty || !usage.isEmpty || !late.isEmpty || !extras.isEmpty else { return }
        var ledgers = self.ledgers[account.number] ?? []
        let bill = try draft.bill(
            terms, usage: usage, late: late, extras, credits: self.openCredits[account.number] ?? [], ledgers: &ledgers)
        let issuedAt = draft.frame.end
        self.ledgers[account.number] = ledgers
        self.takenCredits += bill.credits
        let stored = StoredBill(
            id: self.context.identifiers.next(),
            key: cycle.key,
            issuedAt: issuedAt,
            dueAt: CreditControl.dueAt(issuedIn: cycle.key.cycle.next, self.calendar),
            mainNumber: terms.bundles.first?.mainNumber ?? terms.members.first?.serviceNumber,
            total: bill.total,
            outstandingFirst: bill.outstanding,
            outstanding: bill.outstanding,
            lines: bill.lines
        )
        self.bills.append(stored)
        self.enter(bill, stored)
        self.tell(bill, stored, account.accountId, ledgers)
        self.settle(bill, stored, account, extras)
    }

    private func billed(_ account: DueAccount) -> BilledAccount {
        BilledAccount(
            account: account.account.number, cycle: account.cycle, endsAt: account.cycle.next.start(self.calendar))
    }

    /// What becomes of ledgers whose time is over, and of what others pay.
    private mutating func settle(_ bill: Bill, _ stored: StoredBill, _ account: StoredAccount, _ extras: BillExtras) {
        let common = self.ledgers[account.number]?.first(where: \.isPublic)?.id
        for expired in bill.expired {
            let cause: LedgerMovementCause = expired.remainder == .lapses ? .expiry : .reservation
            var movement = Movement(
                id: self.context.identifiers.next(), account: account.number, cause: cause,
                reference: stored.id.description, bookedAt: stored.issuedAt)
            let target = expired.remainder == .lapses ? nil : common.map { JournalEntry.Book.ledger($0) }
            movement.move(expired.amount, from: .ledger(expired.ledger), to: target ?? .credits)
            self.movements.append(movement)
            self.tellMoved(expired.amount, from: expired.ledger, cause, stored, account)
            if target != nil, let common { self.tellMoved(expired.amount, to: common, cause, stored, account) }
        }
        for share in bill.shares {
            guard let payer = extras.payers[share.serviceNumber] else { continue }
            self.shares.append(
                StoredGroupShare(share: share, cycle: stored.key.cycle, payer: payer, account: account.number))
            guard share.rest > .zero, let common,
                let index = self.ledgers[account.number]?.firstIndex(where: \.isPublic)
            else { continue }
            self.ledgers[account.number]?[index].balance += share.rest
            var movement = Movement(
                id: self.context.identifiers.next(), account: account.number, cause: .groupPayment,
                reference: stored.id.description, bookedAt: stored.issuedAt)
            movement.move(share.rest, from: .revenue(self.book.subject(.groupPayment).path), to: .ledger(common))
            self.movements.append(movement)
            self.tellMoved(share.rest, to: common, .groupPayment, stored, account)
        }
    }

    private mutating func tellMoved(
        _ amount: Milliyuan, from source: LedgerID? = nil, to target: LedgerID? = nil, _ cause: LedgerMovementCause,
        _ stored: StoredBill, _ account: StoredAccount
    ) {
        let ledgers = self.ledgers[account.number] ?? []
        if let ledger = ledgers.first(where: { $0.id == source }) {
            let debited = LedgerDebited(
                accountId: account.accountId, ledgerId: ledger.id, amountMilliyuan: amount,
                balanceMilliyuan: ledger.balance, serviceNumber: ledger.serviceNumber, cause: cause,
                reference: stored.id.description, debitedAt: stored.issuedAt)
            self.handled.send(debited, causedBy: nil)
        }
        if let ledger = ledgers.first(where: { $0.id == target }) {
            let credited = LedgerCredited(
                accountId: account.accountId, ledgerId: ledger.id, amountMilliyuan: amount,
                balanceMilliyuan: ledger.balance, serviceNumber: ledger.serviceNumber, cause: cause,
                reference: stored.id.description, creditedAt: stored.issuedAt)
            self.handled.send(credited, causedBy: nil)
        }
    }

    private mutating func enter(_ bill: Bill, _ stored: StoredBill) {
        var movement = Movement(
            id: self.context.identifiers.next(), account: stored.key.account, cause: .bill,
            reference: stored.id.description, bookedAt: stored.issuedAt)
        for line in bill.lines { movement.move(line.amount, from: .receivable, to: .revenue(line.subject)) }
        for debit in bill.debits { movement.move(debit.amount, from: .ledger(debit.ledger), to: .receivable) }
        self.movements.append(movement)
    }

    private mutating func tell(_ bill: Bill, _ stored: StoredBill, _ accountId: String, _ ledgers: [Ledger]) {
        var sums: [[String]: Milliyuan] = [:]
        for line in bill.lines { sums[line.subject, default: .zero] += line.amount }
        let subjects = sums.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map {
            BillIssued.SubjectAmount(path: $0.key, amountMilliyuan: $0.value)
        }
        let issued = BillIssued(
            billId: stored.id, accountId: accountId, cycle: stored.key.cycle, issuedAt: stored.issuedAt,
            totalMilliyuan: stored.total, subjects: subjects,
            ledgers: bill.debits.map { .init(ledgerId: $0.ledger, debitedMilliyuan: $0.amount) },
            outstandingMilliyuan: stored.outstanding, mainServiceNumber: stored.mainNumber, dueAt: stored.dueAt)
        self.handled.send(issued, causedBy: nil)
        self.handled.count("rating.bills.issued")
        for debit in bill.debits {
            guard let ledger = ledgers.first(where: { $0.id == debit.ledger }) else { continue }
            let debited = LedgerDebited(
                accountId: accountId, ledgerId: debit.ledger, amountMilliyuan: debit.amount,
                balanceMilliyuan: ledger.balance, serviceNumber: ledger.serviceNumber, cause: .bill,
                reference: stored.id.description, debitedAt: stored.issuedAt)
            self.handled.send(debited, causedBy: nil)
        }
    }

    /// What the charges of the next cycles are compared with (NTF-21).
    private func highBillLimits(
        _ accounts: [DueAccount], before transaction: Transaction
    ) async throws -> [(account: Int64, mean: Milliyuan?)] {
        let rule = self.book.tariffs.highBill
        let totals = Dictionary(self.bills.map { ($0.key.account, $0.total) }) { first, _ in first }
        let former = try await transaction.execute(
            FindLastTotals(accounts: accounts.map(\.account.number), count: rule.bills - 1))
        let byAccount = Dictionary(grouping: former, by: \.account).mapValues { $0.map(\.total) }
        return accounts.map { account in
            let number = account.account.number
            let last = (byAccount[number] ?? []) + [totals[number]].compactMap { $0 }
            return (number, CreditControl.mean(of: last, rule))
        }
    }

    private func save(_ accounts: [DueAccount]) async throws {
        let transaction = self.context.transaction
        let billed = accounts.compactMap { account -> StoredCycle? in
            guard var cycle = self.cycles[CycleKey(account: account.account.number, cycle: account.cycle)] else {
                return nil
            }
            cycle.billedCounters = cycle.counters
            return cycle
        }
        _ = try await transaction.execute(
            together: InsertBills(bills: self.bills),
            InsertBillLines(bills: self.bills),
            UpdateLedgers(ledgers: accounts.flatMap { self.ledgers[$0.account.number] ?? [] }),
            UpdateCycles(cycles: billed),
            MarkLateUsageBilled(records: self.lateUsage),
            TakeCredits(credits: self.takenCredits),
            MarkBilled(accounts: accounts),
            SetHighBillLimits(limits: try await self.highBillLimits(accounts, before: transaction))
        )
        let marked = accounts.map(self.billed)
        _ = try await transaction.execute(
            together: NoteNewLimits(
                cycles: accounts.map { CycleKey(account: $0.account.number, cycle: $0.cycle.next) }),
            MarkFeesBilled(accounts: marked), MarkSharesBilled(accounts: marked),
            InsertGroupShares(shares: self.shares))
        try await transaction.book(self.movements)
    }
}

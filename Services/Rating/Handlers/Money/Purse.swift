import Contracts
import Messaging
import Postgres
import RatingDomain

/// Ledgers and unpaid bills of accounts while money moves in them: every movement is booked, told, and saved with the
/// others.
struct Purse {
    private(set) var handled = Handled()
    private let context: HandlingContext
    private var accounts: [Int64: PayingAccount]
    private var ledgers: [Int64: [Ledger]]
    private var bills: [Int64: [StoredBill]]
    private var touchedBills: Set<CycleKey> = []
    private var touchedLedgers: Set<LedgerID> = []
    private var opened: [(ledger: StoredLedger, agreement: String?)] = []
    private var movements: [Movement] = []
    private var restored: [Int64] = []

    /// - Parameter accounts: locked.
    init(of accounts: [PayingAccount], in context: HandlingContext) async throws {
        self.context = context
        self.accounts = Dictionary(accounts.map { ($0.account.number, $0) }) { first, _ in first }
        let numbers = self.accounts.keys.sorted()
        let ledgers = try await context.transaction.execute(LockLedgers(accounts: numbers))
        self.ledgers = Dictionary(grouping: ledgers, by: \.account).mapValues { $0.map(\.ledger) }
        self.bills = try await context.transaction.outstandingBills(of: numbers)
    }

    func ledgers(of account: Int64) -> [Ledger] { self.ledgers[account] ?? [] }

    func publicLedger(of account: Int64) -> Ledger? { self.ledgers(of: account).first(where: \.isPublic) }

    func ledger(_ id: LedgerID, of account: Int64) -> Ledger? { self.ledgers(of: account).first { $0.id == id } }

    /// A ledger like this one: the account's, or else this one, opened now.
    mutating func open(_ ledger: Ledger, of account: Int64, agreement: String? = nil) -> Ledger {
        if let alike = self.ledgers(of: account).first(where: { $0.isDedicated(like: ledger) }) { return alike }
        self.ledgers[account, default: []].append(ledger)
        self.opened.append((StoredLedger(account: account, ledger: ledger), agreement))
        return ledger
    }

    /// Why money moves, and when.
    struct Occasion: Sendable {
        var cause: LedgerMovementCause
        /// The id of the payment, order or promise.
        var reference: String
        var at: Timestamp
        var message: EventContext?
    }

    /// Puts money from outside into a ledger.
    mutating func credit(
        _ amount: Milliyuan, to id: LedgerID, of account: Int64, from book: JournalEntry.Book, _ occasion: Occasion
    ) {
        guard self.change(id, of: account, by: amount) else { return }
        var movement = self.movement(of: account, occasion)
        movement.move(amount, from: book, to: .ledger(id))
        self.movements.append(movement)
        self.tellCredit(amount, id, account, occasion)
    }

    /// Moves money from one ledger to another, perhaps of another account.
    mutating func transfer(
        _ amount: Milliyuan, from source: (account: Int64, ledger: LedgerID),
        to target: (account: Int64, ledger: LedgerID), _ occasion: Occasion
    ) {
        guard amount > .zero, self.change(source.ledger, of: source.account, by: .zero - amount),
            self.change(target.ledger, of: target.account, by: amount)
        else { return }
        var movement = self.movement(of: source.account, occasion)
        movement.move(amount, from: .ledger(source.ledger), to: .ledger(target.ledger), of: target.account)
        self.movements.append(movement)
        self.tellDebit(amount, source.ledger, source.account, occasion)
        self.tellCredit(amount, target.ledger, target.account, occasion)
    }

    /// Pays what is outstanding, the oldest bill first, out of what there is; where all is paid, what credit control has
    /// stopped is started (PRO-25).
    mutating func payBills(of number: Int64, at instant: Timestamp, causedBy cause: EventContext?) {
        guard var bills = self.bills[number], var ledgers = self.ledgers[number] else { return }
        var paid: [(bill: StoredBill, debits: [LedgerDebit])] = []
        for index in bills.indices where bills[index].outstanding > .zero {
            let debits = Bill.pay(&bills[index].lines, from: &ledgers, at: instant)
            guard !debits.isEmpty else { continue }
            bills[index].outstanding = bills[index].lines.reduce(.zero) { $0 + $1.unpaid }
            self.touchedBills.insert(bills[index].key)
            paid.append((bills[index], debits))
        }
        self.bills[number] = bills
        self.ledgers[number] = ledgers
        for (bill, debits) in paid {
            let occasion = Occasion(cause: .bill, reference: bill.id.description, at: instant, message: cause)
            var movement = self.movement(of: number, occasion)
            for debit in debits {
                movement.move(debit.amount, from: .ledger(debit.ledger), to: .receivable)
                self.touchedLedgers.insert(debit.ledger)
                self.tellDebit(debit.amount, debit.ledger, number, occasion)
            }
            self.movements.append(movement)
        }
        if let account = self.accounts[number], !account.stoppedNumbers.isEmpty,
            bills.allSatisfy({ $0.outstanding == .zero })
        {
            self.restore(account, at: instant, cause)
        }
    }

    private mutating func change(_ id: LedgerID, of account: Int64, by amount: Milliyuan) -> Bool {
        guard let index = self.ledgers[account]?.firstIndex(where: { $0.id == id }) else { return false }
        self.ledgers[account]?[index].balance += amount
        self.touchedLedgers.insert(id)
        return true
    }

    private func movement(of account: Int64, _ occasion: Occasion) -> Movement {
        Movement(
            id: self.context.identifiers.next(), account: account, cause: occasion.cause,
            reference: occasion.reference, bookedAt: occasion.at)
    }

    private mutating func tellCredit(
        _ amount: Milliyuan, _ id: LedgerID, _ account: Int64, _ occasion: Occasion
    ) {
        guard let ledger = self.ledger(id, of: account), let account = self.accounts[account] else { return }
        let credited = LedgerCredited(
            accountId: account.account.accountId, ledgerId: id, amountMilliyuan: amount,
            balanceMilliyuan: ledger.balance, serviceNumber: ledger.serviceNumber, cause: occasion.cause,
            reference: occasion.reference, creditedAt: occasion.at)
        self.handled.send(credited, causedBy: occasion.message)
    }

    private mutating func tellDebit(_ amount: Milliyuan, _ id: LedgerID, _ account: Int64, _ occasion: Occasion) {
        guard let ledger = self.ledger(id, of: account), let account = self.accounts[account] else { return }
        let debited = LedgerDebited(
            accountId: account.account.accountId, ledgerId: id, amountMilliyuan: amount,
            balanceMilliyuan: ledger.balance, serviceNumber: ledger.serviceNumber, cause: occasion.cause,
            reference: occasion.reference, debitedAt: occasion.at)
        self.handled.send(debited, causedBy: occasion.message)
    }

    private mutating func restore(_ account: PayingAccount, at instant: Timestamp, _ cause: EventContext?) {
        let order = OrderSubmitted.creditControl(
            "resume", account.account.accountId, account.customerId, account.stoppedNumbers, self.context.identifiers,
            account.products)
        let due = AccountRestorationDue(
            accountId: account.account.accountId, serviceNumbers: account.stoppedNumbers,
            externalId: order.externalId, restorationDueAt: instant)
        self.handled.send(due, causedBy: cause)
        self.handled.send(order, causedBy: cause)
        self.accounts[account.account.number]?.stoppedNumbers = []
        self.restored.append(account.account.number)
    }

    /// - Returns: what is to be told.
    func save() async throws -> Handled {
        let transaction = self.context.transaction
        if !self.opened.isEmpty { _ = try await transaction.execute(try InsertLedgers(self.opened)) }
        if !self.touchedLedgers.isEmpty {
            let ledgers = self.ledgers.values.joined().filter { self.touchedLedgers.contains($0.id) }
            let bills = self.bills.values.joined().filter { self.touchedBills.contains($0.key) }
            _ = try await transaction.execute(
                together: UpdateLedgers(ledgers: ledgers.sorted { $0.id < $1.id }),
                UpdateBills(bills: bills.sorted { $0.key < $1.key }))
            try await transaction.book(self.movements)
        }
        for account in self.restored {
            _ = try await transaction.execute(SetStopped(account: account, numbers: nil, order: nil))
        }
        return self.handled
    }
}

import Contracts
import JSONText
import Messaging
import Postgres
import RatingDomain

/// Puts what customers pay into their ledgers, and pays with it what is outstanding, the oldest bill first.
struct PaymentHandler: MessageHandler {
    func handle(_ batch: [Message<PaymentReceived>], in context: HandlingContext) async throws -> Handled {
        var payments = try await PaymentBatch(batch, in: context)
        for message in batch { try payments.take(message) }
        return try await payments.save()
    }
}

/// Payments on their way into ledgers.
struct PaymentBatch {
    private enum Code: String {
        case unknownAccount = "UNKNOWN_ACCOUNT"
        case invalidAmount = "INVALID_AMOUNT"
        case unknownLedger = "UNKNOWN_LEDGER"
        case agreementRequired = "AGREEMENT_REQUIRED"
        case hallRequired = "HALL_REQUIRED"
        case invalidDedication = "INVALID_DEDICATION"
        case duplicateId = "DUPLICATE_PAYMENT_ID"
    }

    private let context: HandlingContext
    private var known: [String: [UInt8]] = [:]
    private var accounts: [Int64: PayingAccount]
    private var owners: [String: [StoredOwner]]
    private var ledgers: [Int64: [Ledger]]
    private var bills: [Int64: [StoredBill]]
    private var touchedBills: Set<CycleKey> = []
    private var touchedLedgers: Set<LedgerID> = []
    private var movements: [Movement] = []
    private var taken: [NewPayment] = []
    private var opened: [(ledger: StoredLedger, agreement: String?)] = []
    private var restored: [Int64] = []
    private var handled = Handled()

    init(_ batch: [Message<PaymentReceived>], in context: HandlingContext) async throws {
        self.context = context
        let transaction = context.transaction
        let payments = batch.map(\.body)
        let named = payments.compactMap(\.serviceNumber) + payments.compactMap { $0.dedicatedTo?.serviceNumber }
        let numbers = Set(named).sorted()
        let (accounts, owners, known) = try await transaction.execute(
            together: LockPayingAccounts(accountIds: Set(payments.compactMap(\.accountId)).sorted(), numbers: numbers),
            FindOwners(numbers: numbers),
            FindPayments(ids: Set(payments.map(\.paymentId)).sorted())
        )
        for payment in known { self.known[payment.id] = payment.content }
        self.accounts = Dictionary(accounts.map { ($0.account.number, $0) }) { first, _ in first }
        self.owners = Dictionary(grouping: owners, by: \.owner.serviceNumber)
        let ids = accounts.map(\.account.number)
        let ledgers = try await transaction.execute(LockLedgers(accounts: ids))
        self.ledgers = Dictionary(grouping: ledgers, by: \.account).mapValues { $0.map(\.ledger) }
        self.bills = try await transaction.outstandingBills(of: ids)
    }

    mutating func take(_ message: Message<PaymentReceived>) throws {
        let payment = message.body
        let content = try JSONText.encode(payment)
        if let known = self.known[payment.paymentId] {
            guard known != content else { return self.handled.count("rating.payments.repeated") }
            let text = "paymentId \(payment.paymentId) has been used for a payment of other content"
            return self.reject(message, .duplicateId, text)
        }
        guard let account = self.account(of: payment) else {
            let named = payment.accountId.map { "accountId \($0)" } ?? "serviceNumber \(payment.serviceNumber ?? "")"
            return self.reject(message, .unknownAccount, "\(named): there is no such account")
        }
        guard payment.amountMilliyuan > .zero else {
            let text = "amountMilliyuan is \(payment.amountMilliyuan.rawValue); it has to be above 0"
            return self.reject(message, .invalidAmount, text)
        }
        let ledger: Ledger
        do throws(Rejection) {
            ledger = try self.ledger(of: payment, account)
        } catch {
            return self.reject(message, error.code, error.text)
        }
        self.known[payment.paymentId] = content
        self.taken.append(
            NewPayment(payment: payment, account: account.account.number, ledger: ledger.id, content: content))
        self.credit(payment, to: ledger.id, account, message.context)
        self.payBills(of: account, at: payment, message.context)
    }

    /// A number belongs to the account that has it then; a former one's money is still taken (RAT-32).
    private func account(of payment: PaymentReceived) -> PayingAccount? {
        if let id = payment.accountId { return self.accounts.values.first { $0.account.accountId == id } }
        let owners = payment.serviceNumber.flatMap { self.owners[$0] } ?? []
        let owner = owners.first { $0.owner.span.contains(payment.receivedAt) } ?? owners.last
        return owner.flatMap { self.accounts[$0.account] }
    }

    private struct Rejection: Error {
        var code: Code
        var text: String
    }

    /// Halls, where alone dedicated ledgers are paid into (RAT-33).
    private static let halls = ["counter", "hall"]

    /// The public one; or one that is dedicated, which takes an agreement that concerns it (RAT-32, RAT-33).
    private mutating func ledger(
        of payment: PaymentReceived, _ account: PayingAccount
    ) throws(Rejection) -> Ledger {
        let ledgers = self.ledgers[account.account.number] ?? []
        if let dedication = payment.dedicatedTo {
            try self.checkDedicated(payment, "dedicatedTo")
            return try self.ledger(for: dedication, payment, account, ledgers)
        }
        let name = payment.ledger ?? "public"
        guard
            let ledger = ledgers.first(where: {
                name == "public" ? $0.isPublic : $0.id.description == name.lowercased()
            })
        else {
            throw Rejection(
                code: .unknownLedger, text: "ledger '\(name)' is none of account \(account.account.accountId)'s")
        }
        if !ledger.isPublic { try self.checkDedicated(payment, "ledger \(ledger.id)") }
        return ledger
    }

    private func checkDedicated(_ payment: PaymentReceived, _ what: String) throws(Rejection) {
        guard payment.agreementId != nil else {
            throw Rejection(
                code: .agreementRequired,
                text: "\(what) is a dedicated ledger: agreementId has to name the agreement that concerns it")
        }
        guard Self.halls.contains(payment.channel) else {
            throw Rejection(
                code: .hallRequired,
                text: "channel '\(payment.channel)': \(what) is a dedicated ledger; accepted: "
                    + Self.halls.joined(separator: ", "))
        }
    }

    /// One alike, or a new one.
    private mutating func ledger(
        for dedication: PaymentReceived.Dedication, _ payment: PaymentReceived, _ account: PayingAccount,
        _ ledgers: [Ledger]
    ) throws(Rejection) -> Ledger {
        let subjects = dedication.subjects ?? []
        if payment.ledger != nil {
            throw Rejection(code: .invalidDedication, text: "dedicatedTo: beside it, ledger has to be absent")
        }
        if dedication.serviceNumber == nil, subjects.isEmpty {
            throw Rejection(code: .invalidDedication, text: "dedicatedTo names neither serviceNumber nor subjects")
        }
        if subjects.contains(where: { !(1...BillSubject.levels).contains($0.count) }) {
            throw Rejection(
                code: .invalidDedication, text: "dedicatedTo.subjects: each takes 1 to \(BillSubject.levels) levels")
        }
        if let number = dedication.serviceNumber {
            let owner = self.owners[number]?.first { $0.owner.span.contains(payment.receivedAt) }
            guard owner?.account == account.account.number else {
                throw Rejection(
                    code: .invalidDedication,
                    text: "dedicatedTo.serviceNumber \(number) is no member of account \(account.account.accountId)")
            }
        }
        if let expiresAt = dedication.expiresAt, expiresAt <= payment.receivedAt {
            throw Rejection(code: .invalidDedication, text: "dedicatedTo.expiresAt is not after receivedAt")
        }
        let alike = ledgers.first {
            !$0.isPublic && $0.serviceNumber == dedication.serviceNumber && $0.subjects == subjects
                && $0.expiresAt == dedication.expiresAt
        }
        if let alike { return alike }
        let ledger = Ledger(
            id: self.context.identifiers.next(), isPublic: false, openedAt: payment.receivedAt,
            serviceNumber: dedication.serviceNumber, subjects: subjects, expiresAt: dedication.expiresAt)
        self.ledgers[account.account.number, default: []].append(ledger)
        self.opened.append((StoredLedger(account: account.account.number, ledger: ledger), payment.agreementId))
        return ledger
    }

    private mutating func reject(_ message: Message<PaymentReceived>, _ code: Code, _ text: String) {
        let payment = message.body
        let rejected = PaymentRejected(
            paymentId: payment.paymentId, accountId: payment.accountId, serviceNumber: payment.serviceNumber,
            amountMilliyuan: payment.amountMilliyuan, ledger: payment.ledger, code: code.rawValue, message: text,
            rejectedAt: self.context.now)
        self.handled.send(rejected, causedBy: message.context)
        self.handled.count("rating.payments.rejected", [("code", code.rawValue)])
    }

    private mutating func credit(
        _ payment: PaymentReceived, to id: LedgerID, _ account: PayingAccount, _ cause: EventContext
    ) {
        let number = account.account.number
        guard var ledgers = self.ledgers[number], let index = ledgers.firstIndex(where: { $0.id == id }) else { return }
        ledgers[index].balance += payment.amountMilliyuan
        self.ledgers[number] = ledgers
        self.touchedLedgers.insert(id)
        var movement = Movement(
            id: self.context.identifiers.next(), account: number, cause: .payment, reference: payment.paymentId,
            bookedAt: payment.receivedAt)
        movement.move(payment.amountMilliyuan, from: .payments, to: .ledger(id))
        self.movements.append(movement)
        let credited = LedgerCredited(
            accountId: account.account.accountId, ledgerId: id, amountMilliyuan: payment.amountMilliyuan,
            balanceMilliyuan: ledgers[index].balance, serviceNumber: ledgers[index].serviceNumber, cause: .payment,
            reference: payment.paymentId, creditedAt: payment.receivedAt)
        self.handled.send(credited, causedBy: cause)
        self.handled.count("rating.payments.credited")
    }

    private mutating func payBills(of account: PayingAccount, at payment: PaymentReceived, _ cause: EventContext) {
        let number = account.account.number
        guard var bills = self.bills[number], var ledgers = self.ledgers[number] else { return }
        for index in bills.indices where bills[index].outstanding > .zero {
            let debits = Bill.pay(&bills[index].lines, from: &ledgers, at: payment.receivedAt)
            guard !debits.isEmpty else { continue }
            bills[index].outstanding = bills[index].lines.reduce(.zero) { $0 + $1.unpaid }
            self.touchedBills.insert(bills[index].key)
            var movement = Movement(
                id: self.context.identifiers.next(), account: number, cause: .bill,
                reference: bills[index].id.description, bookedAt: payment.receivedAt)
            for debit in debits {
                movement.move(debit.amount, from: .ledger(debit.ledger), to: .receivable)
                self.touchedLedgers.insert(debit.ledger)
                guard let ledger = ledgers.first(where: { $0.id == debit.ledger }) else { continue }
                let debited = LedgerDebited(
                    accountId: account.account.accountId, ledgerId: ledger.id, amountMilliyuan: debit.amount,
                    balanceMilliyuan: ledger.balance, serviceNumber: ledger.serviceNumber, cause: .bill,
                    reference: bills[index].id.description, debitedAt: payment.receivedAt)
                self.handled.send(debited, causedBy: cause)
            }
            self.movements.append(movement)
        }
        self.bills[number] = bills
        self.ledgers[number] = ledgers
        if !account.stoppedNumbers.isEmpty, bills.allSatisfy({ $0.outstanding == .zero }) {
            self.restore(account, at: payment.receivedAt, cause)
        }
    }

    /// Everything is paid: what was stopped together is started together, at once (PRO-25).
    private mutating func restore(_ account: PayingAccount, at instant: Timestamp, _ cause: EventContext) {
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

    mutating func save() async throws -> Handled {
        let transaction = self.context.transaction
        if !self.opened.isEmpty { _ = try await transaction.execute(try InsertLedgers(self.opened)) }
        if !self.taken.isEmpty {
            let ledgers = self.ledgers.values.joined().filter { self.touchedLedgers.contains($0.id) }
            let bills = self.bills.values.joined().filter { self.touchedBills.contains($0.key) }
            _ = try await transaction.execute(
                together: InsertPayments(payments: self.taken),
                UpdateLedgers(ledgers: ledgers.sorted { $0.id < $1.id }),
                UpdateBills(bills: bills.sorted { $0.key < $1.key })
            )
            try await transaction.book(self.movements)
        }
        for account in self.restored {
            _ = try await transaction.execute(SetStopped(account: account, numbers: nil, order: nil))
        }
        return self.handled
    }
}

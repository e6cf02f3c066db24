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
    private let accounts: [Int64: PayingAccount]
    private let owners: [String: [StoredOwner]]
    private var purse: Purse
    private var taken: [NewPayment] = []
    private var handled = Handled()

    init(_ batch: [Message<PaymentReceived>], in context: HandlingContext) async throws {
        self.context = context
        let payments = batch.map(\.body)
        let named = payments.compactMap(\.serviceNumber) + payments.compactMap { $0.dedicatedTo?.serviceNumber }
        let numbers = Set(named).sorted()
        let (accounts, owners, known) = try await context.transaction.execute(
            together: LockPayingAccounts(accountIds: Set(payments.compactMap(\.accountId)).sorted(), numbers: numbers),
            FindOwners(numbers: numbers),
            FindPayments(ids: Set(payments.map(\.paymentId)).sorted())
        )
        for payment in known { self.known[payment.id] = payment.content }
        self.accounts = Dictionary(accounts.map { ($0.account.number, $0) }) { first, _ in first }
        self.owners = Dictionary(grouping: owners, by: \.owner.serviceNumber)
        self.purse = try await Purse(of: accounts, in: context)
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
        let number = account.account.number
        self.purse.credit(
            payment.amountMilliyuan, to: ledger.id, of: number, from: .payments,
            .init(
                cause: .payment, reference: payment.paymentId, at: payment.receivedAt, message: message.context))
        self.handled.count("rating.payments.credited")
        self.purse.payBills(of: number, at: payment.receivedAt, causedBy: message.context)
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
        let ledgers = self.purse.ledgers(of: account.account.number)
        if let dedication = payment.dedicatedTo {
            try self.checkDedicated(payment, "dedicatedTo")
            return try self.ledger(for: dedication, payment, account)
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
        for dedication: PaymentReceived.Dedication, _ payment: PaymentReceived, _ account: PayingAccount
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
        let ledger = Ledger(
            id: self.context.identifiers.next(), isPublic: false, openedAt: payment.receivedAt,
            serviceNumber: dedication.serviceNumber, subjects: subjects, expiresAt: dedication.expiresAt)
        return self.purse.open(ledger, of: account.account.number, agreement: payment.agreementId)
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

    mutating func save() async throws -> Handled {
        if !self.taken.isEmpty {
            _ = try await self.context.transaction.execute(InsertPayments(payments: self.taken))
        }
        self.handled.add(try await self.purse.save())
        return self.handled
    }
}

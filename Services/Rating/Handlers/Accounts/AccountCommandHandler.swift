import Contracts
import JSONText
import Messaging
import Postgres
import RatingDomain

/// Arranges for accounts what account managers want: that one pays for numbers of others (CAT-39), and that a number
/// spends a minimum for a prepayment that is given back (CAT-32). Each command is done once.
struct AccountCommandHandler: MessageHandler {
    let tariffs: TariffLibrary
    let calendar: BusinessCalendar

    func handle(_ batch: [Message<AccountCommand>], in context: HandlingContext) async throws -> Handled {
        var commands = try await AccountCommandBatch(batch, self.tariffs.current, self.calendar, in: context)
        for message in batch { try commands.take(message) }
        return try await commands.save()
    }
}

/// Commands on their way into arrangements.
struct AccountCommandBatch {
    private enum Code: String {
        case unknownAccount = "UNKNOWN_ACCOUNT"
        case unknownCommand = "UNKNOWN_COMMAND"
        case unknownNumber = "UNKNOWN_NUMBER"
        case ownNumber = "OWN_NUMBER"
        case notPaidFor = "NOT_PAID_FOR"
        case isPaidFor = "PAID_FOR"
        case paysForOthers = "PAYS_FOR_OTHERS"
        case billedCycle = "BILLED_CYCLE"
        case invalidLimit = "INVALID_LIMIT"
        case invalidUnspent = "INVALID_UNSPENT"
        case unknownCommitment = "UNKNOWN_COMMITMENT"
        case committed = "COMMITTED_ALREADY"
        case insufficientBalance = "INSUFFICIENT_BALANCE"
        case duplicateId = "DUPLICATE_COMMAND_ID"
    }

    private struct Rejection: Error {
        var code: Code
        var text: String
    }

    private let context: HandlingContext
    private let book: TariffBook
    private let calendar: BusinessCalendar
    private let accounts: [String: PayingAccount]
    private let owners: [String: [StoredOwner]]
    private let billedThrough: [Int64: BillingCycle]
    private var roles: [Int64: (pays: Bool, isPaidFor: Bool)] = [:]
    private var known: [CommandID: [UInt8]] = [:]
    private var commitments: [StoredCommitment]
    private var purse: Purse
    private var payments: [StoredGroupPayment] = []
    private var committed: [StoredCommitment] = []
    private var money: [ScheduledMoney] = []
    private var applied: [(id: CommandID, content: [UInt8], at: Timestamp)] = []
    private var handled = Handled()

    init(
        _ batch: [Message<AccountCommand>], _ book: TariffBook, _ calendar: BusinessCalendar,
        in context: HandlingContext
    ) async throws {
        self.context = context
        self.book = book
        self.calendar = calendar
        let ids = Set(batch.map(\.body.accountId)).sorted()
        let numbers = Set(batch.map(\.body.serviceNumber)).sorted()
        let (accounts, owners, known) = try await context.transaction.execute(
            together: LockPayingAccounts(accountIds: ids, numbers: numbers), FindOwners(numbers: numbers),
            FindAccountCommands(ids: Set(batch.map(\.body.commandId)).sorted()))
        let all = accounts.map(\.account.number)
        let (billed, roles, commitments) = try await context.transaction.execute(
            together: FindBilledThrough(accounts: all), FindGroupRoles(accounts: all),
            FindCommitments(accounts: all))
        self.accounts = Dictionary(accounts.map { ($0.account.accountId, $0) }) { first, _ in first }
        self.owners = Dictionary(grouping: owners, by: \.owner.serviceNumber)
        self.billedThrough = Dictionary(billed.map { ($0.account, $0.cycle) }) { first, _ in first }
        for row in roles { self.roles[row.account] = (row.pays, row.isPaidFor) }
        for command in known { self.known[command.id] = command.content }
        self.commitments = commitments
        self.purse = try await Purse(of: accounts, in: context)
    }

    mutating func take(_ message: Message<AccountCommand>) throws {
        let command = message.body
        let content = try JSONText.encode(command)
        do throws(Rejection) {
            if let known = self.known[command.commandId] {
                guard known != content else { return self.handled.count("rating.commands.repeated") }
                throw Rejection(
                    code: .duplicateId, text: "commandId \(command.commandId) has been used for one of other content")
            }
            let from = try self.apply(command, message.context)
            self.known[command.commandId] = content
            self.applied.append((command.commandId, content, self.context.now))
            let applied = AccountCommandApplied(
                commandId: command.commandId, accountId: command.accountId, command: command.command,
                serviceNumber: command.serviceNumber, from: from, appliedAt: self.context.now)
            self.handled.send(applied, causedBy: message.context)
            self.handled.count("rating.commands.applied", [("command", command.command)])
        } catch {
            let rejected = AccountCommandRejected(
                commandId: command.commandId, accountId: command.accountId, command: command.command,
                serviceNumber: command.serviceNumber, code: error.code.rawValue, message: error.text,
                rejectedAt: self.context.now)
            self.handled.send(rejected, causedBy: message.context)
            self.handled.count("rating.commands.rejected", [("code", error.code.rawValue)])
        }
    }

    /// - Returns: from when on it holds.
    private mutating func apply(
        _ command: AccountCommand, _ cause: EventContext
    ) throws(Rejection) -> BillingCycle {
        guard let account = self.accounts[command.accountId] else {
            throw Rejection(code: .unknownAccount, text: "accountId \(command.accountId): there is none")
        }
        let from = command.from ?? BillingCycle(containing: command.at, calendar: self.calendar)
        switch command.command {
        case "payFor": try self.payFor(command, account, from)
        case "stopPayingFor": try self.stopPayingFor(command, account, from)
        case "commit": try self.commit(command, account, from, cause)
        default:
            throw Rejection(
                code: .unknownCommand,
                text: "command '\(command.command)'; accepted: payFor, stopPayingFor, commit")
        }
        return from
    }

    /// The account that has the number.
    private func owner(of command: AccountCommand) throws(Rejection) -> StoredOwner {
        let owners = self.owners[command.serviceNumber] ?? []
        guard let owner = owners.first(where: { $0.owner.span.contains(command.at) }) else {
            throw Rejection(
                code: .unknownNumber, text: "serviceNumber \(command.serviceNumber) is no member of an account")
        }
        return owner
    }

    private func checkOpen(_ from: BillingCycle, of account: Int64, _ name: String) throws(Rejection) {
        guard let billed = self.billedThrough[account], from <= billed else { return }
        throw Rejection(
            code: .billedCycle,
            text: "from \(from): account \(name) is billed for it; accepted: \(billed.next) and later")
    }

    private mutating func payFor(
        _ command: AccountCommand, _ account: PayingAccount, _ from: BillingCycle
    ) throws(Rejection) {
        let (payer, owner) = (account.account.number, try self.owner(of: command))
        guard owner.account != payer else {
            throw Rejection(
                code: .ownNumber, text: "serviceNumber \(command.serviceNumber) is account \(command.accountId)'s own")
        }
        // One that is paid for is billed before the one that pays: so nobody is both.
        guard self.roles[owner.account]?.pays != true else {
            throw Rejection(
                code: .paysForOthers,
                text: "serviceNumber \(command.serviceNumber): its account pays for numbers of others itself")
        }
        guard self.roles[payer]?.isPaidFor != true else {
            throw Rejection(
                code: .isPaidFor, text: "accountId \(command.accountId): another account pays for a number of it")
        }
        if let limit = command.limitMilliyuan, limit <= .zero {
            throw Rejection(
                code: .invalidLimit, text: "limitMilliyuan is \(limit.rawValue); it has to be above 0, or absent")
        }
        guard let unspent = GroupPayment.Unspent(rawValue: command.unspent ?? GroupPayment.Unspent.company.rawValue)
        else {
            throw Rejection(
                code: .invalidUnspent, text: "unspent '\(command.unspent ?? "")'; accepted: company, employee")
        }
        try self.checkOpen(from, of: owner.account, owner.owner.accountId)
        try self.checkOpen(from, of: payer, command.accountId)
        self.roles[payer, default: (false, false)].pays = true
        self.roles[owner.account, default: (false, false)].isPaidFor = true
        self.set(
            StoredGroupPayment(
                serviceNumber: command.serviceNumber, from: from, payer: payer, limit: command.limitMilliyuan,
                unspent: unspent))
    }

    private mutating func stopPayingFor(
        _ command: AccountCommand, _ account: PayingAccount, _ from: BillingCycle
    ) throws(Rejection) {
        guard self.roles[account.account.number]?.pays == true else {
            throw Rejection(
                code: .notPaidFor, text: "accountId \(command.accountId) pays for no number of another account")
        }
        let owner = try self.owner(of: command)
        try self.checkOpen(from, of: owner.account, owner.owner.accountId)
        self.set(
            StoredGroupPayment(
                serviceNumber: command.serviceNumber, from: from, payer: nil, limit: nil, unspent: .company))
    }

    private mutating func set(_ payment: StoredGroupPayment) {
        self.payments.removeAll { $0.serviceNumber == payment.serviceNumber && $0.from == payment.from }
        self.payments.append(payment)
    }

    private mutating func commit(
        _ command: AccountCommand, _ account: PayingAccount, _ from: BillingCycle, _ cause: EventContext
    ) throws(Rejection) {
        let number = account.account.number
        guard try self.owner(of: command).account == number else {
            throw Rejection(
                code: .unknownNumber,
                text: "serviceNumber \(command.serviceNumber) is no member of account \(command.accountId)")
        }
        guard let commitment = command.commitment.flatMap({ self.book.tariffs.commitments[$0] }) else {
            let accepted = self.book.tariffs.commitments.keys.sorted().joined(separator: ", ")
            throw Rejection(
                code: .unknownCommitment, text: "commitment '\(command.commitment ?? "")'; accepted: \(accepted)")
        }
        try self.checkOpen(from, of: number, command.accountId)
        var through = from
        for _ in 1..<commitment.months { through = through.next }
        let other = (self.commitments + self.committed).first {
            $0.serviceNumber == command.serviceNumber && $0.from <= through && from <= $0.through
        }
        if let other {
            throw Rejection(
                code: .committed,
                text: "serviceNumber \(command.serviceNumber) is committed from \(other.from) to \(other.through)")
        }
        let prepayment = commitment.prepayment
        guard let common = self.purse.publicLedger(of: number), common.balance >= prepayment else {
            throw Rejection(
                code: .insufficientBalance,
                text: "the public ledger has less than the prepayment of \(prepayment.rawValue) milliyuan")
        }
        let locked = self.purse.open(
            Ledger(
                id: self.context.identifiers.next(), isPublic: false, openedAt: command.at,
                serviceNumber: command.serviceNumber, isLocked: true), of: number)
        self.purse.transfer(
            prepayment, from: (number, common.id), to: (number, locked.id),
            .init(cause: .transfer, reference: command.commandId.description, at: command.at, message: cause))
        self.committed.append(
            StoredCommitment(
                id: command.commandId, account: number, serviceNumber: command.serviceNumber, code: commitment.code,
                from: from, through: through, minimum: commitment.minimum,
                excluded: commitment.excludedSubjects.sorted().compactMap { self.book.subject(code: $0)?.path }))
        self.schedule(commitment, command, number, locked.id, from)
    }

    /// Each month what is given back, and what is put aside for the minimum.
    private mutating func schedule(
        _ commitment: Commitment, _ command: AccountCommand, _ account: Int64, _ source: LedgerID,
        _ from: BillingCycle
    ) {
        var cycle = from
        for _ in 0..<commitment.months {
            let dueAt = max(cycle.morning(of: 1, self.calendar), command.at)
            func money(_ kind: ScheduledMoney.Kind, _ amount: Milliyuan) -> ScheduledMoney {
                ScheduledMoney(
                    id: self.context.identifiers.next(), kind: kind, account: account,
                    serviceNumber: command.serviceNumber, reference: commitment.code,
                    source: kind == .rebate ? source : nil, dueAt: dueAt,
                    expiresAt: kind == .reservation ? cycle.next.start(self.calendar) : nil, amount: amount)
            }
            if commitment.rebate > .zero { self.money.append(money(.rebate, commitment.rebate)) }
            if commitment.minimum > .zero { self.money.append(money(.reservation, commitment.minimum)) }
            cycle = cycle.next
        }
    }

    mutating func save() async throws -> Handled {
        let transaction = self.context.transaction
        if !self.applied.isEmpty { _ = try await transaction.execute(InsertAccountCommands(commands: self.applied)) }
        if !self.payments.isEmpty { _ = try await transaction.execute(SetGroupPayments(payments: self.payments)) }
        for commitment in self.committed { _ = try await transaction.execute(try InsertCommitment(commitment)) }
        self.handled.add(try await self.purse.save())
        if !self.money.isEmpty { _ = try await transaction.execute(try ScheduleMoney(self.money)) }
        return self.handled
    }
}

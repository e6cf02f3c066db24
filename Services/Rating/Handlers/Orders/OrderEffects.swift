import Contracts
import Messaging
import Postgres
import RatingDomain

/// Effects of orders on accounts: what they change of whom lines belong to and what is in force, saved together.
struct OrderEffects {
    /// An effect, as it was told.
    struct Told: Sendable {
        var order: OrderEffective
        var effect: OrderEffect
        var cause: EventContext
    }

    private let accounts: [String: Int64]
    /// By number; all that are known of it.
    private var owners: [String: [LineOwner]] = [:]
    private var known: Set<BundleID>
    private var changedNumbers: Set<String> = []
    private var agreements: [NewAgreement] = []
    private var ends: [(id: BundleID, at: Timestamp)] = []
    private var stops: [AccountHistory.Stop] = []
    private var closures: [LineClosure]
    private var newClosures: [LineClosure] = []
    /// By account: from when on its terms are others.
    private var changes: [Int64: Timestamp] = [:]
    private var outgoing: [Outgoing] = []
    private var departures: [LedgerTransfer.Departure] = []
    private var promised: [(account: Int64, agreement: BundleID, money: PromisedMoney)] = []
    /// What orders for bars have put into effect, by their ids.
    private var bars: [(externalId: String, agreement: BundleID)] = []

    /// Locks what the effects may change.
    init(of effects: [Told], in context: HandlingContext) async throws {
        let numbers = Set(effects.flatMap(\.effect.numbers)).sorted()
        let ids = Set(effects.map(\.order.accountId)).sorted()
        let (_, known, accounts, owners, closures) = try await context.transaction.execute(
            together: LockNumbers(numbers: numbers),
            FindKnownAgreements(ids: Set(effects.map(\.order.bundleId)).sorted()),
            LockAccounts(accountIds: ids, numbers: numbers),
            FindOwners(numbers: numbers),
            FindClosures(numbers: numbers)
        )
        self.closures = closures
        self.known = Set(known)
        self.accounts = Dictionary(accounts.map { ($0.accountId, $0.number) }) { first, _ in first }
        for row in owners { self.owners[row.owner.serviceNumber, default: []].append(row.owner) }
    }

    /// - Parameter isBundle: whether the offer is one.
    mutating func take(_ told: Told, isBundle: Bool, by book: TariffBook) {
        let (order, effect) = (told.order, told.effect)
        if order.channel == OrderEffect.systemChannel { self.bars.append((order.externalId, order.bundleId)) }
        if let agreement = effect.agreement {
            // Told again, it changes nothing.
            guard self.known.insert(order.bundleId).inserted, let account = self.accounts[order.accountId] else {
                return
            }
            self.agreements.append(
                NewAgreement(
                    effect: effect, agreement: agreement, id: order.bundleId, account: account,
                    orderId: order.orderId, term: order.term, payment: order.payment))
            self.promised += effect.promises(by: book).map { (account, order.bundleId, $0) }
        }
        if let former = order.replaces { self.ends.append((former, order.effectiveAt)) }
        self.stops += effect.stops
        self.closures += effect.closures
        self.newClosures += effect.closures
        let owners = effect.numbers.flatMap { self.owners[$0] ?? [] }
        self.noteChange(of: [order.accountId] + owners.map(\.accountId), from: order.effectiveAt)
        for change in effect.ownerChanges(given: owners, self.closures, isBundle: isBundle) {
            self.apply(change, of: told)
        }
    }

    private mutating func noteChange(of accountIds: [String], from instant: Timestamp) {
        for case let account? in accountIds.map({ self.accounts[$0] }) {
            self.changes[account] = self.changes[account].map { min($0, instant) } ?? instant
        }
    }

    private mutating func apply(_ change: OwnerChange, of told: Told) {
        let number = change.owner.serviceNumber
        var owners = self.owners[number] ?? []
        self.changedNumbers.insert(number)
        switch change {
        case .attached(let owner):
            owners.append(owner)
            self.send(self.attached(owner, of: told), told.cause)
        case .extended(let owner, let from):
            for index in owners.indices where owners[index] == owner { owners[index].span.from = from }
        case .detached(let owner, let at, let accountId):
            for index in owners.indices where owners[index] == owner { owners[index].span.until = at }
            let detached = AccountMemberDetached(
                accountId: owner.accountId, serviceNumber: number, product: owner.product,
                toAccountId: accountId, orderId: told.order.orderId, detachedAt: at)
            self.send(detached, told.cause)
            if let from = self.accounts[owner.accountId] {
                self.departures.append(
                    .init(
                        serviceNumber: number, from: StoredAccount(accountId: owner.accountId, number: from),
                        to: accountId.flatMap { id in self.accounts[id].map { StoredAccount(accountId: id, number: $0) }
                        },
                        orderId: told.order.orderId, at: at, cause: told.cause))
            }
        }
        self.owners[number] = owners
    }

    private func attached(_ owner: LineOwner, of told: Told) -> AccountMemberAttached {
        let member = told.order.members.first { $0.serviceNumber == owner.serviceNumber }
        return AccountMemberAttached(
            accountId: owner.accountId,
            serviceNumber: owner.serviceNumber,
            product: owner.product,
            plan: member?.plan,
            bundleId: told.order.bundleId,
            offer: told.order.offer,
            main: member?.main,
            orderId: told.order.orderId,
            attachedAt: owner.span.from
        )
    }

    private mutating func send(_ body: some MessageBody, _ cause: EventContext) {
        self.outgoing.append(Outgoing(body, causedBy: cause))
    }

    func save(_ handled: inout Handled, in context: HandlingContext) async throws {
        let transaction = context.transaction
        if !self.agreements.isEmpty {
            _ = try await transaction.execute(
                together: InsertAgreements(agreements: self.agreements),
                InsertAgreementMembers(agreements: self.agreements))
        }
        if !self.ends.isEmpty {
            let earliest = Dictionary(self.ends.map { ($0.id, $0.at) }) { min($0, $1) }
            let ends = earliest.map { (id: $0.key, at: $0.value) }.sorted { $0.id < $1.id }
            _ = try await transaction.execute(EndAgreements(ends: ends))
        }
        if !self.newClosures.isEmpty { _ = try await transaction.execute(InsertClosures(closures: self.newClosures)) }
        if !self.stops.isEmpty { _ = try await transaction.execute(InsertLineStops(stops: self.stops)) }
        if !self.changedNumbers.isEmpty {
            let numbers = self.changedNumbers.sorted()
            _ = try await transaction.execute(
                together: DeleteOwners(numbers: numbers),
                InsertOwners(owners: numbers.flatMap { self.owners[$0] ?? [] }))
        }
        let changes = self.changes.map { (account: $0.key, from: $0.value) }.sorted { $0.account < $1.account }
        if !changes.isEmpty {
            _ = try await transaction.execute(
                together: LockCyclesOfAccounts(accounts: changes.map(\.account)),
                ChangeTerms(changes: changes, wallNow: context.wallNow))
        }
        if !self.promised.isEmpty {
            let money = self.promised.map { account, agreement, money in
                ScheduledMoney(
                    id: context.identifiers.next(), kind: .promotion, account: account,
                    serviceNumber: money.serviceNumber, reference: money.promotion, agreement: agreement,
                    dueAt: money.dueAt, expiresAt: money.expiresAt, amount: money.amount, subjects: money.subjects)
            }
            _ = try await transaction.execute(try ScheduleMoney(money))
        }
        if !self.bars.isEmpty { _ = try await transaction.execute(NoteBars(orders: self.bars)) }
        handled.send(self.outgoing)
        try await LedgerTransfer.run(self.departures, &handled, in: context)
    }
}

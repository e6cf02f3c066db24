import Contracts
import Messaging
import Postgres
import RatingDomain

/// Gives what promotions have promised and prepayments give back, and puts minimum spends aside, each when it is due.
struct ScheduledMoneyTimer: TimerSource {
    let name = "scheduledMoney"
    let clock = TimerClock.business

    func nextDueAt(in transaction: Transaction) async throws -> Timestamp? {
        try await transaction.execute(NextScheduledMoney()).first ?? nil
    }

    func fire(dueBy: Timestamp, limit: Int, in context: HandlingContext) async throws -> Fired {
        let rows = try await context.transaction.execute(LockScheduledMoney(dueBy: dueBy, limit: limit))
        guard !rows.isEmpty else { return Fired(count: 0) }
        let accounts = Set(rows.map(\.money.account)).sorted()
        var purse = try await Purse(
            of: try await context.transaction.execute(LockPayingAccounts(accounts: accounts)), in: context)
        var given: [(id: ScheduledMoneyID, amount: Milliyuan)] = []
        for row in rows {
            given.append((row.money.id, Self.give(row, &purse, context.identifiers)))
        }
        _ = try await context.transaction.execute(EndScheduledMoney(given: given))
        let handled = try await purse.save()
        return Fired(count: rows.count, outgoing: handled.outgoing, occurrences: handled.occurrences)
    }

    /// - Returns: how much of it there was.
    private static func give(
        _ row: LockScheduledMoney.Row, _ purse: inout Purse, _ identifiers: any IdentifierSource
    ) -> Milliyuan {
        let money = row.money
        func occasion(_ cause: LedgerMovementCause) -> Purse.Occasion {
            .init(cause: cause, reference: money.reference, at: money.dueAt)
        }
        func dedicated(_ remainder: RatingDomain.Ledger.Remainder?) -> RatingDomain.Ledger {
            let ledger = RatingDomain.Ledger(
                id: identifiers.next(), isPublic: false, openedAt: money.dueAt, serviceNumber: money.serviceNumber,
                subjects: money.subjects, expiresAt: money.expiresAt, remainder: remainder)
            return purse.open(ledger, of: money.account)
        }
        guard let common = purse.publicLedger(of: money.account) else { return .zero }
        switch money.kind {
        case .promotion:
            guard row.isInForce, row.isOwned else { return .zero }
            let ledger = dedicated(.lapses)
            purse.credit(money.amount, to: ledger.id, of: money.account, from: .credits, occasion(.rebate))
            return money.amount
        case .rebate:
            guard let source = money.source.flatMap({ purse.ledger($0, of: money.account) }) else { return .zero }
            let amount = min(money.amount, source.balance)
            // A number that has gone has no charges: what is its is the account's.
            let ledger = row.isOwned ? dedicated(nil) : common
            purse.transfer(
                amount, from: (money.account, source.id), to: (money.account, ledger.id), occasion(.rebate))
            purse.payBills(of: money.account, at: money.dueAt, causedBy: nil)
            return amount
        case .reservation:
            let amount = min(money.amount, common.balance)
            guard amount > .zero else { return .zero }
            let ledger = dedicated(.returns)
            purse.transfer(
                amount, from: (money.account, common.id), to: (money.account, ledger.id), occasion(.reservation))
            return amount
        }
    }
}

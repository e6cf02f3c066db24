import Contracts
import Messaging
import Postgres
import RatingDomain

/// Opens accounts with their first orders, and keeps what orders put into effect.
struct OrderEventHandler: MessageHandler {
    let catalogues: CatalogueLibrary
    let tariffs: TariffLibrary
    let calendar: BusinessCalendar

    func handle(_ batch: [Message<AccountOrderEvent>], in context: HandlingContext) async throws -> Handled {
        var handled = Handled()
        try await self.openAccounts(batch, &handled, in: context)
        let effects = batch.compactMap { message -> OrderEffects.Told? in
            guard case .effective(let order) = message.body else { return nil }
            return OrderEffects.Told(order: order, effect: OrderEffect(order), cause: message.context)
        }
        if !effects.isEmpty {
            var changes = try await OrderEffects(of: effects, in: context)
            for told in effects {
                changes.take(
                    told, isBundle: self.catalogues.current.bundles[told.order.offer] != nil, by: self.tariffs.current)
            }
            try await changes.save(&handled, in: context)
        }
        // Last: effects lock lines before accounts, everywhere.
        try await OrderFees.charge(batch, self.tariffs.current, in: context)
        return handled
    }

    private func openAccounts(
        _ batch: [Message<AccountOrderEvent>], _ handled: inout Handled, in context: HandlingContext
    ) async throws {
        var accounts: [String: (account: NewAccount, cause: EventContext)] = [:]
        for message in batch {
            guard let account = message.body.account(context.identifiers.next(), self.calendar),
                account.openedAt < accounts[account.accountId]?.account.openedAt ?? Timestamp(microseconds: .max)
            else { continue }
            accounts[account.accountId] = (account, message.context)
        }
        let opened = OpenAccounts(accounts: accounts.values.map(\.account).sorted { $0.accountId < $1.accountId })
        let new = try await context.transaction.execute(opened).filter(\.isNew).map(\.account)
        let ledgers = new.compactMap { stored in
            accounts[stored.accountId].map { opened in
                StoredLedger(
                    account: stored.number,
                    ledger: Ledger(
                        id: opened.account.publicLedgerId, isPublic: true, openedAt: opened.account.openedAt))
            }
        }
        if !ledgers.isEmpty {
            _ = try await context.transaction.execute(try InsertLedgers(ledgers.map { ($0, nil) }))
        }
        for stored in new {
            guard let (account, cause) = accounts[stored.accountId] else { continue }
            let opened = AccountOpened(
                accountId: stored.accountId, customerId: account.customerId,
                publicLedgerId: account.publicLedgerId, orderId: account.orderId, openedAt: account.openedAt)
            handled.send(opened, causedBy: cause)
            handled.count("rating.accounts.opened")
        }
    }
}

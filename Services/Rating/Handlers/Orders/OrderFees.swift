import Contracts
import Messaging
import Postgres
import RatingDomain

/// What orders cost beside what they put into effect: a new card (CAT-31), and a cancel beyond a point of no return.
enum OrderFees {
    static func charge(
        _ batch: [Message<AccountOrderEvent>], _ book: TariffBook, in context: HandlingContext
    ) async throws {
        let fees = batch.compactMap { Self.fee(of: $0.body, book) }
        guard !fees.isEmpty else { return }
        let ids = Set(fees.map(\.accountId)).sorted()
        let accounts = Dictionary(
            try await context.transaction.execute(LockAccounts(accountIds: ids, numbers: [])).map {
                ($0.accountId, $0.number)
            }
        ) { first, _ in first }
        let subject = book.subject(.orderFee).path
        let owed = fees.compactMap { fee in
            accounts[fee.accountId].map { account in
                (
                    fee,
                    OrderFee(
                        order: fee.order, account: account, serviceNumber: fee.serviceNumber, subject: subject,
                        amount: fee.amount, reason: fee.reason, incurredAt: fee.at)
                )
            }
        }
        let days = owed.filter { $0.0.freeFrom != nil }.map { fee, row in
            (account: row.account, since: book.calendar.start(of: book.calendar.date(of: fee.at)), until: fee.at)
        }
        let paid = days.isEmpty ? [] : try await context.transaction.execute(FindPaidOnDay(times: days))
        let due = owed.filter { fee, row in
            guard let freeFrom = fee.freeFrom else { return true }
            return !paid.contains { $0.account == row.account && $0.until == fee.at && $0.paid >= freeFrom }
        }
        if !due.isEmpty { _ = try await context.transaction.execute(InsertOrderFees(fees: due.map(\.1))) }
    }

    private struct Fee {
        var order: OrderID
        var accountId: String
        var serviceNumber: String
        var amount: Milliyuan
        /// Whoever has paid as much on the day owes nothing.
        var freeFrom: Milliyuan?
        var reason: String
        var at: Timestamp
    }

    private static func fee(of event: AccountOrderEvent, _ book: TariffBook) -> Fee? {
        switch event {
        case .acknowledged: return nil
        case .effective(let order):
            guard order.action == "replaceSim" || order.newCard == true, let amount = book.tariffs.orderFees.newCard,
                amount > .zero
            else {
                return nil
            }
            return Fee(
                order: order.orderId, accountId: order.accountId,
                serviceNumber: order.members.first?.serviceNumber ?? "", amount: amount,
                freeFrom: book.tariffs.orderFees.newCardFreeFrom, reason: "new card", at: order.effectiveAt)
        case .cancelled(let order):
            guard let accountId = order.accountId, let amount = order.feeMilliyuan, amount > .zero,
                let at = order.cancelledAt
            else { return nil }
            return Fee(
                order: order.orderId, accountId: accountId, serviceNumber: "", amount: amount,
                reason: "cancelled order",
                at: at)
        }
    }
}

import Contracts
import Messaging
import Postgres
import RatingDomain

/// A member that leaves takes the balance of its dedicated ledgers to the public ledger of its own account (ORD-86). Of one
/// that is closed it stays in the account, on its public ledger.
enum LedgerTransfer {
    struct Departure: Sendable {
        var serviceNumber: String
        var from: StoredAccount
        /// `nil` where the line is closed.
        var to: StoredAccount?
        var orderId: OrderID
        var at: Timestamp
        var cause: EventContext
    }

    static func run(_ departures: [Departure], _ handled: inout Handled, in context: HandlingContext) async throws {
        guard !departures.isEmpty else { return }
        let accounts = Set(departures.flatMap { [$0.from.number, ($0.to ?? $0.from).number] }).sorted()
        var ledgers = try await context.transaction.execute(LockLedgers(accounts: accounts))
        var movements: [Movement] = []
        for departure in departures {
            let target = departure.to ?? departure.from
            guard let common = ledgers.firstIndex(where: { $0.account == target.number && $0.ledger.isPublic }) else {
                continue
            }
            for index in ledgers.indices
            where ledgers[index].account == departure.from.number
                && ledgers[index].ledger.serviceNumber == departure.serviceNumber
                && ledgers[index].ledger.balance > .zero
            {
                let amount = ledgers[index].ledger.balance
                ledgers[index].ledger.balance = .zero
                ledgers[common].ledger.balance += amount
                var movement = Movement(
                    id: context.identifiers.next(), account: departure.from.number, cause: .transfer,
                    reference: departure.orderId.description, bookedAt: departure.at)
                movement.move(
                    amount, from: .ledger(ledgers[index].ledger.id), to: .ledger(ledgers[common].ledger.id),
                    of: target.number)
                movements.append(movement)
                Self.tell(departure, amount, ledgers[index].ledger, target, ledgers[common].ledger, &handled)
            }
        }
        guard !movements.isEmpty else { return }
        _ = try await context.transaction.execute(UpdateLedgers(ledgers: ledgers.map(\.ledger)))
        try await context.transaction.book(movements)
    }

    private static func tell(
        _ departure: Departure, _ amount: Milliyuan, _ source: Ledger, _ target: StoredAccount, _ common: Ledger,
        _ handled: inout Handled
    ) {
        let reference = departure.orderId.description
        handled.send(
            LedgerDebited(
                accountId: departure.from.accountId, ledgerId: source.id, amountMilliyuan: amount,
                balanceMilliyuan: source.balance, serviceNumber: departure.serviceNumber, cause: .transfer,
                reference: reference, debitedAt: departure.at), causedBy: departure.cause)
        handled.send(
            LedgerCredited(
                accountId: target.accountId, ledgerId: common.id, amountMilliyuan: amount,
                balanceMilliyuan: common.balance, serviceNumber: nil, cause: .transfer, reference: reference,
                creditedAt: departure.at), causedBy: departure.cause)
    }
}

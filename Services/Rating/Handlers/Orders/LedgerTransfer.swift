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
        let paying = try await context.transaction.execute(LockPayingAccounts(accounts: accounts))
        var purse = try await Purse(of: paying, in: context)
        for departure in departures {
            let target = (departure.to ?? departure.from).number
            guard let common = purse.publicLedger(of: target) else { continue }
            let occasion = Purse.Occasion(
                cause: .transfer, reference: departure.orderId.description, at: departure.at, message: departure.cause)
            let own = purse.ledgers(of: departure.from.number).filter {
                $0.serviceNumber == departure.serviceNumber && $0.remainder == nil && !$0.isLocked
            }
            for ledger in own {
                purse.transfer(
                    ledger.balance, from: (departure.from.number, ledger.id), to: (target, common.id), occasion)
            }
            // What has come may pay what is outstanding there.
            if own.contains(where: { $0.balance > .zero }) {
                purse.payBills(of: target, at: departure.at, causedBy: departure.cause)
            }
        }
        handled.add(try await purse.save())
    }
}

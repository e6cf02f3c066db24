import Contracts
import Messaging
import Postgres
import RatingDomain

/// Bills accounts on the 1st for the cycle that is over (00:00 of business time): each in its own time, some hundred in a
/// transaction, so that it may be stopped anywhere and goes on where it was.
struct BillRun: TimerSource {
    let name = "bills"
    let clock = TimerClock.business
    let tariffs: TariffLibrary
    let shelf: TermsShelf
    let provisions: ProvisionBook
    let calendar: BusinessCalendar
    /// So many a transaction: what a process that dies has to do again.
    var most = 100

    func nextDueAt(in transaction: Transaction) async throws -> Timestamp? {
        let through = try await transaction.execute(NextBilling()).first ?? nil
        return through?.next.next.start(self.calendar)
    }

    func fire(dueBy: Timestamp, limit: Int, in context: HandlingContext) async throws -> Fired {
        let over = BillingCycle(containing: dueBy, calendar: self.calendar).previous
        let due = try await context.transaction.execute(
            LockDueAccounts(billedThrough: over.previous, limit: min(limit, self.most)))
        guard !due.isEmpty else { return Fired(count: 0) }
        var billing = Billing(due, self.tariffs.current, self.calendar, context)
        try await billing.lock(catalogueVersion: self.tariffs.version)
        try await billing.settle(self.shelf, self.provisions)
        let handled = try await billing.bill(self.tariffs)
        return Fired(count: due.count, outgoing: handled.outgoing, occurrences: handled.occurrences)
    }
}

import Contracts
import Messaging
import Postgres
import RatingDomain

/// Reminds of bills that are not paid, some days before lines are stopped for them (G-53).
struct BillReminderTimer: TimerSource {
    let name = "billReminders"
    let clock = TimerClock.business
    let tariffs: TariffLibrary
    let calendar: BusinessCalendar

    private var days: Int? { self.tariffs.current.tariffs.reminders.paymentDays }

    func nextDueAt(in transaction: Transaction) async throws -> Timestamp? {
        guard let days = self.days, let next = try await transaction.execute(NextBillToRemind()).first ?? nil else {
            return nil
        }
        return Reminding.dueAt(before: next, days: days, self.calendar)
    }

    func fire(dueBy: Timestamp, limit: Int, in context: HandlingContext) async throws -> Fired {
        guard let days = self.days else { return Fired(count: 0) }
        let transaction = context.transaction
        let horizon = Reminding.horizon(at: dueBy, days: days, self.calendar)
        let rows = try await transaction.execute(LockBillsToRemind(before: horizon, limit: limit))
        guard !rows.isEmpty else { return Fired(count: 0) }
        // Whoever's bill is overdue already is told that, and no more.
        let early = rows.filter { $0.bill.dueAt > context.now }
        let outstanding = try await transaction.outstandingBills(of: Set(early.map(\.bill.key.account)).sorted())
        var handled = Handled()
        for (bill, accountId) in early {
            let due = (outstanding[bill.key.account] ?? []).filter { $0.dueAt <= bill.dueAt }
            handled.send(
                BillReminder(
                    accountId: accountId, billId: bill.id, cycle: bill.key.cycle,
                    outstandingMilliyuan: due.reduce(.zero) { $0 + $1.outstanding }, dueAt: bill.dueAt,
                    suspensionAt: CreditControl.suspensionAt(issuedIn: bill.key.cycle.next, self.calendar),
                    remindedAt: context.now),
                causedBy: nil, correlationID: accountId)
        }
        _ = try await transaction.execute(MarkReminded(keys: rows.map(\.bill.key).sorted(), at: context.now))
        return Fired(count: rows.count, outgoing: handled.outgoing, occurrences: handled.occurrences)
    }
}

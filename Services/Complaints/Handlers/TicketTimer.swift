import ComplaintsDomain
import Contracts
import Messaging
import Postgres

/// Has happen to tickets what falls due: warnings, missed deadlines, reminders of partners, ends of surveys.
struct TicketTimer: TimerSource {
    let name = "tickets"
    let clock = TimerClock.business
    let catalogues: CatalogueLibrary
    let calendar: BusinessCalendar

    func nextDueAt(in transaction: Transaction) async throws -> Timestamp? {
        try await transaction.execute(NextDueTicket()).first ?? nil
    }

    func fire(dueBy: Timestamp, limit: Int, in context: HandlingContext) async throws -> Fired {
        let due = try await context.transaction.execute(LockDueTickets(dueBy: dueBy, limit: limit))
        guard let last = due.last else { return Fired(count: 0) }
        // Not beyond what others have due, who come in the next batch.
        let horizon = due.count < limit ? dueBy : last.nextAt
        var tickets = TicketBatch(self.calendar, in: context)
        try await tickets.lock(due.map(\.id), self.catalogues)
        for (id, _) in due { tickets.change(id) { ticket, rules in ticket.advance(to: horizon, by: rules) } }
        let handled = try await tickets.save()
        return Fired(count: due.count, outgoing: handled.outgoing, occurrences: handled.occurrences)
    }
}

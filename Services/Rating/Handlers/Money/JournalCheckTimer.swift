import Contracts
import Messaging
import Postgres
import RatingDomain

/// Has the journal looked through every night: whether each movement sums up to nothing, and each balance is the sum of
/// its entries. What is wrong is counted, and measured as `rating.journal.faults` until it is right again.
struct JournalCheckTimer: TimerSource {
    let name = "journalCheck"
    let clock = TimerClock.business
    let calendar: BusinessCalendar

    /// Of the night, when little else goes on.
    private static let seconds = 3 * 3600

    func nextDueAt(in transaction: Transaction) async throws -> Timestamp? {
        guard let last = try await transaction.execute(FindJournalCheck()).first else {
            return Timestamp(microseconds: 0)
        }
        let today = self.calendar.date(of: last)
        let due = self.calendar.start(of: today).advanced(bySeconds: Self.seconds)
        if due > last { return due }
        let tomorrow = CivilDate(daysSinceEpoch: today.daysSinceEpoch + 1)
        return self.calendar.start(of: tomorrow).advanced(bySeconds: Self.seconds)
    }

    func fire(dueBy: Timestamp, limit: Int, in context: HandlingContext) async throws -> Fired {
        let faults = try await context.transaction.execute(CheckJournal())
        _ = try await context.transaction.execute(KeepJournalCheck(checkedAt: dueBy, faults: faults))
        return Fired(
            count: 1,
            occurrences: [Occurrence("rating.journal.checks", [("result", faults.isEmpty ? "right" : "wrong")])])
    }
}

import Contracts
import Messaging
import NotificationDomain
import Postgres

/// Sends what lines get at times of their own, for as long as they have what it is about (NTF-15 to NTF-17).
struct ScheduleTimer: TimerSource {
    /// Of lines, in one transaction.
    private static let most = 500

    let name = "schedules"
    let clock = TimerClock.business
    let intake: NotificationIntake

    private var schedules: [NotificationSchedule] { self.intake.catalogues.current.notifications?.schedules ?? [] }

    func nextDueAt(in transaction: Transaction) async throws -> Timestamp? {
        guard !self.schedules.isEmpty else { return nil }
        let runs = try await self.runs(in: transaction)
        // One that is new, or was changed, is due at once: to find out when it is.
        return self.schedules.map { runs[$0.name]?.dueAt ?? Timestamp(microseconds: 0) }.min()
    }

    func fire(dueBy: Timestamp, limit: Int, in context: HandlingContext) async throws -> Fired {
        let runs = try await self.runs(in: context.transaction)
        var handled = Handled()
        var count = 0
        for schedule in self.schedules {
            guard let run = runs[schedule.name] else {
                try await self.set(schedule, after: context.now, in: context.transaction)
                count += 1
                continue
            }
            guard run.dueAt <= dueBy, count < limit else { continue }
            count += try await self.send(schedule, run, min(Self.most, limit - count), &handled, in: context)
        }
        return Fired(count: count, outgoing: handled.outgoing, occurrences: handled.occurrences)
    }

    private func runs(in transaction: Transaction) async throws -> [String: ScheduleRun] {
        let rules = Dictionary(self.schedules.map { ($0.name, $0.rule) }) { first, _ in first }
        let runs = try await transaction.execute(ListScheduleRuns()).filter { rules[$0.schedule] == $0.rule }
        return Dictionary(runs.map { ($0.schedule, $0) }) { first, _ in first }
    }

    private func send(
        _ schedule: NotificationSchedule, _ run: ScheduleRun, _ limit: Int, _ handled: inout Handled,
        in context: HandlingContext
    ) async throws -> Int {
        let subscribers = try await self.subscribers(of: schedule, run, limit, in: context.transaction)
        guard let last = subscribers.last else {
            try await self.set(schedule, after: run.dueAt, in: context.transaction)
            return 1
        }
        let catalogue = self.intake.catalogues.current
        let wanted = subscribers.map { subscriber in
            let draft = schedule.draft(
                for: subscriber, dueAt: run.dueAt, offerName: catalogue.offerName(subscriber.offer),
                id: NotificationID(rawValue: context.identifiers.next()), self.intake.calendar)
            return NotificationIntake.Wanted(draft, causedBy: nil)
        }
        try await self.intake.take(wanted, &handled, in: context)
        var next = run
        (next.afterOffer, next.afterNumber) = (last.offer, last.serviceNumber)
        _ = try await context.transaction.execute(SaveScheduleRun(run: next))
        return subscribers.count
    }

    private func subscribers(
        of schedule: NotificationSchedule, _ run: ScheduleRun, _ limit: Int, in transaction: Transaction
    ) async throws -> [Subscriber] {
        let offers = schedule.offers.sorted()
        guard case .before(let name, _) = schedule.days,
            let dates = schedule.dates(on: self.intake.calendar.date(of: run.dueAt))
        else {
            return try await transaction.execute(
                FindSubscribers(
                    offers: offers, at: run.dueAt, afterOffer: run.afterOffer, afterNumber: run.afterNumber,
                    limit: limit))
        }
        return try await transaction.execute(
            TakeDueDates(
                name: name, dates: dates, offers: offers, at: run.dueAt, schedule: schedule.name, limit: limit))
    }

    private func set(
        _ schedule: NotificationSchedule, after instant: Timestamp, in transaction: Transaction
    ) async throws {
        let next = schedule.next(after: instant, self.intake.calendar)
        _ = try await transaction.execute(
            SaveScheduleRun(run: ScheduleRun(schedule: schedule.name, rule: schedule.rule, dueAt: next)))
    }
}

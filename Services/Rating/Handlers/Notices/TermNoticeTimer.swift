import Contracts
import Foundation
import Messaging
import Postgres
import RatingDomain

/// Reminds of prepaid years and commitments, some days before they end; all of them end with a month.
struct TermNoticeTimer: TimerSource {
    /// Of terms, in one transaction.
    private static let most = 500
    private static let none = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))

    let name = "termNotices"
    let clock = TimerClock.business
    let tariffs: TariffLibrary
    let calendar: BusinessCalendar

    private var days: Int? { self.tariffs.current.tariffs.reminders.termDays }

    func nextDueAt(in transaction: Transaction) async throws -> Timestamp? {
        guard self.days != nil else { return nil }
        // Before the first time it is due at once, to find out when that is.
        return try await transaction.execute(FindTermNotice()).first?.dueAt ?? Timestamp(microseconds: 0)
    }

    func fire(dueBy: Timestamp, limit: Int, in context: HandlingContext) async throws -> Fired {
        guard let days = self.days else { return Fired(count: 0) }
        let transaction = context.transaction
        guard var notice = try await transaction.execute(FindTermNotice()).first else {
            return try await self.set(after: context.now, days: days, in: transaction)
        }
        guard notice.dueAt <= dueBy else { return Fired(count: 0) }
        let begun = Reminding.beginning(of: notice.last)
        let terms = try await transaction.execute(
            ListEndingTerms(
                begun: (begun.start(self.calendar), begun.next.start(self.calendar)), last: notice.last,
                after: notice.after, limit: min(limit, Self.most)))
        guard let last = terms.last else { return try await self.set(after: notice.dueAt, days: days, in: transaction) }
        let endsAt = notice.last.next.start(self.calendar)
        var handled = Handled()
        // What has ended meanwhile is no news.
        for term in terms where endsAt > context.now {
            guard let serviceNumber = term.serviceNumber else { continue }
            handled.send(
                AccountTermEnding(
                    accountId: term.accountId, kind: term.isPrepaid ? .prepaidYear : .commitment, code: term.code,
                    serviceNumber: serviceNumber, endsAt: endsAt, remindedAt: context.now),
                causedBy: nil, correlationID: term.accountId)
        }
        notice.after = last.term
        _ = try await transaction.execute(SetTermNotice(notice: notice))
        return Fired(count: terms.count, outgoing: handled.outgoing, occurrences: handled.occurrences)
    }

    private func set(after instant: Timestamp, days: Int, in transaction: Transaction) async throws -> Fired {
        let next = Reminding.nextMonth(after: instant, days: days, self.calendar)
        _ = try await transaction.execute(
            SetTermNotice(notice: TermNotice(dueAt: next.dueAt, last: next.last, after: Self.none)))
        return Fired(count: 1)
    }
}

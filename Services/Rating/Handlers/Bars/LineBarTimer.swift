import Contracts
import Messaging
import Postgres
import RatingDomain

/// Has lines barred that have sent too many messages (PRO-19) or used up their volume (G-04), by an order each.
///
/// Whether there were too many messages within an hour is seen only from all of them: it looks a second after it is
/// suspected.
struct LineBarTimer: TimerSource {
    static let delayMilliseconds = 1000

    let name = "lineBars"
    let clock = TimerClock.wall
    let tariffs: TariffLibrary

    func nextDueAt(in transaction: Transaction) async throws -> Timestamp? {
        let since = try await transaction.execute(NextSuspectedBar()).first ?? nil
        return since?.advanced(byMilliseconds: Self.delayMilliseconds)
    }

    func fire(dueBy: Timestamp, limit: Int, in context: HandlingContext) async throws -> Fired {
        let transaction = context.transaction
        let rows = try await transaction.execute(
            LockSuspectedBars(pendingSince: dueBy.advanced(byMilliseconds: -Self.delayMilliseconds), limit: limit))
        let book = self.tariffs.current
        var handled = Handled()
        for row in rows {
            let offer = row.bar.cause == .dataVolume ? book.tariffs.bars.data : book.tariffs.bars.messages
            guard let offer, let reachedAt = try await self.reached(row.bar, book, transaction) else {
                _ = try await transaction.execute(ResolveBar(bar: row.bar))
                continue
            }
            let order = OrderSubmitted.bar(row, offer)
            let cycle = BillingCycle(containing: row.bar.reachedAt, calendar: book.calendar)
            let liftAt = row.bar.cause == .dataVolume ? cycle.next.start(book.calendar) : nil
            handled.send(order, causedBy: nil)
            handled.send(
                AccountLineBarred(
                    accountId: row.accountId, serviceNumber: row.bar.serviceNumber, cause: row.bar.cause, offer: offer,
                    externalId: order.externalId, barredUntil: liftAt, reachedAt: reachedAt), causedBy: nil)
            handled.count("rating.lines.barred", [("cause", row.bar.cause.rawValue)])
            _ = try await transaction.execute(
                ResolveBar(bar: row.bar, externalId: order.externalId, liftAt: liftAt))
        }
        return Fired(count: rows.count, outgoing: handled.outgoing, occurrences: handled.occurrences)
    }

    /// When it was too much; `nil` where it was not.
    private func reached(
        _ bar: SuspectedBar, _ book: TariffBook, _ transaction: Transaction
    ) async throws -> Timestamp? {
        guard bar.cause == .messagesInAnHour else { return bar.reachedAt }
        let start = book.calendar.start(of: bar.since)
        let records = try await transaction.execute(
            FindUsageBetween(
                account: bar.account, from: start.advanced(bySeconds: -3600), until: start.advanced(bySeconds: 86_400)))
        let ends = try records.map { try $0.record() }.filter { record in
            guard record.serviceNumber == bar.serviceNumber, case .sms(_, let direction) = record.usage else {
                return false
            }
            return direction != .terminating
        }.map(\.endedAt)
        return MessageLimit.exceeded(ends, most: book.tariffs.messages.mostInAnHour)
    }
}

/// Lifts on the 1st what was barred until then.
struct LineBarLift: TimerSource {
    let name = "lineBarLifts"
    let clock = TimerClock.business
    let tariffs: TariffLibrary

    func nextDueAt(in transaction: Transaction) async throws -> Timestamp? {
        try await transaction.execute(NextLift()).first ?? nil
    }

    func fire(dueBy: Timestamp, limit: Int, in context: HandlingContext) async throws -> Fired {
        let rows = try await context.transaction.execute(TakeLifts(dueBy: dueBy, limit: limit))
        var handled = Handled()
        for row in rows {
            // What was refused, because the customer has barred the line as well, is not ours to lift.
            guard let agreement = row.agreement, let offer = self.tariffs.current.tariffs.bars.data else { continue }
            handled.send(OrderSubmitted.lift(row, agreement, offer), causedBy: nil)
        }
        return Fired(count: rows.count, outgoing: handled.outgoing, occurrences: handled.occurrences)
    }
}

extension OrderSubmitted {
    /// The same whenever it is asked for: of one line, cause and day there is one.
    fileprivate static func bar(_ row: LockSuspectedBars.Row, _ offer: String) -> OrderSubmitted {
        OrderSubmitted(
            externalId: "bar-\(row.bar.serviceNumber)-\(row.bar.cause.rawValue)-\(row.bar.since.daysSinceEpoch)",
            channel: OrderEffect.systemChannel,
            customer: Customer(id: row.customerId ?? row.accountId, segment: "individual"),
            accountId: row.accountId,
            offer: offer,
            members: [
                Member(ref: "line", product: row.product, serviceNumber: row.bar.serviceNumber, existing: true)
            ]
        )
    }

    fileprivate static func lift(
        _ row: TakeLifts.Row, _ agreement: BundleID, _ offer: String
    ) -> OrderSubmitted {
        OrderSubmitted(
            externalId: "lift-\(row.externalId)",
            channel: OrderEffect.systemChannel,
            action: "release",
            customer: Customer(id: row.customerId ?? row.accountId, segment: "individual"),
            accountId: row.accountId,
            offer: offer,
            members: [Member(ref: "line", product: row.product, serviceNumber: row.serviceNumber, existing: true)],
            bundleId: agreement
        )
    }
}

package import Contracts

/// When a message goes out that has to be told now, and why not at once.
package struct DeliverySchedule: Sendable, Hashable {
    /// Why a message waits; the last reason that put it off is the one that is told.
    package enum Reason: String, Sendable, CaseIterable {
        /// Whoever asked for it wants it later.
        case notBefore
        /// What stands at the end of the day is told on the next one (NTF-03).
        case endOfDay
        /// It is night, or noon.
        case outsideHours
        /// The recipient has been sent as many as it may be in a day.
        case recipientLimit
        /// Its campaign has sent as many as it may in this span of time.
        case campaignLimit
    }

    package var dueAt: Timestamp
    package var reason: Reason?

    /// - Parameters:
    ///   - now: when it was asked for.
    ///   - isNextDay: whether it tells what stands at the end of the day.
    ///   - hours: in which it goes out. Urgent messages go out at any hour.
    package init(
        at now: Timestamp, priority: NotificationPriority, notBefore: Timestamp? = nil, isNextDay: Bool = false,
        hours: DeliveryHours = .day, _ calendar: BusinessCalendar
    ) {
        self.dueAt = now
        if let notBefore { self.putOff(to: notBefore, .notBefore) }
        if isNextDay { self.putOff(to: calendar.start(of: calendar.date(of: self.dueAt).nextDay), .endOfDay) }
        self.keepHours(priority, hours, calendar)
    }

    /// The same for a recipient that has been sent messages before.
    ///
    /// - Parameter sent: when normal and bulk messages of the last day went out to it, in any order.
    package func limited(
        _ limit: RecipientLimit, sent: [Timestamp], priority: NotificationPriority, hours: DeliveryHours = .day,
        _ calendar: BusinessCalendar
    ) -> DeliverySchedule {
        guard priority != .urgent else { return self }
        var schedule = self
        schedule.putOff(to: limit.first(from: self.dueAt, sent: sent), .recipientLimit)
        schedule.keepHours(priority, hours, calendar)
        return schedule
    }

    /// The same for a campaign that has sent as many as it may.
    ///
    /// - Parameter instant: from which on it may send more.
    package func putOffCampaign(
        to instant: Timestamp, priority: NotificationPriority, hours: DeliveryHours = .day, _ calendar: BusinessCalendar
    ) -> DeliverySchedule {
        var schedule = self
        schedule.putOff(to: instant, .campaignLimit)
        let reason = schedule.reason
        schedule.keepHours(priority, hours, calendar)
        schedule.reason = schedule.reason == .outsideHours ? reason : schedule.reason
        return schedule
    }

    private mutating func keepHours(
        _ priority: NotificationPriority, _ hours: DeliveryHours, _ calendar: BusinessCalendar
    ) {
        guard priority != .urgent else { return }
        self.putOff(to: hours.first(from: self.dueAt, calendar), .outsideHours)
    }

    private mutating func putOff(to instant: Timestamp, _ reason: Reason) {
        guard instant > self.dueAt else { return }
        self.dueAt = instant
        self.reason = reason
    }
}

extension RecipientLimit {
    /// The first instant, not before another one, at which one more keeps the limit in every span of so many seconds.
    package func first(from instant: Timestamp, sent: [Timestamp]) -> Timestamp {
        guard self.count > 0 else { return instant }
        let sorted = sent.sorted()
        guard sorted.count >= self.count else { return instant }
        // From then on at most one fewer than the limit lie in the span that ends there.
        return max(instant, sorted[sorted.count - self.count].advanced(bySeconds: self.seconds))
    }
}

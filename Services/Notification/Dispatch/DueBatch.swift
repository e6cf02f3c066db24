import Contracts
import Messaging
import NotificationDomain
import Postgres

/// Messages whose time has come, and what is to be done with each now.
struct DueBatch {
    let rules: NotificationRules
    let calendar: BusinessCalendar
    private(set) var claimed: [DueNotification] = []
    /// What campaigns may still send in the span of time that is; all others are not limited.
    private var campaignRoom: [String: Int] = [:]
    private var campaignSent: [String: Int] = [:]
    private var postponed: [(id: NotificationID, schedule: DeliverySchedule)] = []
    private var ended: [(id: NotificationID, state: NotificationLifecycle.State, cause: Suppression)] = []

    init(rules: NotificationRules, calendar: BusinessCalendar) {
        self.rules = rules
        self.calendar = calendar
    }

    /// - Parameter due: locked; of each recipient one.
    mutating func sort(_ due: [DueNotification], in context: HandlingContext) async throws {
        let limit = self.rules.recipientLimit
        let limited = due.filter { $0.priority != .urgent }.map(\.recipient)
        let bulk = due.filter { $0.priority == .bulk }.map(\.recipient)
        guard !due.isEmpty else { return }
        try await self.makeRoom(for: Set(due.compactMap(\.campaign)).sorted(), in: context)
        let (handedOver, refusing) = try await context.transaction.execute(
            together: FindHandOvers(recipients: limited, since: context.now.advanced(bySeconds: -limit.seconds)),
            FindOptOuts(recipients: bulk))
        let sent = Dictionary(grouping: handedOver, by: \.recipient).mapValues { $0.map(\.at) }
        for notification in due {
            if let expiresAt = notification.expiresAt, expiresAt <= context.now {
                self.ended.append((notification.id, .expired, .expired))
            } else if notification.priority == .bulk, refusing.contains(notification.recipient) {
                self.ended.append((notification.id, .suppressed, .optedOut))
            } else {
                self.schedule(notification, sent[notification.recipient] ?? [], at: context.now)
            }
        }
    }

    private mutating func makeRoom(for campaigns: [String], in context: HandlingContext) async throws {
        guard let limit = self.rules.campaignLimit, !campaigns.isEmpty else { return }
        self.campaignRoom = Dictionary(uniqueKeysWithValues: campaigns.map { ($0, limit.count) })
        for span in try await context.transaction.execute(LockCampaignSpans(campaigns: campaigns))
        where span.beganAt == limit.began(context.now) {
            self.campaignRoom[span.campaign] = max(0, limit.count - span.sent)
        }
    }

    /// The hours too: a message may have been due while nobody could send it.
    private mutating func schedule(_ notification: DueNotification, _ sent: [Timestamp], at now: Timestamp) {
        let hours = self.rules.hours[notification.hours] ?? .day
        var schedule = DeliverySchedule(at: now, priority: notification.priority, hours: hours, self.calendar)
            .limited(
                self.rules.recipientLimit, sent: sent, priority: notification.priority, hours: hours, self.calendar)
        if schedule.dueAt == now, let campaign = notification.campaign, let room = self.campaignRoom[campaign],
            let limit = self.rules.campaignLimit
        {
            if room > 0 {
                self.campaignRoom[campaign] = room - 1
                self.campaignSent[campaign, default: 0] += 1
            } else {
                schedule = schedule.putOffCampaign(
                    to: limit.ends(now), priority: notification.priority, hours: hours, self.calendar)
            }
        }
        if schedule.dueAt > now {
            self.postponed.append((notification.id, schedule))
        } else {
            self.claimed.append(notification)
        }
    }

    func save(by gateway: String, _ handled: inout Handled, in context: HandlingContext) async throws {
        let transaction = context.transaction
        if !self.postponed.isEmpty {
            _ = try await transaction.execute(PostponeNotifications(postponed: self.postponed, now: context.now))
            for (_, schedule) in self.postponed {
                handled.count("notification.postponed", [("reason", schedule.reason?.rawValue ?? "")])
            }
        }
        if !self.ended.isEmpty {
            let ended = try await transaction.execute(EndNotifications(ended: self.ended, at: context.now))
            for ended in ended { handled.tellSuppressed(ended, at: context.now) }
        }
        if let limit = self.rules.campaignLimit, !self.campaignSent.isEmpty {
            let spans = self.campaignSent.map {
                CampaignSpan(campaign: $0.key, beganAt: limit.began(context.now), sent: $0.value)
            }
            _ = try await transaction.execute(AddToCampaignSpans(spans: spans))
        }
        if !self.claimed.isEmpty {
            _ = try await transaction.execute(
                ClaimNotifications(
                    ids: self.claimed.map(\.id), now: context.now, wallNow: context.wallNow, gateway: gateway))
        }
    }
}

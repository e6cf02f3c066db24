import Contracts
import Messaging
import NotificationDomain
import Postgres

/// Takes messages in: writes them, says when they go out, and keeps those that are new.
///
/// A message that cannot be written, or that its recipient does not want, is kept too, with the reason.
struct NotificationIntake: Sendable {
    let catalogues: CatalogueLibrary
    let calendar: BusinessCalendar
    /// Those that have a gateway.
    let channels: Set<NotificationChannel>

    /// A draft, with the message that asks for it.
    struct Wanted: Sendable {
        var draft: NotificationDraft
        var cause: EventContext?
        var correlationID: String?

        init(_ draft: NotificationDraft, causedBy cause: EventContext?) {
            self.draft = draft
            self.cause = cause
            self.correlationID = cause?.correlationID
        }
    }

    /// - Parameter wanted: in the order in which they are to be sent.
    func take(_ wanted: [Wanted], _ handled: inout Handled, in context: HandlingContext) async throws {
        guard !wanted.isEmpty, let rules = self.catalogues.current.notifications else { return }
        let bulk = Set(wanted.map(\.draft).filter { $0.priority == .bulk }.map(\.recipient)).sorted()
        let refusing = try await bulk.isEmpty ? [] : Set(context.transaction.execute(FindOptOuts(recipients: bulk)))
        var causes: [NotificationID: EventContext] = [:]
        var new: [NotificationID: NewNotification] = [:]
        var order: [NotificationID] = []
        for wanted in wanted where new[wanted.draft.id] == nil {
            causes[wanted.draft.id] = wanted.cause
            var notification = self.notification(wanted.draft, rules, refusing, at: context.now)
            notification.correlationID = wanted.correlationID
            new[wanted.draft.id] = notification
            order.append(wanted.draft.id)
        }
        let inserted = Set(
            try await context.transaction.execute(
                InsertNotifications(notifications: order.compactMap { new[$0] }, askedAt: context.now)))
        let kept = order.filter { inserted.contains($0) }.compactMap { new[$0] }
        handled.count(kept.count, of: "notification.taken")
        handled.count(order.count - kept.count, of: "notification.duplicates")
        for notification in kept { self.tell(notification, causes[notification.draft.id], &handled, at: context.now) }
        try await self.replace(kept, &handled, in: context)
    }

    private func notification(
        _ draft: NotificationDraft, _ rules: NotificationRules, _ refusing: Set<String>, at now: Timestamp
    ) -> NewNotification {
        do throws(NotificationRefusal) {
            guard self.channels.contains(draft.channel) else {
                let there = self.channels.map(\.rawValue).sorted().joined(separator: ", ")
                throw NotificationRefusal(
                    .channelNotConfigured, "channel \(draft.channel.rawValue) has no gateway; there are: \(there)")
            }
            let prepared = try rules.prepare(draft, at: now, self.calendar)
            var notification = NewNotification(
                draft: draft, language: prepared.language, text: prepared.text, subject: prepared.subject,
                sender: prepared.sender, parts: Int16(clamping: prepared.parts), state: .scheduled,
                dueAt: prepared.schedule.dueAt,
                wait: prepared.schedule.reason, expiresAt: prepared.expiresAt)
            if draft.priority == .bulk, refusing.contains(draft.recipient) { notification.suppress(.optedOut) }
            return notification
        } catch {
            var notification = NewNotification(
                draft: draft, language: draft.language ?? rules.language, state: .suppressed, dueAt: now)
            notification.code = error.code.rawValue
            notification.reason = error.message
            return notification
        }
    }

    private func tell(
        _ notification: NewNotification, _ cause: EventContext?, _ handled: inout Handled, at now: Timestamp
    ) {
        let draft = notification.draft
        if let code = notification.code {
            handled.count("notification.suppressed", [("code", code)])
            handled.send(
                NotificationSuppressed(
                    notificationId: draft.id, recipient: draft.recipient, code: code,
                    message: notification.reason ?? "", suppressedAt: now),
                causedBy: cause)
        } else {
            handled.send(
                NotificationScheduled(
                    notificationId: draft.id, recipient: draft.recipient, channel: draft.channel,
                    template: draft.template, priority: draft.priority, dueAt: notification.dueAt,
                    reason: notification.wait?.rawValue, scheduledAt: now),
                causedBy: cause)
        }
    }

    /// Those that wait and are about the same go.
    private func replace(
        _ kept: [NewNotification], _ handled: inout Handled, in context: HandlingContext
    ) async throws {
        let replacing = kept.filter { $0.state == .scheduled && $0.draft.replaceKey != nil }
        guard !replacing.isEmpty else { return }
        let replaced = try await context.transaction.execute(
            ReplaceWaiting(
                keys: replacing.compactMap(\.draft.replaceKey), ids: replacing.map(\.draft.id), at: context.now))
        for ended in replaced { handled.tellSuppressed(ended, at: context.now) }
    }
}

extension NewNotification {
    mutating func suppress(_ cause: Suppression) {
        self.state = .suppressed
        self.code = cause.rawValue
        self.reason = cause.text
    }
}

/// Why a message that could be sent is not.
enum Suppression: String {
    case optedOut = "OPTED_OUT"
    case expired = "EXPIRED"

    var text: String {
        switch self {
        case .optedOut: "the recipient wants no bulk messages"
        case .expired: "its time was over before it could be sent"
        }
    }
}

extension Handled {
    mutating func tellSuppressed(_ ended: EndedNotification, at now: Timestamp) {
        self.count("notification.suppressed", [("code", ended.code)])
        self.send(
            NotificationSuppressed(
                notificationId: ended.id, recipient: ended.recipient, code: ended.code, message: ended.reason,
                suppressedAt: now),
            causedBy: nil, correlationID: ended.correlationID)
    }

    /// Counts many at once.
    mutating func count(_ count: Int, of label: String) {
        for _ in 0..<max(0, count) { self.count(label) }
    }
}

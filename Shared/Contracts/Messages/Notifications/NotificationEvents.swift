/// A message waits for its time.
package struct NotificationScheduled: MessageBody, Hashable {
    package static let type = "notification.scheduled"
    package static let topic = Topic.notificationsEvents

    package var notificationId: NotificationID
    package var recipient: String
    package var channel: NotificationChannel
    package var template: String
    package var priority: NotificationPriority
    package var dueAt: Timestamp
    /// Why it does not go out at once; absent where it does.
    package var reason: String?
    package var scheduledAt: Timestamp

    package var key: String { self.recipient }
    package var subject: String { self.notificationId.description }

    package init(
        notificationId: NotificationID, recipient: String, channel: NotificationChannel, template: String,
        priority: NotificationPriority, dueAt: Timestamp, reason: String? = nil, scheduledAt: Timestamp
    ) {
        self.notificationId = notificationId
        self.recipient = recipient
        self.channel = channel
        self.template = template
        self.priority = priority
        self.dueAt = dueAt
        self.reason = reason
        self.scheduledAt = scheduledAt
    }
}

/// The gateway has taken a message.
package struct NotificationSent: MessageBody, Hashable {
    package static let type = "notification.sent"
    package static let topic = Topic.notificationsEvents

    package var notificationId: NotificationID
    package var recipient: String
    package var channel: NotificationChannel
    package var template: String
    package var text: String
    package var sentAt: Timestamp
    package var gatewayId: String

    package var key: String { self.recipient }
    package var subject: String { self.notificationId.description }

    package init(
        notificationId: NotificationID, recipient: String, channel: NotificationChannel, template: String, text: String,
        sentAt: Timestamp, gatewayId: String
    ) {
        self.notificationId = notificationId
        self.recipient = recipient
        self.channel = channel
        self.template = template
        self.text = text
        self.sentAt = sentAt
        self.gatewayId = gatewayId
    }
}

/// A message is with its recipient, as the network reports.
package struct NotificationDelivered: MessageBody, Hashable {
    package static let type = "notification.delivered"
    package static let topic = Topic.notificationsEvents

    package var notificationId: NotificationID
    package var recipient: String
    package var deliveredAt: Timestamp

    package var key: String { self.recipient }
    package var subject: String { self.notificationId.description }

    package init(notificationId: NotificationID, recipient: String, deliveredAt: Timestamp) {
        self.notificationId = notificationId
        self.recipient = recipient
        self.deliveredAt = deliveredAt
    }
}

/// A message does not reach its recipient; or nobody can tell whether it does (`UNCERTAIN`).
package struct NotificationFailed: MessageBody, Hashable {
    package static let type = "notification.failed"
    package static let topic = Topic.notificationsEvents

    package var notificationId: NotificationID
    package var recipient: String
    package var code: String
    package var message: String
    package var failedAt: Timestamp

    package var key: String { self.recipient }
    package var subject: String { self.notificationId.description }

    package init(
        notificationId: NotificationID, recipient: String, code: String, message: String, failedAt: Timestamp
    ) {
        self.notificationId = notificationId
        self.recipient = recipient
        self.code = code
        self.message = message
        self.failedAt = failedAt
    }
}

/// A message is not sent: it is refused by its recipient, overtaken by events, not in time, or cannot be written.
package struct NotificationSuppressed: MessageBody, Hashable {
    package static let type = "notification.suppressed"
    package static let topic = Topic.notificationsEvents

    package var notificationId: NotificationID
    package var recipient: String
    package var code: String
    package var message: String
    package var suppressedAt: Timestamp

    package var key: String { self.recipient }
    package var subject: String { self.notificationId.description }

    package init(
        notificationId: NotificationID, recipient: String, code: String, message: String, suppressedAt: Timestamp
    ) {
        self.notificationId = notificationId
        self.recipient = recipient
        self.code = code
        self.message = message
        self.suppressedAt = suppressedAt
    }
}

import Contracts
import NotificationDomain
import Postgres

/// A message with all that became of it, and why it waited.
struct NotificationView: Encodable, Sendable {
    /// That it was put off.
    struct Wait: Codable, Sendable {
        /// See `DeliverySchedule.Reason`.
        var reason: String
        var until: Timestamp
        /// When this was decided.
        var noted: Timestamp
    }

    var notificationId: NotificationID
    var recipient: String
    /// The number from which it is sent; absent: the gateway's own.
    var sender: String?
    var channel: NotificationChannel
    var template: String
    var language: String
    var priority: NotificationPriority
    var campaign: String?
    /// `nil` once it is erased, and where it could not be written.
    var text: String?
    var subject: String?
    /// Short messages that the text takes.
    var parts: Int
    var state: String
    var askedAt: Timestamp
    var dueAt: Timestamp
    var expiresAt: Timestamp?
    var waits: [Wait]
    /// Calls of the gateway.
    var attempts: Int
    /// Of one that the gateway could not take: by the wall clock.
    var nextAttemptAt: Timestamp?
    var gatewayId: String?
    var sentAt: Timestamp?
    var endedAt: Timestamp?
    var code: String?
    var reason: String?
    var correlationId: String?

    init(_ row: NotificationRow) throws {
        self.notificationId = row.id
        self.recipient = row.recipient
        self.sender = row.sender
        self.channel = row.channel
        self.template = row.template
        self.language = row.language
        self.priority = NotificationPriority(stored: row.priority)
        self.campaign = row.campaign
        self.text = row.text
        self.subject = row.subject
        self.parts = Int(row.parts)
        self.state = row.state.rawValue
        self.askedAt = row.askedAt
        self.dueAt = row.dueAt
        self.expiresAt = row.expiresAt
        self.waits = try row.waits.decode([StoredWait].self).compactMap(\.view)
        self.attempts = Int(row.attempts)
        self.nextAttemptAt = row.nextAttemptAt
        self.gatewayId = row.gatewayId
        self.sentAt = row.sentAt
        self.endedAt = row.endedAt
        self.code = row.code
        self.reason = row.reason
        self.correlationId = row.correlationID
    }

    /// As PostgreSQL writes times into JSON: RFC 3339 too, to the microsecond.
    private struct StoredWait: Decodable {
        var reason: String
        var until: String
        var noted: String

        var view: Wait? {
            guard let until = Timestamp(rfc3339: self.until), let noted = Timestamp(rfc3339: self.noted) else {
                return nil
            }
            return Wait(reason: self.reason, until: until, noted: noted)
        }
    }
}

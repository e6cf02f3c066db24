/// Somebody is to be told something. Done once for each `dedupeKey`.
package struct NotificationRequested: MessageBody, Hashable {
    package static let type = "notification.requested"
    package static let topic = Topic.notificationsRequested

    package var notificationId: NotificationID
    /// A service number, an e-mail address or the name of a webhook, as the channel needs.
    package var recipient: String
    package var channel: NotificationChannel
    /// Of the catalogue.
    package var template: String
    /// `zh` or `en`; the catalogue's own language where it is absent.
    package var language: String?
    /// What the template asks for.
    package var parameters: JSONObject
    package var priority: NotificationPriority
    /// It does not go out before.
    package var notBefore: Timestamp?
    /// It is of no use any more from then on.
    package var expiresAt: Timestamp?
    /// Of all that have the same key only the first is sent; `notificationId` where it is absent.
    package var dedupeKey: String?
    /// What it belongs to, where it is one of many alike: campaigns have limits of their own.
    package var campaign: String?

    package var key: String { self.recipient }
    package var subject: String { self.notificationId.description }

    package init(
        notificationId: NotificationID,
        recipient: String,
        channel: NotificationChannel,
        template: String,
        language: String? = nil,
        parameters: JSONObject = [:],
        priority: NotificationPriority = .normal,
        notBefore: Timestamp? = nil,
        expiresAt: Timestamp? = nil,
        dedupeKey: String? = nil,
        campaign: String? = nil
    ) {
        self.notificationId = notificationId
        self.recipient = recipient
        self.channel = channel
        self.template = template
        self.language = language
        self.parameters = parameters
        self.priority = priority
        self.notBefore = notBefore
        self.expiresAt = expiresAt
        self.dedupeKey = dedupeKey
        self.campaign = campaign
    }
}

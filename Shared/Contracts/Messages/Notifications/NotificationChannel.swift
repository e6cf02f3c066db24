/// The way that a message takes.
package enum NotificationChannel: String, Codable, Sendable, CaseIterable {
    case sms
    case mms
    case email
    case webhook
}

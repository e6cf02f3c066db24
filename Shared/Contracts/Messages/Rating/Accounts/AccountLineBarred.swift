/// Rating has ordered that a line is barred: it has sent too many messages (PRO-19), or used up its volume (G-04).
package struct AccountLineBarred: MessageBody, Hashable {
    package static let type = "account.lineBarred"
    package static let topic = Topic.accountsEvents

    package enum Cause: String, Codable, Sendable, CaseIterable {
        case messagesInAnHour
        case messagesInADay
        case dataVolume
    }

    package var accountId: String
    package var serviceNumber: String
    package var cause: Cause
    /// What was ordered, and under which id.
    package var offer: String
    package var externalId: String
    /// The 1st, where it is lifted by itself; staff lifts the others.
    package var barredUntil: Timestamp?
    /// The end of the record with which it was too much.
    package var reachedAt: Timestamp

    package var key: String { self.accountId }

    package init(
        accountId: String, serviceNumber: String, cause: Cause, offer: String, externalId: String,
        barredUntil: Timestamp? = nil, reachedAt: Timestamp
    ) {
        self.accountId = accountId
        self.serviceNumber = serviceNumber
        self.cause = cause
        self.offer = offer
        self.externalId = externalId
        self.barredUntil = barredUntil
        self.reachedAt = reachedAt
    }
}

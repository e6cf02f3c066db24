/// The account's data contradict each other: it is left alone, with its usage and its bill, until it is resumed.
package struct AccountParked: MessageBody, Hashable {
    package static let type = "account.parked"
    package static let topic = Topic.accountsEvents

    package var accountId: String
    package var code: String
    /// What contradicts what.
    package var reason: String
    package var parkedAt: Timestamp

    package var key: String { self.accountId }

    package init(
        accountId: String,
        code: String,
        reason: String,
        parkedAt: Timestamp
    ) {
        self.accountId = accountId
        self.code = code
        self.reason = reason
        self.parkedAt = parkedAt
    }
}

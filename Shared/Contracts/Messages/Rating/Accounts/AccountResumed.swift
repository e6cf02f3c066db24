/// A parked account is taken up again.
package struct AccountResumed: MessageBody, Hashable {
    package static let type = "account.resumed"
    package static let topic = Topic.accountsEvents

    package var accountId: String
    /// Who resumed it.
    package var by: String
    package var resumedAt: Timestamp

    package var key: String { self.accountId }

    package init(
        accountId: String,
        by: String,
        resumedAt: Timestamp
    ) {
        self.accountId = accountId
        self.by = by
        self.resumedAt = resumedAt
    }
}

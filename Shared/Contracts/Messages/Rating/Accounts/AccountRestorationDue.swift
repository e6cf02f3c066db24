/// What was outstanding is paid: the members are resumed together (PRO-25), by the order that is named.
package struct AccountRestorationDue: MessageBody, Hashable {
    package static let type = "account.restorationDue"
    package static let topic = Topic.accountsEvents

    package var accountId: String
    package var serviceNumbers: [String]
    /// Of the order that Rating has submitted.
    package var externalId: String
    package var restorationDueAt: Timestamp

    package var key: String { self.accountId }

    package init(
        accountId: String,
        serviceNumbers: [String],
        externalId: String,
        restorationDueAt: Timestamp
    ) {
        self.accountId = accountId
        self.serviceNumbers = serviceNumbers
        self.externalId = externalId
        self.restorationDueAt = restorationDueAt
    }
}

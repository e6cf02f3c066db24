/// The members are suspended together (PRO-24), by the order that is named: the account has been overdue for a month.
package struct AccountSuspensionDue: MessageBody, Hashable {
    package static let type = "account.suspensionDue"
    package static let topic = Topic.accountsEvents

    package var accountId: String
    package var outstandingMilliyuan: Milliyuan
    /// Fixed lines, broadband and 2G members, and 3G members that answer for this account.
    package var serviceNumbers: [String]
    /// Of the order that Rating has submitted.
    package var externalId: String
    package var suspensionDueAt: Timestamp

    package var key: String { self.accountId }

    package init(
        accountId: String,
        outstandingMilliyuan: Milliyuan,
        serviceNumbers: [String],
        externalId: String,
        suspensionDueAt: Timestamp
    ) {
        self.accountId = accountId
        self.outstandingMilliyuan = outstandingMilliyuan
        self.serviceNumbers = serviceNumbers
        self.externalId = externalId
        self.suspensionDueAt = suspensionDueAt
    }
}

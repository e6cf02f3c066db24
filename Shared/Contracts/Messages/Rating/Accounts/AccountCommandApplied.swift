/// What an account manager has arranged holds.
package struct AccountCommandApplied: MessageBody, Hashable {
    package static let type = "account.commandApplied"
    package static let topic = Topic.accountsEvents

    package var commandId: CommandID
    package var accountId: String
    package var command: String
    package var serviceNumber: String
    /// The first cycle for which it holds.
    package var from: BillingCycle
    package var appliedAt: Timestamp

    package var key: String { self.accountId }
    package var subject: String { self.commandId.description }

    package init(
        commandId: CommandID, accountId: String, command: String, serviceNumber: String, from: BillingCycle,
        appliedAt: Timestamp
    ) {
        self.commandId = commandId
        self.accountId = accountId
        self.command = command
        self.serviceNumber = serviceNumber
        self.from = from
        self.appliedAt = appliedAt
    }
}

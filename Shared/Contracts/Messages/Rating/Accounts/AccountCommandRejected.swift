/// A command for an account is refused: it can be sent again under the same id when the cause is gone.
package struct AccountCommandRejected: MessageBody, Hashable {
    package static let type = "account.commandRejected"
    package static let topic = Topic.accountsEvents

    package var commandId: CommandID
    package var accountId: String
    package var command: String
    package var serviceNumber: String
    /// Stable and documented, such as `UNKNOWN_ACCOUNT`.
    package var code: String
    /// Names field, value and what is accepted.
    package var message: String
    package var rejectedAt: Timestamp

    package var key: String { self.accountId }
    package var subject: String { self.commandId.description }

    package init(
        commandId: CommandID, accountId: String, command: String, serviceNumber: String, code: String,
        message: String, rejectedAt: Timestamp
    ) {
        self.commandId = commandId
        self.accountId = accountId
        self.command = command
        self.serviceNumber = serviceNumber
        self.code = code
        self.message = message
        self.rejectedAt = rejectedAt
    }
}

/// A command cannot be done. It can be sent again under another id when the cause is gone.
package struct ComplaintCommandRejected: MessageBody, Hashable {
    package static let type = "complaint.commandRejected"
    package static let topic = Topic.complaintsEvents

    package var commandId: CommandID
    package var complaintId: ComplaintID
    package var command: String
    /// Stable and documented, such as `USAGE_REFUNDED`.
    package var code: String
    /// Names field, value and what is accepted.
    package var message: String
    package var rejectedAt: Timestamp

    package var key: String { self.complaintId.description }

    package init(
        commandId: CommandID, complaintId: ComplaintID, command: String, code: String, message: String,
        rejectedAt: Timestamp
    ) {
        self.commandId = commandId
        self.complaintId = complaintId
        self.command = command
        self.code = code
        self.message = message
        self.rejectedAt = rejectedAt
    }
}

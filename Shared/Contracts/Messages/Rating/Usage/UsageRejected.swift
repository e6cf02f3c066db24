/// A usage record is not rated, for a reason that may pass: the same `usageId` can be sent again when the cause is gone.
package struct UsageRejected: MessageBody, Hashable {
    package static let type = "usage.rejected"
    package static let topic = Topic.usageRated

    package var usageId: UsageID
    /// Stable and documented, such as `UNKNOWN_NUMBER`.
    package var code: String
    /// Names field, value and what is accepted.
    package var message: String
    package var serviceNumber: String?
    /// Absent where no account has the number.
    package var accountId: String?
    package var rejectedAt: Timestamp?

    package var key: String { self.accountId ?? self.serviceNumber ?? self.usageId.description }
    package var subject: String { self.usageId.description }

    package init(
        usageId: UsageID,
        code: String,
        message: String,
        serviceNumber: String? = nil,
        accountId: String? = nil,
        rejectedAt: Timestamp? = nil
    ) {
        self.usageId = usageId
        self.code = code
        self.message = message
        self.serviceNumber = serviceNumber
        self.accountId = accountId
        self.rejectedAt = rejectedAt
    }
}

/// A credit is not granted: whoever asked for it has to be told.
package struct AdjustmentRejected: MessageBody, Hashable {
    package static let type = "adjustment.rejected"
    package static let topic = Topic.accountsEvents

    package var adjustmentId: String
    package var accountId: String
    package var serviceNumber: String?
    package var usageIds: [UsageID]?
    package var amountMilliyuan: Milliyuan
    /// As requested.
    package var rule: String
    /// Stable and documented, such as `REFUNDED_BEFORE`.
    package var code: String
    /// Names field, value and what is accepted.
    package var message: String
    package var rejectedAt: Timestamp

    package var key: String { self.accountId }
    package var subject: String { self.adjustmentId }

    package init(
        adjustmentId: String,
        accountId: String,
        serviceNumber: String? = nil,
        usageIds: [UsageID]? = nil,
        amountMilliyuan: Milliyuan,
        rule: String,
        code: String,
        message: String,
        rejectedAt: Timestamp
    ) {
        self.adjustmentId = adjustmentId
        self.accountId = accountId
        self.serviceNumber = serviceNumber
        self.usageIds = usageIds
        self.amountMilliyuan = amountMilliyuan
        self.rule = rule
        self.code = code
        self.message = message
        self.rejectedAt = rejectedAt
    }
}

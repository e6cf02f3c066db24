/// The complaint cannot be taken: every reason at once, not only the first.
package struct ComplaintRejected: MessageBody, Hashable {
    package static let type = "complaint.rejected"
    package static let topic = Topic.complaintsEvents

    /// One broken rule.
    package struct Reason: Codable, Hashable, Sendable {
        /// Stable and documented, such as `UNKNOWN_CATEGORY`.
        package var code: String
        /// The field that breaks the rule: a JSON Pointer (RFC 6901).
        package var path: String
        /// What is wrong, and what is accepted.
        package var message: String

        package init(
            code: String, path: String, message: String
        ) {
            self.code = code
            self.path = path
            self.message = message
        }
    }

    package var complaintId: ComplaintID
    package var externalId: String
    package var channel: String
    package var reasons: [Reason]
    package var rejectedAt: Timestamp

    package var key: String { self.complaintId.description }

    package init(
        complaintId: ComplaintID, externalId: String, channel: String, reasons: [Reason], rejectedAt: Timestamp
    ) {
        self.complaintId = complaintId
        self.externalId = externalId
        self.channel = channel
        self.reasons = reasons
        self.rejectedAt = rejectedAt
    }
}

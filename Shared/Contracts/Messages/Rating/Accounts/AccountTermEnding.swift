/// What a customer has agreed to for some months is over soon.
package struct AccountTermEnding: MessageBody, Hashable {
    package static let type = "account.termEnding"
    package static let topic = Topic.accountsEvents

    package enum Kind: String, Codable, Sendable, CaseIterable {
        /// An offer whose first year is paid in advance (ORD-92).
        case prepaidYear
        /// A minimum to be spent each month, against a prepayment (CAT-32).
        case commitment
    }

    package var accountId: String
    package var kind: Kind
    /// The offer's, or the commitment's.
    package var code: String
    /// The main line, or the one that is committed.
    package var serviceNumber: String
    /// The first instant after it.
    package var endsAt: Timestamp
    package var remindedAt: Timestamp

    package var key: String { self.accountId }

    package init(
        accountId: String,
        kind: Kind,
        code: String,
        serviceNumber: String,
        endsAt: Timestamp,
        remindedAt: Timestamp
    ) {
        self.accountId = accountId
        self.kind = kind
        self.code = code
        self.serviceNumber = serviceNumber
        self.endsAt = endsAt
        self.remindedAt = remindedAt
    }
}

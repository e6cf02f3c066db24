/// Money that a payment channel has taken for an account. Done once for each `paymentId`.
///
/// It names the account, or any number of it (RAT-32).
package struct PaymentReceived: MessageBody, Hashable {
    package static let type = "payment.received"
    package static let topic = Topic.paymentsReceived

    /// What a ledger is for: it pays for nothing else (RAT-28).
    package struct Dedication: Codable, Hashable, Sendable {
        /// For this member's charges alone.
        package var serviceNumber: String?
        /// For these bill subjects alone, each by its first levels.
        package var subjects: [[String]]?
        /// It pays for what is due until then.
        package var expiresAt: Timestamp?

        package init(serviceNumber: String? = nil, subjects: [[String]]? = nil, expiresAt: Timestamp? = nil) {
            self.serviceNumber = serviceNumber
            self.subjects = subjects
            self.expiresAt = expiresAt
        }
    }

    /// The channel's own id of the payment.
    package var paymentId: String
    package var accountId: String?
    /// Any number of the account, where the account is not named.
    package var serviceNumber: String?
    /// Above zero.
    package var amountMilliyuan: Milliyuan
    /// `public`, which is also meant where it is absent, or the id of a dedicated ledger.
    package var ledger: String?
    /// The renewal or change of an agreement that concerns the dedicated ledger, which is credited only with one (RAT-33).
    package var agreementId: String?
    /// The dedicated ledger that this is for: opened where the account has none alike. Beside it `ledger` is absent.
    package var dedicatedTo: Dedication?
    package var channel: String
    package var receivedAt: Timestamp

    package var key: String { self.accountId ?? self.serviceNumber ?? self.paymentId }
    package var subject: String { self.paymentId }

    package init(
        paymentId: String,
        accountId: String? = nil,
        serviceNumber: String? = nil,
        amountMilliyuan: Milliyuan,
        ledger: String? = nil,
        agreementId: String? = nil,
        dedicatedTo: Dedication? = nil,
        channel: String,
        receivedAt: Timestamp
    ) {
        self.paymentId = paymentId
        self.accountId = accountId
        self.serviceNumber = serviceNumber
        self.amountMilliyuan = amountMilliyuan
        self.ledger = ledger
        self.agreementId = agreementId
        self.dedicatedTo = dedicatedTo
        self.channel = channel
        self.receivedAt = receivedAt
    }
}

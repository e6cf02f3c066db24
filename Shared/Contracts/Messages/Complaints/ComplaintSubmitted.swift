/// A customer complains, by whatever channel (CMP-07). The same channel and externalId with the same content is the
/// same complaint.
package struct ComplaintSubmitted: MessageBody, Hashable {
    package static let type = "complaint.submitted"
    package static let topic = Topic.complaintsSubmitted

    /// Who complains.
    package struct Customer: Codable, Hashable, Sendable {
        package var id: String
        package var name: String?
        /// `vip`, `gold` or `standard`; absent means standard.
        package var tier: String?
        /// Where the customer gets texts about it; absent, the number that it is about.
        package var contactNumber: String?

        package init(
            id: String, name: String? = nil, tier: String? = nil, contactNumber: String? = nil
        ) {
            self.id = id
            self.name = name
            self.tier = tier
            self.contactNumber = contactNumber
        }
    }

    /// What it is about.
    package struct Related: Codable, Hashable, Sendable {
        package var orderId: OrderID?
        /// Usage records that are disputed.
        package var usageIds: [UsageID]?

        package init(
            orderId: OrderID? = nil, usageIds: [UsageID]? = nil
        ) {
            self.orderId = orderId
            self.usageIds = usageIds
        }
    }

    /// The channel's own id of it.
    package var externalId: String
    /// One of the catalogue's, such as `counter`, `hotline` or `web`.
    package var channel: String
    package var customer: Customer
    package var serviceNumber: String?
    /// Whose bills it concerns; absent, that of the number.
    package var accountId: String?
    /// A category of the catalogue, such as `billing` or `fault`.
    package var category: String
    package var subCategory: String?
    /// `urban` or `rural`: by it faults are repaired (CMP-03); absent means urban.
    package var area: String?
    /// In the customer's words.
    package var text: String
    package var occurredAt: Timestamp?
    package var submittedAt: Timestamp
    package var related: Related?

    package var key: String { self.externalId }

    package init(
        externalId: String, channel: String, customer: Customer, serviceNumber: String? = nil,
        accountId: String? = nil, category: String, subCategory: String? = nil, area: String? = nil, text: String,
        occurredAt: Timestamp? = nil, submittedAt: Timestamp, related: Related? = nil
    ) {
        self.externalId = externalId
        self.channel = channel
        self.customer = customer
        self.serviceNumber = serviceNumber
        self.accountId = accountId
        self.category = category
        self.subCategory = subCategory
        self.area = area
        self.text = text
        self.occurredAt = occurredAt
        self.submittedAt = submittedAt
        self.related = related
    }
}

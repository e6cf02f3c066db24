import Contracts
import RatingDomain

/// What orders have done to an account's lines: all that its terms follow from.
struct HistoryView: Encodable {
    struct Attachment: Encodable {
        var serviceNumber: String
        var product: String
        var from: Timestamp
        var until: Timestamp?
        var services: [String]
    }

    struct Member: Encodable {
        var serviceNumber: String
        var product: String
        var isMain: Bool
        var role: String
        var newPlan: String?
        var extraPlan: String?
        var services: [String]
        var options: [String]
    }

    struct Agreement: Encodable {
        var id: String
        /// Which account pays for what is common to its members.
        var accountId: String
        var offer: String
        var from: Timestamp
        var until: Timestamp?
        var members: [Member]
    }

    struct Stop: Encodable {
        var serviceNumber: String
        var at: Timestamp
        var isStopped: Bool
    }

    var accountId: String
    var attachments: [Attachment]
    var agreements: [Agreement]
    var stops: [Stop]

    init(_ history: AccountHistory) {
        self.accountId = history.accountId
        self.attachments = history.attachments.map {
            Attachment(
                serviceNumber: $0.serviceNumber, product: $0.product, from: $0.span.from, until: $0.span.until,
                services: $0.services)
        }.sorted { ($0.serviceNumber, $0.from) < ($1.serviceNumber, $1.from) }
        self.agreements = history.agreements.map { agreement in
            Agreement(
                id: agreement.id, accountId: agreement.accountId, offer: agreement.offer, from: agreement.span.from,
                until: agreement.span.until, members: agreement.members.map(Self.member))
        }.sorted { ($0.from, $0.id) < ($1.from, $1.id) }
        self.stops = history.stops.map {
            Stop(serviceNumber: $0.serviceNumber, at: $0.at, isStopped: $0.isStopped)
        }.sorted { ($0.serviceNumber, $0.at) < ($1.serviceNumber, $1.at) }
    }

    private static func member(_ member: AccountHistory.Member) -> Member {
        Member(
            serviceNumber: member.serviceNumber, product: member.product, isMain: member.isMain,
            role: member.role.rawValue, newPlan: member.newPlan, extraPlan: member.extraPlan,
            services: member.services, options: member.options)
    }
}

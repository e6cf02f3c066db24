/// One order as a channel submits it: fixed line, broadband, mobiles and value-added services under one account.
///
/// Names whose values a catalogue or a rule decides (channel, action, product …) are plain text here:
/// a wrong one is answered by a coded rejection, together with every other broken rule, where a failed
/// decoding could only tell the first.
package struct OrderSubmitted: MessageBody, Hashable {
    package static let type = "order.submitted"
    package static let topic = Topic.ordersSubmitted

    package struct Identity: Codable, Hashable, Sendable {
        package var type: String
        package var number: String

        package init(type: String, number: String) {
            self.type = type
            self.number = number
        }
    }

    package struct Customer: Codable, Hashable, Sendable {
        package var id: String
        package var name: String?
        /// `enterprise` or `individual`.
        package var segment: String
        /// `vip`, `gold` or `standard`; absent means standard.
        package var tier: String?
        package var identity: Identity?
        /// The channel's word that a bank pays its bills by collection (ORD-62).
        package var bankCollection: Bool?

        package init(
            id: String, name: String? = nil, segment: String, tier: String? = nil, identity: Identity? = nil,
            bankCollection: Bool? = nil
        ) {
            self.id = id
            self.name = name
            self.segment = segment
            self.tier = tier
            self.identity = identity
            self.bankCollection = bankCollection
        }
    }

    package struct Member: Codable, Hashable, Sendable {
        /// The member's name within this order, to which options refer.
        package var ref: String
        package var product: String
        package var serviceNumber: String
        /// The channel's word that the operator already serves the number.
        package var existing: Bool
        package var main: Bool?
        /// The tariff plan that an existing member has, or that a new one is to have.
        package var plan: String?
        /// Value-added services that the member already has.
        package var vas: [String]?
        package var speedMbps: Int?
        /// The member's own document, where it is not the customer's (ORD-27).
        package var identity: Identity?
        /// The service password of a new line, or the new one of `resetPassword` and `transferOwnership`: six digits
        /// (ORD-33).
        package var password: String?
        /// Of `resetPassword`: the one that it has; absent, whoever asks shows a document (ORD-35).
        package var formerPassword: String?
        /// The member's user agrees, where that user is not the customer (ORD-42).
        package var consent: Bool?
        /// Of `change`: the member leaves the bundle, and goes to `plan`; a 3G keeps its own.
        package var leaves: Bool?
        /// Of `replaceSim`, and of `reconnect` where the card is gone (ORD-65): what is written on the card that the line
        /// gets.
        package var newCardNumber: String?
        /// Of `replaceSim`: `lost`, `damaged`, `handsetFault` or `locked` (ORD-56).
        package var cause: String?
        /// Of `transferOwnership`: the channel's word of since when the operator serves a line that it never saw here.
        package var servedSince: Timestamp?
        /// Of `transferOwnership`: the channel's word that a rented or given handset binds the line (ORD-62).
        package var handsetAgreement: Bool?
        /// What the product's work depends on, by the names that the catalogue gives to it, such as `coreResources`.
        package var characteristics: [String: String]?

        package init(
            ref: String,
            product: String,
            serviceNumber: String,
            existing: Bool,
            main: Bool? = nil,
            plan: String? = nil,
            vas: [String]? = nil,
            speedMbps: Int? = nil,
            identity: Identity? = nil,
            password: String? = nil,
            formerPassword: String? = nil,
            consent: Bool? = nil,
            leaves: Bool? = nil,
            newCardNumber: String? = nil,
            cause: String? = nil,
            servedSince: Timestamp? = nil,
            handsetAgreement: Bool? = nil,
            characteristics: [String: String]? = nil
        ) {
            self.ref = ref
            self.product = product
            self.serviceNumber = serviceNumber
            self.existing = existing
            self.main = main
            self.plan = plan
            self.vas = vas
            self.speedMbps = speedMbps
            self.identity = identity
            self.password = password
            self.formerPassword = formerPassword
            self.consent = consent
            self.leaves = leaves
            self.newCardNumber = newCardNumber
            self.cause = cause
            self.servedSince = servedSince
            self.handsetAgreement = handsetAgreement
            self.characteristics = characteristics
        }
    }

    package struct Option: Codable, Hashable, Sendable {
        package var code: String
        /// The `ref` of the member that it is for.
        package var member: String?

        package init(code: String, member: String? = nil) {
            self.code = code
            self.member = member
        }
    }

    package var externalId: String
    package var channel: String
    package var action: String
    package var requestedAt: Timestamp?
    package var customer: Customer
    package var accountId: String?
    package var offer: String
    /// `monthly` or `annual`; absent means monthly.
    package var term: String?
    /// `unified` or `individual`; absent means unified.
    package var payment: String?
    package var members: [Member]
    package var options: [Option]?
    /// Sold by telephone: then `consentReference` names the recording of the customer's consent (ORD-12).
    package var telemarketing: Bool?
    package var consentReference: String?
    /// Of `cancel`: the order that is to be cancelled …
    package var orderId: OrderID?
    /// … or the id under which the same channel submitted it.
    package var originalExternalId: String?
    /// Of `cancel`, `suspend` and `resume`: why, for people.
    package var reason: String?
    /// Of `change`, `release`, `suspend` and `resume`: the bundle, or what a single offer put into effect; absent, the
    /// one to which the members belong.
    package var bundleId: BundleID?
    /// Of `change`: the customer knows that the bundle falls back to plan A, or ends (ORD-91, ORD-95).
    package var confirm: Bool?
    /// Of `release`: the customer pays for ending a prepaid term that is not over (ORD-92).
    package var acceptPenalty: Bool?
    /// Of `transferOwnership`: whom the lines belong to from then on, with the account that `accountId` names.
    package var newOwner: Customer?

    package var key: String { self.externalId }

    package init(
        externalId: String,
        channel: String,
        action: String = "subscribe",
        requestedAt: Timestamp? = nil,
        customer: Customer,
        accountId: String? = nil,
        offer: String,
        term: String? = nil,
        payment: String? = nil,
        members: [Member],
        options: [Option]? = nil,
        telemarketing: Bool? = nil,
        consentReference: String? = nil,
        orderId: OrderID? = nil,
        originalExternalId: String? = nil,
        reason: String? = nil,
        bundleId: BundleID? = nil,
        confirm: Bool? = nil,
        acceptPenalty: Bool? = nil,
        newOwner: Customer? = nil
    ) {
        self.externalId = externalId
        self.channel = channel
        self.action = action
        self.requestedAt = requestedAt
        self.customer = customer
        self.accountId = accountId
        self.offer = offer
        self.term = term
        self.payment = payment
        self.members = members
        self.options = options
        self.telemarketing = telemarketing
        self.consentReference = consentReference
        self.orderId = orderId
        self.originalExternalId = originalExternalId
        self.reason = reason
        self.bundleId = bundleId
        self.confirm = confirm
        self.acceptPenalty = acceptPenalty
        self.newOwner = newOwner
    }
}

extension OrderSubmitted {
    /// What each action can do without: a cancel has neither offer nor members; whoever asks something of lines orders no
    /// offer, and whoever releases names one only where it is a single offer.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let externalId = try container.decode(String.self, forKey: .externalId)
        let channel = try container.decode(String.self, forKey: .channel)
        let action = try container.decode(String.self, forKey: .action)
        let needsOffer = ![
            "cancel", "release", "suspend", "resume", "replaceSim", "transferOwnership", "reconnect", "resetPassword",
        ].contains(action)
        let needsMembers = !["cancel", "suspend", "resume"].contains(action)
        let offer =
            needsOffer
            ? try container.decode(String.self, forKey: .offer)
            : try container.decodeIfPresent(String.self, forKey: .offer)
        let members =
            needsMembers
            ? try container.decode([Member].self, forKey: .members)
            : try container.decodeIfPresent([Member].self, forKey: .members)
        self.init(
            externalId: externalId,
            channel: channel,
            action: action,
            requestedAt: try container.decodeIfPresent(Timestamp.self, forKey: .requestedAt),
            customer: try container.decode(Customer.self, forKey: .customer),
            accountId: try container.decodeIfPresent(String.self, forKey: .accountId),
            offer: offer ?? "",
            term: try container.decodeIfPresent(String.self, forKey: .term),
            payment: try container.decodeIfPresent(String.self, forKey: .payment),
            members: members ?? [],
            options: try container.decodeIfPresent([Option].self, forKey: .options),
            telemarketing: try container.decodeIfPresent(Bool.self, forKey: .telemarketing),
            consentReference: try container.decodeIfPresent(String.self, forKey: .consentReference),
            orderId: try container.decodeIfPresent(OrderID.self, forKey: .orderId),
            originalExternalId: try container.decodeIfPresent(String.self, forKey: .originalExternalId),
            reason: try container.decodeIfPresent(String.self, forKey: .reason),
            bundleId: try container.decodeIfPresent(BundleID.self, forKey: .bundleId),
            confirm: try container.decodeIfPresent(Bool.self, forKey: .confirm),
            acceptPenalty: try container.decodeIfPresent(Bool.self, forKey: .acceptPenalty),
            newOwner: try container.decodeIfPresent(Customer.self, forKey: .newOwner)
        )
    }
}

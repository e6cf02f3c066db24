/// When what was ordered takes effect (G-58).
package enum EffectPolicy: String, Sendable, CaseIterable {
    /// With the completion of the order.
    case immediate
    /// 24 hours after completion, at the latest (ORD-43).
    case within24Hours
    /// At 00:00 on the 1st of the month after completion (ORD-77).
    case firstOfNextMonth
}

/// How many members of which products an offer takes.
package struct MemberRequirement: Sendable, Hashable {
    /// Any of these.
    package var products: Set<String>
    package var count: ClosedRange<Int>

    package init(products: Set<String>, count: ClosedRange<Int>) {
        self.products = products
        self.count = count
    }
}

/// Several lines sold as one, with shared minutes and one fee.
package struct Bundle: Sendable, Hashable {
    package var code: String
    package var name: String
    package var monthlyFeeMilliyuan: Milliyuan
    /// By product, one requirement each; then those that span products ("at least one of the two").
    package var members: [MemberRequirement]
    package var atLeast: [MemberRequirement]
    package var sharedMinutes: Int64
    /// Price of a started minute beyond the shared ones (CAT-65).
    package var overageMilliyuan: Milliyuan
    package var speedMbps: Int?
    /// Value-added services that it gives, by product, in the order of opening.
    package var services: [String: [String]]
    package var hasPrivateNetwork: Bool
    package var options: Set<String>
    /// The bundle whose fee is the floor for this one's fee and its 3G plan's together (CAT-67), and to which it
    /// falls back (ORD-95).
    package var floorBundle: String?
    /// The lowest monthly fee of a member's own plan, by product (CAT-68).
    package var minimumPlanFee: [String: Milliyuan]
    package var effect: EffectPolicy
    package var decomposition: String
    package var isSample: Bool

    package init(
        code: String,
        name: String,
        monthlyFeeMilliyuan: Milliyuan,
        members: [MemberRequirement],
        atLeast: [MemberRequirement] = [],
        sharedMinutes: Int64,
        overageMilliyuan: Milliyuan,
        speedMbps: Int? = nil,
        services: [String: [String]] = [:],
        hasPrivateNetwork: Bool,
        options: Set<String> = [],
        floorBundle: String? = nil,
        minimumPlanFee: [String: Milliyuan] = [:],
        effect: EffectPolicy = .firstOfNextMonth,
        decomposition: String,
        isSample: Bool = false
    ) {
        self.code = code
        self.name = name
        self.monthlyFeeMilliyuan = monthlyFeeMilliyuan
        self.members = members
        self.atLeast = atLeast
        self.sharedMinutes = sharedMinutes
        self.overageMilliyuan = overageMilliyuan
        self.speedMbps = speedMbps
        self.services = services
        self.hasPrivateNetwork = hasPrivateNetwork
        self.options = options
        self.floorBundle = floorBundle
        self.minimumPlanFee = minimumPlanFee
        self.effect = effect
        self.decomposition = decomposition
        self.isSample = isSample
    }
}

/// Something chosen with a bundle.
package struct Option: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// A broadband speed instead of the bundle's.
        case speed(mbps: Int)
        case staticIp
        /// One more member; `sharesMinutes` tells CAT-69 from CAT-70.
        case additionalMember(sharesMinutes: Bool)
    }

    package var code: String
    package var name: String
    package var kind: Kind
    /// The products of the member that it is for.
    package var products: Set<String>
    package var monthlyFeeMilliyuan: Milliyuan
    /// Options of one group exclude each other for a member.
    package var exclusiveGroup: String?
    package var isSample: Bool

    package init(
        code: String,
        name: String,
        kind: Kind,
        products: Set<String>,
        monthlyFeeMilliyuan: Milliyuan,
        exclusiveGroup: String? = nil,
        isSample: Bool = false
    ) {
        self.code = code
        self.name = name
        self.kind = kind
        self.products = products
        self.monthlyFeeMilliyuan = monthlyFeeMilliyuan
        self.exclusiveGroup = exclusiveGroup
        self.isSample = isSample
    }
}

/// A plan or a value-added service sold by itself, for lines that the customer has or takes.
package struct SingleOffer: Sendable, Hashable {
    package enum Content: Sendable, Hashable {
        case plan(String)
        case service(String)
    }

    package var code: String
    package var name: String
    package var content: Content
    /// `nil` where it sells a value-added service.
    package var planCode: String? {
        if case .plan(let code) = self.content { code } else { nil }
    }
    package var members: [MemberRequirement]
    /// Every member but the main one must have agreed (ORD-42).
    package var needsConsent: Bool
    /// On first activation; a change of a plan takes effect as `changeEffect` says.
    package var effect: EffectPolicy
    package var changeEffect: EffectPolicy
    package var decomposition: String

    package init(
        code: String,
        name: String,
        content: Content,
        members: [MemberRequirement],
        needsConsent: Bool = false,
        effect: EffectPolicy,
        changeEffect: EffectPolicy,
        decomposition: String
    ) {
        self.code = code
        self.name = name
        self.content = content
        self.members = members
        self.needsConsent = needsConsent
        self.effect = effect
        self.changeEffect = changeEffect
        self.decomposition = decomposition
    }
}

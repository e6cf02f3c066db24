import Contracts

/// Which members an offer takes, and what their numbers look like.
enum MemberRules {
    static func check(_ draft: OrderDraft, _ findings: inout Findings) {
        self.checkNumbers(draft, &findings)
        self.checkMain(draft, &findings)
        switch draft.offer {
        case .bundle(let bundle):
            self.checkMix(draft, bundle.members, bundle.atLeast, &findings)
            if draft.order.payment == Payment.individual.rawValue {
                let text = "'individual' is not accepted for a bundle, whose members one account pays for: unified"
                findings.add(.malformed, at: "/payment", text)
            }
        case .single(let offer): self.checkMix(draft, offer.members, [], &findings)
        case .lines, nil: break
        }
    }

    static func checkNumbers(_ draft: OrderDraft, _ findings: inout Findings) {
        for (index, member) in draft.order.members.enumerated() {
            self.checkNumber(member, at: index, by: draft.catalogue, &findings)
        }
    }

    private static func checkNumber(
        _ member: OrderSubmitted.Member,
        at index: Int,
        by catalogue: Catalogue,
        _ findings: inout Findings
    ) {
        guard let product = catalogue.products[member.product] else {
            let text = "\(quoted(member.product)) is no product: \(alternatives(catalogue.products.keys))"
            findings.add(.memberProduct, at: "/members/\(index)/product", text)
            return
        }
        if !product.numberFormat.accepts(member.serviceNumber) {
            let format = product.numberFormat.description
            let text = "\(quoted(member.serviceNumber)) is no number of \(product.code): \(format)"
            findings.add(.numberFormat, at: "/members/\(index)/serviceNumber", text)
        }
    }

    private static func checkMain(_ draft: OrderDraft, _ findings: inout Findings) {
        let mains = draft.order.members.indices.filter { draft.order.members[$0].main == true }
        for index in mains.dropFirst() {
            findings.add(.malformed, at: "/members/\(index)/main", "another member is the main one: exactly one is")
        }
        if let index = mains.first, draft.role(ofMemberAt: index) != .included {
            let text = "an added terminal, or one that leaves, cannot be the main member: name one of the bundle's own"
            findings.add(.malformed, at: "/members/\(index)/main", text)
        }
    }

    /// The offer's own composition; terminals that options add do not count.
    private static func checkMix(
        _ draft: OrderDraft,
        _ requirements: [MemberRequirement],
        _ atLeast: [MemberRequirement],
        _ findings: inout Findings
    ) {
        let taken = requirements.reduce(into: Set<String>()) { $0.formUnion($1.products) }
        var counts: [String: Int] = [:]
        for (index, member) in draft.order.members.enumerated() where draft.role(ofMemberAt: index) == .included {
            if taken.contains(member.product) {
                counts[member.product, default: 0] += 1
            } else if draft.catalogue.products[member.product] != nil {
                let text = "\(quoted(draft.order.offer)) takes no \(member.product): \(alternatives(taken))"
                findings.add(.memberProduct, at: "/members/\(index)/product", text)
            }
        }
        for requirement in requirements + atLeast {
            let count = requirement.products.reduce(0) { $0 + counts[$1, default: 0] }
            guard !requirement.count.contains(count) else { continue }
            let text = "\(count) of \(alternatives(requirement.products)): \(self.describe(requirement.count))"
            findings.add(.memberCount, at: "/members", text)
        }
    }

    /// Whether these products are a bundle's own composition.
    static func satisfies(_ products: [String], _ bundle: Bundle) -> Bool {
        let counts = Dictionary(products.map { ($0, 1) }, uniquingKeysWith: +)
        let taken = bundle.members.reduce(into: Set<String>()) { $0.formUnion($1.products) }
        return products.allSatisfy(taken.contains)
            && (bundle.members + bundle.atLeast).allSatisfy { requirement in
                requirement.count.contains(requirement.products.reduce(0) { $0 + counts[$1, default: 0] })
            }
    }

    private static func describe(_ count: ClosedRange<Int>) -> String {
        if count.lowerBound == count.upperBound { return "exactly \(count.lowerBound)" }
        if count.upperBound >= FormRules.maximumCount { return "at least \(count.lowerBound)" }
        return "\(count.lowerBound) to \(count.upperBound)"
    }
}

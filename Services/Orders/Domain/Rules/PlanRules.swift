package import Contracts

/// Tariff plans of members: known, high enough, and not excluded by others.
enum PlanRules {
    static func check(_ draft: OrderDraft, _ findings: inout Findings) {
        switch draft.offer {
        case .bundle(let bundle): self.checkFees(of: bundle, draft, &findings)
        case .single(let offer):
            if case .plan(let code) = offer.content, let plan = draft.catalogue.plans[code] {
                self.checkExclusive(plan, draft, &findings)
            }
        case .lines, nil: break
        }
        for (index, member) in draft.order.members.enumerated() where !member.existing {
            guard let code = member.plan else { continue }
            _ = self.find(code, for: member.product, at: index, draft, &findings)
        }
    }

    /// CAT-67 and CAT-68.
    private static func checkFees(of bundle: Bundle, _ draft: OrderDraft, _ findings: inout Findings) {
        var fee = bundle.monthlyFeeMilliyuan
        var isKnown = true
        for (index, member) in draft.order.members.enumerated() where draft.role(ofMemberAt: index) == .included {
            guard let minimum = bundle.minimumPlanFee[member.product] else { continue }
            let path = "/members/\(index)/plan"
            guard let code = draft.plan(of: member) else {
                isKnown = false
                let text = "names no plan: \(bundle.code) takes one of \(minimum.yuanText) yuan a month or more"
                findings.add(.planTooLow, at: path, text)
                continue
            }
            // A new member's unknown plan is reported with every other new member's.
            let plan =
                member.existing
                ? self.find(code, for: member.product, at: index, draft, &findings) : draft.catalogue.plans[code]
            guard let plan else {
                isKnown = false
                continue
            }
            fee += plan.monthlyFeeMilliyuan
            if plan.monthlyFeeMilliyuan < minimum {
                let text = "\(quoted(code)) costs \(plan.monthlyFeeMilliyuan.yuanText) yuan a month"
                findings.add(.planTooLow, at: path, "\(text): \(minimum.yuanText) or more are accepted")
            }
        }
        guard isKnown, let floor = bundle.floorBundle.flatMap({ draft.catalogue.bundles[$0] }),
            fee < floor.monthlyFeeMilliyuan
        else { return }
        let text = "\(bundle.code) and its members' own plans cost \(fee.yuanText) yuan a month"
        findings.add(
            .feeFloor, at: "/offer", "\(text): at least the \(floor.monthlyFeeMilliyuan.yuanText) of \(floor.code)")
    }

    /// A line that leaves a bundle names the plan to which it goes, except one that has kept its own (ORD-90).
    static func checkLeaving(
        _ member: OrderSubmitted.Member,
        at index: Int,
        from bundle: Bundle?,
        _ draft: OrderDraft,
        _ findings: inout Findings
    ) {
        guard bundle?.minimumPlanFee[member.product] == nil else { return }
        guard let code = member.plan else {
            let text = "is absent: \(quoted(member.serviceNumber)) leaves the bundle, and goes to a plan of its own"
            findings.add(.malformed, at: "/members/\(index)/plan", text)
            return
        }
        _ = self.find(code, for: member.product, at: index, draft, &findings)
    }

    /// The tariff plan that is named for a line.
    static func checkChosen(
        _ member: OrderSubmitted.Member, at index: Int, _ draft: OrderDraft, _ findings: inout Findings
    ) {
        guard let code = member.plan,
            let plan = self.find(code, for: member.product, at: index, draft, &findings), plan.kind != .line
        else { return }
        let text = "\(quoted(code)) is no tariff, but comes beside one: a tariff plan is accepted"
        findings.add(.unknownOffer, at: "/members/\(index)/plan", text)
    }

    private static func find(
        _ code: String,
        for product: String,
        at index: Int,
        _ draft: OrderDraft,
        _ findings: inout Findings
    ) -> Plan? {
        if let plan = draft.catalogue.plans[code], plan.products.contains(product) { return plan }
        let accepted = draft.catalogue.plans.values.filter { $0.products.contains(product) }.map(\.code)
        let text = "\(quoted(code)) is no plan of \(quoted(product)): \(alternatives(accepted))"
        findings.add(.unknownOffer, at: "/members/\(index)/plan", text)
        return nil
    }

    /// At most one plan of a group for a line, and of some groups for a customer (ORD-40).
    private static func checkExclusive(_ plan: Plan, _ draft: OrderDraft, _ findings: inout Findings) {
        guard let group = plan.exclusiveGroup else { return }
        // The one whose place it takes is no rival.
        let former = draft.current.flatMap { draft.catalogue.singleOffers[$0.offer] }?.planCode
        func rival(_ codes: some Sequence<String>) -> String? {
            codes.first { $0 != former && draft.catalogue.plans[$0]?.exclusiveGroup == group }
        }
        for (index, member) in draft.order.members.enumerated() where member.existing {
            let line = draft.line(member)
            guard let other = rival((line?.extraPlans ?? []) + [line?.plan, member.plan].compactMap { $0 }) else {
                continue
            }
            let text = "\(quoted(member.serviceNumber)) has \(quoted(other)), which excludes \(plan.code)"
            findings.add(.exclusivePlan, at: "/members/\(index)", "\(text): one of them is accepted")
        }
        guard plan.exclusivePerCustomer else { return }
        let ordered = Set(draft.order.members.map(\.serviceNumber))
        for (number, plans) in draft.facts.customerPlans.sorted(by: { $0.key < $1.key }) where !ordered.contains(number)
        {
            guard let other = rival(plans.sorted()) else { continue }
            let text = "the customer has \(quoted(other)) on \(quoted(number)), which excludes \(plan.code)"
            findings.add(.exclusivePlan, at: "/offer", "\(text): one of them is accepted")
        }
    }
}

extension Milliyuan {
    /// `96` or `58.5`.
    package var yuanText: String {
        let (yuan, rest) = self.rawValue.quotientAndRemainder(dividingBy: 1000)
        guard rest != 0 else { return "\(yuan)" }
        var digits = String(1000 + rest).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(yuan).\(digits)"
    }
}

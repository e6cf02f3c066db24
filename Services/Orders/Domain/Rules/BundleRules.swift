import Contracts

/// What holds for every order about a bundle.
enum BundleRules {
    /// - Parameter mayAmend: whether one will do that an order in flight is bringing about.
    /// - Returns: `nil` when there is no such bundle for this customer, or none in effect, which a finding tells.
    static func find(
        _ order: OrderSubmitted,
        _ facts: Facts,
        mayAmend: Bool = false,
        _ findings: inout Findings
    ) -> CurrentBundle? {
        let path = order.bundleId == nil ? "/members" : "/bundleId"
        guard let bundle = facts.bundle, !bundle.isSingle, bundle.customerId == order.customer.id,
            bundle.state == .active || bundle.state == .pending
        else {
            let text = "customer \(quoted(order.customer.id)) has no such bundle in effect"
            findings.add(.notFound, at: path, text)
            return nil
        }
        guard bundle.state == .active || (mayAmend && bundle.amendableOrder != nil) else {
            let text = "the bundle is not yet in effect: wait until it is, or cancel its order"
            findings.add(.frozenUntilEffective, at: path, text)
            return nil
        }
        return bundle
    }

    /// Every member is named, so that none is lost by being forgotten; and none that is not one leaves.
    static func checkNamed(_ order: OrderSubmitted, _ current: CurrentBundle, _ findings: inout Findings) {
        let named = Set(order.members.map(\.serviceNumber))
        for member in current.members where !named.contains(member.serviceNumber) {
            let text = "\(quoted(member.serviceNumber)) of the bundle is not named: say what becomes of it"
            findings.add(.memberCount, at: "/members", text)
        }
        let members = Dictionary(current.members.map { ($0.serviceNumber, $0.product) }) { first, _ in first }
        for (index, member) in order.members.enumerated() {
            let product = members[member.serviceNumber]
            if product == nil, order.action == Action.release.rawValue || member.leaves == true {
                let text = "\(quoted(member.serviceNumber)) is no member of the bundle"
                findings.add(.notFound, at: "/members/\(index)/serviceNumber", text)
            }
            if let product, product != member.product {
                let text = "\(quoted(member.serviceNumber)) is no \(quoted(member.product)): it is known as \(product)"
                findings.add(.notFound, at: "/members/\(index)/product", text)
            }
        }
    }
}

/// A bundle becomes another one (ORD-85, ORD-87): one in effect, or one that an order in flight is bringing about, which is
/// then taken as it is ordered.
enum ChangeRules {
    static let limit = 3

    static func validate(
        _ submitted: OrderSubmitted,
        _ words: FormRules.Words?,
        by catalogue: Catalogue,
        given facts: Facts,
        _ former: Findings
    ) throws(Rejections) -> ValidOrder {
        var findings = former
        guard let current = BundleRules.find(submitted, facts, mayAmend: true, &findings) else {
            throw Rejections(findings.reasons)
        }
        BundleRules.checkNamed(submitted, current, &findings)
        // An amendment is a change of the bundle like any other: it is counted, and so are those that gave way to it.
        if current.changesThisMonth >= self.limit {
            let text = "the bundle was changed \(current.changesThisMonth) times in this month: at most \(self.limit)"
            findings.add(.changeLimit, at: "/action", text)
        }
        let order = self.fallBack(submitted, from: current, by: catalogue, &findings)
        if order.action == Action.release.rawValue {
            return try ReleaseRules.validate(order, words, by: catalogue, given: facts, findings)
        }
        let draft = OrderDraft(order: order, catalogue: catalogue, facts: facts, current: current, options: [])
        for (index, member) in order.members.enumerated() where member.leaves == true {
            let bundle = catalogue.bundles[current.offer]
            PlanRules.checkLeaving(member, at: index, from: bundle, draft, &findings)
            if (order.options ?? []).contains(where: { $0.member == member.ref }) {
                let text = "\(quoted(member.ref)) leaves the bundle, and has no options in it"
                findings.add(.unknownOption, at: "/options", text)
            }
        }
        let valid = try validateOffer(order, words, by: catalogue, given: facts, changing: current, findings)
        guard valid.differs(from: current) else {
            let text = "the bundle is as it is ordered: there is nothing to change"
            throw Rejections([Rejection(.notAllowedInState, at: "/members", text)])
        }
        return valid
    }

    /// Where the last member with a plan of its own leaves plan B, the bundle falls back to plan A at its full price, or
    /// ends where the other members do not make one up (ORD-91, ORD-95, G-28); the customer has to know.
    private static func fallBack(
        _ submitted: OrderSubmitted,
        from current: CurrentBundle,
        by catalogue: Catalogue,
        _ findings: inout Findings
    ) -> OrderSubmitted {
        guard submitted.offer == current.offer, let bundle = catalogue.bundles[current.offer],
            let fallback = bundle.floorBundle.flatMap({ catalogue.bundles[$0] }),
            submitted.members.contains(where: { $0.leaves == true && bundle.minimumPlanFee[$0.product] != nil })
        else { return submitted }
        let additional = Set(
            (submitted.options ?? []).filter { option in
                if case .additionalMember? = catalogue.options[option.code]?.kind { true } else { false }
            }.compactMap(\.member))
        let staying = submitted.members.filter { $0.leaves != true && !additional.contains($0.ref) }.map(\.product)
        guard !MemberRules.satisfies(staying, bundle) else { return submitted }
        let fallsBack = MemberRules.satisfies(staying, fallback)
        if submitted.confirm != true {
            let what =
                fallsBack
                ? "falls back to \(fallback.code) at \(fallback.monthlyFeeMilliyuan.yuanText) yuan a month"
                : "ends, for its other members do not make up \(fallback.code)"
            let text = "is not true: without its 3G member the bundle \(what), and the customer has to agree"
            findings.add(.confirmationRequired, at: "/confirm", text)
        }
        var order = submitted
        if fallsBack {
            order.offer = fallback.code
        } else {
            order.action = Action.release.rawValue
        }
        return order
    }
}

extension ValidOrder {
    fileprivate func differs(from current: CurrentBundle) -> Bool {
        self.offer.code != current.offer
            || self.members.contains { member in
                member.part != .staying || member.options != member.formerOptions
                    || Set(member.givenServices) != Set(member.formerServices)
            }
    }
}

/// A bundle in effect ends (ORD-89, ORD-90, ORD-92).
enum ReleaseRules {
    private static let termMonths = 12

    static func validate(
        _ order: OrderSubmitted,
        _ words: FormRules.Words?,
        by catalogue: Catalogue,
        given facts: Facts,
        _ former: Findings
    ) throws(Rejections) -> ValidOrder {
        var findings = former
        guard let current = BundleRules.find(order, facts, &findings) else { throw Rejections(findings.reasons) }
        BundleRules.checkNamed(order, current, &findings)
        guard let bundle = catalogue.bundles[current.offer] else {
            let text = "the catalogue has no bundle \(quoted(current.offer)) any more"
            throw Rejections(findings.reasons + [Rejection(.unknownOffer, at: "/offer", text)])
        }
        var released = order
        for index in released.members.indices { released.members[index].leaves = true }
        let draft = OrderDraft(
            order: released, catalogue: catalogue, facts: facts, current: current, offer: .bundle(bundle), options: [])
        for (index, member) in released.members.enumerated() {
            PlanRules.checkLeaving(member, at: index, from: bundle, draft, &findings)
            // One that is suspended leaves all the same (ORD-88).
            guard let line = draft.line(member) else { continue }
            LineRules.checkFree(line, at: "/members/\(index)", number: member.serviceNumber, draft, &findings)
        }
        let unused = self.unusedMonths(of: current, at: facts.now, by: catalogue.workingCalendar.calendar)
        if unused > 0, order.acceptPenalty != true {
            let text = "is not true: \(unused) prepaid months are not over, and ending them is a breach (ORD-92)"
            findings.add(.termNotOver, at: "/acceptPenalty", text)
        }
        guard findings.reasons.isEmpty, let words, var valid = draft.validOrder(words) else {
            throw Rejections(findings.reasons)
        }
        valid.unusedMonths = unused
        return valid
    }

    /// Whole months of a prepaid year that are left when the release takes effect at the earliest.
    private static func unusedMonths(of bundle: CurrentBundle, at now: Timestamp, by calendar: BusinessCalendar) -> Int
    {
        guard bundle.term == .annual, let begun = bundle.effectiveAt else { return 0 }
        let end = (0..<self.termMonths).reduce(begun) { month, _ in calendar.startOfNextMonth(after: month) }
        var month = calendar.startOfNextMonth(after: now)
        var count = 0
        while month < end {
            count += 1
            month = calendar.startOfNextMonth(after: month)
        }
        return count
    }
}

/// Lines are stopped, or started again: those that are named, or all of a bundle.
enum StateRules {
    static func validate(
        _ submitted: OrderSubmitted,
        _ words: FormRules.Words?,
        by catalogue: Catalogue,
        given facts: Facts,
        _ former: Findings
    ) throws(Rejections) -> ValidOrder {
        var findings = former
        let order = self.filled(submitted, facts, &findings)
        guard let words else { throw Rejections(findings.reasons) }
        if order.members.isEmpty {
            findings.add(
                .malformed, at: "/members", "is empty, and no bundle is named: name what is to change its state")
        }
        let draft = OrderDraft(
            order: order, catalogue: catalogue, facts: facts, offer: .lines(words.action), options: [])
        for (index, member) in order.members.enumerated() {
            self.check(member, at: index, words, draft, &findings)
        }
        guard findings.reasons.isEmpty, let valid = draft.validOrder(words) else { throw Rejections(findings.reasons) }
        return valid
    }

    /// Without members, all of the bundle.
    private static func filled(
        _ submitted: OrderSubmitted,
        _ facts: Facts,
        _ findings: inout Findings
    ) -> OrderSubmitted {
        guard submitted.members.isEmpty, submitted.bundleId != nil,
            let current = BundleRules.find(submitted, facts, &findings)
        else { return submitted }
        var order = submitted
        order.members = current.members.map { member in
            OrderSubmitted.Member(
                ref: member.ref, product: member.product, serviceNumber: member.serviceNumber, existing: true)
        }
        return order
    }

    private static func check(
        _ member: OrderSubmitted.Member,
        at index: Int,
        _ words: FormRules.Words,
        _ draft: OrderDraft,
        _ findings: inout Findings
    ) {
        let path = "/members/\(index)"
        let number = quoted(member.serviceNumber)
        guard let line = draft.line(member), line.state != .closed, line.product == member.product,
            words.channel == .system || line.customerId == draft.order.customer.id
        else {
            let text = "customer \(quoted(draft.order.customer.id)) has no \(quoted(member.product)) \(number)"
            findings.add(.notFound, at: "\(path)/serviceNumber", text)
            return
        }
        if line.heldBy != nil || line.state == .reserved {
            LineRules.checkFree(line, at: path, number: member.serviceNumber, draft, &findings)
            return
        }
        let needed: Line.State = words.action == .suspend ? .active : .suspended
        if line.state != needed {
            let text = "\(number) is \(line.state.rawValue): one that is \(needed.rawValue) is accepted"
            findings.add(.notAllowedInState, at: "\(path)/serviceNumber", text)
        }
        // Credit control and blacklists stop the line and leave the bundle as it is (ORD-93).
        guard words.action == .suspend, words.channel != .system, let bundle = draft.facts.bundle,
            line.membership?.bundleId == bundle.id,
            draft.catalogue.bundles[bundle.offer]?.minimumPlanFee[member.product] != nil
        else { return }
        let text = "\(number) carries plan B: take it out of the bundle first, by a change in which it leaves (ORD-91)"
        findings.add(.notAllowedInState, at: "\(path)/serviceNumber", text)
    }
}

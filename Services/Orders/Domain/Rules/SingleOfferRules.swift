import Contracts

/// What a single offer put into effect becomes another one, or ends: for all its members at once.
enum SingleOfferRules {
    /// A later offer takes the place of the one in effect, such as a data plan of another size (ORD-52).
    static func change(
        _ submitted: OrderSubmitted,
        _ words: FormRules.Words?,
        by catalogue: Catalogue,
        given facts: Facts,
        _ former: Findings
    ) throws(Rejections) -> ValidOrder {
        var findings = former
        let current = try self.find(submitted, facts, &findings)
        let order = self.filled(submitted, from: current)
        BundleRules.checkNamed(order, current, &findings)
        let valid = try validateOffer(order, words, by: catalogue, given: facts, changing: current, findings)
        guard isAnythingToDo(for: valid, by: catalogue) else {
            let text = "\(quoted(order.offer)) has nothing to change here: another offer of its kind may take its place"
            throw Rejections([Rejection(.notAllowedInState, at: "/offer", text)])
        }
        return valid
    }

    /// The offer ends, and what it gave with it.
    static func release(
        _ submitted: OrderSubmitted,
        _ words: FormRules.Words?,
        by catalogue: Catalogue,
        given facts: Facts,
        _ former: Findings
    ) throws(Rejections) -> ValidOrder {
        var findings = former
        let current = try self.find(submitted, facts, &findings)
        var order = self.filled(submitted, from: current)
        BundleRules.checkNamed(order, current, &findings)
        for index in order.members.indices { order.members[index].leaves = true }
        let offer = OfferRules.find(order.offer, in: catalogue, &findings)
        let draft = OrderDraft(
            order: order, catalogue: catalogue, facts: facts, current: current, offer: offer, options: [])
        for (index, member) in order.members.enumerated() {
            guard let line = draft.line(member) else { continue }
            LineRules.checkFree(line, at: "/members/\(index)", number: member.serviceNumber, draft, &findings)
        }
        guard findings.reasons.isEmpty, let words, let valid = draft.validOrder(words) else {
            throw Rejections(findings.reasons)
        }
        guard isAnythingToDo(for: valid, by: catalogue) else {
            let text = "\(quoted(order.offer)) is nothing that can be ended"
            throw Rejections([Rejection(.notAllowedInState, at: "/offer", text)])
        }
        return valid
    }

    private static func find(
        _ order: OrderSubmitted,
        _ facts: Facts,
        _ findings: inout Findings
    ) throws(Rejections) -> CurrentBundle {
        let path = order.bundleId == nil ? "/members" : "/bundleId"
        guard let current = facts.bundle, current.isSingle, current.customerId == order.customer.id,
            current.state == .active || current.state == .pending
        else {
            let what = "customer \(quoted(order.customer.id)) has nothing like \(quoted(order.offer)) in effect there"
            findings.add(.notFound, at: path, "\(what): name the numbers of one that is")
            throw Rejections(findings.reasons)
        }
        let isHeld = current.members.contains { facts.lines[$0.serviceNumber]?.heldBy != nil }
        // Numbers that are held are told one by one.
        if !isHeld, current.state == .pending || current.openOrder != nil {
            let text = "what was last ordered about it is not yet in effect: wait until it is, or cancel that order"
            findings.add(.frozenUntilEffective, at: path, text)
            throw Rejections(findings.reasons)
        }
        return current
    }

    /// The order with all members: those that it does not name are as they were.
    private static func filled(_ submitted: OrderSubmitted, from current: CurrentBundle) -> OrderSubmitted {
        var order = submitted
        let named = Set(order.members.map(\.serviceNumber))
        var refs = Set(order.members.map(\.ref))
        for member in current.members where !named.contains(member.serviceNumber) {
            let ref = refs.contains(member.ref) ? member.serviceNumber : member.ref
            refs.insert(ref)
            order.members.append(
                .init(
                    ref: ref, product: member.product, serviceNumber: member.serviceNumber, existing: true,
                    consent: true))
        }
        return order
    }
}

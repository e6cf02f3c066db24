import Contracts

/// Lines that were stopped, or have ended, and are to be there again (ORD-64 to ORD-67).
enum ReconnectRules {
    static func validate(
        _ order: OrderSubmitted,
        _ words: FormRules.Words?,
        by catalogue: Catalogue,
        given facts: Facts,
        _ former: Findings
    ) throws(Rejections) -> ValidOrder {
        var findings = former
        let draft = LineRequestRules.draft(order, .reconnect, by: catalogue, given: facts, &findings)
        if order.customer.identity == nil {
            findings.add(.identityRequired, at: "/customer/identity", "is absent: the owner comes with a document")
        }
        var cards: Set<String> = []
        for (index, member) in order.members.enumerated() {
            let path = "/members/\(index)"
            LineRequestRules.checkOwn(member, at: path, draft, mayBeClosed: true, &findings)
            LineRequestRules.checkArrears(member, at: path, draft, &findings)
            self.checkProduct(member, at: path, by: catalogue, &findings)
            if member.newCardNumber != nil {
                SimRules.checkCard(member, at: path, &cards, by: catalogue, &findings)
            }
            self.checkState(member, at: path, draft, &findings)
            self.checkPlan(member, at: index, draft, &findings)
        }
        var valid = try LineRequestRules.finish(draft, words, findings)
        for (index, member) in order.members.enumerated() {
            let line = draft.line(member)
            valid.members[index].isExisting = line?.state != .closed
            valid.members[index].services = line?.services ?? []
            valid.members[index].formerPlan = line?.plan
            valid.members[index].plan = member.plan ?? line?.plan
            valid.members[index].nextPlan = valid.members[index].plan
        }
        return valid
    }

    private static func checkProduct(
        _ member: OrderSubmitted.Member, at path: String, by catalogue: Catalogue, _ findings: inout Findings
    ) {
        guard let product = catalogue.products[member.product], product.cardFormat == nil else { return }
        let accepted = alternatives(catalogue.products.values.filter { $0.cardFormat != nil }.map(\.code))
        let text = "a \(product.code) is not connected again: \(accepted) is; others are resumed, or ordered anew"
        findings.add(.memberProduct, at: "\(path)/product", text)
    }

    private static func checkState(
        _ member: OrderSubmitted.Member, at path: String, _ draft: OrderDraft, _ findings: inout Findings
    ) {
        let number = quoted(member.serviceNumber)
        guard let line = draft.line(member) else {
            let text = "\(number) was never seen here, so that nothing is known of it: order it as a new line"
            return findings.add(.notFound, at: "\(path)/serviceNumber", text)
        }
        if line.state == .active, line.heldBy == nil {
            let text = "\(number) is active: one that is suspended or closed is accepted"
            findings.add(.notAllowedInState, at: "\(path)/serviceNumber", text)
        }
    }

    /// One that has ended has no tariff any more; one that a bundle gives is changed with the bundle.
    private static func checkPlan(
        _ member: OrderSubmitted.Member, at index: Int, _ draft: OrderDraft, _ findings: inout Findings
    ) {
        let path = "/members/\(index)/plan"
        let line = draft.line(member)
        guard member.plan != nil else {
            if line?.state == .closed, line?.plan == nil {
                let text = "is absent: \(quoted(member.serviceNumber)) has ended, and takes a tariff plan"
                findings.add(.malformed, at: path, text)
            }
            return
        }
        if line?.membership != nil {
            let text = "the tariff of \(quoted(member.serviceNumber)) is its bundle's: change that, or name none"
            return findings.add(.numberInAnotherBundle, at: path, text)
        }
        PlanRules.checkChosen(member, at: index, draft, &findings)
    }
}

import Contracts

/// Lines that are to belong to another customer (ORD-61 to ORD-63).
///
/// Points, credit standing and former bills stay with the former owner; the new one sets a password of his own, and pays
/// from the 1st of the next month on.
enum TransferRules {
    static func validate(
        _ order: OrderSubmitted,
        _ words: FormRules.Words?,
        by catalogue: Catalogue,
        given facts: Facts,
        _ former: Findings
    ) throws(Rejections) -> ValidOrder {
        var findings = former
        let draft = LineRequestRules.draft(order, .transferOwnership, by: catalogue, given: facts, &findings)
        self.checkOwners(order, &findings)
        for (index, member) in order.members.enumerated() {
            let path = "/members/\(index)"
            LineRequestRules.checkOwn(member, at: path, draft, &findings)
            LineRequestRules.checkPassword(member, at: path, [order.newOwner?.identity], &findings)
            LineRequestRules.checkArrears(member, at: path, draft, &findings)
            self.checkTenure(member, at: path, draft, &findings)
            self.checkTies(member, at: path, draft, &findings)
        }
        return try LineRequestRules.finish(draft, words, findings)
    }

    /// Both are there with documents of their own (ORD-61).
    private static func checkOwners(_ order: OrderSubmitted, _ findings: inout Findings) {
        if order.customer.identity == nil {
            findings.add(.identityRequired, at: "/customer/identity", "is absent: the owner shows a document")
        }
        if order.customer.bankCollection == true {
            let text = "a bank pays the account by collection: end that first"
            findings.add(.agreementInForce, at: "/customer/bankCollection", text)
        }
        guard let newOwner = order.newOwner else {
            findings.add(.malformed, at: "/newOwner", "is absent: name whom the lines are to belong to")
            return
        }
        if newOwner.id == order.customer.id {
            let text = "\(quoted(newOwner.id)) is the owner already: another customer is accepted"
            findings.add(.malformed, at: "/newOwner/id", text)
        }
        guard let identity = newOwner.identity else {
            findings.add(.identityRequired, at: "/newOwner/identity", "is absent: the new owner shows a document")
            return
        }
        IdentityRules.check(identity, [.organisation, .person], at: "/newOwner/identity", &findings)
    }

    /// A month on net (ORD-62).
    private static func checkTenure(
        _ member: OrderSubmitted.Member, at path: String, _ draft: OrderDraft, _ findings: inout Findings
    ) {
        guard let since = draft.line(member)?.servedSince ?? member.servedSince else { return }
        let calendar = draft.catalogue.workingCalendar.calendar
        let day = calendar.date(of: since)
        let next = day.firstOfNextMonth
        // The same day of the next month; where that has none such, the first of the one after it.
        let month = CivilDate(year: next.year, month: next.month, day: day.day) ?? next.firstOfNextMonth
        guard draft.facts.now < calendar.start(of: month) else { return }
        let text = "\(quoted(member.serviceNumber)) is served since \(calendar.format(since)): a month is needed"
        findings.add(.tenureTooShort, at: "\(path)/serviceNumber", text)
    }

    private static func checkTies(
        _ member: OrderSubmitted.Member, at path: String, _ draft: OrderDraft, _ findings: inout Findings
    ) {
        let number = quoted(member.serviceNumber)
        if member.handsetAgreement == true {
            let text = "the handset of \(number) is rented or given: wait until that agreement has ended"
            findings.add(.agreementInForce, at: "\(path)/handsetAgreement", text)
        }
        if let offer = draft.facts.sharedOffers[member.serviceNumber] {
            let text = "\(number) has \(offer) together with other lines: end that first"
            findings.add(.agreementInForce, at: "\(path)/serviceNumber", text)
        }
        guard let line = draft.line(member) else { return }
        if line.state == .suspended {
            findings.add(.notAllowedInState, at: "\(path)/serviceNumber", "\(number) is suspended: resume it first")
        }
        if line.membership != nil {
            let text = "\(number) belongs to a bundle: release it there first"
            findings.add(.numberInAnotherBundle, at: "\(path)/serviceNumber", text)
        }
        if line.isBeingTransferred {
            let text = "\(number) is to be another customer's already: wait until it is, or cancel that order"
            findings.add(.frozenUntilEffective, at: "\(path)/serviceNumber", text)
        }
        if let account = draft.order.accountId, account == line.accountId {
            let text = "\(quoted(account)) is the present owner's account: one of the new owner's is accepted"
            findings.add(.malformed, at: "/accountId", text)
        }
    }
}

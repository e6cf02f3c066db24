import Contracts

/// What holds for everything that is asked of lines that there are.
enum LineRequestRules {
    static func draft(
        _ order: OrderSubmitted, _ action: Action, by catalogue: Catalogue, given facts: Facts,
        _ findings: inout Findings
    ) -> OrderDraft {
        if order.members.isEmpty {
            findings.add(.memberCount, at: "/members", "0 lines: name those that it is about")
        }
        let draft = OrderDraft(order: order, catalogue: catalogue, facts: facts, offer: .lines(action), options: [])
        MemberRules.checkNumbers(draft, &findings)
        IdentityRules.check(draft, &findings)
        return draft
    }

    /// The line is there, is the customer's, and no order is at work on it. Whoever has lost the card may have had it
    /// stopped before.
    ///
    /// - Parameter mayBeClosed: whether it is enough that it was the customer's.
    static func checkOwn(
        _ member: OrderSubmitted.Member,
        at path: String,
        _ draft: OrderDraft,
        mayBeClosed: Bool = false,
        _ findings: inout Findings
    ) {
        let number = quoted(member.serviceNumber)
        if !member.existing {
            let text = "\(number) is to be new, and is not there yet: true is accepted"
            findings.add(.notAllowedInState, at: "\(path)/existing", text)
        }
        // A number that was never seen is taken over as stated.
        guard let line = draft.line(member) else { return }
        guard mayBeClosed || line.state != .closed, line.product == member.product,
            line.customerId.map({ $0 == draft.order.customer.id }) ?? true
        else {
            let text = "customer \(quoted(draft.order.customer.id)) has no \(quoted(member.product)) \(number)"
            findings.add(.notFound, at: "\(path)/serviceNumber", text)
            return
        }
        LineRules.checkFree(line, at: path, number: member.serviceNumber, draft, &findings)
    }

    /// The line's account has paid what was overdue.
    static func checkArrears(
        _ member: OrderSubmitted.Member, at path: String, _ draft: OrderDraft, _ findings: inout Findings
    ) {
        guard let account = draft.line(member)?.accountId, draft.facts.accountsInArrears.contains(account) else {
            return
        }
        let text = "account \(account) is stopped for what it owes: pay first"
        findings.add(.arrears, at: "\(path)/serviceNumber", text)
    }

    /// A new password, by ORD-33 and ORD-34.
    ///
    /// - Parameter identities: of whoever is to have it.
    static func checkPassword(
        _ member: OrderSubmitted.Member, at path: String, _ identities: [OrderSubmitted.Identity?],
        _ findings: inout Findings
    ) {
        guard let password = member.password else {
            return findings.add(.malformed, at: "\(path)/password", "is absent: six digits")
        }
        let numbers = [member.serviceNumber, member.identity?.number] + identities.map { $0?.number }
        if let weakness = Password.weakness(password, numbers: numbers.compactMap(\.self)) {
            findings.add(.passwordWeak, at: "\(path)/password", weakness)
        }
    }

    static func finish(
        _ draft: OrderDraft, _ words: FormRules.Words?, _ findings: Findings
    ) throws(Rejections) -> ValidOrder {
        guard findings.reasons.isEmpty, let words, let valid = draft.validOrder(words) else {
            throw Rejections(findings.reasons)
        }
        return valid
    }
}

import Contracts

/// Lines that get new service passwords: by the one that they have, or by the owner's document (ORD-33 to ORD-36).
///
/// Whether the former one is right is for whoever keeps it to say: Orders has none.
enum PasswordRules {
    static func validate(
        _ order: OrderSubmitted,
        _ words: FormRules.Words?,
        by catalogue: Catalogue,
        given facts: Facts,
        _ former: Findings
    ) throws(Rejections) -> ValidOrder {
        var findings = former
        let draft = LineRequestRules.draft(order, .resetPassword, by: catalogue, given: facts, &findings)
        if order.customer.identity == nil, order.members.contains(where: { $0.formerPassword == nil }) {
            let text = "is absent: without the former password the owner shows a document"
            findings.add(.identityRequired, at: "/customer/identity", text)
        }
        for (index, member) in order.members.enumerated() {
            let path = "/members/\(index)"
            LineRequestRules.checkOwn(member, at: path, draft, &findings)
            LineRequestRules.checkPassword(member, at: path, [order.customer.identity], &findings)
            if let former = member.formerPassword, former == member.password {
                findings.add(.passwordWeak, at: "\(path)/password", "is the former one: another one is accepted")
            }
        }
        return try LineRequestRules.finish(draft, words, findings)
    }
}

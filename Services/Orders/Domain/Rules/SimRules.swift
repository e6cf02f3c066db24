import Contracts

/// Lines get new cards (ORD-56 to ORD-59, PRO-22).
///
/// The owner shows a document of his own; the ways around that (ORD-58) are switched off (G-26).
enum SimRules {
    static func validate(
        _ order: OrderSubmitted,
        _ words: FormRules.Words?,
        by catalogue: Catalogue,
        given facts: Facts,
        _ former: Findings
    ) throws(Rejections) -> ValidOrder {
        var findings = former
        if order.members.isEmpty {
            findings.add(.memberCount, at: "/members", "0 lines: name those that get a new card")
        }
        if order.customer.identity == nil {
            let text = "is absent: whoever gets a new card shows the owner's document"
            findings.add(.identityRequired, at: "/customer/identity", text)
        }
        let draft = OrderDraft(
            order: order, catalogue: catalogue, facts: facts, offer: .lines(.replaceSim), options: [])
        MemberRules.checkNumbers(draft, &findings)
        IdentityRules.check(draft, &findings)
        var cards: Set<String> = []
        for (index, member) in order.members.enumerated() {
            self.checkCause(member, at: "/members/\(index)/cause", &findings)
            self.checkCard(member, at: "/members/\(index)", &cards, by: catalogue, &findings)
            LineRequestRules.checkOwn(member, at: "/members/\(index)", draft, &findings)
        }
        return try LineRequestRules.finish(draft, words, findings)
    }

    private static func checkCause(_ member: OrderSubmitted.Member, at path: String, _ findings: inout Findings) {
        let accepted = alternatives(
            SimReplacementCause.allCases.filter { $0 != .locked }.map(\.rawValue))
        switch member.cause.map({ ($0, SimReplacementCause(rawValue: $0)) }) {
        case nil: findings.add(.malformed, at: path, "is absent: \(accepted)")
        case (_, .locked)?: findings.add(.unlockInstead, at: path, "a locked card is unlocked instead: \(accepted)")
        case (let word, nil)?: findings.add(.malformed, at: path, "\(quoted(word)) is not accepted: \(accepted)")
        case (_, _)?: break
        }
    }

    /// The new card's number; no two lines get the same.
    static func checkCard(
        _ member: OrderSubmitted.Member,
        at path: String,
        _ cards: inout Set<String>,
        by catalogue: Catalogue,
        _ findings: inout Findings
    ) {
        guard let product = catalogue.products[member.product] else { return }
        guard let format = product.cardFormat else {
            let accepted = alternatives(catalogue.products.values.filter { $0.cardFormat != nil }.map(\.code))
            let text = "the card of a \(product.code) is not replaced by an order: that of \(accepted) is"
            findings.add(.memberProduct, at: "\(path)/product", text)
            return
        }
        guard let number = member.newCardNumber else {
            findings.add(.malformed, at: "\(path)/newCardNumber", "is absent: \(format.description)")
            return
        }
        if !format.accepts(number) {
            let text = "\(quoted(number)) is no number of a card: \(format.description)"
            findings.add(.numberFormat, at: "\(path)/newCardNumber", text)
        }
        if !cards.insert(number).inserted {
            let text = "\(quoted(number)) is another line's new card already"
            findings.add(.malformed, at: "\(path)/newCardNumber", text)
        }
    }
}

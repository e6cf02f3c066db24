import Contracts

/// What an order says of lines that it makes, or makes anew, by the catalogue's names and words.
enum CharacteristicRules {
    static func check(_ draft: OrderDraft, _ findings: inout Findings) {
        for (index, member) in draft.order.members.enumerated() {
            guard let product = draft.catalogue.products[member.product] else { continue }
            let path = "/members/\(index)/characteristics"
            self.checkNames(member, product, at: path, &findings)
            // A line that is taken over as it is, or leaves, has nothing to be made.
            guard !member.existing || draft.former(member) != nil, draft.role(ofMemberAt: index) != .leaving else {
                continue
            }
            for characteristic in product.characteristics {
                self.check(characteristic, of: member, at: "\(path)/\(characteristic.name)", &findings)
            }
        }
    }

    /// The member's words, with what counts where it says nothing.
    static func words(of member: OrderSubmitted.Member, _ product: Product) -> [String: String] {
        var words = member.characteristics ?? [:]
        for characteristic in product.characteristics where words[characteristic.name] == nil {
            words[characteristic.name] = characteristic.defaultValue
        }
        return words
    }

    private static func checkNames(
        _ member: OrderSubmitted.Member,
        _ product: Product,
        at path: String,
        _ findings: inout Findings
    ) {
        let known = Set(product.characteristics.map(\.name))
        for name in (member.characteristics ?? [:]).keys.sorted() where !known.contains(name) {
            let text = "\(quoted(name)) is nothing that is said of a \(product.code): \(alternatives(known))"
            findings.add(.malformed, at: path, text)
        }
    }

    private static func check(
        _ characteristic: Characteristic,
        of member: OrderSubmitted.Member,
        at path: String,
        _ findings: inout Findings
    ) {
        let accepted = alternatives(characteristic.accepted)
        guard let word = member.characteristics?[characteristic.name] else {
            if characteristic.defaultValue == nil, !characteristic.isOptional {
                findings.add(.malformed, at: path, "is absent: \(accepted)")
            }
            return
        }
        if characteristic.refused.contains(word) {
            findings.add(.preconditionNotMet, at: path, "a line that is \(quoted(word)) cannot be made: \(accepted)")
        } else if !characteristic.values.contains(word) {
            findings.add(.malformed, at: path, "\(quoted(word)) is not accepted: \(accepted)")
        }
    }
}

import Contracts

/// An option beside the member that it is for.
struct ChosenOption {
    var option: Option
    /// The member's position in the order.
    var member: Int
}

/// What may be chosen with a bundle, and for whom.
enum OptionRules {
    static func choose(
        _ order: OrderSubmitted,
        of offer: ValidOrder.Offer?,
        by catalogue: Catalogue,
        _ findings: inout Findings
    ) -> [ChosenOption] {
        guard let offer else { return [] }
        let accepted: Set<String> = if case .bundle(let bundle) = offer { bundle.options } else { [] }
        var chosen: [ChosenOption] = []
        for (index, wanted) in (order.options ?? []).enumerated() {
            let path = "/options/\(index)"
            guard let option = catalogue.options[wanted.code], accepted.contains(wanted.code) else {
                let text = "\(quoted(wanted.code)) is no option of \(quoted(offer.code)): \(alternatives(accepted))"
                findings.add(.unknownOption, at: "\(path)/code", text)
                continue
            }
            guard let member = self.member(wanted, option, of: order, at: path, &findings) else { continue }
            let new = ChosenOption(option: option, member: member)
            if let reason = self.conflict(of: new, with: chosen, in: order) {
                findings.add(.unknownOption, at: "\(path)/code", reason)
            } else {
                chosen.append(new)
            }
        }
        return chosen
    }

    /// The member that an option names, or the only one that it can be for.
    private static func member(
        _ wanted: OrderSubmitted.Option,
        _ option: Option,
        of order: OrderSubmitted,
        at path: String,
        _ findings: inout Findings
    ) -> Int? {
        let products = alternatives(option.products)
        guard let ref = wanted.member else {
            let candidates = order.members.indices.filter { option.products.contains(order.members[$0].product) }
            if candidates.count == 1 { return candidates.first }
            findings.add(.malformed, at: path, "\(option.code) is for one \(products): name the member by its ref")
            return nil
        }
        guard let index = order.members.firstIndex(where: { $0.ref == ref }) else {
            let refs = alternatives(order.members.map { quoted($0.ref) })
            findings.add(.malformed, at: "\(path)/member", "\(quoted(ref)) is no member of this order: \(refs)")
            return nil
        }
        let product = order.members[index].product
        guard option.products.contains(product) else {
            let text = "\(option.code) is for \(products), and \(quoted(ref)) is \(quoted(product))"
            findings.add(.memberProduct, at: "\(path)/member", text)
            return nil
        }
        return index
    }

    private static func conflict(of new: ChosenOption, with chosen: [ChosenOption], in order: OrderSubmitted) -> String?
    {
        let ref = quoted(order.members[new.member].ref)
        for other in chosen where other.member == new.member {
            if other.option.code == new.option.code {
                return "\(new.option.code) is chosen twice for \(ref): once is enough"
            }
            let bothAdd = self.addsMember(other.option) && self.addsMember(new.option)
            if bothAdd
                || (other.option.exclusiveGroup != nil && other.option.exclusiveGroup == new.option.exclusiveGroup)
            {
                return "\(new.option.code) and \(other.option.code) exclude each other for \(ref): choose one"
            }
        }
        return nil
    }

    private static func addsMember(_ option: Option) -> Bool {
        if case .additionalMember = option.kind { true } else { false }
    }
}

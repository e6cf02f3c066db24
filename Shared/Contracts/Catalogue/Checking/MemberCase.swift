/// One combination of everything that a rule's condition can ask of a member: there are finitely many.
struct MemberCase: CustomStringConvertible {
    var product: String
    var existing: Bool
    var speedDiffers: Bool
    var options: Set<String>
    var privateNetwork: Bool

    var description: String {
        let chosen = self.options.sorted().map { " with \($0)" }.joined()
        return "\(self.existing ? "an existing" : "a new") \(self.product)\(chosen)"
            + (self.speedDiffers ? ", speed differs" : "") + (self.privateNetwork ? ", in a private network" : "")
    }

    /// Every case that the rules can tell apart. `products` are those of a rule that names none.
    static func all(
        of rules: [DecompositionRule],
        _ products: Set<String>,
        in catalogue: Catalogue
    ) -> [MemberCase] {
        let named = rules.compactMap(\.condition.products)
        let candidates = named.dropFirst().reduce(named.first ?? products) { $0.intersection($1) }
        let options = Set(rules.compactMap(\.condition.option))
        var cases: [MemberCase] = []
        for product in candidates.sorted() {
            for chosen in Self.choices(of: options, product: product, in: catalogue) {
                for bits in 0..<8 {
                    cases.append(
                        MemberCase(
                            product: product,
                            existing: bits & 1 != 0,
                            speedDiffers: bits & 2 != 0,
                            options: chosen,
                            privateNetwork: bits & 4 != 0
                        )
                    )
                }
            }
        }
        return cases
    }

    /// The sets of options that one member can have at a time: for its product, at most one of an exclusive group.
    private static func choices(of options: Set<String>, product: String, in catalogue: Catalogue) -> [Set<String>] {
        var choices: [Set<String>] = [[]]
        for code in options.sorted() {
            guard let option = catalogue.options[code], option.products.contains(product) else { continue }
            let compatible = choices.filter { choice in
                option.exclusiveGroup == nil
                    || !choice.contains { catalogue.options[$0]?.exclusiveGroup == option.exclusiveGroup }
            }
            choices += compatible.map { $0.union([code]) }
        }
        return choices
    }
}

extension DecompositionRule.Condition {
    /// Whether all that the condition asks for is so.
    func holds(in member: MemberCase) -> Bool {
        (self.products?.contains(member.product) ?? true)
            && (self.existing.map { $0 == member.existing } ?? true)
            && (self.speedDiffers.map { $0 == member.speedDiffers } ?? true)
            && (self.option.map { member.options.contains($0) } ?? true)
            && (self.privateNetwork.map { $0 == member.privateNetwork } ?? true)
    }
}

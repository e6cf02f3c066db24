/// One combination of everything that a rule's condition can ask of a member: there are finitely many.
struct MemberCase: CustomStringConvertible {
    var product: String
    var part: DecompositionRule.Part
    var existing: Bool
    var speedDiffers: Bool
    /// Chosen now, and not before.
    var options: Set<String>
    /// Chosen before, and no longer.
    var optionsRemoved: Set<String>
    var privateNetwork: Bool
    var offerDiffers: Bool
    /// What the order says of the line.
    var characteristics: [String: String]

    var description: String {
        let chosen = self.options.sorted().map { " with \($0)" }.joined()
        let removed = self.optionsRemoved.sorted().map { " no longer with \($0)" }.joined()
        let who = self.part == .joining ? (self.existing ? "an existing" : "a new") : "a \(self.part.rawValue)"
        return "\(who) \(self.product)\(chosen)\(removed)" + (self.speedDiffers ? ", speed differs" : "")
            + (self.privateNetwork ? ", in a private network" : "") + (self.offerDiffers ? ", offer differs" : "")
            + self.characteristics.sorted { $0.key < $1.key }.map { ", \($0.key) \($0.value)" }.joined()
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
        let removed = Set(rules.compactMap(\.condition.optionRemoved))
        let names = Set(rules.flatMap(\.condition.characteristics.keys))
        var cases: [MemberCase] = []
        for product in candidates.sorted() {
            for chosen in Self.choices(of: options, product: product, in: catalogue) {
                for dropped in Self.choices(of: removed, product: product, in: catalogue)
                where dropped.isDisjoint(with: chosen) {
                    let bare = Self.all(product, chosen, dropped)
                    for words in Self.words(of: names, product: product, in: catalogue) {
                        cases += bare.map { $0.saying(words) }.filter(\.isPossible)
                    }
                }
            }
        }
        return cases
    }

    private static func all(_ product: String, _ options: Set<String>, _ removed: Set<String>) -> [MemberCase] {
        DecompositionRule.Part.allCases.flatMap { part in
            (0..<16).compactMap { bits in
                let member = MemberCase(
                    product: product,
                    part: part,
                    existing: bits & 1 != 0,
                    speedDiffers: bits & 2 != 0,
                    options: options,
                    optionsRemoved: removed,
                    privateNetwork: bits & 4 != 0,
                    offerDiffers: bits & 8 != 0,
                    characteristics: [:]
                )
                return member.isPossible ? member : nil
            }
        }
    }

    /// Whoever is a member already exists; only what stays can differ from what it was, or lose an option and be kept.
    private var isPossible: Bool {
        switch self.part {
        case .joining: !self.offerDiffers && self.optionsRemoved.isEmpty
        case .staying: self.existing
        case .leaving:
            self.existing && !self.offerDiffers && !self.speedDiffers && self.options.isEmpty
                && self.characteristics.isEmpty
        }
    }

    private func saying(_ words: [String: String]) -> MemberCase {
        var member = self
        member.characteristics = words
        return member
    }

    /// What an order can say of a line under these names: nothing at all, or one accepted word for each that there is.
    private static func words(
        of names: Set<String>, product: String, in catalogue: Catalogue
    ) -> [[String: String]] {
        let known = names.sorted().compactMap { catalogue.products[product]?.characteristic($0) }
        guard !known.isEmpty else { return [[:]] }
        let sentences = known.reduce([[:]]) { sentences, characteristic in
            sentences.flatMap { sentence in
                characteristic.accepted.map { sentence.merging([characteristic.name: $0]) { $1 } }
            }
        }
        return [[:]] + sentences
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
        self.part == member.part
            && (self.products?.contains(member.product) ?? true)
            && (self.existing.map { $0 == member.existing } ?? true)
            && (self.speedDiffers.map { $0 == member.speedDiffers } ?? true)
            && (self.option.map { member.options.contains($0) } ?? true)
            && (self.optionRemoved.map { member.optionsRemoved.contains($0) } ?? true)
            && (self.privateNetwork.map { $0 == member.privateNetwork } ?? true)
            && (self.offerDiffers.map { $0 == member.offerDiffers } ?? true)
            && self.characteristics.allSatisfy { name, words in
                member.characteristics[name].map(words.contains) ?? false
            }
    }
}

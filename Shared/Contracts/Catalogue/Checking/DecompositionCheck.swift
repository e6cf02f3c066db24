/// Whether a set of rules takes every order apart in one way and in an order that ends.
struct DecompositionCheck {
    private let set: DecompositionDraft
    private let catalogue: Catalogue
    /// Of the members of the offers that use the set.
    private let products: Set<String>

    init(_ set: DecompositionDraft, products: Set<String>, in catalogue: Catalogue) {
        self.set = set
        self.products = products
        self.catalogue = catalogue
    }

    func run() {
        self.checkTypes()
        self.checkConditions()
        self.checkCharacteristics()
        self.checkNames()
        self.checkAfter()
        self.checkCycles()
        self.checkOverlaps()
    }

    /// Every type that a rule can issue exists for the product.
    private func checkTypes() {
        for rule in self.set.rules {
            let products = rule.value.condition.products ?? self.products
            for product in products.sorted()
            where self.catalogue.workOrderType(rule.value.type, product: product) == nil {
                rule.block.journal.mistake(
                    "there is no work-order type '\(rule.value.type)' for \(product)",
                    at: rule.block.place(of: "issue")
                )
            }
        }
    }

    /// A rule that no member can ever meet, such as an option for another product, is a slip of the pen.
    private func checkConditions() {
        for rule in self.set.rules {
            if let code = rule.value.condition.option, self.catalogue.options[code] == nil { continue }
            let cases = MemberCase.all(of: [rule.value], self.products, in: self.catalogue)
            if !cases.isEmpty, !cases.contains(where: rule.value.condition.holds) {
                rule.block.journal.mistake("no member can meet this condition", at: rule.block.place(of: "when"))
            }
        }
    }

    /// What a rule asks or hands on is something that an order can say of its lines.
    private func checkCharacteristics() {
        for rule in self.set.rules {
            let products = (rule.value.condition.products ?? self.products).compactMap { self.catalogue.products[$0] }
            func known(_ name: String) -> Set<String>? {
                let all = products.compactMap { $0.characteristic(name)?.values }
                return all.isEmpty ? nil : Set(all.joined())
            }
            for (name, words) in rule.value.condition.characteristics.sorted(by: { $0.key < $1.key }) {
                guard let values = known(name) else {
                    self.mistake("no product of the rule has a characteristic '\(name)'", in: rule, at: "when")
                    continue
                }
                for word in words.subtracting(values).sorted() {
                    self.mistake("'\(word)' is no word for '\(name)'", in: rule, at: "when")
                }
            }
            for case .characteristic(let name) in rule.value.parameters.values where known(name) == nil {
                self.mistake("no product of the rule has a characteristic '\(name)'", in: rule, at: "parameters")
            }
        }
    }

    private func mistake(_ text: String, in rule: Located<DecompositionRule>, at key: String) {
        rule.block.journal.mistake(text, at: rule.block.place(of: key))
    }

    private func checkNames() {
        var places: [String: Place] = [:]
        for rule in self.set.rules {
            if let first = places[rule.value.name] {
                rule.block.mistake("rule '\(rule.value.name)' is there already, at line \(first.line)")
            }
            places[rule.value.name] = rule.block.place
        }
    }

    private func checkAfter() {
        guard self.set.isWhole else { return }
        for rule in self.set.rules {
            let issued = Set(self.set.rules.map(\.value.type)).subtracting([rule.value.type])
            for type in rule.value.after.subtracting(issued).sorted() where type != rule.value.type {
                rule.block.journal.mistake(
                    "`after`: no other rule of the set issues '\(type)'",
                    at: rule.block.place(of: "after")
                )
            }
        }
    }

    /// A rule may wait for types that wait, directly or not, for its own: then nothing would ever be issued.
    private func checkCycles() {
        var after: [String: Set<String>] = [:]
        for rule in self.set.rules { after[rule.value.type, default: []].formUnion(rule.value.after) }
        var reported: Set<Set<String>> = []
        for rule in self.set.rules where !rule.value.after.isEmpty {
            guard let cycle = Self.cycle(from: rule.value.type, through: rule.value.after, after),
                reported.insert(Set(cycle)).inserted
            else { continue }
            rule.block.journal.mistake(
                "`after` makes a cycle: \(cycle.joined(separator: " after "))",
                at: rule.block.place(of: "after")
            )
        }
    }

    /// The way from `start` by one of `first` back to `start`.
    private static func cycle(
        from start: String,
        through first: Set<String>,
        _ after: [String: Set<String>]
    ) -> [String]? {
        var paths = first.sorted().map { [start, $0] }
        var visited: Set<String> = []
        while let path = paths.popLast() {
            guard let last = path.last else { continue }
            if last == start { return path }
            guard visited.insert(last).inserted else { continue }
            paths += (after[last] ?? []).sorted().map { path + [$0] }
        }
        return nil
    }

    /// No two rules may issue the same type for one member, or for one service of it, in one case.
    private func checkOverlaps() {
        for (index, rule) in self.set.rules.enumerated() {
            for earlier in self.set.rules[..<index]
            where earlier.value.type == rule.value.type && earlier.value.mayRepeat(like: rule.value) {
                let cases = MemberCase.all(of: [earlier.value, rule.value], self.products, in: self.catalogue)
                let both = cases.first { earlier.value.condition.holds(in: $0) && rule.value.condition.holds(in: $0) }
                guard let both else { continue }
                rule.block.mistake(
                    "rules '\(earlier.value.name)' and '\(rule.value.name)' both issue "
                        + "'\(rule.value.type)' for \(both)"
                )
            }
        }
    }
}

extension DecompositionRule {
    /// A service is either missing or present: such rules never meet.
    fileprivate func mayRepeat(like other: DecompositionRule) -> Bool {
        guard let own = self.forEach, let others = other.forEach else { return true }
        return own == others
    }
}

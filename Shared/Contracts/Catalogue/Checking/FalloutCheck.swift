/// Whether the fallout policy says one thing for each case, of types that there are.
struct FalloutCheck {
    private let rules: [Located<FalloutRule>]
    private let catalogue: Catalogue

    init(_ rules: [Located<FalloutRule>], in catalogue: Catalogue) {
        self.rules = rules
        self.catalogue = catalogue
    }

    func run() {
        for (index, rule) in self.rules.enumerated() {
            self.checkType(rule)
            for earlier in self.rules[..<index] where earlier.value.overlaps(rule.value) {
                let place = earlier.block.place
                rule.block.mistake("some case has two rows: the other is at \(place.file):\(place.line)")
            }
        }
    }

    private func checkType(_ rule: Located<FalloutRule>) {
        let types: [WorkOrderType]
        if let type = rule.value.type {
            types = Array((self.catalogue.workOrderTypes[type] ?? [:]).values)
            if types.isEmpty {
                rule.block.journal.mistake("there is no work-order type '\(type)'", at: rule.block.place(of: "type"))
            }
        } else {
            types = self.catalogue.workOrderTypes.values.flatMap(\.values)
        }
        if rule.value.reaction == .skip, let needed = types.filter({ !$0.isOptional }).map(\.type).min() {
            rule.block.journal.mistake(
                "`skip` leaves out '\(needed)', which is not marked `optional: true`",
                at: rule.block.place(of: "then")
            )
        }
    }
}

extension FalloutRule {
    fileprivate func overlaps(_ other: FalloutRule) -> Bool {
        func meet<Value: Hashable>(_ left: Set<Value>?, _ right: Set<Value>?) -> Bool {
            guard let left, let right else { return true }
            return !left.isDisjoint(with: right)
        }
        return meet(self.type.map { [$0] }, other.type.map { [$0] }) && meet(self.codes, other.codes)
            && self.attempts.overlaps(other.attempts)
    }
}

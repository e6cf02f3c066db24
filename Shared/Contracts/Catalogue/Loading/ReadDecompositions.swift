extension DecompositionRule {
    static func read(_ block: Block, workingDaySeconds: Int) -> DecompositionRule? {
        let name = block.required("name") { $0.text() }
        let condition = block.optional("when") { $0.block().map(Condition.read) } ?? Condition()
        let forEach = block.optional("forEach") { $0.choice(Repetition.self) }
        let type = block.required("issue") { $0.text() }
        let target = block.optional("target") { $0.targetTime(workingDaySeconds: workingDaySeconds) }
        let parameters = block.optional("parameters") { field in
            field.dictionary { _, value in Value.read(value) }
        }
        let after = block.optional("after") { field in field.list { $0.text() } } ?? []
        guard let name, let type else { return nil }
        return DecompositionRule(
            name: name,
            condition: condition,
            forEach: forEach,
            type: type,
            target: target,
            parameters: parameters ?? [:],
            after: Set(after)
        )
    }
}

extension DecompositionRule.Condition {
    static func read(_ block: Block) -> DecompositionRule.Condition {
        defer { block.finish() }
        return DecompositionRule.Condition(
            part: block.optional("part") { $0.choice(DecompositionRule.Part.self) } ?? .joining,
            products: block.optional("products") { $0.references(.product) },
            existing: block.optional("existing") { $0.boolean() },
            speedDiffers: block.optional("speedDiffers") { $0.boolean() },
            option: block.optional("option") { $0.reference(.option) },
            privateNetwork: block.optional("privateNetwork") { $0.boolean() },
            offerDiffers: block.optional("offerDiffers") { $0.boolean() },
            optionRemoved: block.optional("optionRemoved") { $0.reference(.option) },
            newCard: block.optional("newCard") { $0.boolean() },
            planDiffers: block.optional("planDiffers") { $0.boolean() },
            characteristics: block.optional("characteristics", Self.characteristics) ?? [:]
        )
    }

    private static func characteristics(_ field: Field) -> [String: Set<String>]? {
        field.dictionary { _, words in
            words.list { $0.text() }.map(Set.init)
        }
    }
}

extension DecompositionRule.Value {
    private static let characteristicPrefix = "$characteristics."

    /// `$offer` is a reference; everything else a constant.
    static func read(_ field: Field) -> DecompositionRule.Value? {
        let value = field.json()
        guard let text = value.string, text.hasPrefix("$") else { return .constant(value) }
        if text.hasPrefix(self.characteristicPrefix) {
            return .characteristic(String(text.dropFirst(self.characteristicPrefix.count)))
        }
        guard let reference = DecompositionRule.Reference(rawValue: String(text.dropFirst())) else {
            let references = DecompositionRule.Reference.allCases.map { "$\($0.rawValue)" }
            let known = (references + ["\(self.characteristicPrefix)<name>"]).joined(separator: ", ")
            field.mistake("takes a constant or one of \(known), not '\(text)'")
            return nil
        }
        return .reference(reference)
    }
}

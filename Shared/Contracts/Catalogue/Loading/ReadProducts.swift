extension Product {
    static func read(_ block: Block) -> Product? {
        let code = block.required("code") { $0.text() }
        let name = block.required("name") { $0.text() }
        let format = block.required("number") { $0.block().flatMap(NumberFormat.read) }
        let isVoice = block.required("voice") { $0.boolean() }
        let hasPassword = block.required("password") { $0.boolean() }
        let cardFormat = block.optional("card") { $0.block().flatMap(NumberFormat.read) }
        let getsTexts = block.optional("texts") { $0.boolean() } ?? false
        let characteristics = block.optional("characteristics", Characteristic.list) ?? []
        guard let code, let name, let format, let isVoice, let hasPassword else { return nil }
        return Product(
            code: code,
            name: name,
            numberFormat: format,
            isVoice: isVoice,
            hasPassword: hasPassword,
            cardFormat: cardFormat,
            getsTexts: getsTexts,
            characteristics: characteristics
        )
    }
}

extension Characteristic {
    static func list(_ field: Field) -> [Characteristic]? {
        let all = field.list { $0.block().flatMap(Self.read) } ?? []
        if Set(all.map(\.name)).count < all.count { field.mistake("has one name twice") }
        return all
    }

    private static func read(_ block: Block) -> Characteristic? {
        defer { block.finish() }
        let name = block.required("name") { $0.text() }
        let values = block.required("values") { field in field.list { $0.text() } }
        let defaultValue = block.optional("default") { $0.text() }
        let isOptional = block.optional("optional") { $0.boolean() } ?? false
        let refused = block.optional("refused") { field in field.list { $0.text() } } ?? []
        guard let name, let values else { return nil }
        let characteristic = Characteristic(
            name: name,
            values: values,
            defaultValue: defaultValue,
            isOptional: isOptional,
            refused: Set(refused)
        )
        characteristic.check(block)
        return characteristic
    }

    private func check(_ block: Block) {
        func mistake(_ text: String, at key: String) { block.journal.mistake(text, at: block.place(of: key)) }
        if Set(self.values).count < self.values.count { mistake("`values` has one word twice", at: "values") }
        if self.accepted.isEmpty { mistake("`values` has no word that is accepted", at: "values") }
        if !self.refused.isSubset(of: self.values) {
            mistake("`refused` has a word that is not one of `values`", at: "refused")
        }
        if let word = self.defaultValue, !self.accepted.contains(word) {
            mistake("`default` is not one of the accepted `values`", at: "default")
        }
        if self.isOptional, self.defaultValue != nil { mistake("`optional` with a `default`", at: "optional") }
    }
}

extension NumberFormat {
    static func read(_ block: Block) -> NumberFormat? {
        defer { block.finish() }
        let prefix = block.optional("prefix") { $0.text() } ?? ""
        let characters = block.required("characters") { $0.choice(Characters.self) }
        let length = block.required("length") { $0.range(atMost: 40) }
        let description = block.required("description") { $0.text() }
        guard let characters, let length, let description else { return nil }
        if length.lowerBound < max(1, prefix.utf8.count) {
            block.journal.mistake(
                "`length` is shorter than one character, or than the prefix '\(prefix)'",
                at: block.place(of: "length")
            )
        }
        return NumberFormat(prefix: prefix, characters: characters, length: length, description: description)
    }
}

extension ValueAddedService {
    static func read(_ block: Block) -> ValueAddedService? {
        let code = block.required("code") { $0.text() }
        let name = block.required("name") { $0.text() }
        let products = block.required("products") { $0.references(.product) }
        let monthlyFee = block.optional("monthlyFeeMilliyuan") { $0.money() }
        let feePerUse = block.optional("feePerUseMilliyuan") { $0.money() }
        let isSample = block.optional("sample") { $0.boolean() } ?? false
        let excludes = block.optional("excludes") { $0.references(.service) } ?? []
        let freeWith = block.optional("freeWith") { $0.references(.service) } ?? []
        let subject = block.optional("subject") { $0.reference(.billSubject) }
        guard let code, let name, let products else { return nil }
        return ValueAddedService(
            code: code,
            name: name,
            products: products,
            monthlyFeeMilliyuan: monthlyFee,
            feePerUseMilliyuan: feePerUse,
            isSample: isSample,
            excludes: excludes,
            freeWith: freeWith,
            subject: subject
        )
    }
}

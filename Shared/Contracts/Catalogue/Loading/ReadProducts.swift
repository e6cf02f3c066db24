extension Product {
    static func read(_ block: Block) -> Product? {
        let code = block.required("code") { $0.text() }
        let name = block.required("name") { $0.text() }
        let format = block.required("number") { $0.block().flatMap(NumberFormat.read) }
        let isVoice = block.required("voice") { $0.boolean() }
        let hasPassword = block.required("password") { $0.boolean() }
        let cardFormat = block.optional("card") { $0.block().flatMap(NumberFormat.read) }
        guard let code, let name, let format, let isVoice, let hasPassword else { return nil }
        return Product(
            code: code,
            name: name,
            numberFormat: format,
            isVoice: isVoice,
            hasPassword: hasPassword,
            cardFormat: cardFormat
        )
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
        guard let code, let name, let products else { return nil }
        return ValueAddedService(
            code: code,
            name: name,
            products: products,
            monthlyFeeMilliyuan: monthlyFee,
            feePerUseMilliyuan: feePerUse,
            isSample: isSample
        )
    }
}

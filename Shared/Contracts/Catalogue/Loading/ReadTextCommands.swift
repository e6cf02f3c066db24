extension TextCommandRule {
    private enum Word: String, CaseIterable {
        case optOut, optIn, survey, confirm
    }

    /// One rule for each of its forms.
    static func read(_ block: Block) -> [TextCommandRule]? {
        let forms = block.required("forms") { field in field.list { $0.text() } }
        let receiver = block.optional("to") { $0.text() }
        let order = block.optional("order") { $0.block().flatMap(Self.order) }
        let template = block.optional("answer") { $0.reference(.messageTemplate) }
        let note = block.optional("note") { $0.block().flatMap(Self.note) }
        let question = block.optional("confirm") { $0.block().flatMap(Question.read) }
        let word = block.optional("does") { $0.choice(Word.self) }
        if forms?.isEmpty == true {
            block.journal.mistake("`forms` takes at least one form", at: block.place(of: "forms"))
        }
        let effect: Effect? =
            switch (order ?? note, word, template) {
            case (let effect?, nil, _) where order == nil || note == nil: effect
            case (nil, .optOut?, _): .optOut
            case (nil, .optIn?, _): .optIn
            case (nil, .survey?, _): .survey
            case (nil, .confirm?, _): .confirm
            case (nil, nil, let template?): .answer(template)
            default: nil
            }
        guard let forms, let effect else {
            if order != nil || note != nil || word != nil || template == nil {
                block.mistake("a command has one of `order`, `note`, `does` and `answer`")
            }
            return nil
        }
        if question != nil, order == nil { block.mistake("`confirm` asks before an `order`, which there is not") }
        return forms.compactMap { form in
            guard let command = TextCommand(code: form, form: form, receiver: receiver) else {
                block.journal.mistake(
                    "'\(form)' is no form of a command: a text of its own, with at most one place for an argument",
                    at: block.place(of: "forms"))
                return nil
            }
            return TextCommandRule(command: command, effect: effect, answer: template, question: question)
        }
    }

    private static func order(_ block: Block) -> Effect? {
        defer { block.finish() }
        let action = block.required("action") { $0.text() }
        let offer = block.optional("offer") { $0.reference(.singleOffer) }
        let offers = block.optional("offers") { field in
            field.dictionary { _, value in value.reference(.singleOffer) }
        }
        if (offer == nil) == (offers == nil) { block.mistake("an order has either `offer` or `offers`") }
        guard let action else { return nil }
        if let offer { return .order(action: action, offers: .one(offer)) }
        return offers.map {
            .order(
                action: action,
                offers: .byArgument(
                    Dictionary($0.map { (TextCommand.canonical($0.key), $0.value) }) { first, _ in first }))
        }
    }

    private static func note(_ block: Block) -> Effect? {
        defer { block.finish() }
        let date = block.required("date") { $0.text() }
        let wrong = block.required("wrong") { $0.reference(.messageTemplate) }
        guard let date, let wrong else { return nil }
        return .note(date: date, wrong: wrong)
    }
}

extension TextCommandRule.Question {
    fileprivate static func read(_ block: Block) -> TextCommandRule.Question? {
        defer { block.finish() }
        let template = block.required("template") { $0.reference(.messageTemplate) }
        let hours = block.required("hours") { $0.integer(1...744) as Int? }
        guard let template, let hours else { return nil }
        return TextCommandRule.Question(template: template, seconds: hours * 3600)
    }
}

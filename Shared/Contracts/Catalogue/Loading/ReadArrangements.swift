extension Promotion {
    static func read(_ block: Block) -> Promotion? {
        defer { block.finish() }
        let code = block.required("code") { $0.text() }
        let offer = block.required("offer") { $0.reference(.singleOffer) }
        let channels = block.optional("channels") { field in field.list { $0.text() } } ?? []
        let firstMonth = block.optional("firstMonth") { $0.integer(0...36) } ?? 0
        let months = block.required("months") { $0.integer(1...36) }
        // Days that every month has.
        let openingDay = block.optional("openingDay") { $0.integer(1...28) } ?? 1
        let day = block.optional("day") { $0.integer(1...28) } ?? 1
        let amount = block.required("amountMilliyuan") { $0.money() }
        let subject = block.required("subject") { $0.reference(.billSubject) }
        let levels = block.required("levels") { $0.integer(1...BillSubject.levels) }
        _ = block.optional("sample") { $0.boolean() }
        if amount == .zero {
            block.journal.mistake("`amountMilliyuan` is nothing", at: block.place(of: "amountMilliyuan"))
        }
        guard let code, let offer, let months, let amount, let subject, let levels else { return nil }
        return Promotion(
            code: code, offer: offer, channels: Set(channels), firstMonth: firstMonth, months: months,
            openingDay: openingDay, day: day, amount: amount, subject: subject, levels: levels)
    }
}

extension Commitment {
    static func read(_ block: Block) -> Commitment? {
        defer { block.finish() }
        let code = block.required("code") { $0.text() }
        let name = block.required("name") { $0.text() }
        let prepayment = block.required("prepaymentMilliyuan") { $0.money() }
        let months = block.required("months") { $0.integer(1...60) }
        let rebate = block.required("rebateMilliyuan") { $0.money() }
        let minimum = block.required("minimumMilliyuan") { $0.money() }
        let excluded = block.optional("excludedSubjects") { $0.references(.billSubject) } ?? []
        _ = block.optional("sample") { $0.boolean() }
        guard let code, let name, let prepayment, let months, let rebate, let minimum else { return nil }
        let commitment = Commitment(
            code: code, name: name, months: months, rebate: rebate, minimum: minimum, excludedSubjects: excluded)
        if commitment.prepayment != prepayment {
            block.journal.mistake(
                "`prepaymentMilliyuan` is \(prepayment.rawValue), what is given back in all months "
                    + "\(commitment.prepayment.rawValue)", at: block.place(of: "prepaymentMilliyuan"))
        }
        return commitment
    }
}

extension OrderFees {
    static func read(_ block: Block) -> OrderFees? {
        defer { block.finish() }
        let fees = OrderFees(
            newCard: block.optional("newCardMilliyuan") { $0.money() },
            newCardFreeFrom: block.optional("newCardFreeFromMilliyuan") { $0.money() },
            keeping: block.optional("keepingMilliyuan") { $0.money() })
        _ = block.optional("sample") { $0.boolean() }
        return fees
    }
}

extension Reminders {
    static func read(_ block: Block) -> Reminders? {
        defer { block.finish() }
        return Reminders(
            paymentDays: block.optional("paymentDays") { $0.integer(1...27) },
            termDays: block.optional("termDays") { $0.integer(1...90) })
    }
}

extension LineBars {
    static func read(_ block: Block) -> LineBars? {
        defer { block.finish() }
        return LineBars(
            messages: block.optional("messages") { $0.reference(.singleOffer) },
            data: block.optional("data") { $0.reference(.singleOffer) })
    }
}

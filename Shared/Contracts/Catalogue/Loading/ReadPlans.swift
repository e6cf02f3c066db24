extension Plan {
    static func read(_ block: Block) -> Plan? {
        let code = block.required("code") { $0.text() }
        let name = block.required("name") { $0.text() }
        let kind = block.required("kind") { $0.choice(Kind.self) }
        let products = block.required("products") { $0.references(.product) }
        let monthlyFee = block.required("monthlyFeeMilliyuan") { $0.money() }
        let quotas = block.optional("quotas") { $0.list { $0.block().flatMap(Quota.read) } } ?? []
        let overages = block.optional("overage", Overage.list) ?? []
        let feeCap = block.optional("feeCapMilliyuan") { $0.money() }
        let usageCap = block.optional("usageCap") { $0.amount(of: quotas.first?.unit ?? .bytes) }
        let proration = block.optional("proration") { $0.choice(Proration.self) } ?? Proration.none
        let exclusiveGroup = block.optional("exclusiveGroup") { $0.text() }
        let exclusivePerCustomer = block.optional("exclusivePerCustomer") { $0.boolean() } ?? false
        let isSample = block.optional("sample") { $0.boolean() } ?? false
        guard let code, let name, let kind, let products, let monthlyFee else { return nil }
        let plan = Plan(
            code: code,
            name: name,
            kind: kind,
            products: products,
            monthlyFeeMilliyuan: monthlyFee,
            quotas: quotas,
            overages: overages,
            feeCapMilliyuan: feeCap,
            usageCap: usageCap,
            proration: proration,
            exclusiveGroup: exclusiveGroup,
            exclusivePerCustomer: exclusivePerCustomer,
            isSample: isSample
        )
        plan.check(block)
        return plan
    }

    private func check(_ block: Block) {
        if Set(self.quotas.map(\.unit)).count < self.quotas.count {
            block.journal.mistake("two quotas of one unit", at: block.place(of: "quotas"))
        }
        if self.quotas.isEmpty {
            if self.usageCap != nil {
                block.journal.mistake("`usageCap` without a quota", at: block.place(of: "usageCap"))
            }
        }
        for overage in self.overages where !self.quotas.isEmpty && self.quota(of: overage.unit) == nil {
            block.journal.mistake("`overage` is of a unit of which there is no quota", at: block.place(of: "overage"))
        }
        if Set(self.overages.map(\.unit)).count < self.overages.count {
            block.journal.mistake("`overage` has one unit twice", at: block.place(of: "overage"))
        }
        if let cap = self.usageCap, let quota = self.quotas.first, cap < quota.amount {
            block.journal.mistake("`usageCap` is below the quota", at: block.place(of: "usageCap"))
        }
        if self.feeCapMilliyuan != nil, self.overages.isEmpty {
            block.journal.mistake(
                "`feeCapMilliyuan` caps overage, and there is none",
                at: block.place(of: "feeCapMilliyuan")
            )
        }
        if self.exclusivePerCustomer, self.exclusiveGroup == nil {
            block.journal.mistake(
                "`exclusivePerCustomer` without an `exclusiveGroup`",
                at: block.place(of: "exclusivePerCustomer")
            )
        }
    }
}

extension Plan.Quota {
    static func read(_ block: Block) -> Plan.Quota? {
        defer { block.finish() }
        guard let unit = block.required("unit", { $0.choice(Plan.Unit.self) }) else { return nil }
        let amount = block.required("amount") { $0.amount(of: unit) }
        let thresholds = block.optional("thresholds") { $0.list { $0.amount(of: unit) } } ?? []
        guard let amount else { return nil }
        if amount == 0 {
            block.journal.mistake("`amount` is nothing", at: block.place(of: "amount"))
        }
        let place = block.place(of: "thresholds")
        if let highest = thresholds.max(), highest >= amount {
            block.journal.mistake("`thresholds`: \(highest) is not below the quota of \(amount)", at: place)
        }
        if zip(thresholds, thresholds.dropFirst()).contains(where: { $0 <= $1 }) {
            block.journal.mistake("`thresholds` must go down", at: place)
        }
        return Plan.Quota(unit: unit, amount: amount, thresholds: thresholds)
    }
}

extension Plan.Overage {
    /// One, or a list of several.
    static func list(_ field: Field) -> [Plan.Overage]? {
        if field.isList { return field.list { $0.block().flatMap(Self.read) } }
        return field.block().flatMap(Self.read).map { [$0] }
    }

    static func read(_ block: Block) -> Plan.Overage? {
        defer { block.finish() }
        guard let unit = block.required("unit", { $0.choice(Plan.Unit.self) }) else { return nil }
        let step = block.required("step") { $0.amount(of: unit) }
        let price = block.required("priceMilliyuan") { $0.price() }
        guard let step, let price else { return nil }
        if step == 0 { block.journal.mistake("`step` is nothing", at: block.place(of: "step")) }
        return Plan.Overage(unit: unit, step: step, priceMilliyuan: price)
    }
}

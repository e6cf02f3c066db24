extension MemberRequirement {
    static func read(_ block: Block) -> MemberRequirement? {
        defer { block.finish() }
        let products = block.required("products") { $0.references(.product) }
        let count = block.required("count") { $0.range(atMost: 100) }
        guard let products, let count else { return nil }
        if count.upperBound == 0 {
            block.journal.mistake("`count` allows nobody", at: block.place(of: "count"))
        }
        return MemberRequirement(products: products, count: count)
    }

    static func list(_ field: Field) -> [MemberRequirement]? {
        field.list { $0.block().flatMap(Self.read) }
    }
}

extension Bundle {
    static func read(_ block: Block) -> Bundle? {
        let code = block.required("code") { $0.text() }
        let name = block.required("name") { $0.text() }
        let monthlyFee = block.required("monthlyFeeMilliyuan") { $0.money() }
        let members = block.required("members", MemberRequirement.list)
        let atLeast = block.optional("atLeast", MemberRequirement.list) ?? []
        let sharedMinutes = block.required("sharedMinutes") { $0.amount(of: .minutes) }
        let overage = block.required("overageMilliyuan") { $0.price() }
        let speed = block.optional("speedMbps") { $0.integer(1...100_000) }
        let services = block.optional("services", Self.services) ?? [:]
        let hasPrivateNetwork = block.required("privateNetwork") { $0.boolean() }
        let options = block.optional("options") { $0.references(.option) } ?? []
        let floorBundle = block.optional("floorBundle") { $0.reference(.bundle) }
        let minimumPlanFee = block.optional("minimumPlanFeeMilliyuan") { field in
            field.dictionary { key, value in
                _ = key.reference(.product)
                return value.money()
            }
        }
        let effect = block.required("effect") { $0.choice(EffectPolicy.self) }
        let decomposition = block.required("decomposition") { $0.reference(.decomposition) }
        let isSample = block.optional("sample") { $0.boolean() } ?? false
        guard let code, let name, let monthlyFee, let members, let sharedMinutes, let overage, let hasPrivateNetwork,
            let effect, let decomposition
        else { return nil }
        return Bundle(
            code: code,
            name: name,
            monthlyFeeMilliyuan: monthlyFee,
            members: members,
            atLeast: atLeast,
            sharedMinutes: sharedMinutes,
            overageMilliyuan: overage,
            speedMbps: speed,
            services: services,
            hasPrivateNetwork: hasPrivateNetwork,
            options: options,
            floorBundle: floorBundle,
            minimumPlanFee: minimumPlanFee ?? [:],
            effect: effect,
            decomposition: decomposition,
            isSample: isSample
        )
    }

    private static func services(_ field: Field) -> [String: [String]]? {
        field.dictionary { key, value in
            _ = key.reference(.product)
            let codes = value.list { $0.reference(.service) } ?? []
            if Set(codes).count < codes.count { value.mistake("names one value-added service twice") }
            return codes
        }
    }
}

extension Option {
    private enum KindName: String, CaseIterable {
        case speed, staticIp, additionalMember
    }

    static func read(_ block: Block) -> Option? {
        let code = block.required("code") { $0.text() }
        let name = block.required("name") { $0.text() }
        let kind = block.required("kind") { $0.choice(KindName.self) }.flatMap { Self.kind($0, block) }
        let products = block.required("products") { $0.references(.product) }
        let monthlyFee = block.required("monthlyFeeMilliyuan") { $0.money() }
        let exclusiveGroup = block.optional("exclusiveGroup") { $0.text() }
        let isSample = block.optional("sample") { $0.boolean() } ?? false
        guard let code, let name, let kind, let products, let monthlyFee else { return nil }
        return Option(
            code: code,
            name: name,
            kind: kind,
            products: products,
            monthlyFeeMilliyuan: monthlyFee,
            exclusiveGroup: exclusiveGroup,
            isSample: isSample
        )
    }

    private static func kind(_ name: KindName, _ block: Block) -> Kind? {
        switch name {
        case .speed: block.required("speedMbps") { $0.integer(1...100_000) }.map { .speed(mbps: $0) }
        case .staticIp: .staticIp
        case .additionalMember:
            block.required("sharesMinutes") { $0.boolean() }.map { .additionalMember(sharesMinutes: $0) }
        }
    }
}

extension SingleOffer {
    static func read(_ block: Block) -> SingleOffer? {
        let code = block.required("code") { $0.text() }
        let name = block.required("name") { $0.text() }
        let plan = block.optional("plan") { $0.reference(.plan) }
        let service = block.optional("service") { $0.reference(.service) }
        let members = block.required("members", MemberRequirement.list)
        let needsConsent = block.optional("consent") { $0.boolean() } ?? false
        let effect = block.required("effect") { $0.choice(EffectPolicy.self) }
        let changeEffect = block.required("changeEffect") { $0.choice(EffectPolicy.self) }
        let decomposition = block.required("decomposition") { $0.reference(.decomposition) }
        let content: Content? =
            switch (plan, service) {
            case (let plan?, nil): .plan(plan)
            case (nil, let service?): .service(service)
            default: nil
            }
        if content == nil { block.mistake("a single offer sells either a `plan` or a `service`") }
        guard let code, let name, let content, let members, let effect, let changeEffect, let decomposition else {
            return nil
        }
        return SingleOffer(
            code: code,
            name: name,
            content: content,
            members: members,
            needsConsent: needsConsent,
            effect: effect,
            changeEffect: changeEffect,
            decomposition: decomposition
        )
    }
}

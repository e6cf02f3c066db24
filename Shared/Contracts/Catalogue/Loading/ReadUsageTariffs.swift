extension VoiceTariff {
    static func read(_ block: Block) -> VoiceTariff? {
        defer { block.finish() }
        let free = block.required("freeNumbers") { $0.numbers() }
        let codes = block.required("accessCodes") { field in
            field.list { $0.block().flatMap(AccessCode.read) }
        }
        let destinations = block.required("destinations") { field in
            field.list { $0.block().flatMap(Destination.read) }
        }
        let domestic = block.required("domesticRoaming") { $0.block().flatMap(Self.roaming) }
        let international = block.required("internationalRoamingMilliyuan") { $0.price() }
        _ = block.optional("sample") { $0.boolean() }
        guard let free, let codes, let destinations, let domestic, let international else { return nil }
        let tariff = VoiceTariff(
            freeNumbers: free,
            accessCodes: codes,
            destinations: destinations.flatMap { $0 },
            domesticRoamingCalling: domestic.calling,
            domesticRoamingReceiving: domestic.receiving,
            internationalRoaming: international
        )
        tariff.check(block)
        return tariff
    }

    private static func roaming(_ block: Block) -> (calling: Milliyuan, receiving: Milliyuan)? {
        defer { block.finish() }
        let calling = block.required("callingMilliyuan") { $0.price() }
        let receiving = block.required("receivingMilliyuan") { $0.price() }
        guard let calling, let receiving else { return nil }
        return (calling, receiving)
    }

    private func check(_ block: Block) {
        let codes = self.accessCodes.map(\.code)
        if Set(codes).count < codes.count {
            block.journal.mistake("`accessCodes` has one code twice", at: block.place(of: "accessCodes"))
        }
        if let both = self.freeNumbers.intersection(codes).min() {
            block.journal.mistake("'\(both)' is free and an access code", at: block.place(of: "accessCodes"))
        }
        let prefixes = self.destinations.map(\.prefix)
        if Set(prefixes).count < prefixes.count {
            block.journal.mistake("`destinations` has one prefix twice", at: block.place(of: "destinations"))
        }
    }
}

extension VoiceTariff.AccessCode {
    /// Short codes of three to six digits that begin with 1 or 9, and 400 numbers: never a mobile number (G-33).
    static func read(_ block: Block) -> Self? {
        defer { block.finish() }
        let code = block.required("code") { $0.digits() }
        let length = block.optional("length") { $0.integer(3...20) }
        let fee = block.optional("informationFeeMilliyuan") { $0.price() }
        _ = block.optional("sample") { $0.boolean() }
        guard let code else { return nil }
        let isShort = (3...6).contains(code.utf8.count) && (code.hasPrefix("1") || code.hasPrefix("9"))
        if !(code.hasPrefix("400") && length == 10), !isShort || length != nil {
            block.mistake(
                "an access code is of three to six digits and begins with 1 or 9, or begins with 400 and has "
                    + "`length: 10`")
        }
        return Self(code: code, length: length ?? code.utf8.count, informationFee: fee)
    }
}

extension VoiceTariff.Destination {
    static func read(_ block: Block) -> [Self]? {
        defer { block.finish() }
        let prefixes = block.required("prefixes") { $0.numbers() }
        let isDomestic = block.optional("domestic") { $0.boolean() } ?? false
        let price = block.optional("minuteMilliyuan") { $0.price() }
        _ = block.optional("sample") { $0.boolean() }
        if isDomestic == (price != nil) {
            block.mistake("a destination has either `domestic: true` or a `minuteMilliyuan`")
        }
        return prefixes?.sorted().map { Self(prefix: $0, price: price) }
    }
}

extension DataTariff {
    static func read(_ block: Block) -> DataTariff? {
        defer { block.finish() }
        let price = block.required("stepMilliyuan") { $0.price() }
        let step = block.required("step") { $0.amount(of: .bytes) }
        let feeCap = block.required("feeCapMilliyuan") { $0.money() }
        let usageCap = block.required("usageCap") { $0.amount(of: .bytes) }
        let gateways = block.optional("freeGateways") { field in field.list { $0.text() } } ?? []
        guard let price, let step, let feeCap, let usageCap else { return nil }
        if step == 0 { block.journal.mistake("`step` is nothing", at: block.place(of: "step")) }
        return DataTariff(
            price: price, step: step, feeCap: feeCap, usageCap: usageCap, freeGateways: Set(gateways))
    }
}

extension WLANTariff {
    static func read(_ block: Block) -> WLANTariff? {
        defer { block.finish() }
        let campus = block.required("campusMinuteMilliyuan") { $0.price() }
        let other = block.required("otherMinuteMilliyuan") { $0.price() }
        let plansServeOther = block.required("plansServeOther") { $0.boolean() }
        let feeCap = block.required("feeCapMilliyuan") { $0.money() }
        let usageCap = block.required("usageCap") { $0.amount(of: .bytes) }
        guard let campus, let other, let plansServeOther, let feeCap, let usageCap else { return nil }
        return WLANTariff(
            campusPrice: campus,
            otherPrice: other,
            plansServeOther: plansServeOther,
            feeCap: feeCap,
            usageCap: usageCap
        )
    }
}

extension MessageTariff {
    static func read(_ block: Block) -> MessageTariff? {
        defer { block.finish() }
        let domestic = block.required("domesticMilliyuan") { $0.price() }
        let international = block.required("internationalMilliyuan") { $0.price() }
        let multimedia = block.required("multimediaMilliyuan") { $0.price() }
        let hour = block.required("mostInAnHour") { $0.integer(1...Int64(1_000_000)) }
        let day = block.required("mostInADay") { $0.integer(1...Int64(1_000_000)) }
        let exempt = block.optional("exempt") { $0.numbers() } ?? []
        guard let domestic, let international, let multimedia, let hour, let day else { return nil }
        if day < hour {
            block.journal.mistake("`mostInADay` is below `mostInAnHour`", at: block.place(of: "mostInADay"))
        }
        return MessageTariff(
            domesticPrice: domestic,
            internationalPrice: international,
            multimediaPrice: multimedia,
            mostInAnHour: hour,
            mostInADay: day,
            exempt: exempt
        )
    }
}

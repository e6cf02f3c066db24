/// The price of a unit of usage, or of a step of it: at most a thousand yuan, so that no product with a plausible
/// volume overflows.
extension Field {
    func price() -> Milliyuan? { self.integer(0...Int64(1_000_000)).map { Milliyuan($0) } }

    /// Numbers of a network: digits, without repetitions.
    func numbers() -> Set<String>? {
        guard let numbers = self.list({ $0.digits() }) else { return nil }
        if Set(numbers).count < numbers.count { self.mistake("names one number twice") }
        return Set(numbers)
    }

    func digits() -> String? {
        guard let text = self.text() else { return nil }
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), text.utf8.count <= 20 else {
            self.mistake("takes up to 20 digits, not '\(text)'")
            return nil
        }
        return text
    }

    /// A number of minutes, or `unlimited`: the inner `nil`.
    fileprivate func minutesOrUnlimited() -> Int64?? {
        if self.isText("unlimited") { return .some(nil) }
        return self.amount(of: .minutes).map { .some($0) }
    }
}

extension BillSubject {
    static func read(_ block: Block) -> BillSubject? {
        let code = block.required("code") { $0.text() }
        let path = block.required("path") { field in field.list { $0.text() } }
        if let path, path.count != Self.levels {
            block.journal.mistake("`path` takes \(Self.levels) levels, not \(path.count)", at: block.place(of: "path"))
        }
        guard let code, let path else { return nil }
        return BillSubject(code: code, path: path)
    }
}

extension Tariffs {
    static func read(_ block: Block) -> Tariffs? {
        let standardPlans = block.required("standardPlans") { field in
            field.dictionary { key, value in
                _ = key.reference(.product)
                return value.reference(.plan)
            }
        }
        let carriers = block.required("carriers") { $0.block().flatMap(Self.carriers) }
        let roamers = block.required("roamers") { $0.references(.product) }
        let plausible = block.required("plausible") { $0.block().flatMap(PlausibleUsage.read) }
        let voice = block.required("voice") { $0.block().flatMap(VoiceTariff.read) }
        let privateNetwork = block.required("privateNetwork") { $0.block().flatMap(PrivateNetworkTariff.read) }
        let networks = block.optional("networks") { $0.list { $0.block().flatMap(NetworkTariff.read) } } ?? []
        let data = block.required("data") { $0.block().flatMap(DataTariff.read) }
        let wlan = block.required("wlan") { $0.block().flatMap(WLANTariff.read) }
        let messages = block.required("messages") { $0.block().flatMap(MessageTariff.read) }
        let highBill = block.required("highBill") { $0.block().flatMap(HighBillLimit.read) }
        let subjects = block.required("subjects") { $0.block().flatMap(Self.subjects) }
        let shares = block.optional("revenueShares") { $0.list { $0.block().flatMap(RevenueShare.read) } } ?? []
        let promotions = block.optional("promotions") { $0.list { $0.block().flatMap(Promotion.read) } } ?? []
        let commitments = block.optional("commitments") { $0.list { $0.block().flatMap(Commitment.read) } } ?? []
        let fees = block.optional("orderFees") { $0.block().flatMap(OrderFees.read) }
        let bars = block.optional("bars") { $0.block().flatMap(LineBars.read) }
        let noticeDays = block.optional("usageNoticeDays") { $0.list { $0.integer(1...28) as Int? } } ?? []
        let reminders = block.optional("reminders") { $0.block().flatMap(Reminders.read) }
        _ = block.optional("sample") { $0.boolean() }
        Self.checkCodes(promotions.map(\.code), "promotions", block)
        Self.checkCodes(commitments.map(\.code), "commitments", block)
        if Set(shares.map { "\($0.subject) \($0.since)" }).count < shares.count {
            block.journal.mistake(
                "`revenueShares` divides one subject twice from one day", at: block.place(of: "revenueShares"))
        }
        block.finish()
        guard let standardPlans, let carriers, let roamers, let plausible, let voice, let privateNetwork, let data,
            let wlan, let messages, let highBill, let subjects
        else { return nil }
        return Tariffs(
            standardPlans: standardPlans,
            carriers: carriers,
            roamers: roamers,
            plausible: plausible,
            voice: voice,
            privateNetwork: privateNetwork,
            networks: Dictionary(networks.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first }),
            data: data,
            wlan: wlan,
            messages: messages,
            highBill: highBill,
            subjects: subjects,
            revenueShares: shares,
            promotions: promotions,
            commitments: Dictionary(commitments.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first }),
            orderFees: fees ?? OrderFees(),
            bars: bars ?? LineBars(),
            usageNoticeDays: Set(noticeDays).sorted(),
            reminders: reminders ?? Reminders()
        )
    }

    private static func checkCodes(_ codes: [String], _ key: String, _ block: Block) {
        guard Set(codes).count < codes.count else { return }
        block.journal.mistake("`\(key)` has one code twice", at: block.place(of: key))
    }

    private static func carriers(_ block: Block) -> [UsageKind: Set<String>]? {
        var carriers: [UsageKind: Set<String>] = [:]
        for kind in UsageKind.allCases {
            carriers[kind] = block.required(kind.rawValue) { $0.references(.product) }
        }
        block.finish()
        return carriers
    }

    private static func subjects(_ block: Block) -> [ChargeKind: String]? {
        var subjects: [ChargeKind: String] = [:]
        for kind in ChargeKind.allCases {
            subjects[kind] = block.required(kind.rawValue) { $0.reference(.billSubject) }
        }
        block.finish()
        return subjects
    }
}

extension PlausibleUsage {
    static func read(_ block: Block) -> PlausibleUsage? {
        defer { block.finish() }
        let seconds = block.required("longestSeconds") { $0.integer(60...Int64(31_622_400)) }
        let bytes = block.required("mostBytes") { $0.amount(of: .bytes) }
        let ahead = block.required("aheadSeconds") { $0.integer(0...31_622_400) }
        if let bytes, bytes > 1 << 40 {
            block.journal.mistake("`mostBytes` may be at most 1024 GB", at: block.place(of: "mostBytes"))
        }
        guard let seconds, let bytes, let ahead else { return nil }
        return PlausibleUsage(longestSeconds: seconds, mostBytes: bytes, aheadSeconds: ahead)
    }
}

extension PrivateNetworkTariff {
    static func read(_ block: Block) -> PrivateNetworkTariff? {
        defer { block.finish() }
        let products = block.required("sharingProducts") { $0.references(.product) }
        let shared = block.required("sharedMinutes") { $0.minutesOrUnlimited() }
        let own = block.required("ownMinutes") { field in
            field.dictionary { key, value in
                _ = key.reference(.product)
                return value.minutesOrUnlimited()
            }
        }
        _ = block.optional("sample") { $0.boolean() }
        guard let products, let shared, let own else { return nil }
        if let both = products.intersection(own.keys).min() {
            block.mistake("'\(both)' has both shared minutes and its own")
        }
        return PrivateNetworkTariff(sharingProducts: products, sharedMinutes: shared, ownMinutes: own)
    }
}

extension NetworkTariff {
    static func read(_ block: Block) -> NetworkTariff? {
        defer { block.finish() }
        let code = block.required("code") { $0.text() }
        let name = block.required("name") { $0.text() }
        let price = block.required("minuteMilliyuan") { $0.price() }
        _ = block.optional("sample") { $0.boolean() }
        guard let code, let name, let price else { return nil }
        block.journal.define(.network, code, at: block.place(of: "code"))
        return NetworkTariff(code: code, name: name, minutePrice: price)
    }
}

extension HighBillLimit {
    static func read(_ block: Block) -> HighBillLimit? {
        defer { block.finish() }
        let factor = block.required("factor") { $0.integer(1...Int64(100)) }
        let bills = block.required("bills") { $0.integer(1...12) }
        let minimum = block.required("minimumMilliyuan") { $0.money() }
        guard let factor, let bills, let minimum else { return nil }
        return HighBillLimit(factor: factor, bills: bills, minimum: minimum)
    }
}

extension RevenueShare {
    static func read(_ block: Block) -> RevenueShare? {
        defer { block.finish() }
        let subject = block.required("subject") { $0.reference(.billSubject) }
        let since = block.required("since") { $0.date() }
        let parts = block.required("parts") { field in
            field.list { field -> Part? in
                guard let block = field.block() else { return nil }
                defer { block.finish() }
                let partner = block.required("partner") { $0.text() }
                let percent = block.required("percent") { $0.integer(0...Int64(100)) }
                guard let partner, let percent else { return nil }
                return Part(partner: partner, percent: percent)
            }
        }
        _ = block.optional("sample") { $0.boolean() }
        guard let subject, let since, let parts else { return nil }
        let sum = parts.reduce(0) { $0 + $1.percent }
        if sum != 100 {
            block.journal.mistake("`parts` are \(sum) % together, not 100", at: block.place(of: "parts"))
        }
        if Set(parts.map(\.partner)).count < parts.count {
            block.journal.mistake("`parts` names one partner twice", at: block.place(of: "parts"))
        }
        return RevenueShare(subject: subject, since: since, parts: parts)
    }
}

import Contracts

/// Rates one record after the other by the rules, in the plainest way.
struct PlainRater {
    struct Result: Equatable {
        var units: Int64
        var charge: Int64
    }

    private struct Allowance {
        var key: String
        var name: String
        /// `nil` without end.
        var quota: Int64?
    }

    private let terms: PlainTerms
    private let catalogue: Catalogue
    private let tariffs: Tariffs
    private let calendar: BusinessCalendar
    private var used: [String: Int64] = [:]
    private var names: [String: String] = [:]

    init(_ terms: PlainTerms, _ tariffs: Tariffs, _ calendar: BusinessCalendar) {
        self.terms = terms
        self.catalogue = terms.catalogue
        self.tariffs = tariffs
        self.calendar = calendar
    }

    /// What was used of each allowance, by its name.
    var usedByName: [String: Int64] {
        var sums: [String: Int64] = [:]
        for (key, name) in self.names { sums[name, default: 0] += self.used[key] ?? 0 }
        return sums.filter { $0.value > 0 }
    }

    mutating func rate(_ record: UsageRecorded) -> Result {
        switch record.kind {
        case .voice: self.voice(record)
        case .data: self.data(record)
        case .wlan: self.wlan(record)
        case .sms: self.message(record)
        case .mms:
            Result(
                units: 1, charge: record.direction == .terminating ? 0 : self.tariffs.messages.multimediaPrice.rawValue)
        }
    }

    /// Started minutes of whole seconds (RAT-08).
    private func minutes(_ record: UsageRecorded) -> Int64 {
        let seconds = (record.endedAt.microseconds - record.startedAt.microseconds) / 1_000_000
        return (seconds + 59) / 60
    }

    /// - Returns: what is left.
    private mutating func draw(_ units: Int64, from allowances: [Allowance]) -> Int64 {
        var rest = units
        for allowance in allowances {
            let taken = min(rest, (allowance.quota ?? .max) - (self.used[allowance.key] ?? 0))
            guard taken > 0 else { continue }
            self.used[allowance.key, default: 0] += taken
            self.names[allowance.key] = allowance.name
            rest -= taken
        }
        return rest
    }

    /// As much of a charge as a cap leaves.
    private mutating func capped(_ charge: Int64, _ key: String, _ cap: Milliyuan) -> Int64 {
        let rest = min(charge, max(0, cap.rawValue - (self.used[key] ?? 0)))
        self.used[key, default: 0] += rest
        return rest
    }

    /// Of a line's plans in force, earliest end first, then earliest start (G-02).
    private func allowances(of unit: Plan.Unit, _ number: String, at instant: Timestamp) -> [Allowance] {
        func end(_ plan: PlainTerms.PlanInForce) -> Timestamp { min(plan.until ?? self.terms.end, self.terms.end) }
        return self.terms.plans(of: number)
            .filter { $0.contains(instant) && $0.plan.quota(of: unit) != nil }
            .sorted { (end($0), $0.from, $0.plan.code, $0.id) < (end($1), $1.from, $1.plan.code, $1.id) }
            .map { plan in
                var quota = plan.plan.quota(of: unit)?.amount ?? 0
                let opens = plan.from >= self.terms.start && plan.from < self.terms.end
                if plan.plan.proration == .halfMonth, opens, self.calendar.date(of: plan.from).day >= 16 { quota /= 2 }
                return Allowance(key: "\(plan.id)/\(number)/\(unit)", name: plan.plan.code, quota: quota)
            }
    }

    private func price(of unit: Plan.Unit, _ number: String, at instant: Timestamp) -> Plan.Overage? {
        self.terms.plans(of: number).filter { $0.contains(instant) }.compactMap { $0.plan.overage(of: unit) }
            .min { $0.priceMilliyuan.rawValue * $1.step < $1.priceMilliyuan.rawValue * $0.step }
    }
}

// MARK: Calls

extension PlainRater {
    private enum Called {
        case free
        case access(fee: Int64)
        case abroad(price: Int64)
        case domestic
    }

    private func called(_ number: String) -> Called {
        let voice = self.tariffs.voice
        if let code = voice.accessCodes.first(where: { $0.code == number && $0.length == number.utf8.count }) {
            return .access(fee: code.informationFee?.rawValue ?? 0)
        }
        if voice.freeNumbers.contains(number) { return .free }
        let codes = voice.accessCodes.filter { $0.length == number.utf8.count && number.hasPrefix($0.code) }
        let destination = voice.destinations.filter { number.hasPrefix($0.prefix) }
            .max { $0.prefix.utf8.count < $1.prefix.utf8.count }
        if let code = codes.max(by: { $0.code.utf8.count < $1.code.utf8.count }),
            code.code.utf8.count >= destination?.prefix.utf8.count ?? 0
        {
            return .access(fee: code.informationFee?.rawValue ?? 0)
        }
        return destination?.price.map { .abroad(price: $0.rawValue) } ?? .domestic
    }

    private mutating func voice(_ record: UsageRecorded) -> Result {
        let minutes = self.minutes(record)
        let voice = self.tariffs.voice
        if record.direction == .terminating {
            let price =
                switch record.roaming ?? .home {
                case .home: Milliyuan.zero
                case .domestic: voice.domesticRoamingReceiving
                case .international: voice.internationalRoaming
                }
            return Result(units: minutes, charge: minutes * price.rawValue)
        }
        var fee: Int64 = 0
        var abroad: Int64?
        switch self.called(record.otherParty ?? "") {
        case .free: return Result(units: minutes, charge: 0)
        case .access(let information): fee = information
        case .abroad(let price): abroad = price
        case .domestic: break
        }
        let charge: Int64
        switch (record.roaming ?? .home, abroad) {
        case (.international, _): charge = minutes * voice.internationalRoaming.rawValue
        case (_, let price?): charge = minutes * price
        case (.domestic, nil): charge = minutes * voice.domesticRoamingCalling.rawValue
        case (.home, nil): charge = self.domestic(record, minutes)
        }
        return Result(units: minutes, charge: charge + minutes * fee)
    }

    /// Family minutes, then those of the private network, then the bundle's or the line's own; then the price.
    private mutating func domestic(_ record: UsageRecorded, _ minutes: Int64) -> Int64 {
        let (number, instant) = (record.serviceNumber, record.endedAt)
        let other = Self.national(record.otherParty ?? "")
        let product = self.terms.product(of: number) ?? ""
        let bundle = self.terms.bundle(at: instant)
        let member = bundle?.members.first { $0.serviceNumber == number }
        var allowances: [Allowance] = []
        if record.direction == .originating, let family = self.terms.family(of: number, at: instant),
            other != number, family.cards.contains(other)
        {
            let quota = family.plan.quota(of: .minutes)?.amount ?? 0
            allowances.append(Allowance(key: "\(family.id)/\(number)", name: "familyMinutes", quota: quota))
        }
        if let bundle, member != nil, let network = self.network(bundle, number, product, other) {
            allowances.append(network)
        }
        let price: Int64
        let keepsPlan = member?.role == "networkTerminal" || bundle?.bundle.minimumPlanFee[product] != nil
        if let bundle, member != nil, !keepsPlan {
            allowances.append(
                Allowance(key: "shared/\(bundle.id)", name: "sharedMinutes", quota: bundle.bundle.sharedMinutes))
            price = bundle.bundle.overageMilliyuan.rawValue
        } else {
            let line = self.terms.plans(of: number).first { $0.contains(instant) && $0.plan.kind == .line }
            if line != nil { allowances += self.allowances(of: .minutes, number, at: instant) }
            let standard = self.tariffs.standardPlans[product].flatMap { self.catalogue.plans[$0] }
            let overage = line?.plan.overage(of: .minutes) ?? standard?.overage(of: .minutes)
            price = (overage?.priceMilliyuan ?? self.tariffs.voice.domesticRoamingCalling).rawValue
        }
        return self.draw(minutes, from: allowances) * price
    }

    /// The minutes of the bundle's private network, where both numbers are in it.
    private func network(
        _ bundle: (id: String, bundle: Bundle, members: [HistoryDocument.Member]), _ number: String,
        _ product: String, _ other: String
    ) -> Allowance? {
        func isInside(_ number: String) -> Bool {
            bundle.members.contains { $0.serviceNumber == number }
                && self.terms.product(of: number).flatMap { self.catalogue.products[$0] }?.isVoice == true
        }
        guard bundle.bundle.hasPrivateNetwork, isInside(number), isInside(other) else { return nil }
        let tariff = self.tariffs.privateNetwork
        if let own = tariff.ownMinutes[product] {
            return Allowance(key: "private/\(bundle.id)/\(number)", name: "ownPrivateMinutes", quota: own)
        }
        guard tariff.sharingProducts.contains(product) else { return nil }
        return Allowance(key: "private/\(bundle.id)", name: "privateMinutes", quota: tariff.sharedMinutes)
    }

    /// As it is dialled in the country.
    private static func national(_ number: String) -> String {
        guard number.hasPrefix("0086"), number.utf8.count > 4 else { return number }
        let rest = String(number.dropFirst(4))
        return rest.hasPrefix("0") || rest.hasPrefix("1") && rest.utf8.count == 11 ? rest : "0" + rest
    }
}

// MARK: Data, hotspots and messages

extension PlainRater {
    private mutating func data(_ record: UsageRecorded) -> Result {
        let (number, instant) = (record.serviceNumber, record.endedAt)
        let bytes = (record.uplinkBytes ?? 0) + (record.downlinkBytes ?? 0)
        let rest = self.draw(bytes, from: self.allowances(of: .bytes, number, at: instant))
        let charge: Int64
        if let price = self.price(of: .bytes, number, at: instant) {
            // Each full step of all that is beyond quotas in the cycle (RAT-01).
            let before = self.used["overage/\(number)"] ?? 0
            self.used["overage/\(number)"] = before + rest
            charge = ((before + rest) / price.step - before / price.step) * price.priceMilliyuan.rawValue
        } else {
            let step = self.tariffs.data.step
            charge = (rest + step - 1) / step * self.tariffs.data.price.rawValue
        }
        let plans = self.terms.plansOfCycle(of: number).map(\.plan)
            .filter { $0.overage(of: .bytes) != nil || $0.quota(of: .bytes) != nil }
        let cap = plans.compactMap(\.feeCapMilliyuan).min() ?? self.tariffs.data.feeCap
        return Result(units: bytes, charge: self.capped(charge, "fee/data/\(number)", cap))
    }

    private mutating func wlan(_ record: UsageRecorded) -> Result {
        let (number, instant) = (record.serviceNumber, record.endedAt)
        let tariff = self.tariffs.wlan
        let minutes = self.minutes(record)
        let isCampus = record.hotspot == .campus
        var rest = minutes
        if isCampus || tariff.plansServeOther {
            rest = self.draw(minutes, from: self.allowances(of: .wlanMinutes, number, at: instant))
        }
        let campus = self.price(of: .wlanMinutes, number, at: instant)?.priceMilliyuan ?? tariff.campusPrice
        let price = isCampus ? campus : tariff.otherPrice
        let cap =
            self.terms.plansOfCycle(of: number).map(\.plan).filter { $0.overage(of: .wlanMinutes) != nil }
            .compactMap(\.feeCapMilliyuan).min() ?? tariff.feeCap
        return Result(units: minutes, charge: self.capped(rest * price.rawValue, "fee/wlan/\(number)", cap))
    }

    private mutating func message(_ record: UsageRecorded) -> Result {
        guard record.direction != .terminating else { return Result(units: 1, charge: 0) }
        let (number, instant) = (record.serviceNumber, record.endedAt)
        if case .abroad = self.called(record.otherParty ?? "") {
            return Result(units: 1, charge: self.tariffs.messages.internationalPrice.rawValue)
        }
        let rest = self.draw(1, from: self.allowances(of: .messages, number, at: instant))
        let price =
            self.price(of: .messages, number, at: instant)?.priceMilliyuan ?? self.tariffs.messages.domesticPrice
        return Result(units: 1, charge: rest * price.rawValue)
    }
}

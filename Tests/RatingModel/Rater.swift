/// Rates all records of one account and one cycle, from an empty state, one after the other: what rating.md says, and
/// nothing more.
package struct CycleRating: Sendable {
    package let account: Account
    package let cycle: Month

    package private(set) var rated: [Rated] = []
    package private(set) var notices: Set<Notice> = []
    /// How much of each allowance has been used; those of which nothing has are absent.
    package private(set) var used: [Allowance: Int] = [:]

    /// By number, in this cycle.
    private var overageBytes: [String: Int] = [:]
    private var dataBytes: [String: Int] = [:]
    private var dataCharge: [String: Int] = [:]
    private var wlanBytes: [String: Int] = [:]
    private var wlanCharge: [String: Int] = [:]

    /// - Parameters:
    ///   - records: of this account, which ended in this cycle; in any order, each once.
    ///   - late: those of them that came after the cycle was billed. SILENT: how they are rated is not said, only that a
    ///     billed record never changes. They are rated in their order after all others, on what those have left.
    package init(_ account: Account, _ cycle: Month, records: [Usage], late: Set<String> = []) {
        self.account = account
        self.cycle = cycle
        let inOrder = records.sorted(by: Usage.precedes)
        for usage in inOrder where !late.contains(usage.id) { self.rate(usage) }
        for usage in inOrder where late.contains(usage.id) { self.rate(usage) }
    }

    package func rated(_ id: String) -> Rated? { self.rated.first { $0.usage.id == id } }

    package var charge: Int { self.rated.reduce(0) { $0 + $1.charge } }

    private mutating func rate(_ usage: Usage) {
        guard let member = self.account.member(usage.number) else { return }
        switch usage.kind {
        case .voice(let direction, let otherParty, let place):
            let lines = self.voice(usage, member, direction, national(otherParty), place)
            self.rated.append(Rated(usage: usage, units: usage.minutes, lines: lines))
        case .data(let uplink, let downlink):
            let lines = self.data(usage, member, bytes: uplink + downlink)
            self.rated.append(Rated(usage: usage, units: uplink + downlink, lines: lines))
        case .sms(let to):
            self.rated.append(Rated(usage: usage, units: 1, lines: self.sms(usage, member, isAbroad: isAbroad(to))))
        case .mms:
            // SILENT: MMS have one price, also abroad, and no pack: a pack is of short messages (CAT-16).
            let line = Line(rule: "mms", units: 1, price: mms, charge: mms, subject: .mms)
            self.rated.append(Rated(usage: usage, units: 1, lines: [line]))
        case .wlan(let isCampus, let bytes):
            let lines = self.wlan(usage, member, isCampus: isCampus, bytes: bytes)
            self.rated.append(Rated(usage: usage, units: usage.minutes, lines: lines))
        }
    }

    private func isFree(_ direction: Direction, _ otherParty: String, _ place: Place) -> Bool {
        if direction == .terminating { return place == .home }
        // SILENT: free numbers are free from everywhere, also when roaming.
        return freeNumbers.contains(otherParty)
    }

    private mutating func voice(
        _ usage: Usage, _ member: Member, _ direction: Direction, _ otherParty: String, _ place: Place
    ) -> [Line] {
        // SILENT: a fixed line does not roam, whatever the record says.
        let place = member.product == .fixedLine ? .home : place
        let minutes = usage.minutes
        if minutes == 0 { return [] }
        if self.isFree(direction, otherParty, place) {
            return [Line(rule: "free", units: minutes, price: 0, charge: 0, subject: .calls)]
        }
        if direction == .terminating {
            let price = place == .international ? internationalRoaming : domesticRoamingIncoming
            return [Line(rule: "roaming", units: minutes, price: price, charge: minutes * price, subject: .roaming)]
        }
        var lines: [Line]
        if place == .international {
            lines = [self.priced("roaming", minutes, internationalRoaming, .roaming)]
        } else if isAbroad(otherParty) {
            // AMBIGUOUS: calls abroad while roaming in the country are charged as calls abroad, not for both.
            lines = [self.priced("abroad", minutes, priceAbroad(otherParty), .abroad)]
        } else if place == .domestic {
            lines = [self.priced("roaming", minutes, domesticRoamingOutgoing, .roaming)]
        } else {
            lines = self.domestic(usage, member, otherParty, minutes, isMade: direction == .originating)
        }
        if let fee = informationFees[otherParty] {
            lines.append(self.priced("informationFee", minutes, fee, .information))
        }
        return lines
    }

    private func priced(_ rule: String, _ units: Int, _ price: Int, _ subject: Subject) -> Line {
        Line(rule: rule, units: units, price: price, charge: units * price, subject: subject)
    }

    /// A domestic call, or the forwarded leg of one (RAT-16, RAT-17), from home.
    private mutating func domestic(
        _ usage: Usage, _ member: Member, _ otherParty: String, _ minutes: Int, isMade: Bool
    ) -> [Line] {
        let bundle = self.account.bundle(in: self.cycle).flatMap { $0.members.contains(member.number) ? $0 : nil }
        let isInside =
            bundle != nil && self.account.isInPrivateNetwork(member.number, at: usage.endedAt)
            && self.account.isInPrivateNetwork(otherParty, at: usage.endedAt)
        var allowances: [(Allowance, total: Int)] = []
        // AMBIGUOUS: of several free minutes the ones that are good for the fewest calls go first, so that the
        // customer keeps the others: family, private network, shared minutes or plan.
        // AMBIGUOUS: the family's are for calls that its members make, not for those that they forward.
        if isMade, let family = self.family(member.number, otherParty, at: usage.endedAt) {
            allowances.append((family, familyMinutes))
        }
        var price: Int
        if member.product == .mobile3g {
            if isInside {
                allowances.append((Allowance("privateNetwork", of: member.number), privateNetworkMinutes3G))
            }
            // SILENT: a 3G member's forwarded legs count as its calls do.
            price = 0
            if let plan = member.plans.first(where: { $0.isInForce(at: usage.endedAt) }),
                let tariff = linePlans[plan.code]
            {
                allowances.append(
                    (Allowance("\(plan.code) minutes", of: member.number, from: plan.from), tariff.minutes))
                price = tariff.minutePrice
            }
        } else if let bundle {
            if isInside {
                allowances.append((Allowance("privateNetwork", of: self.account.id), privateNetworkMinutes))
            }
            let shared = bundles[bundle.code]?.sharedMinutes ?? 0
            allowances.append((Allowance("shared", of: self.account.id), shared))
            price = bundleOverage
        } else {
            let plan = member.plans.first { $0.isInForce(at: usage.endedAt) }
            price = plan.flatMap { linePlans[$0.code]?.minutePrice } ?? 0
        }
        var (lines, rest) = self.draw(minutes, allowances, subject: .calls)
        if rest > 0 { lines.append(self.priced("domesticCall", rest, price, .calls)) }
        return lines
    }

    /// The family minutes that a call may use.
    private func family(_ number: String, _ otherParty: String, at instant: Instant) -> Allowance? {
        for family in self.account.families where family.subscription.isInForce(at: instant) {
            let group = [family.main] + family.secondaries
            guard number != otherParty, group.contains(number), group.contains(otherParty) else { continue }
            return Allowance("family", of: number, from: family.from)
        }
        return nil
    }

    /// Takes units out of allowances, one after the other.
    private mutating func draw(
        _ units: Int, _ allowances: [(Allowance, total: Int)], subject: Subject
    ) -> (lines: [Line], rest: Int) {
        var rest = units
        var lines: [Line] = []
        for (allowance, total) in allowances where rest > 0 {
            let taken = min(rest, total - self.used[allowance, default: 0])
            guard taken > 0 else { continue }
            self.used[allowance, default: 0] += taken
            rest -= taken
            lines.append(
                Line(rule: "allowance", allowance: allowance, units: taken, price: 0, charge: 0, subject: subject))
        }
        return (lines, rest)
    }

    private mutating func data(_ usage: Usage, _ member: Member, bytes: Int) -> [Line] {
        let number = member.number
        let subject: Subject = member.product == .dataCard ? .g3Overage : .data
        let before = self.dataBytes[number, default: 0]
        self.dataBytes[number] = before + bytes
        // AMBIGUOUS: "barred until the 1st": what gets through all the same costs what it costs, up to the charges' cap.
        if before < dataVolumeCap, before + bytes >= dataVolumeCap {
            self.notices.insert(.volumeCap(number: number, kind: "data"))
        }
        if bytes == 0 { return [] }

        let quotas = self.dataQuotas(member, at: usage.endedAt)
        if quotas.isEmpty {
            let kilobytes = (bytes + 1023) / 1024
            let charge = capped(kilobytes * dataKilobyteWithoutPlan, &self.dataCharge[number], dataChargeCap)
            self.tellChargeCap(number, "data", self.dataCharge[number], dataChargeCap)
            return [
                Line(
                    rule: "dataWithoutPlan", units: bytes, price: dataKilobyteWithoutPlan, charge: charge,
                    subject: subject)
            ]
        }
        let last = quotas[quotas.count - 1]
        let leftBefore = last.total - self.used[last.allowance, default: 0]
        var (lines, rest) = self.draw(bytes, quotas.map { ($0.allowance, $0.total) }, subject: subject)
        let leftAfter = last.total - self.used[last.allowance, default: 0]
        for threshold in last.thresholds where leftBefore > threshold && leftAfter <= threshold {
            self.notices.insert(.threshold(last.allowance, remaining: threshold))
        }
        if rest > 0 {
            let overBefore = self.overageBytes[number, default: 0]
            self.overageBytes[number] = overBefore + rest
            // Full MB of the whole cycle's overage (RAT-01, G-03): this record pays for those that it completes.
            let megabytes = (overBefore + rest) / MB - overBefore / MB
            // SILENT: of the prices of several plans at once the lowest counts.
            let price = quotas.map(\.megabytePrice).min() ?? 0
            let charge = capped(megabytes * price, &self.dataCharge[number], dataChargeCap)
            self.tellChargeCap(number, "data", self.dataCharge[number], dataChargeCap)
            lines.append(Line(rule: "dataOverage", units: rest, price: price, charge: charge, subject: subject))
        }
        return lines
    }

    private struct Quota {
        var allowance: Allowance
        var total: Int
        var thresholds: [Int]
        var megabytePrice: Int
        var from: Instant
        var expiry: Instant
    }

    /// What a member's data may use, in the order in which it is used: earliest expiry first, then earliest activation
    /// (G-02). A monthly plan's quota expires with the cycle.
    private func dataQuotas(_ member: Member, at instant: Instant) -> [Quota] {
        var quotas: [Quota] = []
        for pack in member.packs where pack.isInForce(at: instant) {
            guard let plan = dataPlans[pack.code] else { continue }
            quotas.append(
                Quota(
                    allowance: Allowance(pack.code, of: member.number, from: pack.from),
                    total: plan.halfMonth && opensInSecondHalf(pack, of: self.cycle) ? plan.bytes / 2 : plan.bytes,
                    thresholds: plan.thresholds, megabytePrice: dataOverageMegabyte, from: pack.from,
                    expiry: min(pack.until ?? self.cycle.end, self.cycle.end)))
        }
        for plan in member.plans where plan.isInForce(at: instant) {
            guard let tariff = linePlans[plan.code], tariff.bytes > 0 else { continue }
            // SILENT: the 3G plans have no thresholds.
            quotas.append(
                Quota(
                    allowance: Allowance("\(plan.code) bytes", of: member.number, from: plan.from),
                    total: tariff.bytes, thresholds: [], megabytePrice: tariff.megabytePrice, from: plan.from,
                    expiry: min(plan.until ?? self.cycle.end, self.cycle.end)))
        }
        return quotas.sorted { ($0.expiry, $0.from, $0.allowance.name) < ($1.expiry, $1.from, $1.allowance.name) }
    }

    private mutating func tellChargeCap(_ number: String, _ kind: String, _ sum: Int?, _ limit: Int) {
        if sum == limit { self.notices.insert(.chargeCap(number: number, kind: kind)) }
    }

    private mutating func wlan(_ usage: Usage, _ member: Member, isCampus: Bool, bytes: Int) -> [Line] {
        let number = member.number
        let minutes = usage.minutes
        let before = self.wlanBytes[number, default: 0]
        self.wlanBytes[number] = before + bytes
        if before < wlanVolumeCap, before + bytes >= wlanVolumeCap {
            self.notices.insert(.volumeCap(number: number, kind: "wlan"))
        }
        if minutes == 0 { return [] }
        // AMBIGUOUS: the plan's hours are good for every hotspot, as rating.md has it, not only for campus ones
        // (CAT-33).
        let packs = self.inOrder(member.packs.filter { $0.isInForce(at: usage.endedAt) && wlanPlans[$0.code] != nil })
        let allowances = packs.map {
            (Allowance($0.code, of: number, from: $0.from), total: wlanPlans[$0.code]?.minutes ?? 0)
        }
        var (lines, rest) = self.draw(minutes, allowances, subject: .wlan)
        if rest > 0 {
            let price = isCampus ? wlanMinuteCampus : wlanMinuteOther
            let charge = capped(rest * price, &self.wlanCharge[number], wlanChargeCap)
            self.tellChargeCap(number, "wlan", self.wlanCharge[number], wlanChargeCap)
            lines.append(Line(rule: "wlanOverage", units: rest, price: price, charge: charge, subject: .wlan))
        }
        return lines
    }

    private mutating func sms(_ usage: Usage, _ member: Member, isAbroad: Bool) -> [Line] {
        if isAbroad { return [self.priced("smsAbroad", 1, smsInternational, .messages)] }
        let packs = self.inOrder(
            member.packs.filter { $0.isInForce(at: usage.endedAt) && messagePacks[$0.code] != nil })
        let allowances = packs.map {
            (Allowance($0.code, of: member.number, from: $0.from), total: messagePacks[$0.code]?.messages ?? 0)
        }
        let (lines, rest) = self.draw(1, allowances, subject: .messages)
        return rest > 0 ? [self.priced("sms", 1, smsDomestic, .messages)] : lines
    }

    /// Earliest expiry first, then earliest activation, as with data.
    private func inOrder(_ packs: [Subscription]) -> [Subscription] {
        let end = self.cycle.end
        return packs.sorted {
            (min($0.until ?? end, end), $0.from, $0.code) < (min($1.until ?? end, end), $1.from, $1.code)
        }
    }
}

/// As much of a charge as fits under the cap.
private func capped(_ charge: Int, _ sum: inout Int?, _ limit: Int) -> Int {
    let charged = min(charge, limit - (sum ?? 0))
    sum = (sum ?? 0) + charged
    return charged
}

/// Whether a pack opens on or after the 16th of the cycle (RAT-02).
func opensInSecondHalf(_ pack: Subscription, of cycle: Month) -> Bool {
    Month(of: pack.from) == cycle && localDate(of: pack.from).day >= 16
}

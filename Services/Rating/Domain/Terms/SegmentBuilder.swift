import Contracts

/// Finds what holds in each part of a cycle in which nothing changes.
struct SegmentBuilder {
    private let compiler: TermsCompiler
    private let terms: AccountTerms
    private let book: TariffBook

    init(_ compiler: TermsCompiler) {
        self.compiler = compiler
        self.terms = compiler.terms
        self.book = compiler.book
    }

    func segments() -> [CompiledTerms.Segment] { self.starts().map(self.segment) }

    /// The start of the cycle, and every instant within it at which something begins or ends.
    private func starts() -> [Timestamp] {
        let frame = self.compiler.frame
        var spans = self.terms.bundles.map(\.span) + self.terms.families.map(\.span) + self.terms.networks.map(\.span)
        for member in self.terms.members {
            spans += member.active + member.plans.map(\.span) + member.bindings.map(\.span)
        }
        let instants = spans.flatMap { [$0.from] + [$0.until].compactMap { $0 } }
        return Set(instants.filter { frame.contains($0) } + [frame.start]).sorted()
    }

    private func segment(at instant: Timestamp) -> CompiledTerms.Segment {
        let bundle = self.terms.bundles.indices.first { self.terms.bundles[$0].span.contains(instant) }
        var privateNumbers = [Bool](repeating: false, count: self.compiler.numbers.count)
        if let bundle, self.compiler.privateMinutes[bundle] != nil {
            for member in self.terms.bundles[bundle].members {
                guard let index = self.compiler.numberIndex[member.serviceNumber] else { continue }
                privateNumbers[index] =
                    self.book.catalogue.products[self.terms.members[index].product]?.isVoice ?? false
            }
        }
        let networks = self.terms.networks.filter { $0.span.contains(instant) }.compactMap { network in
            self.book.networks[network.network].map { minute in
                (numbers: self.compiler.numbers.map(network.serviceNumbers.contains), minute: minute)
            }
        }
        return CompiledTerms.Segment(
            start: instant,
            conditions: self.terms.members.indices.map { self.conditions(of: $0, at: instant, bundle: bundle) },
            privateNumbers: privateNumbers,
            networks: networks
        )
    }

    private func conditions(of member: Int, at instant: Timestamp, bundle: Int?) -> CompiledTerms.Conditions {
        let terms = self.terms.members[member]
        let plans = terms.plans.filter { $0.span.contains(instant) }.compactMap { self.book.plans[$0.plan] }
        let payer = terms.bindings.first { $0.span.contains(instant) }?.serviceNumber
        var conditions = CompiledTerms.Conditions(
            payer: payer.flatMap { self.compiler.numberIndex[$0] } ?? member,
            minute: self.book.voice.free, campusMinute: self.book.data.campus, message: self.book.messages.domestic)
        conditions.isActive = terms.active.contains { $0.contains(instant) }
        self.setVoice(&conditions, member: member, at: instant, bundle: bundle)
        conditions.dataChain = self.chain(of: .bytes, member: member, at: instant)
        conditions.dataOverage = plans.compactMap { $0.prices[.bytes] }.min { $0.isCheaper(than: $1) }
        conditions.wlanChain = self.chain(of: .wlanMinutes, member: member, at: instant)
        conditions.campusMinute =
            plans.compactMap { $0.prices[.wlanMinutes] }.min { $0.isCheaper(than: $1) } ?? conditions.campusMinute
        conditions.messageChain = self.chain(of: .messages, member: member, at: instant)
        conditions.message =
            plans.compactMap { $0.prices[.messages] }.min { $0.isCheaper(than: $1) } ?? conditions.message
        return conditions
    }

    /// A member in the bundle has its minutes and price; any other its own plan's, or its product's standard plan's.
    private func setVoice(
        _ conditions: inout CompiledTerms.Conditions,
        member: Int,
        at instant: Timestamp,
        bundle: Int?
    ) {
        let terms = self.terms.members[member]
        let membership = bundle.flatMap { bundle in
            self.terms.bundles[bundle].members.first { $0.serviceNumber == terms.serviceNumber }
        }
        var common: [Int] = []
        if let bundle, membership?.role == .inBundle, let entry = self.book.bundles[self.terms.bundles[bundle].bundle] {
            common = [self.compiler.sharedMinutes[bundle]]
            conditions.minute = entry.minute
        } else {
            let own = terms.plans.filter { $0.span.contains(instant) }.compactMap { self.book.plans[$0.plan] }
            let line = own.first { $0.plan.kind == .line }
            common = line == nil ? [] : self.chain(of: .minutes, member: member, at: instant)
            conditions.minute =
                line?.prices[.minutes] ?? self.standardMinute(of: terms.product) ?? self.book.voice.roamingCalling
        }
        let network = membership == nil ? [] : self.privateChain(member: member, bundle: bundle)
        let family = self.family(of: terms.serviceNumber, at: instant)
        conditions.familyPeers = family?.peers ?? []
        let first = family.map { [$0.allowance] } ?? []
        conditions.voiceChains = [common, network + common, first + common, first + network + common]
    }

    private func standardMinute(of product: String) -> Provision? {
        self.book.tariffs.standardPlans[product].flatMap { self.book.plans[$0]?.prices[.minutes] }
    }

    private func privateChain(member: Int, bundle: Int?) -> [Int] {
        guard let bundle else { return [] }
        if let own = self.compiler.ownPrivateMinutes[bundle][member] { return [own] }
        let shares = self.book.tariffs.privateNetwork.sharingProducts.contains(self.terms.members[member].product)
        return shares ? self.compiler.privateMinutes[bundle].map { [$0] } ?? [] : []
    }

    private func family(of number: String, at instant: Timestamp) -> (allowance: Int, peers: [Int])? {
        for (index, family) in self.terms.families.enumerated() where family.span.contains(instant) {
            let cards = [family.mainNumber] + family.secondaries
            guard let position = cards.firstIndex(of: number) else { continue }
            let peers = cards.filter { $0 != number }.compactMap { self.compiler.numberIndex[$0] }
            return (self.compiler.familyMinutes[index][position], peers)
        }
        return nil
    }

    /// Allowances in force, earliest end first, then earliest start (RAT-05, G-02).
    private func chain(of unit: Plan.Unit, member: Int, at instant: Timestamp) -> [Int] {
        self.compiler.planAllowances[member].filter { $0.unit == unit && $0.span.contains(instant) }
            .sorted { ($0.expires, $0.span.from, $0.plan, $0.id) < ($1.expires, $1.span.from, $1.plan, $1.id) }
            .map(\.index)
    }
}

extension Provision {
    /// By the price of one unit.
    func isCheaper(than other: Provision) -> Bool {
        let left = self.unitPrice.rawValue.multipliedFullWidth(by: other.step)
        let right = other.unitPrice.rawValue.multipliedFullWidth(by: self.step)
        return (left.high, left.low) < (right.high, right.low)
    }
}

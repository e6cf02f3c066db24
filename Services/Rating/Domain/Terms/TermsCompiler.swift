import Contracts

/// Makes `CompiledTerms` of an account's terms, and finds what contradicts itself in them.
struct TermsCompiler {
    /// An allowance of a plan of a member's own, and when it serves.
    struct PlanAllowance {
        var index: Int
        var unit: Plan.Unit
        var span: Span
        /// In which order allowances are used: earliest end first, then earliest start (G-02), then by the plan's code.
        var expires: Timestamp
        var plan: String
        var id: String
    }

    let terms: AccountTerms
    let book: TariffBook
    let frame: CycleFrame
    private(set) var keys: [CounterKey] = [CounterKey(.drawnAt, "any")]
    private(set) var allowances: [CompiledTerms.Allowance] = []
    private(set) var members: [CompiledTerms.Member] = []
    private(set) var segments: [CompiledTerms.Segment] = []
    private(set) var numbers: [String] = []
    private(set) var numberIndex: [String: Int] = [:]
    /// By member.
    private(set) var planAllowances: [[PlanAllowance]] = []
    /// By bundle; `nil` where it has none.
    private(set) var sharedMinutes: [Int] = []
    private(set) var privateMinutes: [Int?] = []
    /// By bundle, by member.
    private(set) var ownPrivateMinutes: [[Int: Int]] = []
    /// By family, then by card: the main one first.
    private(set) var familyMinutes: [[Int]] = []
    private(set) var faults: [String] = []

    init(_ terms: AccountTerms, book: TariffBook, frame: CycleFrame) {
        self.terms = terms
        self.book = book
        self.frame = frame
    }

    mutating func run() throws(TermsFault) {
        self.indexNumbers()
        self.checkReferences()
        guard self.faults.isEmpty else { throw TermsFault(self.faults) }
        for member in self.terms.members { self.add(member) }
        for bundle in self.terms.bundles { self.add(bundle) }
        for family in self.terms.families { self.add(family) }
        self.segments = SegmentBuilder(self).segments()
    }

    private mutating func indexNumbers() {
        for member in self.terms.members {
            if self.numberIndex[member.serviceNumber] != nil {
                self.faults.append("member \(member.serviceNumber) is there twice")
            }
            self.index(member.serviceNumber)
        }
        for family in self.terms.families {
            for number in [family.mainNumber] + family.secondaries { self.index(number) }
        }
        for network in self.terms.networks { for number in network.serviceNumbers.sorted() { self.index(number) } }
    }

    private mutating func index(_ number: String) {
        guard self.numberIndex[number] == nil else { return }
        self.numberIndex[number] = self.numbers.count
        self.numbers.append(number)
    }

    private func isMember(_ number: String) -> Bool {
        self.numberIndex[number].map { $0 < self.terms.members.count } ?? false
    }

    private mutating func checkReferences() {
        if self.frame.cycle != self.terms.cycle {
            self.faults.append("the terms are of \(self.terms.cycle), not of \(self.frame.cycle)")
        }
        for member in self.terms.members {
            if self.book.catalogue.products[member.product] == nil {
                self.faults.append("member \(member.serviceNumber): there is no product '\(member.product)'")
            }
            if Set(member.plans.map(\.id)).count < member.plans.count {
                self.faults.append("member \(member.serviceNumber): two plans have one id")
            }
            for binding in member.bindings where !self.isMember(binding.serviceNumber) {
                self.faults.append("data card \(member.serviceNumber) is bound to \(binding.serviceNumber), no member")
            }
        }
        self.checkBundles()
        for family in self.terms.families where self.book.plans[family.plan]?.plan.quota(of: .minutes) == nil {
            self.faults.append("family \(family.id): there is no plan '\(family.plan)' with minutes")
        }
        for network in self.terms.networks where self.book.networks[network.network] == nil {
            self.faults.append("there is no network '\(network.network)'")
        }
    }

    private mutating func checkBundles() {
        let bundles = self.terms.bundles.filter { $0.span.meets(self.frame) }.sorted { $0.span.from < $1.span.from }
        for (former, latter) in zip(bundles, bundles.dropFirst()) {
            guard let until = former.span.until, until <= latter.span.from else {
                self.faults.append("bundles \(former.id) and \(latter.id) are in force at one time")
                continue
            }
        }
        for bundle in self.terms.bundles {
            if self.book.bundles[bundle.bundle] == nil {
                self.faults.append("bundle \(bundle.id): there is no bundle '\(bundle.bundle)'")
            }
            let named = bundle.members.map(\.serviceNumber) + bundle.options.map(\.serviceNumber) + [bundle.mainNumber]
            for number in Set(named).sorted() where !self.isMember(number) {
                self.faults.append("bundle \(bundle.id) names \(number), no member")
            }
        }
    }

    private mutating func slot(_ kind: CounterKey.Kind, _ of: String) -> Int {
        self.keys.append(CounterKey(kind, of))
        return self.keys.count - 1
    }

    private mutating func makeAllowance(
        _ of: String,
        quota: Int64?,
        thresholds: [Int64] = [],
        _ provision: Provision
    ) -> CompiledTerms.Allowance {
        var allowance = CompiledTerms.Allowance(
            used: self.slot(.used, of), drawnAt: self.slot(.drawnAt, of), quota: quota ?? .max, provision: provision)
        allowance.thresholds = thresholds.filter { $0 < allowance.quota }
        if !allowance.thresholds.isEmpty { allowance.usedAsLast = self.slot(.usedAsLast, of) }
        for (index, threshold) in allowance.thresholds.enumerated() {
            let slot = self.slot(.told, "\(of)/\(threshold)")
            if index == 0 { allowance.told = slot }
        }
        return allowance
    }

    private mutating func addAllowance(
        _ of: String,
        quota: Int64?,
        thresholds: [Int64] = [],
        _ provision: Provision
    ) -> Int {
        let allowance = self.makeAllowance(of, quota: quota, thresholds: thresholds, provision)
        self.allowances.append(allowance)
        return self.allowances.count - 1
    }
}

extension TermsCompiler {
    private mutating func add(_ terms: MemberTerms) {
        let number = terms.serviceNumber
        var member = CompiledTerms.Member(serviceNumber: number, product: terms.product)
        let carriers = self.book.tariffs.carriers
        let plans = terms.plans.filter { $0.span.meets(self.frame) }.compactMap { self.book.plans[$0.plan]?.plan }
        if carriers[.data]?.contains(terms.product) == true {
            let tariff = self.book.tariffs.data
            let own = plans.filter { $0.overage(of: .bytes) != nil || $0.quota(of: .bytes) != nil }
            member.data = self.capped(
                "data/\(number)", self.book.data.standard,
                fee: own.compactMap(\.feeCapMilliyuan).min() ?? tariff.feeCap,
                bytes: own.compactMap(\.usageCap).max() ?? tariff.usageCap)
            member.overageUsed = self.slot(.used, "dataOverage/\(number)")
            member.overageDrawnAt = self.slot(.drawnAt, "dataOverage/\(number)")
        }
        if carriers[.wlan]?.contains(terms.product) == true {
            let tariff = self.book.tariffs.wlan
            let own = plans.filter { $0.overage(of: .wlanMinutes) != nil }
            member.wlan = self.capped(
                "wlan/\(number)", self.book.data.campus,
                fee: own.compactMap(\.feeCapMilliyuan).min() ?? tariff.feeCap, bytes: tariff.usageCap)
        }
        if carriers[.sms]?.contains(terms.product) == true, !terms.isExempt {
            member.messages = self.keys.count
            for day in 1...self.frame.days { _ = self.slot(.messages, "\(number)/\(day)") }
            member.dailyTold = self.slot(.told, "messages/\(number)/day")
        }
        self.members.append(member)
        self.planAllowances.append([])
        for plan in terms.plans where plan.span.meets(self.frame) { self.add(plan, of: self.members.count - 1) }
    }

    private mutating func capped(
        _ of: String,
        _ provision: Provision,
        fee: Milliyuan,
        bytes: Int64
    ) -> CompiledTerms.Capped {
        CompiledTerms.Capped(
            fee: self.makeAllowance("fee/\(of)", quota: fee.rawValue, provision),
            volume: self.slot(.volume, of),
            mostBytes: bytes,
            feeTold: self.slot(.told, "fee/\(of)"),
            volumeTold: self.slot(.told, "volume/\(of)")
        )
    }

    private mutating func add(_ terms: MemberTerms.PlanSpan, of member: Int) {
        guard let entry = self.book.plans[terms.plan], entry.plan.kind != .family else { return }
        let isHalf = HalfMonth.holds(for: entry.plan, opened: terms.span.from, in: self.frame, self.book.calendar)
        let number = self.members[member].serviceNumber
        for quota in entry.plan.quotas {
            guard let provision = entry.allowances[quota.unit] else { continue }
            let index = self.addAllowance(
                "plan/\(number)/\(terms.id)/\(quota.unit.rawValue)", quota: isHalf ? quota.amount / 2 : quota.amount,
                thresholds: quota.thresholds, provision)
            self.planAllowances[member].append(
                PlanAllowance(
                    index: index,
                    unit: quota.unit,
                    span: terms.span,
                    expires: terms.span.until.map { min($0, self.frame.end) } ?? self.frame.end,
                    plan: terms.plan,
                    id: terms.id
                ))
        }
    }

    private mutating func add(_ terms: BundleTerms) {
        self.ownPrivateMinutes.append([:])
        guard let entry = self.book.bundles[terms.bundle], terms.span.meets(self.frame) else {
            self.sharedMinutes.append(-1)
            self.privateMinutes.append(nil)
            return
        }
        let index = self.addAllowance("shared/\(terms.id)", quota: entry.bundle.sharedMinutes, entry.shared)
        self.sharedMinutes.append(index)
        guard entry.bundle.hasPrivateNetwork else { return self.privateMinutes.append(nil) }
        let tariff = self.book.tariffs.privateNetwork
        let shared = self.addAllowance(
            "private/\(terms.id)", quota: tariff.sharedMinutes, self.book.privateShared)
        self.privateMinutes.append(shared)
        for number in Set(terms.members.map(\.serviceNumber)).sorted() {
            guard let member = self.numberIndex[number], let own = tariff.ownMinutes[self.members[member].product]
            else { continue }
            let index = self.addAllowance("private/\(terms.id)/\(number)", quota: own, self.book.privateOwn)
            self.ownPrivateMinutes[self.ownPrivateMinutes.count - 1][member] = index
        }
    }

    /// One allowance for the main card's calls to its secondaries, one for each secondary's to the other three (G-25).
    private mutating func add(_ terms: FamilyTerms) {
        let quota = self.book.plans[terms.plan]?.plan.quota(of: .minutes)?.amount
        self.familyMinutes.append([])
        for number in [terms.mainNumber] + terms.secondaries {
            let index = self.addAllowance("family/\(terms.id)/\(number)", quota: quota ?? 0, self.book.family)
            self.familyMinutes[self.familyMinutes.count - 1].append(index)
        }
    }
}

/// RAT-02: a pack with the flag that is opened on or after the 16th has half its quota, at half its fee, in that month.
enum HalfMonth {
    static let day = 16

    static func holds(for plan: Plan, opened: Timestamp, in frame: CycleFrame, _ calendar: BusinessCalendar) -> Bool {
        plan.proration == .halfMonth && frame.contains(opened) && calendar.date(of: opened).day >= self.day
    }
}

package import Contracts

/// A catalogue made ready for rating: every price and allowance is one `Provision`, every number is found at once.
package struct TariffBook: Sendable {
    /// A plan's allowances and prices, as far as it has them.
    struct PlanEntry: Sendable {
        var plan: Plan
        var allowances: [Plan.Unit: Provision] = [:]
        var prices: [Plan.Unit: Provision] = [:]
    }

    struct BundleEntry: Sendable {
        var bundle: Bundle
        var shared: Provision
        var minute: Provision
    }

    package let catalogue: Catalogue
    package let tariffs: Tariffs
    package let calendar: BusinessCalendar
    let plans: [String: PlanEntry]
    let bundles: [String: BundleEntry]
    let networks: [String: Provision]
    let numbers: NumberBook
    let voice: VoiceProvisions
    let privateShared: Provision
    let privateOwn: Provision
    let family: Provision
    let data: DataProvisions
    let messages: MessageProvisions

    /// - Returns: `nil` for a catalogue without tariffs.
    package init?(_ catalogue: Catalogue, calendar: BusinessCalendar) {
        guard let tariffs = catalogue.tariffs else { return nil }
        let maker = ProvisionMaker(catalogue: catalogue, tariffs: tariffs)
        self.catalogue = catalogue
        self.tariffs = tariffs
        self.calendar = calendar
        self.plans = catalogue.plans.mapValues(maker.entry)
        self.bundles = catalogue.bundles.mapValues(maker.entry)
        self.networks = tariffs.networks.mapValues { network in
            maker.make(
                .networkMinute, .voice, "tariffs.networks.\(network.code).minuteMilliyuan", network.minutePrice)
        }
        self.numbers = NumberBook(tariffs.voice, maker)
        self.voice = VoiceProvisions(tariffs.voice, maker)
        self.privateShared = maker.allowance(
            .privateMinutes, .voice, "tariffs.privateNetwork.sharedMinutes", named: "privateMinutes")
        self.privateOwn = maker.allowance(
            .ownPrivateMinutes, .voice, "tariffs.privateNetwork.ownMinutes", named: "ownPrivateMinutes")
        self.family = maker.allowance(.familyMinutes, .voice, "plans.quotas.minutes", named: "familyMinutes")
        self.data = DataProvisions(tariffs, maker)
        self.messages = MessageProvisions(tariffs.messages, maker)
    }

    package func frame(_ cycle: BillingCycle) -> CycleFrame { CycleFrame(cycle, calendar: self.calendar) }

    /// A subject of the catalogue by its code.
    package func subject(code: String) -> BillSubject? { self.catalogue.billSubjects[code] }

    /// The subject of a kind of charge.
    package func subject(_ kind: ChargeKind) -> BillSubject {
        ProvisionMaker(catalogue: self.catalogue, tariffs: self.tariffs).subject(kind)
    }
}

/// Makes provisions with their bill subjects.
struct ProvisionMaker {
    let catalogue: Catalogue
    let tariffs: Tariffs

    /// A checked catalogue has a subject for every kind.
    func subject(_ kind: ChargeKind) -> BillSubject { self.subject(self.tariffs.subjects[kind], kind) }

    func subject(_ code: String?, _ kind: ChargeKind) -> BillSubject {
        let code = code ?? self.tariffs.subjects[kind] ?? kind.rawValue
        return self.catalogue.billSubjects[code] ?? BillSubject(code: code, path: [code, code, code])
    }

    func make(
        _ rule: RatingRule,
        _ kind: ChargeKind,
        _ source: String,
        _ price: Milliyuan = .zero,
        step: Int64 = 1
    ) -> Provision {
        Provision(rule, source: source, subject: self.subject(kind), unitPrice: price, step: step)
    }

    func allowance(_ rule: RatingRule, _ kind: ChargeKind, _ source: String, named name: String) -> Provision {
        Provision(rule, source: source, subject: self.subject(kind), allowance: name)
    }

    func entry(_ plan: Plan) -> TariffBook.PlanEntry {
        var entry = TariffBook.PlanEntry(plan: plan)
        for quota in plan.quotas {
            let source = "plans.\(plan.code).quotas.\(quota.unit.rawValue)"
            entry.allowances[quota.unit] = self.allowance(
                quota.unit.allowanceRule, quota.unit.kind(plan), source, named: plan.code)
        }
        for overage in plan.overages {
            let source = "plans.\(plan.code).overage.\(overage.unit.rawValue)"
            entry.prices[overage.unit] = self.make(
                overage.unit.priceRule, overage.unit.kind(plan), source, overage.priceMilliyuan, step: overage.step)
        }
        return entry
    }

    func entry(_ bundle: Bundle) -> TariffBook.BundleEntry {
        let source = "bundles.\(bundle.code)"
        return TariffBook.BundleEntry(
            bundle: bundle,
            shared: self.allowance(.sharedMinutes, .voice, "\(source).sharedMinutes", named: "sharedMinutes"),
            minute: self.make(.bundleMinute, .voice, "\(source).overageMilliyuan", bundle.overageMilliyuan)
        )
    }
}

extension Plan.Unit {
    fileprivate var allowanceRule: RatingRule {
        switch self {
        case .minutes: .planMinutes
        case .bytes: .planData
        case .messages: .packMessage
        case .wlanMinutes: .planWLAN
        }
    }

    fileprivate var priceRule: RatingRule {
        switch self {
        case .minutes: .planMinute
        case .bytes: .dataOverage
        case .messages: .domesticMessage
        case .wlanMinutes: .wlanMinute
        }
    }

    fileprivate func kind(_ plan: Plan) -> ChargeKind {
        switch self {
        case .minutes: .voice
        case .bytes: plan.kind == .g3 ? .g3Data : .data
        case .messages: .sms
        case .wlanMinutes: .wlan
        }
    }
}

/// The prices of calls that no plan gives.
struct VoiceProvisions: Sendable {
    let homeReceiving: Provision
    let free: Provision
    let roamingCalling: Provision
    let roamingReceiving: Provision
    let roamingAbroad: Provision

    init(_ voice: VoiceTariff, _ maker: ProvisionMaker) {
        self.homeReceiving = maker.make(.homeReceiving, .voice, "tariffs.voice")
        self.free = maker.make(.freeNumber, .voice, "tariffs.voice.freeNumbers")
        self.roamingCalling = maker.make(
            .domesticRoaming, .roaming, "tariffs.voice.domesticRoaming.callingMilliyuan", voice.domesticRoamingCalling)
        self.roamingReceiving = maker.make(
            .domesticRoaming, .roaming, "tariffs.voice.domesticRoaming.receivingMilliyuan",
            voice.domesticRoamingReceiving)
        self.roamingAbroad = maker.make(
            .internationalRoaming, .roaming, "tariffs.voice.internationalRoamingMilliyuan", voice.internationalRoaming)
    }
}

/// Prices of data and hotspots without a plan.
struct DataProvisions: Sendable {
    let standard: Provision
    let freeGateway: Provision
    let campus: Provision
    let otherHotspot: Provision

    init(_ tariffs: Tariffs, _ maker: ProvisionMaker) {
        self.standard = maker.make(
            .standardData, .data, "tariffs.data.stepMilliyuan", tariffs.data.price, step: tariffs.data.step)
        self.freeGateway = maker.make(.freeGateway, .data, "tariffs.data.freeGateways")
        self.campus = maker.make(.wlanMinute, .wlan, "tariffs.wlan.campusMinuteMilliyuan", tariffs.wlan.campusPrice)
        self.otherHotspot = maker.make(
            .wlanMinute, .wlan, "tariffs.wlan.otherMinuteMilliyuan", tariffs.wlan.otherPrice)
    }
}

/// Prices of messages.
struct MessageProvisions: Sendable {
    let domestic: Provision
    let international: Provision
    let multimedia: Provision
    let receivedSMS: Provision
    let receivedMMS: Provision

    init(_ messages: MessageTariff, _ maker: ProvisionMaker) {
        self.domestic = maker.make(
            .domesticMessage, .sms, "tariffs.messages.domesticMilliyuan", messages.domesticPrice)
        self.international = maker.make(
            .internationalMessage, .sms, "tariffs.messages.internationalMilliyuan", messages.internationalPrice)
        self.multimedia = maker.make(
            .multimediaMessage, .mms, "tariffs.messages.multimediaMilliyuan", messages.multimediaPrice)
        self.receivedSMS = maker.make(.receivedMessage, .sms, "tariffs.messages")
        self.receivedMMS = maker.make(.receivedMessage, .mms, "tariffs.messages")
    }
}

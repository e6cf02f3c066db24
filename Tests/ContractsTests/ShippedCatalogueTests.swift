import Contracts
import Foundation
import Testing

@Suite("The catalogue that ships")
struct ShippedCatalogueTests {
    private let catalogue: Catalogue

    private static let shipped = Result { try Self.load([]) }

    init() throws {
        self.catalogue = try Self.shipped.get()
    }

    private static func load(_ profiles: [String]) throws -> Catalogue {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("deploy")
        let zone = try #require(TimeZone(identifier: "Asia/Shanghai"))
        return try CatalogueLoader.load(
            paths: (["catalogue"] + profiles).map { root.appendingPathComponent($0).path },
            calendar: BusinessCalendar(timeZone: zone)
        )
    }

    @Test(
        "has the twelve bundles at their fees: B is 90 % of A (CAT-66)",
        arguments: [
            ("WB-BASIC-A-88", 88_000, 300), ("WB-BASIC-A-158", 158_000, 700), ("WB-BASIC-A-288", 288_000, 1500),
            ("WB-BASIC-B-88", 79_200, 300), ("WB-BASIC-B-158", 142_200, 700), ("WB-BASIC-B-288", 259_200, 1500),
            ("WB-ENH-A-188", 188_000, 500), ("WB-ENH-A-288", 288_000, 1000), ("WB-ENH-A-488", 488_000, 2000),
            ("WB-ENH-B-188", 169_200, 500), ("WB-ENH-B-288", 259_200, 1000), ("WB-ENH-B-488", 439_200, 2000),
        ])
    func bundles(code: String, fee: Int64, minutes: Int64) throws {
        let bundle = try #require(self.catalogue.bundles[code])
        #expect(bundle.monthlyFeeMilliyuan == Milliyuan(fee))
        #expect(bundle.sharedMinutes == minutes)
        #expect(bundle.overageMilliyuan == Milliyuan(150))
        #expect(bundle.effect == .firstOfNextMonth)
        #expect(bundle.isSample)
        #expect(bundle.hasPrivateNetwork)
        let isEnhanced = code.hasPrefix("WB-ENH")
        #expect(bundle.speedMbps == (isEnhanced ? 2 : nil))
        let services = isEnhanced ? ["callerId", "groupRingback"] : ["callerId"]
        #expect(bundle.services == ["fixedLine": services, "mobile2g": services])
        let isB = code.contains("-B-")
        #expect(bundle.floorBundle == (isB ? code.replacingOccurrences(of: "-B-", with: "-A-") : nil))
        #expect(bundle.minimumPlanFee == (isB ? ["mobile3g": .yuan(96)] : [:]))
        if isB, let floor = self.catalogue.bundles[bundle.floorBundle ?? ""] {
            #expect(floor.monthlyFeeMilliyuan.scaled(by: 9, over: 10) == bundle.monthlyFeeMilliyuan)
        }
        #expect(self.catalogue.bundles.count == 12)
    }

    @Test(
        "asks for the members of each edition and plan (CAT-60 to CAT-63)",
        arguments: [
            ("WB-BASIC-A-88", ["fixedLine 1...1", "mobile2g 1...1"], []),
            ("WB-BASIC-B-88", ["fixedLine 1...1", "mobile2g 0...1", "mobile3g 1...1"], []),
            ("WB-ENH-A-288", ["broadband 1...1", "fixedLine 1...1", "mobile2g 1...1"], []),
            (
                "WB-ENH-B-288", ["broadband 1...1", "fixedLine 0...1", "mobile2g 0...1", "mobile3g 1...1"],
                ["fixedLine mobile2g 1...2"]
            ),
        ])
    func members(code: String, members: [String], atLeast: [String]) throws {
        let bundle = try #require(self.catalogue.bundles[code])
        func text(_ requirement: MemberRequirement) -> String {
            "\(requirement.products.sorted().joined(separator: " ")) \(requirement.count)"
        }
        #expect(bundle.members.map(text).sorted() == members)
        #expect(bundle.atLeast.map(text) == atLeast)
    }

    @Test(
        "has every single offer with its price",
        arguments: [
            ("G3-50", 50), ("G3-100", 100), ("G3-200", 200), ("G3-300", 300), ("GPRS-3", 3), ("GPRS-5", 5),
            ("GPRS-10", 10), ("GPRS-20", 20), ("GPRS-50", 50), ("GPRS-100", 100), ("GPRS-200", 200), ("WLAN-10", 10),
            ("WLAN-20", 20), ("WLAN-40", 40), ("SMS-3", 3), ("SMS-6", 6), ("SMS-10", 10), ("FAMILY-5", 5),
            ("VAS-CALLER-ALERT", 3), ("VAS-DOUBLE-DISPLAY", 6), ("VAS-RINGBACK", 5), ("VAS-GROUP-RINGBACK", 5),
            ("VAS-NEWSPAPER", 3), ("VAS-FARM-WEATHER", 2), ("VAS-CARFRIEND-VIP", 10), ("VAS-CARFRIEND", 5),
            ("GL-CMNET-10", 2000), ("GL-CONNECT-10", 3000), ("GPRS-VPN", 1000),
            ("VAS-MMS", 0), ("VAS-GPRS-BAR", 0),
        ])
    func singleOffers(code: String, yuan: Int64) throws {
        let offer = try #require(self.catalogue.singleOffers[code])
        switch offer.content {
        case .plan(let plan): #expect(self.catalogue.plans[plan]?.monthlyFeeMilliyuan == .yuan(yuan))
        case .service(let service): #expect(self.catalogue.services[service]?.monthlyFeeMilliyuan == .yuan(yuan))
        }
        #expect(offer.effect == (code == "FAMILY-5" ? .within24Hours : .immediate))
        #expect(offer.needsConsent == (code == "FAMILY-5"))
        #expect(self.catalogue.singleOffers.count == 33)
    }

    @Test("gives the quotas, thresholds and caps of the rules (CAT-01, CAT-02, CAT-08 to CAT-10, CAT-16, CAT-33)")
    func quotas() {
        let (megabyte, gigabyte) = (Int64(1) << 20, Int64(1) << 30)
        func quota(_ plan: String) -> Int64? { self.catalogue.plans[plan]?.quotas.first?.amount }
        let g3 = ["G3-50": 500 * megabyte, "G3-100": 2 * gigabyte, "G3-200": 5 * gigabyte, "G3-300": 10 * gigabyte]
        for (plan, amount) in g3 {
            #expect(quota(plan) == amount)
            #expect(self.catalogue.plans[plan]?.quotas.first?.thresholds == [50 * megabyte, 20 * megabyte])
            #expect(self.catalogue.plans[plan]?.exclusivePerCustomer == true)
        }
        let gprs = [3: 20, 5: 30, 10: 70, 20: 150, 50: 500, 100: 2048, 200: 5120]
        for (fee, megabytes) in gprs {
            #expect(quota("GPRS-\(fee)") == Int64(megabytes) * megabyte)
            #expect(self.catalogue.plans["GPRS-\(fee)"]?.feeCapMilliyuan == .yuan(500))
            #expect(self.catalogue.plans["GPRS-\(fee)"]?.usageCap == 15 * gigabyte)
            #expect(self.catalogue.plans["GPRS-\(fee)"]?.proration == .halfMonth)
        }
        for (fee, messages) in [3: 50, 6: 100, 10: 150] { #expect(quota("SMS-\(fee)") == Int64(messages)) }
        for (fee, hours) in [10: 40, 20: 100, 40: 250] { #expect(quota("WLAN-\(fee)") == Int64(hours * 60)) }
        for fee in [46, 66, 96, 126, 156, 186, 226, 286] {
            #expect(self.catalogue.plans["3G-\(fee)"]?.monthlyFeeMilliyuan == .yuan(Int64(fee)))
            #expect(self.catalogue.plans["3G-\(fee)"]?.isSample == true)
        }
    }

    @Test(
        "accepts exactly the numbers of each product's format",
        arguments: [
            ("mobile2g", "13109160001", true), ("mobile3g", "1860916000", false), ("mobile2g", "03109160001", false),
            ("fixedLine", "02988881234", true), ("fixedLine", "0298888123", true), ("fixedLine", "029888812", false),
            ("fixedLine", "029888812345", true), ("fixedLine", "0298888123456", false),
            ("fixedLine", "12988881234", false),
            ("broadband", "029B0001", true), ("broadband", "029B0", false), ("broadband", "029B-0001", false),
            ("broadband", "é29B0001", false), ("dataCard", "14712345678", true), ("dataCard", "1471234567890", true),
            ("dataCard", "14712345678901", false), ("mobile2g", "1310916000١", false),
        ])
    func numbers(product: String, number: String, isAccepted: Bool) throws {
        #expect(try #require(self.catalogue.products[product]).numberFormat.accepts(number) == isAccepted)
    }

    @Test(
        "carries out each type by the tasks of its product",
        arguments: [
            ("install", "broadband", ["resource.confirm", "field.install", "aaa.createAccess", "lineTest.run"]),
            ("install", "fixedLine", ["resource.confirm", "field.install", "switch.createSubscriber"]),
            ("install", "mobile2g", ["hlr.createSubscriber", "hlr.setServices"]),
            ("install", "mobile3g", ["hlr.createSubscriber", "hlr.setServices"]),
            ("install", "dataCard", ["hlr.createSubscriber", "hlr.setServices"]),
            ("changePlan", "fixedLine", ["crm.changePlan"]), ("changeSpeed", "broadband", ["aaa.changeSpeed"]),
            ("openVas", "mobile2g", ["vas.open"]), ("changeVas", "fixedLine", ["vas.change"]),
            ("closeVas", "mobile3g", ["vas.close"]), ("assignStaticIp", "broadband", ["aaa.assignStaticIp"]),
            ("joinVpn", "mobile3g", ["vpn.addMember"]), ("leaveVpn", "fixedLine", ["vpn.removeMember"]),
            ("suspend", "fixedLine", ["switch.bar"]), ("suspend", "broadband", ["aaa.bar"]),
            ("resume", "mobile2g", ["hlr.unbar"]), ("bind", "dataCard", ["crm.setPayer", "hlr.setServices"]),
            ("unbind", "dataCard", ["hlr.setServices", "crm.clearPayer"]),
            ("replaceSim", "mobile2g", ["hlr.swapImsi", "testCall.run"]),
            ("reconnect", "mobile3g", ["hlr.unbar", "hlr.setServices", "testCall.run"]),
            ("transferOwnership", "fixedLine", ["crm.transferOwnership"]),
            ("resetPassword", "broadband", ["crm.resetPassword"]),
        ])
    func tasks(type: String, product: String, tasks: [String]) throws {
        let type = try #require(self.catalogue.workOrderType(type, product: product))
        #expect(type.tasks.filter { $0.isNeeded(with: [:]) }.map(\.name) == tasks)
        #expect(type.tasks.filter { $0.kind == .field }.map(\.name) == tasks.filter { $0.hasPrefix("field.") })
        guard !["replaceSim", "resetPassword"].contains(type.type) else {
            // The former card is void, the former password nobody has: there is no way back.
            #expect(type.undoneBy == nil)
            #expect(type.pointsOfNoReturn.refusedFrom == .started)
            return
        }
        let undoneBy = try #require(type.undoneBy)
        #expect(self.catalogue.workOrderType(undoneBy, product: product) != nil)
    }

    @Test(
        "opens functions with what needs them, and closes them on request (PRO-08, PRO-15, PRO-21)",
        arguments: [
            ("openVas", "ringback", ["vas.open"]), ("closeVas", "ringback", ["vas.close"]),
            ("openVas", "mms", ["hlr.openFunctions gprs", "hlr.openFunctions mms"]),
            ("closeVas", "mms", ["hlr.closeFunctions mms"]),
            ("openVas", "mobileNewspaper", ["hlr.openFunctions gprs", "hlr.openFunctions mms", "vas.open"]),
            ("closeVas", "mobileNewspaper", ["vas.close"]),
            ("openVas", "gprsBar", ["hlr.closeFunctions gprs wap"]),
            ("closeVas", "gprsBar", ["hlr.openFunctions gprs wap"]),
        ] as [(String, String, [String])])
    func functions(type: String, service: String, tasks: [String]) throws {
        let type = try #require(self.catalogue.workOrderType(type, product: "mobile2g"))
        let needed = type.tasks.filter { $0.isNeeded(with: ["service": .string(service)]) }
        let names = needed.map { task in
            guard case .array(let functions) = task.parameters["functions"] else { return task.name }
            return ([task.name] + functions.compactMap(\.string)).joined(separator: " ")
        }
        #expect(names == tasks)
        let ofPlan = type.tasks.filter { $0.isNeeded(with: ["plan": "GPRS-5"]) }
        #expect(ofPlan.map(\.name) == [type.type == "openVas" ? "vas.open" : "vas.close"], "a pack is no service")
    }

    @Test("opens the activation APN alone on a new data card, and cmtds alone once it is bound (PRO-01 to PRO-04)")
    func dataCard() throws {
        let tasks = try #require(self.catalogue.workOrderType("install", product: "dataCard")).tasks
        #expect(tasks.map { $0.parameters["open"] } == [.array(["cmlap"]), .array(["cmtds"])])
    }

    @Test(
        "opens cmtds alone where a card is bound, and the activation APN alone where it no longer is (PRO-03, PRO-06)",
        arguments: [("bind", "cmtds", "cmlap"), ("unbind", "cmlap", "cmtds")])
    func binding(type: String, open: String, closed: String) throws {
        let tasks = try #require(self.catalogue.workOrderType(type, product: "dataCard")).tasks
        let services = try #require(tasks.first { $0.name == "hlr.setServices" }).parameters
        #expect(services["open"] == .array([.string(open)]))
        let others = [closed, "cmwap", "cmnet", "sms", "mms", "voice", "internationalRoaming", "payment"]
        #expect(services["closed"] == .array(others.map { .string($0) }))
    }

    @Test("lets field work report itself where the profile says so")
    func selfReporting() throws {
        #expect(self.catalogue.fieldWork == .reported)
        let profiled = try Self.load(["profiles/self-reporting.yaml"])
        #expect(profiled.fieldWork == .selfReporting)
        #expect(profiled.version != self.catalogue.version)
        #expect(profiled.bundles == self.catalogue.bundles)
    }

    @Test("takes the order of the specification's example apart into its eleven work orders (ORD-71 to ORD-75)")
    func example() throws {
        let bundle = try #require(self.catalogue.bundles["WB-ENH-B-288"])
        let rules = try #require(self.catalogue.decompositions[bundle.decomposition])
        let members: [(product: String, existing: Bool, speedDiffers: Bool, services: Set<String>)] = [
            ("broadband", true, true, []), ("fixedLine", true, false, ["callerId"]), ("mobile2g", false, false, []),
            ("mobile3g", true, false, []),
        ]
        let issued = members.map { member in
            rules.filter { rule in
                rule.condition.part == .joining && rule.condition.option == nil
                    && rule.condition.products?.contains(member.product) != false
                    && [nil, member.existing].contains(rule.condition.existing)
                    && [nil, member.speedDiffers].contains(rule.condition.speedDiffers)
                    && rule.condition.privateNetwork != false
            }.flatMap { rule -> [String] in
                let given = bundle.services[member.product] ?? []
                return switch rule.forEach {
                case nil: [rule.type]
                case .missingService?: given.filter { !member.services.contains($0) }.map { "\(rule.type) \($0)" }
                case .presentService?: given.filter(member.services.contains).map { "\(rule.type) \($0)" }
                case .obsoleteService?, .ownService?: []
                }
            }
        }
        #expect(
            issued == [
                ["changePlan", "changeSpeed"],
                ["changePlan", "openVas groupRingback", "changeVas callerId", "joinVpn"],
                ["install", "openVas callerId", "openVas groupRingback", "joinVpn"],
                ["joinVpn"],
            ])
        #expect(issued.joined().count == 11)
    }

    @Test(
        "has the plans outside bundles and the 3G plans at the sample tariffs",
        arguments: [
            ("FX-STD", 20_000, 0, 0, 220, nil), ("2G-STD", 0, 0, 0, 250, nil), ("BB-STD", 98_000, 0, 0, nil, nil),
            ("3G-66", 66_000, 50, 300, 200, 300), ("3G-96", 96_000, 240, 300, 150, 300),
            ("3G-126", 126_000, 320, 400, 150, 300), ("3G-156", 156_000, 420, 500, 150, 300),
            ("G3-50", 50_000, 0, 500, nil, 1000), ("GPRS-5", 5_000, 0, 30, nil, 1000),
        ] as [(String, Int64, Int64, Int64, Int64?, Int64?)])
    func planPrices(
        code: String,
        fee: Int64,
        minutes: Int64,
        megabytes: Int64,
        minutePrice: Int64?,
        megabytePrice: Int64?
    ) throws {
        let plan = try #require(self.catalogue.plans[code])
        #expect(plan.monthlyFeeMilliyuan == Milliyuan(fee))
        #expect(plan.quota(of: .minutes)?.amount ?? 0 == minutes)
        #expect(plan.quota(of: .bytes)?.amount ?? 0 == megabytes << 20)
        #expect(plan.overage(of: .minutes)?.priceMilliyuan == minutePrice.map { Milliyuan($0) })
        #expect(plan.overage(of: .bytes)?.priceMilliyuan == megabytePrice.map { Milliyuan($0) })
        #expect(plan.overage(of: .bytes).map(\.step) == megabytePrice.map { _ in 1 << 20 })
        if plan.kind == .g3 { #expect(plan.feeCapMilliyuan == .yuan(500)) }
    }

    @Test("has the sample tariffs of usage, and every kind of charge among its bill subjects")
    func tariffs() throws {
        let tariffs = try #require(self.catalogue.tariffs)
        #expect(tariffs.voice.freeNumbers.isSuperset(of: ["110", "119", "120", "122", "10010"]))
        #expect(tariffs.voice.accessCodes.filter { $0.informationFee != nil }.map(\.code) == ["12590"])
        let destinations = tariffs.voice.destinations.map { "\($0.prefix) \($0.price?.rawValue ?? 0)" }
        #expect(destinations == ["0086 0", "00852 2000", "00853 2000", "00886 2000", "00 8000"])
        #expect(tariffs.voice.domesticRoamingCalling == Milliyuan(600))
        #expect(tariffs.voice.domesticRoamingReceiving == Milliyuan(400))
        #expect(tariffs.voice.internationalRoaming == Milliyuan(12_000))
        #expect(tariffs.privateNetwork.sharedMinutes == 500)
        #expect(tariffs.privateNetwork.ownMinutes == ["mobile3g": 1000])
        #expect(tariffs.data.price == Milliyuan(10) && tariffs.data.step == 1024)
        #expect(tariffs.data.feeCap == .yuan(500) && tariffs.data.usageCap == 15 << 30)
        #expect(tariffs.wlan.campusPrice == Milliyuan(20) && tariffs.wlan.otherPrice == Milliyuan(50))
        #expect(tariffs.wlan.feeCap == .yuan(500) && tariffs.wlan.usageCap == 40 << 30)
        #expect(tariffs.messages.mostInAnHour == 200 && tariffs.messages.mostInADay == 500)
        #expect(tariffs.highBill == HighBillLimit(factor: 3, bills: 3, minimum: .yuan(200)))
        let g3 = try #require(tariffs.subjects[.g3Data].flatMap { self.catalogue.billSubjects[$0] })
        #expect(g3.path == ["Value-added services", "G3 notebook", "Overage"])
    }

    @Test("tells quota reminders in the morning of the next day, and what is urgent at once (NTF-03, NTF-04, NTF-21)")
    func notifications() throws {
        let rules = try #require(self.catalogue.notifications)
        let quotas = rules.triggers.filter { $0.event == .allowanceLow }
        #expect(quotas.count == 2 && quotas.allSatisfy { $0.hours == "morning" && $0.recipient == .serviceNumber })
        #expect(self.catalogue.tariffs?.usageNoticeDays == [11, 21], "NTF-01")
        #expect(self.catalogue.tariffs?.reminders == Reminders(paymentDays: 3, termDays: 30), "G-53")
        #expect(rules.hours["morning"] == DeliveryHours([.init(from: 8 * 3600, until: 11 * 3600)]))
        #expect(rules.hours["day"] == .day)
        #expect(rules.recipientLimit == RecipientLimit(count: 3, seconds: 86_400))
        let highBill = rules.triggers.filter { $0.event == .accountHighBill }
        #expect(highBill.map(\.priority) == [.urgent])
        for template in rules.templates.values { #expect(template.texts.count == 2, "\(template.code)") }
        #expect(
            self.catalogue.products.filter(\.value.getsTexts).keys.sorted() == ["dataCard", "mobile2g", "mobile3g"])
    }
}

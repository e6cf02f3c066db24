import Contracts
import SeededRandom

/// Draws orders that break no rule, of every offer that ships.
struct RandomOrders {
    var random: SeededGenerator
    private var count = 0

    init(seed: UInt64) { self.random = SeededGenerator(seed: seed) }

    static let bundles =
        ["88", "158", "288"].flatMap { ["WB-BASIC-A-\($0)", "WB-BASIC-B-\($0)"] }
        + ["188", "288", "488"].flatMap { ["WB-ENH-A-\($0)", "WB-ENH-B-\($0)"] }

    static let singles =
        ["G3-50", "G3-100", "G3-200", "G3-300"] + [3, 5, 10, 20, 50, 100, 200].map { "GPRS-\($0)" }
        + ["GL-CMNET-10", "GL-CONNECT-10", "GPRS-VPN"]
        + ["WLAN-10", "WLAN-20", "WLAN-40", "SMS-3", "SMS-6", "SMS-10", "FAMILY-5"]
        + [
            "VAS-CALLER-ALERT", "VAS-DOUBLE-DISPLAY", "VAS-RINGBACK", "VAS-GROUP-RINGBACK", "VAS-NEWSPAPER",
            "VAS-FARM-WEATHER", "VAS-CARFRIEND-VIP", "VAS-CARFRIEND", "VAS-MMS", "VAS-GPRS-BAR",
            "VAS-SMS-BAR", "VAS-CALL-FORWARDING",
        ]

    mutating func next() -> OrderSubmitted {
        self.count += 1
        return Bool.random(using: &self.random) ? self.bundle() : self.single()
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &self.random)]
    }
    private mutating func flip() -> Bool { Bool.random(using: &self.random) }

    private mutating func member(_ ref: String, _ product: String) -> OrderSubmitted.Member {
        let digits =
            String(10_000_000 + self.count) + ref.unicodeScalars.map { String($0.value % 10) }.joined().suffix(2)
        var member = OrderSubmitted.Member(ref: ref, product: product, serviceNumber: "", existing: self.flip())
        switch product {
        case "broadband":
            member.serviceNumber = "BB\(digits)"
            member.speedMbps = self.pick([nil, 1, 2, 4, 8])
        case "fixedLine": member.serviceNumber = "0\(digits)"
        case "dataCard": member.serviceNumber = "14\(digits)"
        case "gprsVpn":
            member.serviceNumber = "VPN\(digits)"
            member.characteristics = ["sdhNode": "near", "circuit": "inMachineRoom"]
            for name in ["routerGre", "routerIpUnnumbered"] {
                member.characteristics?[name] = self.pick(["supported", "lacking"])
            }
            member.characteristics?["routerFastEthernetPorts"] = self.pick(["twoOrMore", "fewer"])
            member.characteristics?["onSiteSupport"] = self.pick([nil, "needed", "notNeeded"])
        case "groupLine":
            member.serviceNumber = "GL\(digits)"
            member.characteristics = [
                "maturity": self.pick(["mature", "immature"]), "coreResources": self.pick(["present", "lacking"]),
                "accessResources": self.pick(["present", "onePointLacking", "severalPointsLacking"]),
            ]
        default: member.serviceNumber = "1\(digits)"
        }
        if product == "mobile3g" { member.plan = self.pick(["3G-96", "3G-126", "3G-286"]) }
        if product == "mobile2g" && self.flip() { member.plan = "2G-28" }
        if member.existing && product != "broadband" && self.flip() {
            member.vas = ["callerId", "groupRingback", "ringback"].shuffled(using: &self.random).dropLast(
                Int.random(in: 0...3, using: &self.random))
        }
        // The end of no number that is drawn here.
        if !member.existing && self.flip() { member.password = "135795" }
        return member
    }

    private mutating func bundle() -> OrderSubmitted {
        let offer = self.pick(Self.bundles)
        var products: [(String, String)] = []
        if offer.contains("ENH") { products.append(("bb", "broadband")) }
        if offer.contains("-A-") {
            products += [("fx", "fixedLine"), ("m2", "mobile2g")]
        } else {
            products.append(("m3", "mobile3g"))
            let fixed = offer.contains("BASIC") || self.flip()
            if fixed { products.append(("fx", "fixedLine")) }
            if !fixed || self.flip() { products.append(("m2", "mobile2g")) }
        }
        var options: [OrderSubmitted.Option] = []
        if offer.contains("ENH") {
            if let speed = self.pick([nil, "BB-SPEED-4M", "BB-SPEED-8M"]) {
                options.append(.init(code: speed, member: "bb"))
            }
            if self.flip() { options.append(.init(code: "BB-STATIC-IP", member: "bb")) }
        }
        for ref in ["t1", "t2", "t3"] where self.flip() {
            let product = self.pick(["fixedLine", "mobile2g", "mobile3g"])
            products.append((ref, product))
            options.append(.init(code: product == "mobile3g" ? "TERMINAL-VPN" : "TERMINAL-SHARED", member: ref))
        }
        let members = products.shuffled(using: &self.random).map { self.member($0.0, $0.1) }
        return OrderSubmitted(
            externalId: "X-\(self.count)",
            channel: self.pick(["counter", "hotline", "web", "mobile", "sms", "accountManager", "system"]),
            customer: .init(
                id: "C\(self.count)", segment: self.pick(["enterprise", "individual"]),
                tier: self.pick([nil, "vip", "gold", "standard"]), identity: .company),
            accountId: self.pick([nil, "A\(self.count)"]),
            offer: offer,
            term: self.pick([nil, "monthly", "annual"]),
            payment: self.pick([nil, "unified"]),
            members: members,
            options: options.isEmpty && self.flip() ? nil : options.shuffled(using: &self.random)
        )
    }

    private mutating func single() -> OrderSubmitted {
        let offer = self.pick(Self.singles)
        var members: [OrderSubmitted.Member]
        switch offer {
        case _ where offer.hasPrefix("G3-"):
            members = [self.member("nb", "dataCard")]
            if self.flip() { members.append(self.member("m2", self.pick(["mobile2g", "mobile3g"]))) }
        case "FAMILY-5":
            members = ["a1", "b2", "c3", "d4"].prefix(Int.random(in: 2...4, using: &self.random)).map {
                self.member($0, self.pick(["mobile2g", "mobile3g"]))
            }
            for index in members.indices.dropFirst() { members[index].consent = true }
        case "GPRS-VPN": members = [self.member("vpn", "gprsVpn")]
        case _ where offer.hasPrefix("GL-"): members = [self.member("gl", "groupLine")]
        case "VAS-CARFRIEND", "VAS-CARFRIEND-VIP": members = [self.member("m2", "mobile2g")]
        case "VAS-GROUP-RINGBACK": members = [self.member("m2", self.pick(["fixedLine", "mobile2g", "mobile3g"]))]
        default: members = [self.member("m2", self.pick(["mobile2g", "mobile3g"]))]
        }
        for index in members.indices {
            members[index].vas = members[index].vas?.filter { $0 == "callerId" }
        }
        return OrderSubmitted(
            externalId: "X-\(self.count)",
            channel: self.pick(["counter", "hotline", "web", "mobile", "sms"]),
            customer: .init(id: "P\(self.count)", segment: "individual", identity: .person),
            offer: offer,
            payment: self.pick([nil, "unified", "individual"]),
            members: members
        )
    }
}

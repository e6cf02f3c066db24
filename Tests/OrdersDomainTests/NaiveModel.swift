import Contracts

/// The specification's decomposition table, read anew: knows the shipped offers by name and nothing of the
/// catalogue or its rules.
enum NaiveModel {
    static func workOrders(of order: OrderSubmitted) -> Set<Essence> {
        var all: Set<Essence> = []
        for member in order.members {
            all.formUnion(
                order.offer.hasPrefix("WB-") ? self.inBundle(member, of: order) : self.single(member, of: order))
        }
        return all
    }

    private static func inBundle(_ member: OrderSubmitted.Member, of order: OrderSubmitted) -> Set<Essence> {
        var found: Set<Essence> = []
        func add(_ type: String, _ service: String? = nil, after: [String]) {
            found.insert(Essence(member: member.ref, type: type, service: service, after: Set(after)))
        }
        var last: String?
        if !member.existing {
            add("install", after: [])
            last = "install"
        } else if member.product != "mobile3g" {
            add("changePlan", after: [])
            last = "changePlan"
        }
        let first = last.map { [$0] } ?? []
        let options = (order.options ?? []).filter { $0.member == member.ref }.map(\.code)
        if member.product == "broadband" {
            let speedOption = options.contains("BB-SPEED-4M") || options.contains("BB-SPEED-8M")
            if member.existing && (member.speedMbps != 2 || speedOption) {
                add("changeSpeed", after: first)
                last = "changeSpeed"
            }
            if options.contains("BB-STATIC-IP") { add("assignStaticIp", after: last.map { [$0] } ?? []) }
            return found
        }
        if member.product == "fixedLine" || member.product == "mobile2g" {
            let given = order.offer.hasPrefix("WB-ENH-") ? ["callerId", "groupRingback"] : ["callerId"]
            for service in given {
                let has = member.existing && (member.vas ?? []).contains(service)
                add(has ? "changeVas" : "openVas", service, after: first)
            }
        }
        add("joinVpn", after: first)
        return found
    }

    private static let services = [
        "VAS-CALLER-ALERT": "callerAlert", "VAS-DOUBLE-DISPLAY": "doubleDisplay", "VAS-RINGBACK": "ringback",
        "VAS-GROUP-RINGBACK": "groupRingback", "VAS-NEWSPAPER": "mobileNewspaper", "VAS-FARM-WEATHER": "farmWeather",
        "VAS-MMS": "mms", "VAS-GPRS-BAR": "gprsBar", "VAS-CARFRIEND-VIP": "carFriendVip", "VAS-CARFRIEND": "carFriend",
        "VAS-SMS-BAR": "smsBar", "VAS-CALL-FORWARDING": "callForwarding",
    ]

    private static func single(_ member: OrderSubmitted.Member, of order: OrderSubmitted) -> Set<Essence> {
        func essence(_ type: String, _ service: String? = nil, after: Set<String> = []) -> Essence {
            Essence(member: member.ref, type: type, service: service, after: after)
        }
        let install: Set<Essence> = member.existing ? [] : [essence("install")]
        if order.offer.hasPrefix("G3-") {
            if member.product != "dataCard" { return install }
            return member.existing ? [essence("bind")] : install
        }
        if order.offer == "GPRS-VPN" { return member.existing ? [] : self.gprsVpn(member) }
        if order.offer.hasPrefix("GL-") { return member.existing ? [] : self.groupLine(member) }
        let open = essence("openVas", self.services[order.offer], after: member.existing ? [] : ["install"])
        return install.union([open])
    }

    /// ORD-97 to ORD-100 and PRO-28 to PRO-30, as they are written.
    private static func groupLine(_ member: OrderSubmitted.Member) -> Set<Essence> {
        var found: Set<Essence> = []
        func add(_ type: String, after: Set<String>) {
            found.insert(Essence(member: member.ref, type: type, service: nil, after: after))
        }
        let said = member.characteristics ?? [:]
        let needsTemplate = said["maturity"] == "immature"
        let (coreLacks, accessLacks) = (said["coreResources"] == "lacking", said["accessResources"] != "present")
        if needsTemplate { add("designSolution", after: []) }
        for type in ["confirmCoreResources", "confirmAccessResources"] {
            add(type, after: needsTemplate ? ["designSolution"] : [])
        }
        if coreLacks { add("constructCore", after: ["confirmCoreResources"]) }
        if accessLacks { add("optimiseAccess", after: ["confirmAccessResources"]) }
        add(
            "install",
            after: [
                coreLacks ? "constructCore" : "confirmCoreResources",
                accessLacks ? "optimiseAccess" : "confirmAccessResources",
            ])
        add("accept", after: ["install"])
        return found
    }

    /// PRO-32 and PRO-33, as they are written.
    private static func gprsVpn(_ member: OrderSubmitted.Member) -> Set<Essence> {
        let said = member.characteristics ?? [:]
        let isReplaced = said["routerGre"] == "lacking" || said["routerFastEthernetPorts"] == "fewer"
        let takesPair = !isReplaced && said["routerIpUnnumbered"] == "lacking"
        let isHelped = said["onSiteSupport"] == "needed"
        let sequence =
            ["openProject", "orderConstruction", "requestCoreData"] + (takesPair ? ["assignAddressPair"] : [])
            + ["configureAccessSwitch", "configureRouter"] + (isHelped ? ["supportOnSite"] : [])
            + ["produceCards", "openVpn", "accept"]
        var found: Set<Essence> = []
        var last: String?
        for type in sequence {
            var after = Set([last].compactMap { $0 })
            if type == "configureRouter", isReplaced { after.insert("procureRouter") }
            found.insert(Essence(member: member.ref, type: type, service: nil, after: after))
            last = type
        }
        if isReplaced {
            found.insert(
                Essence(member: member.ref, type: "procureRouter", service: nil, after: ["openProject"]))
        }
        return found
    }
}

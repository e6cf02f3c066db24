import Contracts
import DomainFixtures
import OrdersDomain

/// Orders for group access lines.
enum GroupLineExamples {
    static let number = "GL0290001"
    static let id = BundleID(rawValue: CountingIdentifiers().next())

    static func line(
        _ action: String = "subscribe",
        _ offer: String = "GL-CMNET-10",
        _ characteristics: [String: String] = [:]
    ) -> OrderSubmitted {
        let surveyed = ["maturity": "mature", "coreResources": "present", "accessResources": "present"]
        var order = OrderSubmitted.single(
            offer,
            [
                .init(
                    ref: "gl", product: "groupLine", serviceNumber: self.number, existing: action != "subscribe",
                    characteristics: action == "release" ? nil : surveyed.merging(characteristics) { $1 })
            ])
        order.action = action
        return order
    }

    /// The line in effect.
    static func facts(_ offer: String = "GL-CMNET-10", product: String = "groupLine") -> Facts {
        Facts(
            lines: [self.number: Line(product: product, plan: offer, customerId: "P1")],
            bundle: CurrentBundle(
                id: self.id, offer: offer, customerId: "P1", accountId: "A1",
                members: [.init(ref: "gl", product: product, serviceNumber: self.number, role: .included)],
                isSingle: true))
    }

    /// A GPRS-VPN for which everything is there.
    static func vpn(_ action: String = "subscribe", _ characteristics: [String: String] = [:]) -> OrderSubmitted {
        let ready = [
            "sdhNode": "near", "circuit": "inMachineRoom", "routerGre": "supported",
            "routerFastEthernetPorts": "twoOrMore", "routerIpUnnumbered": "supported",
        ]
        var order = OrderSubmitted.single(
            "GPRS-VPN",
            [
                .init(
                    ref: "vpn", product: "gprsVpn", serviceNumber: self.number, existing: action != "subscribe",
                    characteristics: action == "release" ? nil : ready.merging(characteristics) { $1 })
            ])
        order.action = action
        return order
    }

    typealias Example = RejectionTests.Example

    static let all: [Example] = [
        Example(
            "A line across cities (ORD-101)", "PRECONDITION_NOT_MET /members/0/characteristics/scope",
            order: line("subscribe", "GL-CMNET-10", ["scope": "crossCity"])),
        Example(
            "A line that is moved across provinces (ORD-101)",
            "PRECONDITION_NOT_MET /members/0/characteristics/scope",
            order: line("change", "GL-CMNET-10", ["scope": "crossProvince"]), facts: facts()),
        Example(
            "A line of which nothing is said", "MALFORMED /members/0/characteristics/maturity",
            "MALFORMED /members/0/characteristics/coreResources",
            "MALFORMED /members/0/characteristics/accessResources",
            order: with(line()) { $0.members[0].characteristics = nil }),
        Example(
            "A line of which there is no such word", "MALFORMED /members/0/characteristics/coreResources",
            order: line("subscribe", "GL-CMNET-10", ["coreResources": "plenty"])),
        Example(
            "A line of which more is said than there is", "MALFORMED /members/0/characteristics",
            order: line("subscribe", "GL-CMNET-10", ["colour": "red"])),
        Example(
            "A mobile of which something is said", "MALFORMED /members/0/characteristics",
            order: with(.single("GPRS-5")) { $0.members[0].characteristics = ["scope": "local"] }),
        Example(
            "A second line of one number", "EXCLUSIVE_PLAN /members/0",
            order: with(line()) { $0.members[0].existing = true }, facts: with(facts()) { $0.bundle = nil }),
        Example(
            "A stop of a line that there is not", "NOT_FOUND /members", order: line("release"), facts: Facts()),
        Example(
            "A GPRS-VPN without node and circuit (PRO-33)", "PRECONDITION_NOT_MET /members/0/characteristics/sdhNode",
            "PRECONDITION_NOT_MET /members/0/characteristics/circuit",
            order: vpn("subscribe", ["sdhNode": "far", "circuit": "absent"])),
        Example(
            "A GPRS-VPN that is to be adjusted", "NOT_ALLOWED_IN_STATE /offer", order: vpn("change"),
            facts: facts("GPRS-VPN", product: "gprsVpn")),
        Example(
            "An adjustment of another customer's line", "NOT_FOUND /members", order: line("change"),
            facts: with(facts()) { $0.bundle?.customerId = "P9" }),
    ]
}

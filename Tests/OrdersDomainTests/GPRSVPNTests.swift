import Contracts
import DomainFixtures
import OrdersDomain
import Testing

@Suite("GPRS-VPN")
struct GPRSVPNTests {
    private func plan(_ order: OrderSubmitted, given facts: Facts = Facts()) throws -> [Essence] {
        let catalogue = try Shipped.catalogue()
        let valid = try validate(order, by: catalogue, given: facts)
        return Essence.all(decompose(valid, by: catalogue, accountId: "A", identifiers: CountingIdentifiers()))
    }

    /// One after the other, as PRO-32 has it.
    private static let sequence = [
        "openProject", "orderConstruction", "requestCoreData", "configureAccessSwitch", "configureRouter",
        "produceCards", "openVpn", "accept",
    ]

    @Test("Where everything is there, it is built step by step, from project to acceptance (PRO-32)")
    func sequence() throws {
        let plan = try self.plan(GroupLineExamples.vpn())
        #expect(plan.map(\.type) == Self.sequence)
        #expect(plan.map(\.after) == [[]] + Self.sequence.dropLast().map { [$0] })
    }

    @Test(
        "A router without GRE, or with too few ports, is replaced while the line is built (PRO-33)",
        arguments: [
            ["routerGre": "lacking"], ["routerFastEthernetPorts": "fewer"],
            ["routerGre": "lacking", "routerFastEthernetPorts": "fewer", "routerIpUnnumbered": "lacking"],
        ])
    func router(characteristics: [String: String]) throws {
        let plan = try self.plan(GroupLineExamples.vpn("subscribe", characteristics))
        #expect(Set(plan.map(\.type)) == Set(Self.sequence + ["procureRouter"]))
        #expect(plan.count == Self.sequence.count + 1)
        #expect(plan.first { $0.type == "procureRouter" }?.after == ["openProject"])
        #expect(plan.first { $0.type == "configureRouter" }?.after == ["configureAccessSwitch", "procureRouter"])
    }

    @Test(
        "Without IP unnumbered it takes a pair of addresses; on-site support comes where it is needed (PRO-32, PRO-33)")
    func extras() throws {
        let plan = try self.plan(
            GroupLineExamples.vpn("subscribe", ["routerIpUnnumbered": "lacking", "onSiteSupport": "needed"]))
        #expect(plan.count == Self.sequence.count + 2)
        #expect(plan.first { $0.type == "assignAddressPair" }?.after == ["requestCoreData"])
        #expect(plan.first { $0.type == "configureAccessSwitch" }?.after == ["assignAddressPair"])
        #expect(plan.first { $0.type == "supportOnSite" }?.after == ["configureRouter"])
        #expect(plan.first { $0.type == "produceCards" }?.after == ["supportOnSite"])
    }

    @Test("It is taken down in reverse, and its line ends")
    func stop() throws {
        let facts = GroupLineExamples.facts("GPRS-VPN", product: "gprsVpn")
        let plan = try self.plan(GroupLineExamples.vpn("release"), given: facts)
        #expect(plan.map(\.type) == ["closeVpn", "clearRouter", "clearAccessSwitch", "withdrawCoreData"])
        #expect(plan.map(\.after) == [[], ["closeVpn"], ["clearRouter"], ["clearAccessSwitch"]])
    }

    @Test("What the network was told is taken back by a type of its own; what people did is not")
    func compensation() throws {
        let catalogue = try Shipped.catalogue()
        for (type, undoing) in [
            ("requestCoreData", "withdrawCoreData"), ("assignAddressPair", "releaseAddressPair"),
            ("configureAccessSwitch", "clearAccessSwitch"), ("configureRouter", "clearRouter"),
            ("openVpn", "closeVpn"), ("openProject", nil), ("produceCards", nil), ("procureRouter", nil),
        ] {
            #expect(catalogue.workOrderType(type, product: "gprsVpn")?.undoneBy == undoing, "\(type)")
        }
    }
}

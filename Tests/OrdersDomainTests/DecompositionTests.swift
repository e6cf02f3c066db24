import Contracts
import DomainFixtures
import OrdersDomain
import Testing

@Suite("Decomposition")
struct DecompositionTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var order: OrderSubmitted
        /// `member type service after …`, in order.
        var expected: [String]
    }

    static let examples: [Example] = [
        Example(
            testDescription: "WB-ENH-B-288 with three existing members gives the specification's eleven work orders",
            order: .enhancedB288(),
            expected: [
                "bb changePlan after []",
                "bb changeSpeed after [\"changePlan\"]",
                "fx changePlan after []",
                "fx openVas groupRingback after [\"changePlan\"]",
                "fx changeVas callerId after [\"changePlan\"]",
                "fx joinVpn after [\"changePlan\"]",
                "m2 install after []",
                "m2 openVas callerId after [\"install\"]",
                "m2 openVas groupRingback after [\"install\"]",
                "m2 joinVpn after [\"install\"]",
                "m3 joinVpn after []",
            ]
        ),
        Example(
            testDescription: "A static address waits for the broadband's last work order only",
            order: with(.enhancedB288()) {
                $0.members.removeSubrange(1...1)
                $0.options = [.init(code: "BB-STATIC-IP", member: "bb"), .init(code: "BB-SPEED-4M", member: "bb")]
            },
            expected: [
                "bb changePlan after []",
                "bb changeSpeed after [\"changePlan\"]",
                "bb assignStaticIp after [\"changeSpeed\"]",
                "m2 install after []",
                "m2 openVas callerId after [\"install\"]",
                "m2 openVas groupRingback after [\"install\"]",
                "m2 joinVpn after [\"install\"]",
                "m3 joinVpn after []",
            ]
        ),
        Example(
            testDescription: "Broadband that has the bundle's speed keeps it",
            order: with(.enhancedB288()) {
                $0.members[0].speedMbps = 2
                $0.members.removeSubrange(1...1)
                $0.options = [.init(code: "BB-STATIC-IP")]
            },
            expected: [
                "bb changePlan after []",
                "bb assignStaticIp after [\"changePlan\"]",
                "m2 install after []",
                "m2 openVas callerId after [\"install\"]",
                "m2 openVas groupRingback after [\"install\"]",
                "m2 joinVpn after [\"install\"]",
                "m3 joinVpn after []",
            ]
        ),
        Example(
            testDescription: "A terminal in the private network only joins it",
            order: with(.enhancedB288()) {
                $0.offer = "WB-BASIC-B-158"
                $0.members.removeAll { $0.ref == "bb" || $0.ref == "m2" }
                $0.members.append(
                    .init(ref: "t1", product: "mobile3g", serviceNumber: "18609160003", existing: true, plan: "3G-46"))
                $0.options = [.init(code: "TERMINAL-VPN", member: "t1")]
            },
            expected: [
                "fx changePlan after []",
                "fx changeVas callerId after [\"changePlan\"]",
                "fx joinVpn after [\"changePlan\"]",
                "m3 joinVpn after []",
                "t1 joinVpn after []",
            ]
        ),
        Example(
            testDescription: "A value-added service for one line is one work order",
            order: .single("VAS-CALLER-ALERT"),
            expected: ["m openVas callerAlert after []"]
        ),
    ]

    @Test("Examples", arguments: Self.examples)
    func example(_ example: Example) throws {
        let catalogue = try Shipped.catalogue()
        let valid = try validate(example.order, by: catalogue, given: Facts())
        let workOrders = decompose(valid, by: catalogue, accountId: "A1", identifiers: CountingIdentifiers())
        #expect(Essence.all(workOrders).map(\.description) == example.expected)
    }

    @Test("A broadband installation carries its speed, a change the former one too (ORD-72)")
    func speeds() throws {
        let catalogue = try Shipped.catalogue()
        var order = OrderSubmitted.enhancedB288()
        order.options = [.init(code: "BB-SPEED-8M", member: "bb")]
        var workOrders = try self.decomposed(order, by: catalogue)
        let change = try #require(workOrders.first { $0.type == "changeSpeed" })
        #expect(change.parameters == ["formerSpeedMbps": 1, "speedMbps": 8])
        order.members[0].existing = false
        workOrders = try self.decomposed(order, by: catalogue)
        #expect(workOrders.first?.parameters["speedMbps"] == 8)
    }

    @Test("What the operator knows of a line wins over what the channel says")
    func knownLine() throws {
        let catalogue = try Shipped.catalogue()
        let facts = Facts(lines: [
            "029B0001": Line(product: "broadband", speedMbps: 2),
            "02988881234": Line(product: "fixedLine", plan: "FX-48", services: ["groupRingback"]),
        ])
        let workOrders = try self.decomposed(.enhancedB288(), by: catalogue, facts)
        #expect(!workOrders.contains { $0.type == "changeSpeed" })
        #expect(workOrders.filter { $0.memberRef == "fx" && $0.type == "changeVas" }.count == 2)
        let change = try #require(workOrders.first { $0.memberRef == "fx" && $0.type == "changePlan" })
        #expect(change.parameters["formerPlan"] == "FX-48")
    }

    private func decomposed(
        _ order: OrderSubmitted, by catalogue: Catalogue, _ facts: Facts = Facts()
    ) throws -> [WorkOrder] {
        let valid = try validate(order, by: catalogue, given: facts)
        return decompose(valid, by: catalogue, accountId: "A1", identifiers: CountingIdentifiers())
    }
}

func with<Value>(_ value: Value, _ change: (inout Value) -> Void) -> Value {
    var value = value
    change(&value)
    return value
}

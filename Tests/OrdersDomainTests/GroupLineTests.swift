import Contracts
import DomainFixtures
import OrdersDomain
import Testing

@Suite("Group access lines")
struct GroupLineTests {
    /// `type target [before]`, in order; targets that are not of working days are left out.
    private func plan(_ order: OrderSubmitted, given facts: Facts = Facts()) throws -> [String] {
        let catalogue = try Shipped.catalogue()
        let valid = try validate(order, by: catalogue, given: facts)
        let works = decompose(valid, by: catalogue, accountId: "A", identifiers: CountingIdentifiers())
        let names = Dictionary(uniqueKeysWithValues: works.map { ($0.id, $0.type) })
        let day = catalogue.workingCalendar.closesAtSecond - catalogue.workingCalendar.opensAtSecond
        return works.map { work in
            let target = work.target.counting == .working ? " \(work.target.seconds / day)" : ""
            return "\(work.type)\(target) \(work.dependsOn.compactMap { names[$0] }.sorted().joined(separator: "+"))"
        }.map { $0.trimmingSpaces }
    }

    struct Example: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var characteristics: [String: String]
        var expected: [String]
    }

    static let examples = [
        Example(
            testDescription: "A mature product with all resources: two working days each (ORD-98, PRO-28)",
            characteristics: [:],
            expected: [
                "confirmCoreResources 2", "confirmAccessResources 2",
                "install 5 confirmAccessResources+confirmCoreResources", "accept 2 install",
            ]),
        Example(
            testDescription: "An immature one waits for its solution template: three working days (ORD-99, ORD-100)",
            characteristics: ["maturity": "immature"],
            expected: [
                "designSolution 3", "confirmCoreResources 2 designSolution", "confirmAccessResources 2 designSolution",
                "install 5 confirmAccessResources+confirmCoreResources", "accept 2 install",
            ]),
        Example(
            testDescription: "Core resources that are lacking: three working days, and construction (PRO-29)",
            characteristics: ["coreResources": "lacking"],
            expected: [
                "confirmCoreResources 3", "confirmAccessResources 2", "constructCore 20 confirmCoreResources",
                "install 5 confirmAccessResources+constructCore", "accept 2 install",
            ]),
        Example(
            testDescription: "One access point to be optimised: two working days (PRO-30)",
            characteristics: ["accessResources": "onePointLacking"],
            expected: [
                "confirmCoreResources 2", "confirmAccessResources 2", "optimiseAccess 5 confirmAccessResources",
                "install 5 confirmCoreResources+optimiseAccess", "accept 2 install",
            ]),
        Example(
            testDescription: "Everything is lacking, access at several points: five working days (PRO-30, G-22)",
            characteristics: [
                "maturity": "immature", "coreResources": "lacking", "accessResources": "severalPointsLacking",
            ],
            expected: [
                "designSolution 3", "confirmCoreResources 3 designSolution", "confirmAccessResources 5 designSolution",
                "constructCore 20 confirmCoreResources", "optimiseAccess 5 confirmAccessResources",
                "install 5 constructCore+optimiseAccess", "accept 2 install",
            ]),
    ]

    @Test("A line that is added is one sequence of work, and none besides", arguments: Self.examples)
    func add(_ example: Example) throws {
        let order = GroupLineExamples.line("subscribe", "GL-CONNECT-10", example.characteristics)
        #expect(try self.plan(order) == example.expected)
    }

    @Test("A line that is stopped is dismantled, and gives its resources back; it ends at once (ORD-97)")
    func stop() throws {
        let order = GroupLineExamples.line("release")
        #expect(
            try self.plan(order, given: GroupLineExamples.facts()) == ["dismantle 3", "releaseResources dismantle"])
        let valid = try validate(order, by: Shipped.catalogue(), given: GroupLineExamples.facts())
        #expect(valid.members.map(\.closesLine) == [true])
        #expect(valid.effect == .immediate)
    }

    @Test(
        "A line that is adjusted is stopped, then added, to the same plan or another (ORD-97)", arguments: Self.examples
    )
    func adjust(_ example: Example) throws {
        let stopped = ["dismantle 3", "releaseResources dismantle"]
        let added = example.expected.map { $0.last?.isNumber == true ? $0 + " releaseResources" : $0 }
        for offer in ["GL-CMNET-10", "GL-CONNECT-10"] {
            let order = GroupLineExamples.line("change", offer, example.characteristics)
            #expect(try self.plan(order, given: GroupLineExamples.facts()) == stopped + added)
        }
    }

    @Test("A line of before is taken over as stated, with nothing to be done")
    func takenOver() throws {
        var order = GroupLineExamples.line()
        order.members[0].existing = true
        order.members[0].characteristics = nil
        #expect(try self.plan(order) == [])
    }

    @Test("What people are told says what is lacking, and how the line is to be reached (PRO-34)")
    func parameters() throws {
        let catalogue = try Shipped.catalogue()
        let order = GroupLineExamples.line(
            "subscribe", "GL-CMNET-10", ["coreResources": "lacking", "accessTechnology": "onuOlt"])
        let valid = try validate(order, by: catalogue, given: Facts())
        let works = decompose(valid, by: catalogue, accountId: "A", identifiers: CountingIdentifiers())
        func parameters(_ type: String) -> JSONObject? { works.first { $0.type == type }?.parameters }
        #expect(parameters("confirmCoreResources") == ["segment": "core", "resources": "lacking"])
        #expect(parameters("install")?["accessTechnology"] == "onuOlt")
        let plain = try validate(GroupLineExamples.line(), by: catalogue, given: Facts())
        let others = decompose(plain, by: catalogue, accountId: "A", identifiers: CountingIdentifiers())
        #expect(others.first { $0.type == "install" }?.parameters == ["plan": "GL-CMNET-10"])
    }

    @Test(
        "Undoing gives resources back and dismantles; construction stays, and is charged; acceptance is the end of it")
    func compensation() throws {
        let catalogue = try Shipped.catalogue()
        func type(_ name: String) -> WorkOrderType? { catalogue.workOrderType(name, product: "groupLine") }
        #expect(type("install")?.undoneBy == "dismantle")
        #expect(type("confirmCoreResources")?.undoneBy == "releaseResources")
        #expect(type("confirmAccessResources")?.undoneBy == "releaseResources")
        #expect(type("constructCore")?.undoneBy == nil)
        #expect(type("constructCore")?.pointsOfNoReturn.chargedFrom == .started)
        #expect(type("accept")?.pointsOfNoReturn.refusedFrom == .completed)
    }
}

extension String {
    fileprivate var trimmingSpaces: String { self.hasSuffix(" ") ? String(self.dropLast()) : self }
}

import Contracts
import DomainFixtures
import OrdersDomain
import Testing

@Suite("Orders about lines that there are")
struct LineOrderTests {
    private typealias Examples = SingleOfferExamples

    private func taken(
        _ order: OrderSubmitted, given facts: Facts = Facts()
    ) throws -> (valid: ValidOrder, workOrders: [WorkOrder]) {
        let catalogue = try Shipped.catalogue()
        let valid = try validate(order, by: catalogue, given: facts)
        return (valid, decompose(valid, by: catalogue, accountId: "A", identifiers: CountingIdentifiers()))
    }

    @Test("A new card is one work order, which names the card and why, and is in effect at once (PRO-22)")
    func replaceSim() throws {
        let order = Examples.replaceSim()
        let suspended = Line(product: "mobile2g", state: .suspended, customerId: "P1")
        for lines in [[:], ["13109160009": suspended]] {
            let (valid, works) = try self.taken(order, given: Facts(lines: lines))
            #expect(works.map(\.type) == ["replaceSim"])
            #expect(works.first?.parameters == ["newCardNumber": "89860012345678901234", "cause": "lost"])
            #expect(valid.effect == .immediate)
            #expect(valid.kind == "replaceSim")
        }
    }

    @Test("A card that there is already is bound to the number that pays; a new one is installed (ORD-51, PRO-03)")
    func bind() throws {
        var order = Examples.order("subscribe", "G3-50")
        #expect(try self.taken(order).workOrders.map(\.type) == ["bind"])
        order.members.append(.init(ref: "m", product: "mobile2g", serviceNumber: Examples.payer, existing: true))
        let (valid, works) = try self.taken(order)
        #expect(works.map { "\($0.memberRef) \($0.type)" } == ["nb bind"])
        #expect(works.first?.parameters["boundNumber"] == .string(Examples.payer))
        #expect(valid.effect == .immediate)
        order.members[0].existing = false
        #expect(try self.taken(order).workOrders.map { "\($0.memberRef) \($0.type)" } == ["nb install"])
    }

    @Test("The end of a G3 plan unbinds the card, and counts from the next month (PRO-06, ORD-52, G-07)")
    func unbind() throws {
        let (valid, works) = try self.taken(Examples.order("release", "G3-50"), given: Examples.facts())
        #expect(works.map { "\($0.memberRef) \($0.type)" } == ["nb unbind"])
        #expect(works.first?.parameters["boundNumber"] == .string(Examples.payer))
        #expect(valid.members.map(\.serviceNumber) == [Examples.card, Examples.payer], "it ends for all")
        #expect(valid.members.allSatisfy { $0.part == .leaving && !$0.closesLine })
        #expect(valid.effect == .firstOfNextMonth)
        #expect(valid.kind == "singleRelease")
    }

    @Test("A data plan of another size takes the place of the one in effect, from the next month (ORD-52)")
    func changePlan() throws {
        let (valid, works) = try self.taken(Examples.order("change", "G3-100"), given: Examples.facts())
        #expect(works.map { "\($0.memberRef) \($0.type)" } == ["nb changePlan"])
        #expect(works.first?.parameters == ["formerPlan": "G3-50", "plan": "G3-100"])
        #expect(valid.effect == .firstOfNextMonth)
        #expect(valid.kind == "single")
        #expect(valid.members.first?.extraPlan == "G3-100")
    }

    @Test(
        "What a single offer opened is closed with it (CAT-12, PRO-07)",
        arguments: [
            ("VAS-CALLER-ALERT", ["callerAlert"], EffectPolicy.immediate), ("GPRS-5", [], .firstOfNextMonth),
            ("FAMILY-5", [], .within24Hours),
        ])
    func close(offer: String, services: [String], effect: EffectPolicy) throws {
        let current = CurrentBundle(
            id: Examples.id, offer: offer, customerId: "P1", accountId: "A1",
            members: [
                .init(
                    ref: "m", product: "mobile2g", serviceNumber: Examples.payer, role: .included,
                    givenServices: services)
            ], isSingle: true)
        let line = Line(product: "mobile2g", services: Set(services), customerId: "P1")
        var order = OrderSubmitted.single(offer)
        order.action = "release"
        let (valid, works) = try self.taken(order, given: Facts(lines: [Examples.payer: line], bundle: current))
        #expect(works.map(\.type) == ["closeVas"])
        #expect(works.first?.parameters[services.isEmpty ? "plan" : "service"]?.string == services.first ?? offer)
        #expect(valid.effect == effect)
    }

}

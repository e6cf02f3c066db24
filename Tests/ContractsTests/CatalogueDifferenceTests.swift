import Contracts
import Foundation
import Testing

@Suite("What two catalogues differ in")
struct CatalogueDifferenceTests {
    private func difference(_ change: (inout Catalogue) throws -> Void) throws -> CatalogueDifference {
        let former = try SmallCatalogue.load(SmallCatalogue.text)
        var latter = former
        latter.version = "next"
        try change(&latter)
        return CatalogueDifference(from: former, to: latter)
    }

    @Test("Nothing, where only comments differ")
    func nothing() throws {
        let former = try SmallCatalogue.load(SmallCatalogue.text)
        let latter = try SmallCatalogue.load(SmallCatalogue.text + "# more\n")
        let difference = CatalogueDifference(from: former, to: latter)
        #expect(difference.items.isEmpty)
        #expect(difference.from != difference.to)
    }

    @Test("What is added, removed and changed, by kind and code, with the properties that changed")
    func changes() throws {
        let difference = try self.difference { catalogue in
            catalogue.plans["P-NEW"] = catalogue.plans["P-96"]
            catalogue.options["MORE"] = nil
            catalogue.plans["P-96"]?.monthlyFeeMilliyuan = .yuan(99)
            catalogue.workOrderTypes["install"]?["any"]?.target.seconds += 60
            catalogue.fieldWork = .selfReporting
        }
        let items = difference.items.map { "\($0.change) \($0.kind) \($0.code)" }
        #expect(
            items == [
                "changed plan P-96", "added plan P-NEW", "removed option MORE", "changed workOrderType install any",
                "changed setting fieldWork",
            ])
        let plan = try #require(difference.items.first?.fields)
        #expect(plan.map(\.name) == ["monthlyFeeMilliyuan"])
        #expect(plan.first?.from != plan.first?.to)
        let type = try #require(difference.items.first { $0.kind == "workOrderType" }?.fields)
        #expect(type.map(\.name) == ["target"])
        #expect(difference.items.last?.fields == [.init(name: "value", from: "reported", to: "selfReporting")])
    }

    @Test("Of a list of rules, the one that was put between the others and no other")
    func rules() throws {
        let difference = try self.difference { catalogue in
            let rules = try #require(catalogue.decompositions["taking"])
            var rule = try #require(rules.first)
            rule.type = "another"
            catalogue.decompositions["taking"]?.insert(rule, at: 0)
        }
        let fields = try #require(difference.items.first?.fields)
        #expect(difference.items.map(\.kind) == ["decomposition"])
        #expect(fields.map(\.name) == ["[0]"])
        #expect(fields.first?.from == nil)
        #expect(fields.first?.to?.contains("another") == true)
    }
}

import Contracts
import Foundation
import Testing

@Suite("The tariffs of a catalogue")
struct TariffTests {
    @Test("are read whole, with a list of prices beyond a plan's quotas, and unlimited minutes as none")
    func whole() throws {
        let catalogue = try SmallCatalogue.load(SmallTariffs.text)
        let tariffs = try #require(catalogue.tariffs)
        #expect(catalogue.billSubjects["all"]?.path == ["One", "Two", "Three"])
        #expect(tariffs.voice.accessCodes.map(\.length) == [5, 10])
        #expect(tariffs.voice.accessCodes.first?.informationFee == Milliyuan(2000))
        #expect(tariffs.voice.destinations.map(\.price) == [nil, Milliyuan(8000)])
        #expect(tariffs.privateNetwork.sharedMinutes == nil)
        #expect(tariffs.privateNetwork.ownMinutes == ["mobile": 1000])
        #expect(tariffs.networks["V"]?.minutePrice == Milliyuan(100))
        #expect(tariffs.data.usageCap == 15 << 30)
        #expect(tariffs.subjects.count == ChargeKind.allCases.count)
        #expect(catalogue.plans["P-96"]?.overage(of: .bytes)?.step == 1 << 20)
        #expect(catalogue.plans["L-STD"]?.overage(of: .minutes)?.priceMilliyuan == Milliyuan(220))
    }

    @Test("may be left out: a catalogue older than rating still serves the orders that began on it")
    func absent() throws {
        #expect(try SmallCatalogue.load(SmallCatalogue.text).tariffs == nil)
    }

    @Test("are refused with file, line and message", arguments: Self.broken)
    func mistakes(spoilt: Spoilt) throws {
        let range = try #require(SmallTariffs.text.range(of: spoilt.old), "the old text is there")
        let text = SmallTariffs.text.replacingCharacters(in: range, with: spoilt.new)
        let error = try #require(throws: CatalogueErrors.self) { try SmallCatalogue.load(text) }
        let mistake = try #require(
            error.mistakes.first { $0.message == spoilt.message }, "\(spoilt.message) is not among \(error)")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let marked = try #require(lines.firstIndex { $0.contains("# here") })
        #expect(mistake.description == "c.yaml:\(marked + 1): \(spoilt.message)")
    }

    static let broken = [
        Spoilt("path: [One, Two, Three] }", "path: [One, Two] } # here", "`path` takes 3 levels, not 2"),
        Spoilt("optionFee: all", "optionFee: none # here", "there is no bill subject 'none'"),
        Spoilt("line: L-STD, mobile: L-STD }", "line: L-ST, mobile: L-STD } # here", "there is no plan 'L-ST'"),
        Spoilt(
            "line: L-STD, mobile: L-STD }", "line: P-96, mobile: L-STD } # here",
            "`standardPlans`: 'P-96' is no plan for line"),
        Spoilt(
            "line: L-STD, mobile: L-STD }", "mobile: L-STD } # here",
            "`standardPlans` has none for line, which carries calls"),
        Spoilt("roamers: [mobile]", "roamers: [moble] # here", "there is no product 'moble'"),
        Spoilt("mostBytes: 1 GB,", "mostBytes: 2000 GB, # here\n     ", "`mostBytes` may be at most 1024 GB"),
        Spoilt(
            "freeNumbers: [110, 10010]", "freeNumbers: [110, a] # here", "`freeNumbers` takes up to 20 digits, not 'a'"),
        Spoilt("freeNumbers: [110, 10010]", "freeNumbers: [110, 110] # here", "`freeNumbers` names one number twice"),
        Spoilt(
            "- { code: 12590, informationFeeMilliyuan: 2000 }", "- { code: 13109160001 } # here",
            "an access code is of three to six digits and begins with 1 or 9, or begins with 400 and has `length: 10`"),
        Spoilt(
            "- { code: 12590, informationFeeMilliyuan: 2000 }",
            "- { code: 12590, informationFeeMilliyuan: 1000001 } # here",
            "`informationFeeMilliyuan` is 1000001; it may be 0 to 1000000"),
        Spoilt(
            "prefixes: [\"0086\"], domestic: true }", "prefixes: [\"0086\"] } # here",
            "a destination has either `domestic: true` or a `minuteMilliyuan`"),
        Spoilt(
            "destinations:\n", "destinations:\n      - { prefixes: [\"00\"], domestic: true } # here\n",
            "`destinations` has one prefix twice"),
        Spoilt(
            "sharingProducts: [line],", "sharingProducts: [mobile], # here\n     ",
            "'mobile' has both shared minutes and its own"),
        Spoilt("step: 1 KB, fee", "step: 0, # here\n      fee", "`step` is nothing"),
        Spoilt("mostInADay: 500", "mostInADay: 100 # here", "`mostInADay` is below `mostInAnHour`"),
        Spoilt("factor: 3,", "factor: 0, # here\n     ", "`factor` is 0; it may be 1 to 100"),
        Spoilt(
            "parts: [{ partner: a, percent: 60 }", "parts: [{ partner: a, percent: 50 } # here\n      ",
            "`parts` are 90 % together, not 100"),
    ]

    @Test("name a plan of a line that has no price of a minute, and one with data that has no price beyond it")
    func plansWithoutPrice() throws {
        func messages(without price: String) throws -> [String] {
            let text = SmallTariffs.text.replacingOccurrences(of: price, with: "")
            return try #require(throws: CatalogueErrors.self) { try SmallCatalogue.load(text) }.mistakes.map(\.message)
        }
        #expect(
            try messages(without: "    overage: { unit: minutes, step: 1, priceMilliyuan: 220 }\n") == [
                "`standardPlans`: 'L-STD' has no price of a minute",
                "plan 'L-STD' has no price of a minute: `overage`",
            ])
        let data =
            "    overage:\n      - { unit: bytes, step: 1 MB, priceMilliyuan: 1000 }\n    feeCapMilliyuan: 500000\n"
        #expect(try messages(without: data) == ["plan 'P-96' has no price beyond its data: `overage`"])
    }

    @Test("are compared part by part")
    func difference() throws {
        let former = try SmallCatalogue.load(SmallTariffs.text)
        var latter = former
        latter.tariffs?.voice.internationalRoaming = Milliyuan(13_000)
        latter.tariffs?.standardPlans["line"] = "P-96"
        latter.tariffs?.networks["W"] = NetworkTariff(code: "W", name: "W", minutePrice: .zero)
        latter.billSubjects["all"]?.path[2] = "Four"
        let difference = CatalogueDifference(from: former, to: latter)
        #expect(
            difference.items.map { "\($0.change) \($0.kind) \($0.code)" } == [
                "changed billSubject all", "changed tariff standardPlans", "changed tariff voice", "added network W",
            ])
        #expect(difference.items[1].fields == [.init(name: "line", from: "L-STD", to: "P-96")])
        #expect(difference.items[2].fields?.map(\.name) == ["internationalRoaming"])
        #expect(CatalogueDifference(from: former, to: former).items.isEmpty)
    }
}

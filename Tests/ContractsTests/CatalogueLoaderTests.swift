import Contracts
import Foundation
import Testing

@Suite("The catalogue loader")
struct CatalogueLoaderTests {
    @Test("reads every part of a catalogue")
    func parts() throws {
        let catalogue = try SmallCatalogue.load(SmallCatalogue.text)
        let plan = try #require(catalogue.plans["P-96"])
        #expect(plan.quotas == [.init(unit: .bytes, amount: 524_288_000, thresholds: [52_428_800, 20_971_520])])
        #expect(plan.overages == [.init(unit: .bytes, step: 1_048_576, priceMilliyuan: .yuan(1))])
        #expect(plan.usageCap == 15 << 30)
        #expect(catalogue.products["line"]?.numberFormat.length == 10...12)
        #expect(catalogue.bundles["B"]?.minimumPlanFee == ["mobile": .yuan(96)])
        #expect(catalogue.bundles["B"]?.members.map(\.count) == [0...1, 1...1])
        #expect(catalogue.options["MORE"]?.kind == .additionalMember(sharesMinutes: true))
        #expect(catalogue.singleOffers["SOLO"]?.content == .plan("P-96"))
        let install = try #require(catalogue.workOrderType("install", product: "mobile"))
        #expect(install.target == TargetTime(seconds: 18 * 3600, counting: .working))
        #expect(install.tasks.map(\.name) == ["hlr.create"])
        #expect(install.tasks.first?.parameters == ["open": .array(["a", 1, true])])
        #expect(install.tasks.first?.retry.timeoutMilliseconds == 12_000)
        let rules = try #require(catalogue.decompositions["taking"])
        #expect(rules.first?.parameters == ["offer": .reference(.offer), "class": .constant(7)])
        #expect(rules.last?.condition == .init(products: ["line"], option: "FASTER"))
        #expect(catalogue.workingCalendar.weekdays == [1, 5])
        #expect(catalogue.workingCalendar.holidays == [try #require(CivilDate("2026-10-01"))])
        #expect(catalogue.fieldWork == .reported)
    }

    @Test("lets a later path overlay the settings, and only those")
    func overlay() throws {
        let files = [
            "base/c.yaml": SmallCatalogue.text, "profile.yaml": "settings: { fieldWork: selfReporting }\n",
        ]
        #expect(try SmallCatalogue.load(files: files, paths: ["base", "profile.yaml"]).fieldWork == .selfReporting)
        let twice = try #require(throws: CatalogueErrors.self) {
            try SmallCatalogue.load(files: files, paths: ["base", "base/c.yaml"])
        }
        #expect(twice.mistakes.contains { $0.message == "`workingCalendar` is given already at base/c.yaml:107" })
    }

    @Test("reads a catalogue once more from its files as they were kept, layers and all, under the same version")
    func source() throws {
        let kept = CatalogueSource(files: [
            .init(layer: 0, name: "c.yaml", text: SmallCatalogue.text),
            .init(layer: 1, name: "profile.yaml", text: "settings: { fieldWork: selfReporting }\n"),
        ])
        let calendar = BusinessCalendar(timeZone: .gmt)
        let catalogue = try CatalogueLoader.load(kept, calendar: calendar)
        #expect(catalogue.fieldWork == .selfReporting)
        let folder = FileManager.default.temporaryDirectory.appending(path: "kept-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let paths = kept.files.map { folder.appending(path: $0.name).path(percentEncoded: false) }
        for (path, file) in zip(paths, kept.files) {
            try file.text.write(toFile: path, atomically: true, encoding: .utf8)
        }
        let (loaded, source) = try CatalogueLoader.loadWithSource(paths: paths, calendar: calendar)
        #expect(source == kept)
        #expect(loaded.version == catalogue.version)
        let broken = CatalogueSource(files: [.init(layer: 0, name: "c.yaml", text: "products: [")])
        let error = try #require(throws: CatalogueErrors.self) {
            try CatalogueLoader.load(broken, calendar: calendar)
        }
        #expect(error.mistakes.first?.file == "c.yaml")
    }

    @Test("Of several versions each is itself, and the current one stands in for what is not known")
    func versions() throws {
        let first = try SmallCatalogue.load(SmallCatalogue.text)
        let second = try SmallCatalogue.load(SmallCatalogue.text + "# more\n")
        let catalogues = Catalogues(current: second, others: [first.version: first])
        let asked: [String?] = [first.version, second.version, nil, "0123456789abcdef"]
        #expect(asked.map { catalogues[$0].version } == [first, second, second, second].map(\.version))
    }

    @Test("gives one version to one content, wherever it lies, and another to any other")
    func version() throws {
        let version = try SmallCatalogue.load(SmallCatalogue.text).version
        #expect(version.wholeMatch(of: /[0-9a-f]{16}/) != nil)
        #expect(try SmallCatalogue.load(SmallCatalogue.text).version == version)
        #expect(try SmallCatalogue.load(SmallCatalogue.text + "# more\n").version != version)
    }
}

import Contracts
import Foundation
import Testing

/// One place of the small catalogue spoilt. `# here` in the new text marks the line of the mistake.
struct Spoilt: CustomTestStringConvertible, Sendable {
    var old: String
    var new: String
    var message: String

    init(_ old: String, _ new: String, _ message: String) {
        self.old = old
        self.new = new
        self.message = message
    }

    var testDescription: String { self.message }
}

@Suite("A broken catalogue")
struct BrokenCatalogueTests {
    static let shape = [
        Spoilt(
            "    name: Mobile\n", "    name: Mobile\n    colour: red # here\n",
            "unknown key `colour`; known here: code, name, number, voice, password, card, texts, "
                + "characteristics"),
        Spoilt(
            "settings: {", "extras: 1 # here\nsettings: {",
            "unknown key `extras`; known here: workingCalendar, settings, retryPolicies, products, services, plans, "
                + "bundles, options, singleOffers, workOrderTypes, fallout, targetSystems, decompositions, billSubjects, "
                + "tariffs, notifications, complaints"),
        Spoilt(
            "settings: {", "targetSystems: [{ system: nobody }] # here\nsettings: {",
            "no task is for a system 'nobody'"),
        Spoilt(
            "settings: {", "targetSystems: [{ system: any, failures: 2 }] # here\nsettings: {",
            "`serviceNumbers` is above `failures`: so many are never seen"),
        Spoilt(
            "settings: {", "targetSystems: [{ system: hlr, inFlight: 0 }] # here\nsettings: {",
            "`inFlight` is 0; it may be 1 to 1000000"),
        Spoilt("  - code: P-96\n    name: Plan\n", "  - code: P-96 # here\n", "`name` is missing"),
        Spoilt(
            "sharedMinutes: 300\n    overageMilliyuan: 150\n    speedMbps: 2",
            "sharedMinutes: [3] # here\n    overageMilliyuan: 150\n    speedMbps: 2", "`sharedMinutes` takes a text"),
        Spoilt(
            "voice: true\n    password: false", "voice: yes # here\n    password: false",
            "`voice` takes true or false, not 'yes'"),
        Spoilt(
            "monthlyFeeMilliyuan: 3000", "monthlyFeeMilliyuan: 3.5 # here",
            "`monthlyFeeMilliyuan` takes a whole number, not '3.5'"),
        Spoilt(
            "monthlyFeeMilliyuan: 3000", "monthlyFeeMilliyuan: -1 # here",
            "`monthlyFeeMilliyuan` is -1; it may be 0 to 10000000000"),
        Spoilt(
            "kind: line", "kind: cable # here",
            "`kind` takes one of line, gprs, g3, wlan, message, family, not 'cable'"),
        Spoilt("products: [mobile]\n    monthly", "products: mobile # here\n    monthly", "`products` takes a list"),
        Spoilt("length: 11,", "length: 12-3, # here\n     ", "`length` is 12-3: the minimum is above the maximum"),
        Spoilt(
            "length: 11,", "length: eleven, # here\n     ",
            "`length` takes a number or a range such as 0-2, not 'eleven'"),
        Spoilt(
            "length: 10-12", "length: 0-12 # here\n     ",
            "`length` is shorter than one character, or than the prefix '0'"),
        Spoilt(
            "target: 30 minutes", "target: 30 # here",
            "`target` takes a time such as 30 minutes, 18 working hours or 2 working days, not '30'"),
        Spoilt(
            "target: 30 minutes", "target: 0 minutes # here", "`target` is 0 minutes; it may be one second to one year"),
        Spoilt(
            "do: hlr.remove", "do: hlr # here\n       ",
            "`do` takes a system and an operation, such as hlr.createSubscriber"),
        Spoilt(
            "parameters: { offer: $offer", "parameters: { offer: $ofer # here\n                   ",
            "`offer` takes a constant or one of $offer, $formerOffer, $speedMbps, $formerSpeedMbps, $plan, $service, "
                + "$accountId, $customerId, $otherNumber, $newCardNumber, $cause, $password, $formerPassword, $formerCustomerId, $formerPlan, $characteristics.<name>, not '$ofer'"
        ),
        Spoilt("opens: \"09:00\"", "opens: \"9\" # here", "`opens` takes a time of day such as 09:00, not '9'"),
        Spoilt("closes: \"18:00\"", "closes: \"09:00\" # here", "`closes` is not later than `opens`"),
        Spoilt("weekdays: [monday, friday]", "weekdays: [] # here", "`weekdays` has no working day"),
        Spoilt(
            "holidays: [2026-10-01]", "holidays: [2026-02-30] # here",
            "`holidays` takes a day such as 2026-10-01, not '2026-02-30'"),
        Spoilt(
            "fieldWork: reported", "fieldWork: never # here\n           ",
            "`fieldWork` takes one of reported, selfReporting, not 'never'"),
        Spoilt("name: Line\n", "name: Line # here\n    name: Line\n", "the same key twice in one block: `name`"),
        Spoilt(
            "    quotas:\n", "    quotas: }{ # here\n",
            "no YAML: while parsing a block node: did not find expected node content"),
    ]

    static let values = [
        Spoilt(
            "thresholds: [50 MB, 20 MB]", "thresholds: [500 MB] # here\n       ",
            "`thresholds`: 524288000 is not below the quota of 524288000"),
        Spoilt("thresholds: [50 MB, 20 MB]", "thresholds: [20 MB, 50 MB] # here\n       ", "`thresholds` must go down"),
        Spoilt("amount: 500 MB", "amount: -5 MB # here\n       ", "`amount` is -5 MB; it may be 0 to 2⁵⁰"),
        Spoilt("amount: 500 MB, thresholds: [50 MB, 20 MB]", "amount: 0 # here\n       ", "`amount` is nothing"),
        Spoilt(
            "amount: 500 MB", "amount: 500 TB # here\n       ",
            "`amount` takes a whole number of bytes, or with the unit GB, or with the unit KB, or with the unit MB, not '500 TB'"
        ),
        Spoilt("usageCap: 15 GB", "usageCap: 499 MB # here", "`usageCap` is below the quota"),
        Spoilt(
            "overage: { unit: bytes, step: 1 MB,", "overage: { unit: messages, step: 1, # here\n       ",
            "`overage` is of a unit of which there is no quota"),
        Spoilt(
            "exclusiveGroup: line", "exclusivePerCustomer: true # here",
            "`exclusivePerCustomer` without an `exclusiveGroup`"),
        Spoilt(
            "    maximumDelayMilliseconds: 10000", "    maximumDelayMilliseconds: 199 # here",
            "`maximumDelayMilliseconds` is below the first delay"),
        Spoilt("maximumAttempts: 4", "maximumAttempts: 0 # here", "`maximumAttempts` is 0; it may be 1 to 100"),
        Spoilt("count: 0-1 }\n", "count: 0 } # here\n", "`count` allows nobody"),
        Spoilt(
            "tasks:\n      - { do: hlr.remove, retry: element }", "tasks: [] # here", "`tasks` takes at least one task"),
        Spoilt(
            "    plan: P-96\n    members: [{ products: [mobile], count: 1 }]",
            "    members: [{ products: [mobile], count: 1 }]",
            "a single offer sells either a `plan` or a `service`"),
    ]

    static let references = [
        Spoilt(
            "services: { line: [display] }\n    privateNetwork: true\n    options",
            "services: { line: [dislay] } # here\n    privateNetwork: true\n    options",
            "there is no value-added service 'dislay'"),
        Spoilt(
            "products: [mobile]\n    monthly", "products: [moble] # here\n    monthly", "there is no product 'moble'"),
        Spoilt("    plan: P-96", "    plan: P-97 # here", "there is no plan 'P-97'"),
        Spoilt("floorBundle: A", "floorBundle: C # here", "there is no bundle 'C'"),
        Spoilt("options: [FAST, FASTER, MORE]", "options: [FAST, MOR] # here", "there is no option 'MOR'"),
        Spoilt(
            "changeEffect: firstOfNextMonth\n    decomposition: taking",
            "changeEffect: firstOfNextMonth\n    decomposition: tking # here", "there is no decomposition set 'tking'"),
        Spoilt(
            "tasks:\n      - { do: hlr.remove, retry: element }",
            "tasks:\n      - { do: hlr.remove, retry: element, when: { service: [a] } } # here",
            "every task has a `when`: a work order for which none holds has nothing to do"),
        Spoilt(
            "do: hlr.remove, retry: element", "do: hlr.remove, retry: elment # here\n       ",
            "there is no retry policy 'elment'"),
        Spoilt(
            "undoneBy: dismantle", "undoneBy: remove # here",
            "there is no work-order type 'remove' for line that could undo 'install'"),
        Spoilt(
            "    products: [line, mobile]\n", "    products: [line]\n",
            "there is no work-order type 'dismantle' for mobile that could undo 'install'"),
        Spoilt("issue: install\n", "issue: instal # here\n", "there is no work-order type 'instal' for line"),
        Spoilt(
            "- code: mobile\n", "- code: line # here\n", "product 'line' is defined already as a product at c.yaml:2"),
        Spoilt("- code: SOLO", "- code: A # here", "single offer 'A' is defined already as a bundle at c.yaml:30"),
        Spoilt(
            "  - type: dismantle\n",
            "  - type: install\n    products: [any]\n    target: 1 hour\n"
                + "    tasks: [{ do: a.b, retry: element }]\n  - type: dismantle\n",
            "work-order type 'install' for any is defined already at c.yaml:77"),
    ]

    static let wholes = [
        Spoilt(
            "monthlyFeeMilliyuan: 90000", "monthlyFeeMilliyuan: 91000 # here",
            "`monthlyFeeMilliyuan` is 91000; it may be 80 to 90 % of the 100000 of 'A'"),
        Spoilt(
            "floorBundle: A\n    minimumPlanFeeMilliyuan: { mobile: 96000 }",
            "floorBundle: A # here\n    minimumPlanFeeMilliyuan: { mobile: 9999 }",
            "the fee of 90000 and the lowest plan fee of 9999 are below the floor, the 100000 of 'A'"),
        Spoilt(
            "atLeast: [{ products: [line, mobile], count: 1-2 }]",
            "atLeast: [{ products: [line, mobile], count: 3 }] # here",
            "`atLeast` asks for 3 of line, mobile, and `members` allows 2"),
        Spoilt(
            "atLeast: [{ products: [line, mobile], count: 1-2 }]",
            "atLeast: [{ products: [line], count: 2-3 }] # here",
            "`atLeast` asks for 2 of line, and `members` allows 1"),
        Spoilt(
            "- { products: [mobile], count: 1 }\n    atLeast", "- { products: [mobile, line], count: 1 }\n    atLeast",
            "`members` names line in two requirements"),
        Spoilt("    speedMbps: 2\n", "", "`options`: 'FAST' changes a speed, and `speedMbps` is missing"),
        Spoilt(
            "members: [{ products: [mobile], count: 1 }]", "members: [{ products: [line], count: 1 }]",
            "no required member is of a product that the plan is for (mobile)"),
        Spoilt(
            "    after: [install]\n      - name: faster", "    after: [instal] # here\n      - name: faster",
            "`after`: no other rule of the set issues 'instal'"),
        Spoilt(
            "issue: install\n", "issue: install\n        after: [changeSpeed] # here\n",
            "`after` makes a cycle: install after changeSpeed after install"),
        Spoilt(
            "    after: [install]\n", "    after: [install, changeSpeed] # here\n",
            "`after` makes a cycle: changeSpeed after changeSpeed"),
        Spoilt(
            "when: { products: [line], option: FASTER }", "when: { products: [line], existing: true }",
            "rules 'fast' and 'faster' both issue 'changeSpeed' for an existing line with FAST"),
        Spoilt("- name: faster\n", "- name: fast # here\n", "rule 'fast' is there already, at line 98"),
        Spoilt(
            "when: { products: [line], option: FASTER }", "when: { products: [mobile], option: FASTER } # here",
            "no member can meet this condition"),
    ]

    /// Lines of whose making an order says something.
    static let characteristics: [Spoilt] = {
        let line = "    voice: true\n    password: true\n"
        func said(_ text: String) -> String { line + "    characteristics:\n      - { name: core, \(text) }\n" }
        let rule = "    when: { products: [line], option: FAST }"
        return [
            Spoilt(line, said("values: [here, here] # here\n        "), "`values` has one word twice"),
            Spoilt(
                line, said("refused: [here], values: [here] # here\n        "),
                "`values` has no word that is accepted"),
            Spoilt(
                line, said("values: [here], refused: [there] # here\n        "),
                "`refused` has a word that is not one of `values`"),
            Spoilt(
                line, said("values: [here], default: there # here\n        "),
                "`default` is not one of the accepted `values`"),
            Spoilt(
                rule, "    when: { products: [line], characteristics: { core: [here] } } # here",
                "no product of the rule has a characteristic 'core'"),
            Spoilt(
                rule, rule + "\n        parameters: { core: $characteristics.core } # here",
                "no product of the rule has a characteristic 'core'"),
            Spoilt(
                "        issue: changeSpeed\n", "        issue: changeSpeed\n        target: soon # here\n",
                "`target` takes a time such as 30 minutes, 18 working hours or 2 working days, not 'soon'"),
        ]
    }()

    @Test("two rules for one word of a line's characteristic, and a word that there is not, are mistakes")
    func words() throws {
        let text = SmallCatalogue.text.replacingOccurrences(
            of: "    voice: true\n    password: true\n",
            with: "    voice: true\n    password: true\n    characteristics:\n"
                + "      - { name: core, values: [here, lacking, never], refused: [never] }\n")
        func load(_ first: String, _ second: String) throws {
            let rules = text.replacingOccurrences(
                of: "when: { products: [line], option: FAST }",
                with: "when: { products: [line], characteristics: { core: [\(first)] } }"
            ).replacingOccurrences(
                of: "when: { products: [line], option: FASTER }",
                with: "when: { products: [line], characteristics: { core: [\(second)] } }")
            _ = try SmallCatalogue.load(rules)
        }
        try load("here", "lacking")
        func messages(_ first: String, _ second: String) -> [String] {
            let error = #expect(throws: CatalogueErrors.self) { try load(first, second) }
            return error?.mistakes.map(\.message) ?? []
        }
        #expect(
            messages("here, lacking", "lacking") == [
                "rules 'fast' and 'faster' both issue 'changeSpeed' for a new line, core lacking"
            ])
        #expect(messages("here", "gone").contains("'gone' is no word for 'core'"))
        #expect(messages("here", "never") == ["no member can meet this condition"])
    }

    @Test("is refused with file, line and message", arguments: shape + values + references + wholes + characteristics)
    func mistakes(spoilt: Spoilt) throws {
        let range = try #require(SmallCatalogue.text.range(of: spoilt.old), "the old text is there")
        let text = SmallCatalogue.text.replacingCharacters(in: range, with: spoilt.new)
        let error = try #require(throws: CatalogueErrors.self) { try SmallCatalogue.load(text) }
        let mistake = try #require(
            error.mistakes.first { $0.message == spoilt.message },
            "\(spoilt.message) is not among \(error)"
        )
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if let marked = lines.firstIndex(where: { $0.contains("# here") }) {
            #expect(mistake.description == "c.yaml:\(marked + 1): \(spoilt.message)")
        } else {
            #expect(mistake.file == "c.yaml" && mistake.line > 1)
        }
    }

    @Test("names all its mistakes at once, by file and line, each on a line of its own")
    func together() throws {
        let spoilt = SmallCatalogue.text
            .replacingOccurrences(of: "    name: Mobile\n", with: "")
            .replacingOccurrences(of: "kind: line", with: "kind: cable")
            .replacingOccurrences(of: "floorBundle: A", with: "floorBundle: C")
        let files = ["b.yaml": spoilt, "a.yaml": "settings: { fieldWork: never, pace: 1 }\n"]
        let error = try #require(throws: CatalogueErrors.self) { try SmallCatalogue.load(files: files) }
        #expect(error.description == error.mistakes.map(\.description).joined(separator: "\n"))
        #expect(
            error.mistakes.map { "\($0.file):\($0.line)" } == [
                "a.yaml:1", "a.yaml:1", "b.yaml:7", "b.yaml:19", "b.yaml:52", "b.yaml:110",
            ])
        #expect(error.mistakes == error.mistakes.sorted())
        for message in [
            "`fieldWork` takes one of reported, selfReporting, not 'never'",
            "unknown key `pace`; known here: fieldWork",
            "`name` is missing", "there is no bundle 'C'",
            "`kind` takes one of line, gprs, g3, wlan, message, family, not 'cable'",
        ] {
            #expect(error.mistakes.contains { $0.message == message }, "\(message)")
        }
    }

    @Test("that is no YAML in one file says so, and not that everything in it is missing")
    func unreadable() throws {
        let files = [
            "a.yaml": "products: [\n", "b.yaml": SmallCatalogue.text.replacingOccurrences(of: "voice: true", with: ""),
        ]
        let error = try #require(throws: CatalogueErrors.self) { try SmallCatalogue.load(files: files) }
        #expect(
            error.mistakes.map(\.message) == [
                "no YAML: while parsing a flow node: did not find expected node content", "`voice` is missing",
                "`voice` is missing",
            ])
    }

    @Test("whose path does not exist, or holds no YAML, is refused")
    func absent() throws {
        let absent = try #require(throws: CatalogueErrors.self) {
            try SmallCatalogue.load(files: [:], paths: ["nowhere.yaml"])
        }
        #expect(absent.mistakes.map(\.description).contains("nowhere.yaml:1: the file cannot be read"))
        let empty = try #require(throws: CatalogueErrors.self) { try SmallCatalogue.load(files: ["a.txt": "x"]) }
        #expect(empty.mistakes.contains { $0.message == "the folder has no .yaml file" })
    }
}

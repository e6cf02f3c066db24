import Contracts
import Foundation
import RatingDomain
import Testing

@Suite("Rating of calls")
struct VoiceTests {
    /// Seconds of a call, and its started minutes.
    static let durations: [(Int, Int64)] = [(0, 0), (1, 1), (59, 1), (60, 1), (61, 2), (120, 2), (121, 3), (3600, 60)]

    @Test("RAT-08: a part of a minute counts as a minute, call by call; no time is none", arguments: durations)
    func minutes(seconds: Int, minutes: Int64) throws {
        var desk = try Desk(try Account.bundled())
        let rated = try desk.rate(
            Account.fixed, .voice(.originating, otherParty: "01062228888", .home), seconds: seconds)
        #expect(rated.units == minutes)
        #expect(rated.lines.map(\.units) == [minutes])
        #expect(rated.chargeMilliyuan == .zero)
    }

    @Test("RAT-08: a second beyond the minute begins the next one, and less does not")
    func fraction() throws {
        let record = UsageRecord(
            usageId: .init(), serviceNumber: Account.fixed, startedAt: december(3),
            endedAt: Timestamp(microseconds: december(3).microseconds + 60_999_999),
            usage: .voice(.originating, otherParty: "01062228888", .home))
        let desk = try Desk(try Account.bundled())
        var state = desk.state
        var longer = record
        longer.endedAt = Timestamp(microseconds: record.endedAt.microseconds + 1)
        #expect(desk.terms.rate(try desk.terms.guide(record), state: &state).units == 1)
        #expect(desk.terms.rate(try desk.terms.guide(longer), state: &state).units == 2)
    }

    @Test("RAT-09: shared minutes go in the order in which calls end, to all members alike")
    func shared() throws {
        var desk = try Desk(try Account.bundled())
        #expect(try desk.call(Account.fixed, minutes: 200) == ["sharedMinutes 200 0"])
        #expect(try desk.call(Account.first2g, minutes: 90) == ["sharedMinutes 90 0"])
        #expect(try desk.call(Account.second2g, minutes: 15) == ["sharedMinutes 10 0", "bundleMinute 5 750"])
        #expect(try desk.call(Account.fixed) == ["bundleMinute 1 150"])
    }

    @Test("RAT-09: a call across the end of the allowance is two lines, with why and with what was used before")
    func why() throws {
        var desk = try Desk(try Account.bundled())
        _ = try desk.call(Account.fixed, minutes: 298)
        let lines = try desk.rate(
            Account.fixed, .voice(.originating, otherParty: "01062228888", .home), seconds: 290
        ).lines
        #expect(lines.map(\.units) == [2, 3])
        #expect(lines.map(\.usedBefore) == [298, 0])
        #expect(lines.map(\.quota) == [300, nil])
        #expect(
            lines.map(\.provision.source) == [
                "bundles.WB-BASIC-B-88.sharedMinutes", "bundles.WB-BASIC-B-88.overageMilliyuan",
            ])
        #expect(lines.map(\.provision.unitPrice) == [.zero, Milliyuan(150)])
        #expect(lines.map(\.provision.allowance) == ["sharedMinutes", nil])
        #expect(lines.map(\.provision.rule.reference) == ["RAT-09", "CAT-65"])
        #expect(lines[1].provision.subject.path == ["Calls", "Domestic calls", "Call charges"])
    }

    @Test("RAT-12: private-network calls draw on the network's minutes, then on the shared ones, then cost 0.15 yuan")
    func privateNetwork() throws {
        var desk = try Desk(try Account.bundled())
        #expect(
            try desk.call(Account.fixed, to: Account.first2g, minutes: 450) == ["privateMinutes 450 0"])
        #expect(
            try desk.call(Account.first2g, to: Account.second2g, minutes: 60)
                == ["privateMinutes 50 0", "sharedMinutes 10 0"])
        #expect(
            try desk.call(Account.second2g, to: Account.first3g, minutes: 300)
                == ["sharedMinutes 290 0", "bundleMinute 10 1500"])
        #expect(try desk.call(Account.fixed, to: Account.first2g) == ["bundleMinute 1 150"])
    }

    @Test("RAT-12: a forwarded leg within the network is a call within the network; from outside none is")
    func networkForwarding() throws {
        var desk = try Desk(try Account.bundled())
        #expect(try desk.call(Account.fixed, to: Account.first2g, .forwarded) == ["privateMinutes 1 0"])
        #expect(try desk.call(Account.fixed, to: "13800000000", .forwarded) == ["sharedMinutes 1 0"])
    }

    @Test("RAT-13: roaming calls of 2G take no shared minutes, and cost the standard price")
    func roaming() throws {
        var desk = try Desk(try Account.bundled())
        #expect(try desk.call(Account.first2g, minutes: 2, .originating, .domestic) == ["domesticRoaming 2 1200"])
        #expect(try desk.call(Account.first2g, minutes: 2, .forwarded, .domestic) == ["domesticRoaming 2 1200"])
        #expect(try desk.call(Account.first2g, minutes: 2, .terminating, .domestic) == ["domesticRoaming 2 800"])
        #expect(
            try desk.call(Account.first2g, to: Account.fixed, minutes: 2, .originating, .domestic)
                == ["domesticRoaming 2 1200"])
        for direction in UsageRecord.Direction.allCases {
            #expect(
                try desk.call(Account.first3g, minutes: 2, direction, .international)
                    == ["internationalRoaming 2 24000"])
        }
        #expect(try desk.call(Account.first2g, minutes: 300) == ["sharedMinutes 300 0"])
    }

    @Test("RAT-13: calls that come in at home are free")
    func receiving() throws {
        var desk = try Desk(try Account.bundled())
        for number in [Account.fixed, Account.first2g, Account.first3g] {
            #expect(try desk.call(number, minutes: 9, .terminating) == ["homeReceiving 9 0"])
        }
    }

    /// A number, and what a minute to it costs; `nil` where it is domestic.
    static let destinations: [(String, Int64?)] = [
        ("0085212345678", 2000), ("00853123456", 2000), ("00886212345678", 2000), ("0012125551234", 8000),
        ("008613800000000", nil), ("00", 8000), ("0", nil), ("010", nil), ("", nil), ("anonymous", nil),
    ]

    @Test("Calls to Hong Kong, Macao, Taiwan and abroad never take minutes", arguments: destinations)
    func abroad(number: String, price: Int64?) throws {
        var desk = try Desk(try Account.bundled())
        let rated = try desk.call(Account.fixed, to: number, minutes: 3)
        #expect(rated == [price.map { "internationalCall 3 \($0 * 3)" } ?? "sharedMinutes 3 0"])
        #expect(
            try desk.call(Account.first3g, to: number, minutes: 3)
                == [price.map { "internationalCall 3 \($0 * 3)" } ?? "planMinutes 3 0"])
        // Away from home within the country the destination counts, abroad the place.
        #expect(
            try desk.call(Account.first2g, to: number, minutes: 3, .originating, .domestic)
                == [price.map { "internationalCall 3 \($0 * 3)" } ?? "domesticRoaming 3 1800"])
        #expect(
            try desk.call(Account.first2g, to: number, minutes: 3, .originating, .international)
                == ["internationalRoaming 3 36000"])
    }

    /// A number; whether it has an information fee; whether it is free.
    static let codes: [(String, [String])] = [
        ("12590", ["sharedMinutes 2 0", "informationFee 2 4000"]), ("12580", ["sharedMinutes 2 0"]),
        ("4008001234", ["sharedMinutes 2 0"]), ("95588", ["sharedMinutes 2 0"]),
        ("125901", ["sharedMinutes 2 0"]), ("13109169999", ["sharedMinutes 2 0"]),
        ("110", ["freeNumber 2 0"]), ("119", ["freeNumber 2 0"]), ("120", ["freeNumber 2 0"]),
        ("122", ["freeNumber 2 0"]), ("10010", ["freeNumber 2 0"]), ("1100", ["sharedMinutes 2 0"]),
    ]

    @Test(
        "RAT-14, RAT-15: access codes take minutes, with an information fee beside; free numbers none", arguments: codes
    )
    func accessCodes(number: String, lines: [String]) throws {
        var desk = try Desk(try Account.bundled())
        #expect(try desk.call(Account.fixed, to: number, minutes: 2) == lines)
    }

    @Test("RAT-14: the information fee is charged beyond the minutes too, and away from home")
    func informationFee() throws {
        var desk = try Desk(try Account.bundled())
        _ = try desk.call(Account.fixed, minutes: 299)
        let rated = try desk.rate(Account.fixed, .voice(.originating, otherParty: "12590", .home), seconds: 120)
        #expect(rated.texts == ["sharedMinutes 1 0", "bundleMinute 1 150", "informationFee 2 4000"])
        #expect(rated.chargeMilliyuan == Milliyuan(4150))
        #expect(
            try desk.call(Account.first2g, to: "12590", .originating, .domestic)
                == ["domesticRoaming 1 600", "informationFee 1 2000"])
    }

    @Test("RAT-16, RAT-17: forwarded legs to domestic numbers take shared minutes, and others their price")
    func forwarding() throws {
        var desk = try Desk(try Account.bundled())
        for number in [Account.fixed, Account.first2g] {
            #expect(try desk.call(number, minutes: 2, .forwarded) == ["sharedMinutes 2 0"])
            #expect(try desk.call(number, to: "00852123", .forwarded) == ["internationalCall 1 2000"])
        }
    }

    @Test(
        "RAT-18: lines without shared minutes pay their plan's price, or their product's standard plan's",
        arguments: [
            ("fixedLine", "FX-STD", 0, 220), ("mobile2g", "2G-STD", 0, 250), ("fixedLine", nil, 0, 220),
            ("mobile2g", nil, 0, 250), ("mobile2g", "of-yesterday", 0, 250), ("mobile2g", "2G-28", 100, 250),
            ("fixedLine", "FX-48", 300, 220), ("mobile3g", "3G-66", 50, 200), ("mobile3g", "3G-96", 240, 150),
            ("mobile3g", "3G-126", 320, 150), ("mobile3g", "3G-156", 420, 150),
        ] as [(String, String?, Int, Int64)])
    func plans(product: String, plan: String?, minutes: Int, price: Int64) throws {
        var desk = try Desk(try Account.single(MemberTerms("1", product, plan: plan)))
        let first = minutes == 0 ? [] : ["planMinutes \(minutes) 0"]
        #expect(try desk.call("1", minutes: minutes + 2) == first + ["planMinute 2 \(price * 2)"])
    }

    @Test("RAT-19, RAT-20: a 3G member has 1000 network minutes of its own, then its plan's, then its plan's price")
    func ownNetwork() throws {
        var desk = try Desk(try Account.bundled())
        #expect(try desk.call(Account.first3g, to: Account.fixed, minutes: 999) == ["ownPrivateMinutes 999 0"])
        #expect(
            try desk.call(Account.first3g, to: Account.second3g, minutes: 242)
                == ["ownPrivateMinutes 1 0", "planMinutes 240 0", "planMinute 1 150"])
        #expect(try desk.call(Account.second3g, to: Account.first3g, minutes: 5) == ["ownPrivateMinutes 5 0"])
        #expect(try desk.call(Account.first3g) == ["planMinute 1 150"])
    }

    @Test("RAT-19: where a province has no end of network minutes, they have none (G-34)")
    func unlimited() throws {
        let book = try Shipped.book { $0.tariffs?.privateNetwork.sharedMinutes = nil }
        var desk = try Desk(try Account.bundled(), book: book)
        let rated = try desk.rate(
            Account.fixed, .voice(.originating, otherParty: Account.first2g, .home), seconds: 60 * 40_000)
        #expect(rated.texts == ["privateMinutes 40000 0"])
        #expect(rated.lines.first?.quota == nil)
    }

    @Test("RAT-21: allowances are of the calendar month: the next one begins with nothing used")
    func lapse() throws {
        var terms = try Account.bundled()
        terms.cycle = try #require(BillingCycle("2027-01"))
        var desk = try Desk(terms)
        let end = time("2027-01-01T00:00:00+08:00")
        #expect(try desk.call(Account.fixed, minutes: 5, endedAt: end) == ["sharedMinutes 5 0"])
        #expect(BillingCycle(containing: december(31, 23, 59, 59), calendar: Shipped.calendar).description == "2026-12")
        #expect(BillingCycle(containing: end, calendar: Shipped.calendar).description == "2027-01")
        #expect(throws: UsageRefusal.self) { try desk.call(Account.fixed, endedAt: december(31, 23, 59, 59)) }
    }

    @Test("RAT-11: of networks that overlap the lowest price counts, and a free one takes no minutes")
    func nested() throws {
        func terms(_ networks: [String]) throws -> AccountTerms {
            try Account.bundled { terms in
                terms.networks = networks.map {
                    NetworkTerms(network: $0, serviceNumbers: [Account.fixed, "13900000000"], span: .always)
                }
            }
        }
        let book = try Shipped.book { catalogue in
            for (code, price) in [("DEAR", 180), ("CHEAP", 90), ("FREE", 0)] as [(String, Int64)] {
                catalogue.tariffs?.networks[code] = NetworkTariff(
                    code: code, name: code, minutePrice: Milliyuan(price))
            }
        }
        for (networks, price) in [
            (["DEAR"], "bundleMinute 2 300"), (["DEAR", "VNET-SAMPLE"], "networkMinute 2 200"),
            (["VNET-SAMPLE", "CHEAP"], "networkMinute 2 180"),
        ] {
            var desk = try Desk(try terms(networks), book: book)
            #expect(try desk.call(Account.fixed, to: "13900000000", minutes: 300) == ["sharedMinutes 300 0"])
            #expect(try desk.call(Account.fixed, to: "13900000000", minutes: 2) == [price])
            #expect(try desk.call(Account.fixed, to: "13900000001", minutes: 2) == ["bundleMinute 2 300"])
        }
        var desk = try Desk(try terms(["CHEAP", "FREE"]), book: book)
        #expect(try desk.call(Account.fixed, to: "13900000000", minutes: 9) == ["networkMinute 9 0"])
        #expect(try desk.call(Account.fixed, minutes: 300) == ["sharedMinutes 300 0"])
    }

    @Test("CAT-27, CAT-28: 200 minutes from the main card to the secondaries, 200 from each of them to the others")
    func family() throws {
        let cards = ["13100000001", "13100000002", "13100000003", "13100000004"]
        var terms = try Account.single(MemberTerms(cards[0], "mobile2g", plan: "2G-STD"))
        terms.members += cards[1...2].map { MemberTerms($0, "mobile2g", plan: "2G-STD") }
        terms.families = [
            FamilyTerms(
                id: "F1", plan: "FAMILY-5", mainNumber: cards[0], secondaries: Array(cards[1...]), span: .always)
        ]
        var desk = try Desk(terms)
        #expect(try desk.call(cards[0], to: cards[1], minutes: 150) == ["familyMinutes 150 0"])
        #expect(
            try desk.call(cards[0], to: cards[3], minutes: 60) == ["familyMinutes 50 0", "planMinute 10 2500"])
        #expect(try desk.call(cards[1], to: cards[0], minutes: 199) == ["familyMinutes 199 0"])
        #expect(try desk.call(cards[1], to: cards[3], minutes: 2) == ["familyMinutes 1 0", "planMinute 1 250"])
        #expect(try desk.call(cards[2], to: cards[1], minutes: 200) == ["familyMinutes 200 0"])
        #expect(try desk.call(cards[2], to: "13100000009") == ["planMinute 1 250"])
        #expect(try desk.call(cards[2], to: cards[0], .originating, .domestic) == ["domesticRoaming 1 600"])
    }

    @Test("Bundles and plans count from the instant on at which they are in force")
    func spans() throws {
        let noon = december(10, 12)
        let terms = try Account.bundled { terms in
            terms.bundles[0].span = Span(from: .init(microseconds: 0), until: noon)
            terms.members[0].plans = [.init(plan: "FX-STD", span: .since(noon))]
        }
        var desk = try Desk(terms)
        let before = Timestamp(microseconds: noon.microseconds - 1)
        #expect(try desk.call(Account.fixed, endedAt: before) == ["sharedMinutes 1 0"])
        #expect(try desk.call(Account.fixed, endedAt: noon) == ["planMinute 1 220"])
        #expect(try desk.call(Account.fixed, to: Account.first2g, endedAt: noon) == ["planMinute 1 220"])
    }
}

import Contracts
import Foundation
import RatingDomain
import Testing

@Suite("Rating of data, hotspots and messages")
struct DataTests {
    private static let card = "14712345678"
    private static let mobile = "13109160001"

    private func pack(_ plan: String, from: Timestamp = december(1), until: Timestamp? = nil) -> MemberTerms.PlanSpan {
        .init(id: "\(plan)@\(from.microseconds)", plan: plan, span: .since(from, until: until))
    }

    private func thresholds(_ rated: RatedUsage) -> [Int64] {
        rated.notices.compactMap { if case .threshold(_, _, _, let threshold) = $0 { threshold } else { nil } }
    }

    @Test(
        "CAT-07: without a plan 0.01 yuan a KB, rounded up per record",
        arguments: [(0, 0), (1, 10), (1024, 10), (1025, 20), (10_240, 100), (1 << 20, 10_240)] as [(Int64, Int64)])
    func standard(bytes: Int64, charge: Int64) throws {
        var desk = try Desk(try Account.single(MemberTerms(Self.mobile, "mobile2g")))
        #expect(try desk.data(Self.mobile, bytes) == ["standardData \(bytes) \(charge)"])
    }

    @Test("RAT-01: overage is summed over the month; each full MB of the sum is charged, and a part of one is free")
    func overage() throws {
        var desk = try Desk(try Account.single(MemberTerms(Self.mobile, "mobile2g", packs: [self.pack("GPRS-3")])))
        #expect(try desk.data(Self.mobile, 20 * megabyte) == ["planData \(20 * megabyte) 0"])
        #expect(try desk.data(Self.mobile, megabyte - 1) == ["dataOverage \(megabyte - 1) 0"])
        #expect(try desk.data(Self.mobile, 1) == ["dataOverage 1 1000"])
        #expect(try desk.data(Self.mobile, 2 * megabyte + 5) == ["dataOverage \(2 * megabyte + 5) 2000"])
        #expect(try desk.data(Self.mobile, megabyte - 5) == ["dataOverage \(megabyte - 5) 1000"])
        let line = try desk.rate(Self.mobile, .data(uplinkBytes: megabyte, downlinkBytes: 0)).lines
        #expect(line.map(\.provision.step) == [megabyte])
        #expect(line.map(\.provision.source) == ["plans.GPRS-3.overage.bytes"])
    }

    @Test(
        "RAT-02: a handset pack opened on or after the 16th has half its quota in that month; G3 is not halved",
        arguments: [
            ("GPRS-5", 15, 30), ("GPRS-5", 16, 15), ("GPRS-5", 31, 15), ("G3-50", 16, 500), ("GPRS-200", 20, 2560),
        ] as [(String, Int, Int64)])
    func halfMonth(plan: String, day: Int, megabytes: Int64) throws {
        let product = plan.hasPrefix("G3") ? "dataCard" : "mobile2g"
        var desk = try Desk(
            try Account.single(MemberTerms(Self.card, product, packs: [self.pack(plan, from: december(day))])))
        let quota = megabytes * megabyte
        #expect(
            try desk.data(Self.card, quota + megabyte, endedAt: december(31, 23))
                == ["planData \(quota) 0", "dataOverage \(megabyte) 1000"])
    }

    @Test("RAT-02: in the month after, the pack has its whole quota")
    func wholeMonth() throws {
        var terms = try Account.single(
            MemberTerms(Self.mobile, "mobile2g", packs: [self.pack("GPRS-5", from: december(20))]))
        terms.cycle = try #require(BillingCycle("2027-01"))
        var desk = try Desk(terms)
        let end = time("2027-01-09T00:00:00+08:00")
        #expect(try desk.data(Self.mobile, 30 * megabyte, endedAt: end) == ["planData \(30 * megabyte) 0"])
    }

    @Test("RAT-03: the number to which a data card is bound pays")
    func binding() throws {
        var card = MemberTerms(Self.card, "dataCard", plan: "G3-50")
        card.bindings = [.init(serviceNumber: Self.mobile, span: .since(december(5)))]
        var terms = try Account.single(card)
        terms.members.append(MemberTerms(Self.mobile, "mobile2g"))
        var desk = try Desk(terms)
        let usage = UsageRecord.Usage.data(uplinkBytes: 1, downlinkBytes: 1)
        #expect(try desk.rate(Self.card, usage, endedAt: december(6)).payer == Self.mobile)
        #expect(try desk.rate(Self.card, usage, endedAt: december(4)).payer == Self.card)
    }

    @Test("RAT-04: data of a G3 card costs the same everywhere in the country: no record of it says where it was")
    func national() throws {
        var desk = try Desk(try Account.single(MemberTerms(Self.card, "dataCard", plan: "G3-50")))
        #expect(try desk.data(Self.card, megabyte) == ["planData \(megabyte) 0"])
    }

    @Test(
        "CAT-01, CAT-02: each G3 plan tells at 50 and at 20 MB left, once each",
        arguments: [("G3-50", 500), ("G3-100", 2048), ("G3-200", 5120), ("G3-300", 10_240)] as [(String, Int64)])
    func thresholds(plan: String, megabytes: Int64) throws {
        var desk = try Desk(try Account.single(MemberTerms(Self.card, "dataCard", plan: plan)))
        func told(_ bytes: Int64) throws -> [Int64] {
            let rated = try desk.rate(Self.card, .data(uplinkBytes: 0, downlinkBytes: bytes))
            return self.thresholds(rated).map { $0 / megabyte }
        }
        #expect(try told((megabytes - 50) * megabyte - 1) == [])
        #expect(try told(1) == [50])
        #expect(try told(29 * megabyte) == [])
        #expect(try told(megabyte) == [20])
        #expect(try told(19 * megabyte) == [])
        #expect(try told(megabyte) == [])
        let rated = try desk.rate(Self.card, .data(uplinkBytes: 0, downlinkBytes: megabyte))
        #expect(rated.texts == ["dataOverage \(megabyte) 1000"])
        #expect(rated.lines.first?.provision.subject.path == ["Value-added services", "G3 notebook", "Overage"])
    }

    @Test("CAT-02: one record may cross both thresholds; a handset pack has 5 MB and 0")
    func bothThresholds() throws {
        var card = try Desk(try Account.single(MemberTerms(Self.card, "dataCard", plan: "G3-50")))
        let rated = try card.rate(Self.card, .data(uplinkBytes: 0, downlinkBytes: 490 * megabyte))
        #expect(
            rated.notices
                == [50, 20].map {
                    .threshold(
                        allowance: "G3-50", quota: 500 * megabyte, used: 490 * megabyte, threshold: $0 * megabyte)
                })
        var handset = try Desk(try Account.single(MemberTerms(Self.mobile, "mobile2g", packs: [self.pack("GPRS-5")])))
        let both = try handset.rate(Self.mobile, .data(uplinkBytes: 0, downlinkBytes: 31 * megabyte))
        #expect(self.thresholds(both) == [5 * megabyte, 0])
    }

    @Test("RAT-05: packs stack, the earliest to end first, then the earliest opened; only the last one tells (G-02)")
    func stacked() throws {
        let packs = [
            self.pack("GPRS-10", from: december(3)), self.pack("GPRS-5", from: december(2)),
            self.pack("GPRS-3", from: december(4), until: december(20)),
        ]
        var desk = try Desk(try Account.single(MemberTerms(Self.mobile, "mobile2g", packs: packs)))
        func lines(_ megabytes: Int64) throws -> ([String], [Int64]) {
            let rated = try desk.rate(
                Self.mobile, .data(uplinkBytes: 0, downlinkBytes: megabytes * megabyte), endedAt: december(5))
            let texts = rated.lines.map { "\($0.provision.allowance ?? "-") \($0.units / megabyte)" }
            return (texts, self.thresholds(rated).map { $0 / megabyte })
        }
        #expect(try lines(25) == (["GPRS-3 20", "GPRS-5 5"], []))
        #expect(try lines(25) == (["GPRS-5 25"], []))
        #expect(try lines(65) == (["GPRS-10 65"], [5]))
        #expect(try lines(6) == (["GPRS-10 5", "- 1"], [0]))
    }

    @Test("RAT-05: what is not yet or no longer in force does not serve")
    func spans() throws {
        let packs = [self.pack("GPRS-3", from: december(4), until: december(20))]
        var desk = try Desk(try Account.single(MemberTerms(Self.mobile, "mobile2g", packs: packs)))
        #expect(try desk.data(Self.mobile, kilobyte, endedAt: december(3)) == ["standardData 1024 10"])
        #expect(try desk.data(Self.mobile, kilobyte, endedAt: december(4)) == ["planData 1024 0"])
        #expect(try desk.data(Self.mobile, kilobyte, endedAt: december(20)) == ["standardData 1024 10"])
    }

    @Test("A 3G member's data goes by its plan: 0.30 yuan a full MB beyond it")
    func thirdGeneration() throws {
        var desk = try Desk(try Account.bundled())
        #expect(
            try desk.data(Account.first3g, 302 * megabyte)
                == ["planData \(300 * megabyte) 0", "dataOverage \(2 * megabyte) 600"])
    }

    @Test("RAT-06: data through the newspaper's gateway is free and takes no quota")
    func newspaper() throws {
        var desk = try Desk(try Account.single(MemberTerms(Self.mobile, "mobile2g", packs: [self.pack("GPRS-3")])))
        let usage = UsageRecord.Usage.data(uplinkBytes: 0, downlinkBytes: 16 * gigabyte, gateway: "10658000")
        let rated = try desk.rate(Self.mobile, usage)
        #expect(rated.texts == ["freeGateway \(16 * gigabyte) 0"])
        #expect(rated.notices == [])
        #expect(try desk.data(Self.mobile, 20 * megabyte) == ["planData \(20 * megabyte) 0"])
    }

    @Test("CAT-10: data costs at most 500 yuan a month, and is to be barred at 15 GB; each is told once (G-04)")
    func caps() throws {
        var desk = try Desk(try Account.single(MemberTerms(Self.mobile, "mobile2g", packs: [self.pack("GPRS-3")])))
        func rate(_ bytes: Int64) throws -> RatedUsage {
            try desk.rate(Self.mobile, .data(uplinkBytes: 0, downlinkBytes: bytes))
        }
        #expect(try rate(519 * megabyte).chargeMilliyuan == .yuan(499))
        let last = try rate(3 * megabyte)
        #expect(last.chargeMilliyuan == .yuan(1))
        #expect(last.lines.map(\.waivedMilliyuan) == [.yuan(2)])
        #expect(last.notices == [.feeCap(.data, .yuan(500))])
        let rest = try rate(15 * gigabyte - 522 * megabyte - 1)
        #expect(rest.chargeMilliyuan == .zero && rest.notices == [])
        #expect(try rate(1).notices == [.usageCap(.data, bytes: 15 * gigabyte)])
        #expect(try rate(gigabyte).notices == [])
        var without = try Desk(try Account.single(MemberTerms(Self.mobile, "mobile2g")))
        #expect(
            try without.data(Self.mobile, 60 * megabyte) == ["standardData \(60 * megabyte) 500000"],
            "also without a pack")
    }

    @Test(
        "CAT-33, CAT-34: WLAN hours of the plan, then 0.02 yuan a minute on the campus and 0.05 elsewhere",
        arguments: [("WLAN-10", 40), ("WLAN-20", 100), ("WLAN-40", 250)])
    func wlan(plan: String, hours: Int) throws {
        var desk = try Desk(try Account.single(MemberTerms(Self.mobile, "mobile2g", packs: [self.pack(plan)])))
        let quota = hours * 60
        func rate(_ hotspot: UsageRecord.Hotspot, _ seconds: Int) throws -> [String] {
            try desk.rate(Self.mobile, .wlan(hotspot), seconds: seconds).texts
        }
        #expect(try rate(.campus, (quota - 1) * 60 - 30) == ["planWLAN \(quota - 1) 0"])
        #expect(try rate(.other, 61) == ["planWLAN 1 0", "wlanMinute 1 50"])
        #expect(try rate(.campus, 600) == ["wlanMinute 10 200"])
        #expect(try rate(.other, 600) == ["wlanMinute 10 500"])
    }

    @Test("CAT-34: WLAN costs at most 500 yuan a month, and is to be barred at 40 GB")
    func wlanCaps() throws {
        var desk = try Desk(try Account.single(MemberTerms(Self.mobile, "mobile2g")))
        let usage = UsageRecord.Usage.wlan(.other, bytes: 20 * gigabyte)
        let first = try desk.rate(Self.mobile, usage, seconds: 9_999 * 60)
        #expect(first.texts == ["wlanMinute 9999 499950"] && first.notices == [])
        let second = try desk.rate(Self.mobile, usage, seconds: 120)
        #expect(second.texts == ["wlanMinute 2 50"])
        #expect(second.notices == [.feeCap(.wlan, .yuan(500)), .usageCap(.wlan, bytes: 40 * gigabyte)])
        #expect(try desk.data(Self.mobile, 1) == ["standardData 1 10"], "data has a cap of its own")
    }

    @Test(
        "CAT-16 to CAT-18: messages from the pack, then 0.10 yuan; international ones 1 yuan, never from a pack",
        arguments: [("SMS-3", 50), ("SMS-6", 100), ("SMS-10", 150)])
    func messages(plan: String, count: Int) throws {
        var desk = try Desk(try Account.single(MemberTerms(Self.mobile, "mobile2g", packs: [self.pack(plan)])))
        func send(_ usage: UsageRecord.Usage) throws -> [String] { try desk.rate(Self.mobile, usage).texts }
        for number in ["0085212345678", "0012125551234"] {
            #expect(try send(.sms(otherParty: number)) == ["internationalMessage 1 1000"])
        }
        for _ in 0..<count { #expect(try send(.sms(otherParty: "13800000000")) == ["packMessage 1 0"]) }
        #expect(try send(.sms(otherParty: "13800000000")) == ["domesticMessage 1 100"])
        #expect(try send(.sms(otherParty: "008613800000000")) == ["domesticMessage 1 100"])
        #expect(try send(.sms(otherParty: "13800000000", .terminating)) == ["receivedMessage 1 0"])
        #expect(try send(.mms(otherParty: "13800000000")) == ["multimediaMessage 1 300"])
        #expect(try send(.mms(otherParty: "13800000000", .terminating)) == ["receivedMessage 1 0"])
    }

    @Test("PRO-19: the message that is one too many on a day is told, once a day, but for exempt numbers")
    func messagesOfADay() throws {
        let book = try Shipped.book { catalogue in
            catalogue.tariffs?.messages.mostInADay = 5
            catalogue.tariffs?.messages.mostInAnHour = 5
        }
        var desk = try Desk(try Account.single(MemberTerms(Self.mobile, "mobile2g")), book: book)
        func send(_ day: Int, _ hour: Int) throws -> Int {
            try desk.rate(Self.mobile, .sms(otherParty: "1"), endedAt: december(day, hour)).notices
                .count { if case .dailyMessages = $0 { true } else { false } }
        }
        #expect(try (0..<8).map { try send(7, $0) } == [0, 0, 0, 0, 0, 1, 0, 0])
        #expect(try (0..<7).map { try send(8, $0) } == [0, 0, 0, 0, 0, 1, 0])
        let exempt = try Shipped.book { catalogue in
            catalogue.tariffs?.messages.mostInADay = 5
            catalogue.tariffs?.messages.exempt = [Self.mobile]
        }
        desk = try Desk(try Account.single(MemberTerms(Self.mobile, "mobile2g")), book: exempt)
        #expect(try (0..<8).map { try send(7, $0) }.allSatisfy { $0 == 0 })
    }

    @Test("PRO-19: more than the limit in any hour is suspected from the days' counts, and found by the times (G-47)")
    func messagesOfAnHour() throws {
        let book = try Shipped.book { $0.tariffs?.messages.mostInAnHour = 3 }
        var desk = try Desk(try Account.single(MemberTerms(Self.mobile, "mobile2g")), book: book)
        func send(_ endedAt: Timestamp) throws -> Bool {
            let rated = try desk.rate(Self.mobile, .sms(otherParty: "1"), endedAt: endedAt)
            return rated.notices.contains(.hourlyMessagesSuspected(most: 3))
        }
        let midnight = december(8)
        let times = [-1800, -900, 600, 1799, 1801].map { midnight.advanced(bySeconds: $0) }
        #expect(try times.map(send) == [false, false, false, true, true])
        #expect(MessageLimit.exceeded(Array(times.prefix(3)), most: 3) == nil)
        #expect(MessageLimit.exceeded(times, most: 3) == times[3])
        #expect(MessageLimit.exceeded(times.shuffled(), most: 4) == nil)
        let spread = [-1800, -900, 600, 1800].map { midnight.advanced(bySeconds: $0) }
        #expect(MessageLimit.exceeded(spread, most: 3) == nil, "an hour apart is not within one hour")
    }
}

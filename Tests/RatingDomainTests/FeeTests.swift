import Contracts
import RatingDomain
import Testing

@Suite("Monthly fees")
struct FeeTests {
    /// `bundleFee WB-BASIC-A-88 88000 02988881234`: rule, item, amount and who pays.
    private func fees(_ terms: AccountTerms, book: TariffBook? = nil) throws -> [String] {
        try self.lines(terms, book: book).map {
            "\($0.provision.rule.rawValue) \($0.item) \($0.amountMilliyuan.rawValue) \($0.payer)"
        }
    }

    private func lines(_ terms: AccountTerms, book: TariffBook? = nil) throws -> [FeeLine] {
        let book = try book ?? Shipped.book()
        return MonthlyFees.lines(terms, book: book, frame: book.frame(terms.cycle))
    }

    @Test("RAT-39, RAT-22: a bundle's fee is the main number's; plan B's is plan A's with the discount")
    func bundle() throws {
        #expect(
            try self.fees(try Account.bundled()) == [
                "bundleFee WB-BASIC-B-88 88000 02988881234", "bundleDiscount WB-BASIC-B-88 -8800 02988881234",
                "optionFee TERMINAL-SHARED 20000 02988881234", "optionFee TERMINAL-VPN 10000 18609160003",
                "planFee 3G-96 96000 18609160002", "planFee 3G-66 66000 18609160003",
            ])
        let planA = try Account.bundled("WB-BASIC-A-88") { $0.bundles[0].options = [] }
        #expect(try self.fees(planA).first == "bundleFee WB-BASIC-A-88 88000 02988881234")
        let first = try #require(try self.lines(planA).first)
        #expect(first.provision.source == "bundles.WB-BASIC-A-88.monthlyFeeMilliyuan")
        #expect(first.provision.subject.path == ["Wo Business", "Bundle", "Monthly fee"])
    }

    @Test(
        "CAT-67: plan B's fee with its 3G plan's is not below plan A's; a terminal of the network alone does not count")
    func floor() throws {
        let book = try Shipped.book { $0.plans["3G-46"]?.monthlyFeeMilliyuan = Milliyuan(5000) }
        let terms = try Account.bundled { $0.members[3].plans = [.init(plan: "3G-46", span: .always)] }
        let fees = try self.fees(terms, book: book)
        #expect(fees.contains("feeFloor WB-BASIC-B-88 3800 02988881234"))
        #expect(try !self.fees(terms).contains { $0.hasPrefix("feeFloor") })
    }

    @Test(
        "RAT-02: a handset pack opened on or after the 16th costs half in that month; G3 costs all of it (G-07)",
        arguments: [
            ("GPRS-5", 15, "planFee GPRS-5 5000"), ("GPRS-5", 16, "halfMonthFee GPRS-5 2500"),
            ("GPRS-3", 31, "halfMonthFee GPRS-3 1500"), ("G3-50", 20, "cardFee G3-50 50000"),
            ("WLAN-10", 20, "planFee WLAN-10 10000"), ("GPRS-5", -10, "planFee GPRS-5 5000"),
        ])
    func halfMonth(plan: String, day: Int, fee: String) throws {
        let product = plan.hasPrefix("G3") ? "dataCard" : "mobile2g"
        let terms = try Account.single(
            MemberTerms("1", product, packs: [.init(plan: plan, span: .since(december(day)))]))
        #expect(try self.fees(terms) == ["\(fee) 1"])
    }

    @Test("A plan is charged in each cycle in which it is in force on the 1st or opens, and in no other")
    func inForce() throws {
        func fees(_ from: Timestamp, _ until: Timestamp?) throws -> [String] {
            try self.fees(
                try Account.single(
                    MemberTerms("1", "mobile2g", packs: [.init(plan: "SMS-3", span: .since(from, until: until))])))
        }
        let one = ["planFee SMS-3 3000 1"]
        #expect(try fees(december(-30), december(1)) == [])
        #expect(try fees(december(-30), december(1, 0, 0, 1)) == one)
        #expect(try fees(december(9), december(10)) == one)
        #expect(try fees(december(31, 23, 59, 59), nil) == one)
        #expect(try fees(december(32), nil) == [])
        #expect(try fees(december(5), december(5)) == [])
    }

    @Test("RAT-03, RAT-37: the bound number pays a G3 plan's fee, under its own bill subject")
    func card() throws {
        var card = MemberTerms("14712345678", "dataCard", plan: "G3-100")
        card.bindings = [.init(serviceNumber: "13109160001", span: .always)]
        var terms = try Account.single(card)
        terms.members.append(MemberTerms("13109160001", "mobile2g"))
        #expect(try self.fees(terms) == ["cardFee G3-100 100000 13109160001"])
        #expect(
            try self.lines(terms).first?.provision.subject.path
                == ["Value-added services", "G3 notebook", "Monthly fee"])
    }

    @Test("RAT-25: the family service is charged to the main card as a monthly supplementary charge")
    func family() throws {
        var terms = try Account.single(MemberTerms("13100000001", "mobile2g", plan: "FAMILY-5"))
        terms.families = [
            FamilyTerms(
                id: "F", plan: "FAMILY-5", mainNumber: "13100000001", secondaries: ["13100000002"], span: .always)
        ]
        #expect(try self.fees(terms) == ["familyFee FAMILY-5 5000 13100000001"])
        #expect(try self.lines(terms).first?.provision.subject.path.last == "Monthly supplementary charge")
    }

    @Test(
        "RAT-18: a line in no bundle and on no plan of the catalogue is on its product's standard plan",
        arguments: [
            ("fixedLine", nil, ["planFee FX-STD 20000 1"]), ("broadband", "of-yesterday", ["planFee BB-STD 98000 1"]),
            ("mobile2g", nil, []), ("dataCard", nil, []), ("fixedLine", "FX-48", ["planFee FX-48 48000 1"]),
        ] as [(String, String?, [String])])
    func standard(product: String, plan: String?, fees: [String]) throws {
        #expect(try self.fees(try Account.single(MemberTerms("1", product, plan: plan))) == fees)
    }

    @Test("RAT-18: a line taken over on its former plan pays nothing for it while the bundle is its plan")
    func formerPlan() throws {
        let terms = try Account.bundled { $0.members[0].plans = [.init(plan: "FX-48", span: .always)] }
        #expect(try !self.fees(terms).contains { $0.contains("FX-") })
        let released = try Account.bundled { $0.bundles[0].span.until = december(1) }
        #expect(try self.fees(released).contains("planFee FX-STD 20000 02988881234"))
    }

    @Test("RAT-38: services are charged under their own subjects, but not those that the bundle gives, nor twice")
    func services() throws {
        let terms = try Account.bundled { terms in
            terms.members[0] = MemberTerms(Account.fixed, "fixedLine", services: ["callerId"])
            terms.members[3].services = ["callerId", "callerAlert", "mms"].map { .init(service: $0, span: .always) }
            terms.members[1].services = [
                .init(service: "ringback", span: .since(december(2), until: december(3))),
                .init(service: "ringback", span: .since(december(5))),
            ]
        }
        let lines = try self.lines(terms).filter { $0.provision.rule == .serviceFee }
        #expect(
            lines.map { "\($0.item) \($0.serviceNumber) \($0.amountMilliyuan.rawValue)" } == [
                "ringback 13109160001 5000", "callerId 18609160002 3000", "callerAlert 18609160002 3000",
            ])
        #expect(lines.last?.provision.subject.path == ["Value-added services", "Missed-call alert", "Monthly fee"])
    }

    @Test("CAT-38: a number that pays for a ring-back tone is not charged for the group's as well")
    func ringback() throws {
        let both = MemberTerms("1", "mobile2g", services: ["ringback", "groupRingback"])
        #expect(try self.fees(try Account.single(both)) == ["serviceFee ringback 5000 1"])
        let group = MemberTerms("1", "mobile2g", services: ["groupRingback"])
        #expect(try self.fees(try Account.single(group)) == ["serviceFee groupRingback 5000 1"])
    }
}

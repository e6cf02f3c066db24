import Contracts
import DomainFixtures
import OrdersDomain
import Testing

@Suite("Rejections")
struct RejectionTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// `CODE /path`, all of them.
        var expected: Set<String>
        var order: OrderSubmitted
        var facts = Facts()

        init(
            _ description: String,
            _ expected: String...,
            order: OrderSubmitted = .enhancedB288(),
            facts: Facts = Facts(),
            change: (inout OrderSubmitted) -> Void = { _ in }
        ) {
            self.testDescription = description
            self.expected = Set(expected)
            self.order = with(order, change)
            self.facts = facts
        }
    }

    static let forms: [Example] = [
        Example("An empty externalId", "MALFORMED /externalId") { $0.externalId = "" },
        Example("An externalId of 129 characters", "MALFORMED /externalId") {
            $0.externalId = String(repeating: "x", count: 129)
        },
        Example("A NUL in the customer's id", "MALFORMED /customer/id") { $0.customer.id = "C\u{0}" },
        Example("An unknown channel", "MALFORMED /channel") { $0.channel = "pigeon" },
        Example("An unknown action", "MALFORMED /action") { $0.action = "explode" },
        Example("An unknown segment", "MALFORMED /customer/segment") { $0.customer.segment = "royal" },
        Example("An unknown tier", "MALFORMED /customer/tier") { $0.customer.tier = "platinum" },
        Example("An unknown term", "MALFORMED /term") { $0.term = "weekly" },
        Example("An unknown payment", "MALFORMED /payment") { $0.payment = "barter" },
        Example("A bundle paid individually (G-14)", "MALFORMED /payment") { $0.payment = "individual" },
        Example("Two members of one name", "MALFORMED /members/1/ref") { $0.members[1].ref = "bb" },
        Example("One number twice", "MALFORMED /members/3/serviceNumber") {
            $0.members[3].serviceNumber = $0.members[2].serviceNumber
        },
        Example("A negative speed", "MALFORMED /members/0/speedMbps") { $0.members[0].speedMbps = -1 },
        Example("Two main members", "MALFORMED /members/3/main") { $0.members[3].main = true },
        Example("An option for nobody", "MALFORMED /options/0/member") {
            $0.options = [.init(code: "BB-STATIC-IP", member: "zz")]
        },
        Example("51 members", "MALFORMED /members") {
            $0.members = (0..<51).map { .init(ref: "\($0)", product: "x", serviceNumber: "", existing: true) }
        },
    ]

    static let offers: [Example] = [
        Example("An unknown offer", "UNKNOWN_OFFER /offer") { $0.offer = "WB-DELUXE-999" },
        Example("An unknown plan of a new member", "UNKNOWN_OFFER /members/2/plan") { $0.members[2].plan = "2G-0" },
        Example("An unknown 3G plan of an existing member", "UNKNOWN_OFFER /members/3/plan") {
            $0.members[3].plan = "3G-0"
        },
        Example("An unknown option", "UNKNOWN_OPTION /options/0/code") {
            $0.options = [.init(code: "BB-16M", member: "bb")]
        },
        Example("An option that the bundle does not have", "UNKNOWN_OPTION /options/0/code") {
            $0.offer = "WB-BASIC-B-288"
            $0.members.removeFirst()
            $0.options = [.init(code: "BB-STATIC-IP", member: "fx")]
        },
        Example("An option of a single offer", "UNKNOWN_OPTION /options/0/code", order: .single("GPRS-5")) {
            $0.options = [.init(code: "BB-STATIC-IP")]
        },
        Example("An option chosen twice", "UNKNOWN_OPTION /options/1/code") {
            $0.options = [.init(code: "BB-STATIC-IP", member: "bb"), .init(code: "BB-STATIC-IP")]
        },
        Example("Two speeds", "UNKNOWN_OPTION /options/1/code") {
            $0.options = [.init(code: "BB-SPEED-4M", member: "bb"), .init(code: "BB-SPEED-8M", member: "bb")]
        },
        Example("Too few members", "MEMBER_COUNT /members") { $0.members.removeFirst() },
        Example("Neither fixed line nor 2G in Enhanced B", "MEMBER_COUNT /members") {
            $0.members.removeSubrange(1...2)
        },
        Example("Two 2G without an option", "MEMBER_COUNT /members") {
            $0.members.append(.init(ref: "m4", product: "mobile2g", serviceNumber: "13109160004", existing: true))
        },
        Example("A product that does not exist", "MEMBER_PRODUCT /members/4/product") {
            $0.members.append(.init(ref: "m4", product: "fax", serviceNumber: "13109160004", existing: true))
        },
        Example("A product that the bundle does not take", "MEMBER_PRODUCT /members/4/product") {
            $0.members.append(.init(ref: "d", product: "dataCard", serviceNumber: "14791600009", existing: true))
        },
        Example("An option for the wrong product", "MEMBER_PRODUCT /options/0/member") {
            $0.options = [.init(code: "BB-STATIC-IP", member: "fx")]
        },
        Example("A 3G plan that is too cheap", "PLAN_TOO_LOW /members/3/plan") { $0.members[3].plan = "3G-66" },
        Example("A 3G member without a plan", "PLAN_TOO_LOW /members/3/plan") { $0.members[3].plan = nil },
        Example("Together below plan A", "FEE_FLOOR /offer", "PLAN_TOO_LOW /members/3/plan") {
            $0.offer = "WB-ENH-B-488"
            $0.members[3].plan = "3G-46"
        },
    ]

    static let people: [Example] = [
        Example("A bundle without a document", "IDENTITY_REQUIRED /customer/identity") { $0.customer.identity = nil },
        Example("A new line without a document", "IDENTITY_REQUIRED /customer/identity", order: .single("GPRS-5")) {
            $0.members[0].existing = false
            $0.customer.identity = nil
        },
        Example("A bundle with a personal document (ORD-26)", "IDENTITY_TYPE /customer/identity/type") {
            $0.customer.identity = .person
        },
        Example("A driving licence for a new line (G-19)", "IDENTITY_TYPE /members/2/identity/type") {
            $0.members[2].identity = .init(type: "drivingLicence", number: "610102198001")
        },
        Example("An unknown document", "IDENTITY_TYPE /customer/identity/type") {
            $0.customer.identity?.type = "libraryCard"
        },
        Example("An identity number that is too short", "NUMBER_FORMAT /customer/identity/number") {
            $0.customer.identity?.number = "12345"
        },
        Example("A mobile number of ten digits", "NUMBER_FORMAT /members/2/serviceNumber") {
            $0.members[2].serviceNumber = "1310916000"
        },
        Example("A fixed line without its 0", "NUMBER_FORMAT /members/1/serviceNumber") {
            $0.members[1].serviceNumber = "2988881234"
        },
        Example("A weak password", "PASSWORD_WEAK /members/2/password") { $0.members[2].password = "123790" },
        Example("Sold by telephone without a recording (ORD-12)", "CONSENT_REQUIRED /consentReference") {
            $0.telemarketing = true
        },
        Example(
            "A family member who has not agreed (ORD-42)", "CONSENT_REQUIRED /members/1/consent",
            order: .single(
                "FAMILY-5",
                [
                    .init(ref: "a", product: "mobile2g", serviceNumber: "13109160001", existing: true, main: true),
                    .init(ref: "b", product: "mobile2g", serviceNumber: "13109160002", existing: true),
                ])),
    ]

    private static let bundle = BundleID(rawValue: CountingIdentifiers().next())
    private static let order = OrderID(rawValue: CountingIdentifiers().next())

    private static func known(_ number: String, _ line: Line) -> Facts { Facts(lines: [number: line]) }

    static let lines: [Example] = [
        Example(
            "A number of a bundle in effect", "NUMBER_IN_ANOTHER_BUNDLE /members/1/serviceNumber",
            facts: known(
                "02988881234",
                Line(product: "fixedLine", membership: .init(bundleId: bundle, isInEffect: true)))),
        Example(
            "A number of a bundle that is not yet in effect (ORD-79)",
            "NUMBER_IN_ANOTHER_BUNDLE /members/1/serviceNumber", "FROZEN_UNTIL_EFFECTIVE /members/1/serviceNumber",
            facts: known(
                "02988881234",
                Line(product: "fixedLine", membership: .init(bundleId: bundle, isInEffect: false)))),
        Example(
            "A number that an order holds", "NUMBER_BUSY /members/2/serviceNumber",
            facts: known("13109160001", Line(product: "mobile2g", state: .reserved, heldBy: order))),
        Example(
            "A number known with another product", "NOT_FOUND /members/1/product",
            facts: known("02988881234", Line(product: "broadband"))),
        Example(
            "A closed number", "NOT_FOUND /members/1/serviceNumber",
            facts: known("02988881234", Line(product: "fixedLine", state: .closed))),
        Example(
            "A new line that is served already", "NOT_ALLOWED_IN_STATE /members/2/existing",
            facts: known("13109160001", Line(product: "mobile2g"))),
        Example(
            "A suspended line", "NOT_ALLOWED_IN_STATE /members/1/serviceNumber",
            facts: known("02988881234", Line(product: "fixedLine", state: .suspended))),
        Example("A service that the line has", "NOT_ALLOWED_IN_STATE /members/0/vas", order: .single("VAS-RINGBACK")) {
            $0.members[0].vas = ["ringback"]
        },
        Example(
            "A service that another one excludes (PRO-08)", "NOT_ALLOWED_IN_STATE /members/0/vas",
            order: .single("VAS-NEWSPAPER"),
            facts: known("13109160009", Line(product: "mobile2g", services: ["gprsBar"]))),
        Example(
            "A second data pack for a line", "EXCLUSIVE_PLAN /members/0",
            order: .single("GPRS-5"),
            facts: known("13109160009", Line(product: "mobile2g", extraPlans: ["WLAN-10", "GPRS-10"]))),
        Example(
            "A second G3 plan for a customer (ORD-40)", "EXCLUSIVE_PLAN /offer",
            order: .single(
                "G3-50", [.init(ref: "nb", product: "dataCard", serviceNumber: "14791600001", existing: false)]),
            facts: Facts(customerPlans: ["14791600002": ["G3-100"]])),
    ]

    static let examples =
        forms + offers + people + lines + BundleExamples.all + SingleOfferExamples.all + GroupLineExamples.all
        + LineRequestTests.examples

    @Test("Each broken rule has its code and its place", arguments: Self.examples)
    func rejected(_ example: Example) throws {
        let catalogue = try Shipped.catalogue()
        do throws(Rejections) {
            _ = try validate(example.order, by: catalogue, given: example.facts)
            Issue.record("accepted")
        } catch {
            #expect(Set(error.reasons.map { "\($0.code.rawValue) \($0.path)" }) == example.expected)
        }
    }

    @Test("Every code of the table is given by an example")
    func complete() {
        let given = Set(Self.examples.flatMap(\.expected).map { $0.prefix { $0 != " " } }.map(String.init))
        let byHandler = [RejectionCode.duplicateExternalID.rawValue]
        #expect(given.union(byHandler) == Set(RejectionCode.allCases.map(\.rawValue)))
    }

    @Test("Every broken rule is told, not only the first, and messages name neither documents nor passwords")
    func together() throws {
        var order = OrderSubmitted.enhancedB288()
        order.channel = "pigeon"
        order.customer.identity = .init(type: "businessLicense", number: "#secret-document#")
        order.members[2].password = "111222"
        order.members[3].plan = "3G-46"
        let catalogue = try Shipped.catalogue()
        let error = try #require(throws: Rejections.self) { try validate(order, by: catalogue, given: Facts()) }
        #expect(Set(error.reasons.map(\.code)) == [.malformed, .numberFormat, .passwordWeak, .planTooLow])
        #expect(error.reasons.allSatisfy { !$0.message.contains("secret") && !$0.message.contains("111222") })
        #expect(error.reasons.contains { $0.message.contains("'pigeon'") && $0.message.contains("counter") })
    }

    @Test("The same id with other content is told as such")
    func duplicate() {
        let rejections = Rejections.duplicate(externalId: "CRM\n1", channel: "web")
        #expect(rejections.reasons.map(\.code) == [.duplicateExternalID])
        #expect(!rejections.reasons.contains { $0.message.contains("\n") })
    }

    @Test(
        "Passwords are six digits without runs, and no end of a number (ORD-33, ORD-34)",
        arguments: [
            ("135790", true), ("112233", true), ("12345", false), ("1234567", false), ("12a456", false),
            ("111790", false), ("790111", false), ("579123", false), ("321579", false), ("160001", false),
            ("010011", false), ("１３５７９０", false), ("", false),
        ])
    func passwords(_ password: String, _ isAccepted: Bool) throws {
        var order = OrderSubmitted.enhancedB288()
        order.members[2].password = password
        order.members[2].identity = .person
        let catalogue = try Shipped.catalogue()
        if isAccepted {
            _ = try validate(order, by: catalogue, given: Facts())
        } else {
            let error = try #require(throws: Rejections.self) { try validate(order, by: catalogue, given: Facts()) }
            #expect(error.reasons.map(\.code) == [.passwordWeak])
        }
    }

    @Test("The main member is the one that says so, else the fixed line, else the 2G, else the first")
    func mainMember() throws {
        let catalogue = try Shipped.catalogue()
        func main(_ order: OrderSubmitted) throws -> [String] {
            try validate(order, by: catalogue, given: Facts()).members.filter(\.isMain).map(\.ref)
        }
        var order = OrderSubmitted.enhancedB288()
        #expect(try main(order) == ["m2"])
        order.members[2].main = nil
        #expect(try main(order) == ["fx"])
        order.members.remove(at: 1)
        #expect(try main(order) == ["m2"])
        #expect(try main(.single("GPRS-5")) == ["m"])
    }

    @Test("A line of a bundle that is not yet in effect may take a data pack: that moves no date")
    func packWhilePending() throws {
        let facts = Facts(lines: [
            "13109160009": Line(product: "mobile2g", membership: .init(bundleId: Self.bundle, isInEffect: false))
        ])
        _ = try validate(.single("GPRS-5"), by: try Shipped.catalogue(), given: facts)
    }
}

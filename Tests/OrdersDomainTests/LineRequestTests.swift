import Contracts
import DomainFixtures
import Testing

@testable import OrdersDomain

/// What is asked of lines: another owner, to be there again, another password.
@Suite("Requests of lines")
struct LineRequestTests {
    private typealias Example = RejectionTests.Example

    static let number = "13109160009"
    static let now = time("2026-12-05T09:00:00+08:00")

    static func request(_ action: String, _ edit: (inout OrderSubmitted) -> Void = { _ in }) -> OrderSubmitted {
        var order = OrderSubmitted.single(
            "", [.init(ref: "m", product: "mobile2g", serviceNumber: self.number, existing: true)])
        order.action = action
        edit(&order)
        return order
    }

    static func transfer(_ edit: (inout OrderSubmitted) -> Void = { _ in }) -> OrderSubmitted {
        self.request("transferOwnership") { order in
            order.accountId = "A2"
            order.newOwner = .init(
                id: "P2", segment: "individual", identity: .init(type: "passport", number: "E48201739"))
            order.members[0].password = "480913"
            edit(&order)
        }
    }

    static func facts(_ edit: (inout Line) -> Void = { _ in }) -> Facts {
        var line = Line(
            product: "mobile2g", plan: "2G-STD", customerId: "P1", accountId: "A1",
            servedSince: time("2026-01-05T10:00:00+08:00"))
        edit(&line)
        return Facts(lines: [self.number: line], now: self.now)
    }

    /// Of each code that only these have, one.
    static let examples: [RejectionTests.Example] = [
        .init(
            "A line that is served for a week (ORD-62)", "TENURE_TOO_SHORT /members/0/serviceNumber", order: transfer(),
            facts: facts { $0.servedSince = time("2026-11-28T10:00:00+08:00") }),
        .init(
            "A line with a rented handset (ORD-62)", "AGREEMENT_IN_FORCE /members/0/handsetAgreement",
            order: transfer { $0.members[0].handsetAgreement = true }, facts: facts()),
        .init(
            "A line whose account owes (ORD-66)", "ARREARS /members/0/serviceNumber", order: request("reconnect"),
            facts: with(facts { $0.state = .suspended }) { $0.accountsInArrears = ["A1"] }),
    ]

    private func codes(_ order: OrderSubmitted, _ facts: Facts = Self.facts()) throws -> Set<String> {
        let catalogue = try Shipped.catalogue()
        do throws(Rejections) {
            _ = try validate(order, by: catalogue, given: facts)
            return []
        } catch {
            return Set(error.reasons.map { "\($0.code.rawValue) \($0.path)" })
        }
    }

    // MARK: Another owner

    @Test("ORD-61, ORD-63: with both documents and a new password, the line is the new owner's from the 1st on")
    func transfer() throws {
        let catalogue = try Shipped.catalogue()
        let valid = try validate(Self.transfer(), by: catalogue, given: Self.facts())
        #expect(valid.customerId == "P2" && valid.formerCustomerId == "P1" && valid.accountId == "A2")
        #expect(valid.kind == "transferOwnership" && valid.effect == .firstOfNextMonth)
        let works = decompose(
            valid, by: catalogue, accountId: "A2", identifiers: CountingIdentifiers(), passwords: Reversed())
        #expect(works.map(\.type) == ["transferOwnership"])
        #expect(
            works.first?.parameters == [
                "formerCustomerId": "P1", "customerId": "P2", "sealedPassword": "319084 of 13109160009",
            ])
        #expect(
            decompose(valid, by: catalogue, accountId: "A2", identifiers: CountingIdentifiers()).first?
                .parameters["sealedPassword"] == nil, "nothing is handed on unsealed")
    }

    @Test("ORD-61: both owners show documents; without them, or for the same owner, there is no transfer")
    func owners() throws {
        #expect(
            try self.codes(Self.transfer { $0.customer.identity = nil }) == ["IDENTITY_REQUIRED /customer/identity"])
        #expect(
            try self.codes(Self.transfer { $0.newOwner?.identity = nil }) == ["IDENTITY_REQUIRED /newOwner/identity"])
        #expect(try self.codes(Self.transfer { $0.newOwner = nil }) == ["MALFORMED /newOwner"])
        #expect(try self.codes(Self.transfer { $0.newOwner?.id = "P1" }) == ["MALFORMED /newOwner/id"])
        #expect(try self.codes(Self.transfer { $0.newOwner?.segment = "royal" }) == ["MALFORMED /newOwner/segment"])
        #expect(
            try self.codes(Self.transfer { $0.newOwner?.identity?.type = "drivingLicence" })
                == ["IDENTITY_TYPE /newOwner/identity/type"], "one of the stricter list (G-19)")
        #expect(try self.codes(Self.transfer { $0.accountId = "A1" }) == ["MALFORMED /accountId"])
        #expect(try self.codes(Self.transfer { $0.members = [] }) == ["MEMBER_COUNT /members"])
    }

    @Test(
        "ORD-62: a line is a month on net before it changes hands, to the day",
        arguments: [
            ("2026-11-05T23:59:59+08:00", true), ("2026-11-06T00:00:00+08:00", false),
            ("2026-11-30T12:00:00+08:00", false),
        ])
    func tenure(since: String, isEnough: Bool) throws {
        let expected: Set<String> = isEnough ? [] : ["TENURE_TOO_SHORT /members/0/serviceNumber"]
        #expect(try self.codes(Self.transfer(), Self.facts { $0.servedSince = time(since) }) == expected)
        // Of a line that was never seen, the channel's word counts.
        let order = Self.transfer { $0.members[0].servedSince = time(since) }
        #expect(try self.codes(order, Facts(now: Self.now)) == expected)
    }

    @Test("ORD-62: from the 31st, a month is over on the 1st after a month without such a day")
    func longMonth() throws {
        let since = time("2027-01-31T10:00:00+08:00")
        for (now, isEnough) in [("2027-02-28T23:59:59+08:00", false), ("2027-03-01T00:00:00+08:00", true)] {
            var facts = Self.facts { $0.servedSince = since }
            facts.now = time(now)
            #expect(try self.codes(Self.transfer(), facts).isEmpty == isEnough, "\(now)")
        }
    }

    @Test("ORD-62: what binds the line keeps it: a handset, a bank, other lines, a bundle, what it owes")
    func ties() throws {
        #expect(
            try self.codes(Self.transfer { $0.members[0].handsetAgreement = true })
                == ["AGREEMENT_IN_FORCE /members/0/handsetAgreement"])
        #expect(
            try self.codes(Self.transfer { $0.customer.bankCollection = true })
                == ["AGREEMENT_IN_FORCE /customer/bankCollection"])
        var facts = Self.facts()
        facts.sharedOffers = [Self.number: "FAMILY-5"]
        facts.accountsInArrears = ["A1", "A9"]
        #expect(
            try self.codes(Self.transfer(), facts) == [
                "AGREEMENT_IN_FORCE /members/0/serviceNumber", "ARREARS /members/0/serviceNumber",
            ])
        let bundle = BundleID(rawValue: CountingIdentifiers().next())
        for (edit, code) in [
            ({ $0.membership = .init(bundleId: bundle, isInEffect: true) }, "NUMBER_IN_ANOTHER_BUNDLE"),
            ({ $0.state = .suspended }, "NOT_ALLOWED_IN_STATE"), ({ $0.state = .closed }, "NOT_FOUND"),
            ({ $0.customerId = "P9" }, "NOT_FOUND"), ({ $0.isBeingTransferred = true }, "FROZEN_UNTIL_EFFECTIVE"),
            ({ $0.heldBy = OrderID(rawValue: CountingIdentifiers().next()) }, "NUMBER_BUSY"),
        ] as [((inout Line) -> Void, String)] {
            #expect(try self.codes(Self.transfer(), Self.facts(edit)) == ["\(code) /members/0/serviceNumber"])
        }
    }

    // MARK: There again

    private static func reconnect(_ edit: (inout OrderSubmitted) -> Void = { _ in }) -> OrderSubmitted {
        self.request("reconnect", edit)
    }

    private func reconnected(_ order: OrderSubmitted, _ facts: Facts) throws -> (valid: ValidOrder, works: [WorkOrder])
    {
        let catalogue = try Shipped.catalogue()
        let valid = try validate(order, by: catalogue, given: facts)
        return (valid, decompose(valid, by: catalogue, accountId: "A1", identifiers: CountingIdentifiers()))
    }

    @Test("ORD-64, ORD-67: a stopped line is connected, restored and tested at once, with the tariff that is chosen")
    func stopped() throws {
        let facts = Self.facts { $0.state = .suspended }
        let (valid, works) = try self.reconnected(Self.reconnect(), facts)
        #expect(works.map(\.type) == ["reconnect"])
        #expect(valid.effect == .immediate && valid.kind == "reconnect" && valid.accountId == "A1")
        let other = try self.reconnected(Self.reconnect { $0.members[0].plan = "2G-STD" }, facts)
        #expect(other.works.map(\.type) == ["reconnect"], "that is the one it has")
        #expect(
            try self.codes(Self.reconnect { $0.members[0].plan = "GPRS-5" }, facts)
                == ["UNKNOWN_OFFER /members/0/plan"], "that comes beside a tariff")
        let catalogue = try Shipped.catalogue()
        let tariff = try #require(
            catalogue.plans.values.filter { $0.kind == .line && $0.products.contains("mobile3g") }.map(\.code).sorted()
                .last)
        let third = try self.reconnected(
            Self.reconnect {
                $0.members[0].product = "mobile3g"
                $0.members[0].plan = tariff
            },
            Self.facts {
                $0.product = "mobile3g"
                $0.state = .suspended
                $0.plan = "3G-66"
            })
        #expect(third.works.map(\.type) == ["reconnect", "changePlan"])
        #expect(third.works.last?.parameters == ["formerPlan": "3G-66", "plan": .string(tariff)])
        #expect(third.works.last?.dependsOn == [third.works.first?.id].compactMap(\.self))
    }

    @Test("ORD-65: where the card is gone, the line gets a new one, after it is there again")
    func newCard() throws {
        let order = Self.reconnect {
            $0.members[0].newCardNumber = "89860012345678901234"
            $0.members[0].cause = "lost"
        }
        let works = try self.reconnected(order, Self.facts { $0.state = .suspended }).works
        #expect(works.map(\.type) == ["reconnect", "replaceSim"])
        #expect(works.last?.parameters == ["newCardNumber": "89860012345678901234", "cause": "lost"])
        #expect(
            try self.codes(
                Self.reconnect { $0.members[0].newCardNumber = "1" }, Self.facts { $0.state = .suspended })
                == ["NUMBER_FORMAT /members/0/newCardNumber"])
    }

    @Test("ORD-66, ORD-67: a line that has ended is set up again for who had it, with a tariff and what it had")
    func ended() throws {
        let facts = Self.facts {
            $0.state = .closed
            $0.plan = nil
            $0.services = ["ringback", "callerAlert"]
        }
        #expect(try self.codes(Self.reconnect(), facts) == ["MALFORMED /members/0/plan"])
        let order = Self.reconnect {
            $0.members[0].plan = "2G-STD"
            $0.members[0].newCardNumber = "89860012345678901234"
        }
        let (valid, works) = try self.reconnected(order, facts)
        #expect(works.map(\.type) == ["install", "openVas", "openVas", "replaceSim"])
        #expect(works.map { $0.parameters["service"] } == [nil, "callerAlert", "ringback", nil])
        #expect(valid.members.map(\.isExisting) == [false] && valid.members.first?.nextPlan == "2G-STD")
        #expect(
            try self.codes(
                order,
                Self.facts {
                    $0.state = .closed
                    $0.customerId = "P9"
                }) == ["NOT_FOUND /members/0/serviceNumber"], "somebody else's by now")
    }

    @Test("ORD-64: not without a document, not before what is owed is paid, and not what is there")
    func refused() throws {
        let stopped = Self.facts { $0.state = .suspended }
        #expect(
            try self.codes(Self.reconnect { $0.customer.identity = nil }, stopped)
                == ["IDENTITY_REQUIRED /customer/identity"])
        var owing = stopped
        owing.accountsInArrears = ["A1"]
        #expect(try self.codes(Self.reconnect(), owing) == ["ARREARS /members/0/serviceNumber"])
        #expect(try self.codes(Self.reconnect()) == ["NOT_ALLOWED_IN_STATE /members/0/serviceNumber"])
        #expect(try self.codes(Self.reconnect(), Facts(now: Self.now)) == ["NOT_FOUND /members/0/serviceNumber"])
        let fixed = Self.reconnect {
            $0.members[0].product = "fixedLine"
            $0.members[0].serviceNumber = "02988881234"
        }
        let line = Line(product: "fixedLine", state: .suspended, customerId: "P1")
        #expect(
            try self.codes(fixed, Facts(lines: ["02988881234": line], now: Self.now))
                == ["MEMBER_PRODUCT /members/0/product"])
    }

    // MARK: Another password

    private static func password(_ edit: (inout OrderSubmitted) -> Void = { _ in }) -> OrderSubmitted {
        self.request("resetPassword") { order in
            order.members[0].password = "480913"
            edit(&order)
        }
    }

    @Test("ORD-35, ORD-36: a password is changed by the former one, or by the owner's document")
    func password() throws {
        #expect(try self.codes(Self.password()) == [])
        let change = Self.password {
            $0.customer.identity = nil
            $0.members[0].formerPassword = "703851"
        }
        #expect(try self.codes(change) == [])
        let catalogue = try Shipped.catalogue()
        let works = decompose(
            try validate(change, by: catalogue, given: Self.facts()), by: catalogue, accountId: "A1",
            identifiers: CountingIdentifiers(), passwords: Reversed())
        #expect(works.map(\.type) == ["resetPassword"])
        #expect(
            works.first?.parameters == [
                "sealedPassword": "319084 of 13109160009", "sealedFormerPassword": "158307 of 13109160009",
            ])
        #expect(
            try self.codes(Self.password { $0.customer.identity = nil }) == ["IDENTITY_REQUIRED /customer/identity"])
    }

    @Test("ORD-33, ORD-34: a new password keeps the rules, is another one, and is there")
    func weak() throws {
        for weak in ["48091", "480111", "480123", "160009", "4809a3"] {
            #expect(
                try self.codes(Self.password { $0.members[0].password = weak }) == [
                    "PASSWORD_WEAK /members/0/password"
                ],
                "\(weak)")
        }
        #expect(
            try self.codes(Self.password { $0.members[0].formerPassword = "480913" })
                == ["PASSWORD_WEAK /members/0/password"])
        #expect(try self.codes(Self.password { $0.members[0].password = nil }) == ["MALFORMED /members/0/password"])
        let identity = Self.password {
            $0.customer.identity = .init(type: "identityCard", number: "610102198001480913")
        }
        #expect(try self.codes(identity) == ["PASSWORD_WEAK /members/0/password"])
        #expect(
            try self.codes(Self.transfer { $0.newOwner?.identity?.number = "E1480913" })
                == ["PASSWORD_WEAK /members/0/password"], "the new owner's document")
    }
}

/// Shows that something was done, and to what.
private struct Reversed: PasswordSealing {
    func seal(_ password: String, of serviceNumber: String) -> String {
        "\(String(password.reversed())) of \(serviceNumber)"
    }
}

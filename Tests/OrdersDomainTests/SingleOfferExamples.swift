import Contracts
import DomainFixtures
import OrdersDomain

/// Orders about cards, and about what single offers put into effect, that break a rule.
enum SingleOfferExamples {
    static let id = BundleID(rawValue: CountingIdentifiers().next())
    static let card = "14791600001"
    static let payer = "13109160009"

    /// A new card for a line that there is.
    static func replaceSim(_ edit: (inout OrderSubmitted) -> Void = { _ in }) -> OrderSubmitted {
        var order = OrderSubmitted.single("", [])
        order.action = "replaceSim"
        order.members = [
            .init(
                ref: "m", product: "mobile2g", serviceNumber: "13109160009", existing: true,
                newCardNumber: "89860012345678901234", cause: "lost")
        ]
        edit(&order)
        return order
    }

    /// A bound card and the number that pays for it.
    static func bound(_ edit: (inout CurrentBundle) -> Void = { _ in }) -> CurrentBundle {
        var bundle = CurrentBundle(
            id: self.id, offer: "G3-50", customerId: "P1", accountId: "A1",
            effectiveAt: time("2026-12-01T00:00:00+08:00"),
            members: [
                .init(ref: "nb", product: "dataCard", serviceNumber: self.card, role: .included),
                .init(ref: "m", product: "mobile2g", serviceNumber: self.payer, role: .included),
            ], isSingle: true)
        edit(&bundle)
        return bundle
    }

    static func facts(
        _ edit: (inout CurrentBundle) -> Void = { _ in },
        line: (inout Line) -> Void = { _ in }
    ) -> Facts {
        var known = Line(product: "dataCard", extraPlans: ["G3-50"], customerId: "P1")
        line(&known)
        return Facts(
            lines: [self.card: known, self.payer: Line(product: "mobile2g", plan: "2G-28", customerId: "P1")],
            customerPlans: [self.card: ["G3-50"]], bundle: self.bound(edit), now: time("2026-12-05T09:00:00+08:00"))
    }

    static func order(
        _ action: String, _ offer: String, _ edit: (inout OrderSubmitted) -> Void = { _ in }
    ) -> OrderSubmitted {
        var order = OrderSubmitted.single(
            offer, [.init(ref: "nb", product: "dataCard", serviceNumber: self.card, existing: true)])
        order.action = action
        edit(&order)
        return order
    }

    typealias Example = RejectionTests.Example

    private static let busy = OrderID(rawValue: CountingIdentifiers().next())

    static let cards: [Example] = [
        Example(
            "A new card for no reason (ORD-56)", "MALFORMED /members/0/cause",
            order: replaceSim { $0.members[0].cause = nil }),
        Example(
            "A new card for a reason that is none", "MALFORMED /members/0/cause",
            order: replaceSim { $0.members[0].cause = "boredom" }),
        Example(
            "A new card for a locked one (ORD-56)", "UNLOCK_INSTEAD /members/0/cause",
            order: replaceSim { $0.members[0].cause = "locked" }),
        Example(
            "A new card without a document (ORD-57, G-26)", "IDENTITY_REQUIRED /customer/identity",
            order: replaceSim { $0.customer.identity = nil }),
        Example(
            "A new card that is not named", "MALFORMED /members/0/newCardNumber",
            order: replaceSim { $0.members[0].newCardNumber = nil }),
        Example(
            "A new card with a number that is none", "NUMBER_FORMAT /members/0/newCardNumber",
            order: replaceSim { $0.members[0].newCardNumber = "12345678901234567890" }),
        Example(
            "One new card for two lines", "MALFORMED /members/1/newCardNumber",
            order: replaceSim {
                $0.members.append($0.members[0])
                $0.members[1].ref = "n"
                $0.members[1].serviceNumber = "13109160010"
            }),
        Example("New cards for no line", "MEMBER_COUNT /members", order: replaceSim { $0.members = [] }),
        Example(
            "A new card for a fixed line", "MEMBER_PRODUCT /members/0/product",
            order: replaceSim {
                $0.members[0].product = "fixedLine"
                $0.members[0].serviceNumber = "02988881234"
            }),
        Example(
            "A new card for a line that is to be new", "NOT_ALLOWED_IN_STATE /members/0/existing",
            order: replaceSim { $0.members[0].existing = false }),
        Example(
            "A new card for another customer's line", "NOT_FOUND /members/0/serviceNumber", order: replaceSim(),
            facts: Facts(lines: [payer: Line(product: "mobile2g", customerId: "P9")])),
        Example(
            "A new card for a line that an order holds", "NUMBER_BUSY /members/0/serviceNumber", order: replaceSim(),
            facts: Facts(lines: [payer: Line(product: "mobile2g", heldBy: busy, customerId: "P1")])),
    ]

    static let changes: [Example] = [
        Example(
            "An end of what was never begun", "NOT_FOUND /members", order: order("release", "G3-50"),
            facts: Facts(lines: [card: Line(product: "dataCard", customerId: "P1")])),
        Example(
            "An end of what another customer has", "NOT_FOUND /members", order: order("release", "G3-50"),
            facts: facts({ $0.customerId = "P9" })),
        Example(
            "An end of what is not yet in effect", "FROZEN_UNTIL_EFFECTIVE /members", order: order("release", "G3-50"),
            facts: facts({ $0.state = .pending })),
        Example(
            "A second end", "FROZEN_UNTIL_EFFECTIVE /members", order: order("release", "G3-50"),
            facts: facts({ $0.openOrder = busy })),
        Example(
            "An end while an order holds the number", "NUMBER_BUSY /members/0/serviceNumber",
            order: order("release", "G3-50"), facts: facts(line: { $0.heldBy = busy })),
        Example(
            "An end that names a stranger", "NOT_FOUND /members/1/serviceNumber",
            order: order("release", "G3-50") {
                $0.members.append(.init(ref: "x", product: "mobile2g", serviceNumber: "13109160077", existing: true))
            }, facts: facts()),
        Example(
            "A change to the same", "NOT_ALLOWED_IN_STATE /offer", order: order("change", "G3-50"), facts: facts()),
        Example(
            "A change of a plan while another number has one too", "EXCLUSIVE_PLAN /offer",
            order: order("change", "G3-100"),
            facts: with(facts()) { $0.customerPlans["14791600002"] = ["G3-300"] }),
        Example(
            "A second subscription of a bound card (ORD-52)", "EXCLUSIVE_PLAN /members/0",
            order: order("subscribe", "G3-100"), facts: with(facts()) { $0.bundle = nil }),
    ]

    static let all = cards + changes
}

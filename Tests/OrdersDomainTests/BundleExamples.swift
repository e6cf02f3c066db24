import Contracts
import DomainFixtures
import OrdersDomain

/// Orders about a bundle in effect that break a rule.
enum BundleExamples {
    static let now = time("2026-12-05T09:00:00+08:00")
    static let id = BundleID(rawValue: CountingIdentifiers().next())

    /// The example's bundle, in effect since the 1st of December.
    static func bundle(_ edit: (inout CurrentBundle) -> Void = { _ in }) -> CurrentBundle {
        let order = OrderSubmitted.enhancedB288()
        var bundle = CurrentBundle(
            id: self.id, offer: order.offer, customerId: "C1", accountId: "A1",
            effectiveAt: time("2026-12-01T00:00:00+08:00"),
            members: order.members.map { member in
                CurrentBundle.Member(
                    ref: member.ref, product: member.product, serviceNumber: member.serviceNumber, role: .included,
                    givenServices: member.product == "fixedLine" || member.product == "mobile2g"
                        ? ["callerId", "groupRingback"] : [],
                    speedMbps: member.product == "broadband" ? 2 : nil)
            })
        edit(&bundle)
        return bundle
    }

    static func facts(
        _ edit: (inout CurrentBundle) -> Void = { _ in },
        line: (inout Line) -> Void = { _ in }
    ) -> Facts {
        let bundle = self.bundle(edit)
        var facts = Facts(bundle: bundle, now: self.now)
        for member in bundle.members {
            facts.lines[member.serviceNumber] = Line(
                product: member.product, plan: member.product == "mobile3g" ? "3G-96" : bundle.offer,
                services: Set(member.givenServices), speedMbps: member.speedMbps,
                membership: .init(bundleId: bundle.id, isInEffect: true), customerId: "C1")
        }
        facts.lines["029B0001"].map {
            var changed = $0
            line(&changed)
            facts.lines["029B0001"] = changed
        }
        return facts
    }

    static func order(_ action: String, _ edit: (inout OrderSubmitted) -> Void = { _ in }) -> OrderSubmitted {
        with(.enhancedB288()) { order in
            order.action = action
            for index in order.members.indices { order.members[index].existing = true }
            edit(&order)
        }
    }

    /// To plans of their own.
    static func release(_ edit: (inout OrderSubmitted) -> Void = { _ in }) -> OrderSubmitted {
        self.order("release") { order in
            for (index, plan) in ["BB-2M", "FX-48", "2G-28"].enumerated() { order.members[index].plan = plan }
            edit(&order)
        }
    }

    typealias Example = RejectionTests.Example

    static let all: [Example] = [
        Example("A change of nothing", "NOT_ALLOWED_IN_STATE /members", order: order("change"), facts: facts()),
        Example("A change of no bundle", "NOT_FOUND /members", order: order("change"), facts: Facts(now: now)),
        Example(
            "A change of a bundle that is not in effect", "FROZEN_UNTIL_EFFECTIVE /members", order: order("change"),
            facts: facts({ $0.state = .pending })),
        Example(
            "A fourth change in a month (ORD-87)", "CHANGE_LIMIT /action",
            order: order("change") { $0.offer = "WB-ENH-B-488" }, facts: facts({ $0.changesThisMonth = 3 })),
        Example(
            "A change that forgets a member", "MEMBER_COUNT /members",
            order: order("change") {
                $0.offer = "WB-ENH-B-488"
                $0.members.remove(at: 1)
            }, facts: facts()),
        Example(
            "A change after which too few are left (ORD-85)", "MEMBER_COUNT /members",
            order: order("change") {
                for index in 1...2 { $0.members[index].leaves = true }
                $0.members[2].main = nil
                $0.members[1].plan = "FX-48"
                $0.members[2].plan = "2G-28"
            }, facts: facts()),
        Example(
            "A member that leaves without a plan (ORD-90)", "MALFORMED /members/1/plan",
            order: order("change") { $0.members[1].leaves = true }, facts: facts()),
        Example(
            "A member that leaves for another product's plan", "UNKNOWN_OFFER /members/1/plan",
            order: order("change") {
                $0.members[1].leaves = true
                $0.members[1].plan = "2G-28"
            }, facts: facts()),
        Example(
            "A member that leaves with an option", "UNKNOWN_OPTION /options",
            order: order("change") {
                $0.offer = "WB-ENH-B-488"
                $0.members[0].leaves = true
                $0.members[0].plan = "BB-2M"
                $0.members.append(.init(ref: "bc", product: "broadband", serviceNumber: "029B0009", existing: true))
                $0.options = [.init(code: "BB-SPEED-4M", member: "bb")]
            }, facts: facts()),
        Example(
            "The 3G of plan B leaves, unconfirmed (ORD-95)", "CONFIRMATION_REQUIRED /confirm",
            order: order("change") { $0.members[3].leaves = true }, facts: facts()),
        Example(
            "A member in whose way an order in flight is", "NUMBER_BUSY /members/0/serviceNumber",
            order: order("change") { $0.offer = "WB-ENH-B-488" },
            facts: facts(line: { $0.heldBy = OrderID(rawValue: id.rawValue) })),
        Example(
            "A release of another customer's bundle", "NOT_FOUND /members", order: release(),
            facts: facts({ $0.customerId = "C9" })),
        Example(
            "A release within a prepaid year (ORD-92)", "TERM_NOT_OVER /acceptPenalty", order: release(),
            facts: facts({ $0.term = .annual })),
        Example(
            "A release that names a stranger", "NOT_FOUND /members/4/serviceNumber",
            order: release {
                $0.members.append(
                    .init(ref: "x", product: "mobile2g", serviceNumber: "13109160099", existing: true, plan: "2G-28"))
            }, facts: facts()),
        Example(
            "The 3G of plan B suspended (ORD-91)", "NOT_ALLOWED_IN_STATE /members/0/serviceNumber",
            order: order("suspend") { $0.members = [$0.members[3]] }, facts: facts()),
        Example(
            "A suspended line suspended", "NOT_ALLOWED_IN_STATE /members/0/serviceNumber",
            order: order("suspend") { $0.members = [$0.members[0]] }, facts: facts(line: { $0.state = .suspended })),
        Example(
            "A line resumed that is not suspended", "NOT_ALLOWED_IN_STATE /members/0/serviceNumber",
            order: order("resume") { $0.members = [$0.members[0]] }, facts: facts()),
        Example(
            "Another customer's line suspended", "NOT_FOUND /members/0/serviceNumber",
            order: order("suspend") { $0.members = [$0.members[0]] }, facts: facts(line: { $0.customerId = "C9" })),
        Example("Nothing suspended", "MALFORMED /members", order: order("suspend") { $0.members = [] }, facts: facts()),
    ]
}

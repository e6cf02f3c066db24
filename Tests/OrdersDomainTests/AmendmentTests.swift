import Contracts
import DomainFixtures
import OrdersDomain
import Testing

@Suite("Orders that are amended while they are in flight")
struct AmendmentTests {
    static let start = OrderTests.start
    let identifiers = CountingIdentifiers()

    private func surroundings(_ seconds: Int = 0) throws -> Order.Surroundings {
        try Shipped.surroundings(at: Self.start.advanced(bySeconds: seconds), identifiers: self.identifiers)
    }

    private func subscribed() throws -> Order {
        let valid = try validate(.basicA88Existing(), by: try Shipped.catalogue(), given: Facts())
        return Order.acknowledge(valid, in: try self.surroundings()).order
    }

    /// What is known while the order is in flight: it holds its lines, and they have nothing yet of what it gives.
    private static func facts(_ order: Order, _ edit: (inout CurrentBundle) -> Void = { _ in }) throws -> Facts {
        let submitted = OrderSubmitted.basicA88Existing()
        let services = try Shipped.catalogue().bundles[order.offer]?.services ?? [:]
        var bundle = CurrentBundle(
            id: order.bundleId, offer: order.offer, customerId: order.customerId, accountId: order.accountId,
            state: .pending, amendableOrder: order.isAmendable ? order.id : nil,
            members: submitted.members.map { member in
                CurrentBundle.Member(
                    ref: member.ref, product: member.product, serviceNumber: member.serviceNumber, role: .included,
                    givenServices: services[member.product] ?? [])
            })
        edit(&bundle)
        var facts = Facts(bundle: bundle, now: self.start)
        for member in submitted.members {
            facts.lines[member.serviceNumber] = Line(
                product: member.product, plan: member.plan, heldBy: order.id,
                membership: .init(bundleId: order.bundleId, isInEffect: false), customerId: order.customerId)
        }
        return facts
    }

    private static func change(_ externalId: String = "CRM-9", _ edit: (inout OrderSubmitted) -> Void = { _ in })
        -> OrderSubmitted
    {
        with(.basicA88Existing()) {
            $0.externalId = externalId
            $0.action = "change"
            $0.offer = "WB-BASIC-A-158"
            edit(&$0)
        }
    }

    private func amend(_ order: Order, _ edit: (inout OrderSubmitted) -> Void = { _ in }) throws -> (
        order: Order, amended: Order
    ) {
        let valid = try validate(
            Self.change("CRM-9", edit), by: try Shipped.catalogue(), given: try Self.facts(order))
        return Order.acknowledgeAmendment(valid, of: order, in: try self.surroundings(60))
    }

    @discardableResult
    private func completeAll(_ order: inout Order, from seconds: Int) throws -> [Outcome] {
        var last: [Outcome] = []
        for round in 0..<20 where !order.state.isFinal && order.state != .pending {
            for index in order.workOrders.indices where order.workOrders[index].state == .issued {
                let at = seconds + round * 10 + index
                let event = OrderTests.completed(
                    order.workOrders[index], of: order, at: Self.start.advanced(bySeconds: at))
                last = order.apply(event, in: try self.surroundings(at))
            }
        }
        return last
    }

    @Test("It is judged by the bundle as it is ordered, waits with its reason, and only what differs is planned")
    func waits() throws {
        let (amendment, amended) = try self.amend(try self.subscribed())
        #expect(amendment.state == .acknowledged)
        #expect(amendment.workOrders.map { "\($0.memberRef) \($0.type)" } == ["fx changePlan", "m2 changePlan"])
        #expect(amendment.workOrders.allSatisfy { $0.state == .waiting })
        #expect(amendment.workOrders.first?.parameters["formerPlan"] == "WB-BASIC-A-88")
        #expect(amended.amendedBy == amendment.id)
        let waiting = try #require(amendment.waitsFor.first)
        #expect(waiting.kind == .order)
        #expect(waiting.since == Self.start.advanced(bySeconds: 60))
        #expect(waiting.reason.contains(amended.id.description))
        #expect(waiting.movedBy.contains("order.completed"))
        let ends = try #require(amended.workOrders.map(\.dueAt).max())
        #expect(amendment.workOrders.allSatisfy { $0.dueAt > ends }, "forecast from when the other is expected to end")
    }

    struct Example: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var order: OrderSubmitted
        var reasons: [String]
        var bundle: @Sendable (inout CurrentBundle) -> Void = { _ in }
    }

    static let refused = [
        Example(
            testDescription: "A release of what is not yet in effect", order: with(change()) { $0.action = "release" },
            reasons: ["FROZEN_UNTIL_EFFECTIVE /members"]),
        Example(
            testDescription: "A change when the order is complete (ORD-79)", order: change(),
            reasons: ["FROZEN_UNTIL_EFFECTIVE /members"], bundle: { $0.amendableOrder = nil }),
        Example(
            testDescription: "An amendment of nothing", order: change { $0.offer = "WB-BASIC-A-88" },
            reasons: ["NOT_ALLOWED_IN_STATE /members"]),
        Example(
            testDescription: "The fourth in a month (ORD-87)", order: change(), reasons: ["CHANGE_LIMIT /action"],
            bundle: { $0.changesThisMonth = 3 }),
        Example(
            testDescription: "One that forgets a member",
            order: change {
                $0.members.removeLast()
                $0.members.append(.init(ref: "m9", product: "mobile2g", serviceNumber: "13109160077", existing: false))
            }, reasons: ["MEMBER_COUNT /members"]),
    ]

    @Test("What no amendment may do", arguments: refused)
    func refuses(_ example: Example) throws {
        let facts = try Self.facts(try self.subscribed(), example.bundle)
        let rejections = #expect(throws: Rejections.self) {
            try validate(example.order, by: try Shipped.catalogue(), given: facts)
        }
        #expect(rejections?.reasons.map { "\($0.code.rawValue) \($0.path)" } == example.reasons)
    }

    @Test("It begins when the other is complete; both due in one instant, it alone takes effect")
    func takesEffect() throws {
        var (amendment, amended) = try self.amend(try self.subscribed())
        try self.completeAll(&amended, from: 100)
        #expect(amended.state == .pending)
        let begun = amendment.fulfil(after: amended, in: try self.surroundings(1000))
        #expect(begun.first == .begun(after: amended.id, adopted: 0))
        #expect(amendment.workOrders.allSatisfy { $0.state == .issued })
        #expect(amendment.fulfil(after: amended, in: try self.surroundings(1001)) == [.ignored(.lateOrRepeated)])
        try self.completeAll(&amendment, from: 2000)
        let effect = try #require(amended.effectiveAt)
        #expect(amendment.effectiveAt == effect)
        let before = amended
        let early = effect.advanced(bySeconds: -1)
        var tooEarly = before
        #expect(tooEarly.yieldEffect(to: amendment, dueBy: early) == nil)
        #expect(tooEarly == before)
        #expect(amended.yieldEffect(to: amendment, dueBy: effect) == [.cancelled])
        #expect(amended.state == .cancelled)
        #expect(amended.cancellation?.code == .amended)
        #expect(amended.cancellation?.requestedBy == amendment.id)
        #expect(amended.takeEffect(dueBy: effect) == [.ignored(.lateOrRepeated)])
        #expect(amendment.takeEffect(dueBy: effect) == [.effective(at: effect)])
    }

    @Test("Not done in time, it leaves the other's effect alone")
    func tooLate() throws {
        var (amendment, amended) = try self.amend(try self.subscribed())
        try self.completeAll(&amended, from: 100)
        _ = amendment.fulfil(after: amended, in: try self.surroundings(1000))
        let effect = try #require(amended.effectiveAt)
        #expect(amended.yieldEffect(to: amendment, dueBy: effect) == nil)
        #expect(amended.takeEffect(dueBy: effect) == [.effective(at: effect)])
        try self.completeAll(&amendment, from: 40 * 86_400)
        #expect(try #require(amendment.effectiveAt) > effect)
    }

    @Test("The last accepted counts: the one that waits ends without work, and nothing is undone")
    func merges() throws {
        let (first, amended) = try self.amend(try self.subscribed())
        let (second, again) = try self.amend(amended) { $0.offer = "WB-BASIC-A-288" }
        var former = first
        let outcomes = try former.giveWay(to: second, in: self.surroundings(70)).get()
        #expect(outcomes.last == .cancelled)
        #expect(former.state == .cancelled)
        #expect(former.cancellation?.code == .superseded)
        #expect(former.workOrders.allSatisfy { $0.state == .cancelled && $0.issuedAt == nil })
        #expect(again.amendedBy == second.id)
        #expect(
            second.workOrders.first?.parameters["formerPlan"] == "WB-BASIC-A-88", "from what is ordered, not amended")
    }

    @Test("Waiting, it is cancelled freely, and alone")
    func withdrawn() throws {
        var (amendment, amended) = try self.amend(try self.subscribed())
        let plan = amendment.cancelPlan(by: try Shipped.catalogue())
        #expect(plan.isAllowed)
        #expect(plan.steps.allSatisfy { $0.fate == .dropped })
        let outcomes = try amendment.cancel(for: "no", in: self.surroundings(70)).get()
        #expect(outcomes.last == .cancelled)
        #expect(OrderRefusal(cancellingWhatIsAmendedBy: amendment) == nil)
        try self.completeAll(&amended, from: 100)
        #expect(
            amendment.fulfil(after: amended, in: try self.surroundings(1000)).contains {
                $0 != .ignored(.lateOrRepeated)
            } == false)
    }

    @Test("Cancelled or failed, the other takes it along, with a code")
    func otherEnds() throws {
        let (waiting, inFlight) = try self.amend(try self.subscribed())
        #expect(OrderRefusal(cancellingWhatIsAmendedBy: waiting) == nil)
        var cancelled = inFlight
        _ = try cancelled.cancel(for: "no", in: self.surroundings(70)).get()
        var failed = inFlight
        failed.state = .failed
        for other in [cancelled, failed] {
            var amendment = waiting
            let outcomes = amendment.fulfil(after: other, in: try self.surroundings(71))
            #expect(outcomes.last == .cancelled)
            #expect(amendment.state == .cancelled)
            #expect(amendment.cancellation?.code == .amendedOrderEnded)
            #expect(amendment.cancellation?.requestedBy == nil)
        }
    }

    @Test("Once it has begun, what it builds on is not cancelled before it is")
    func buildsUpon() throws {
        var (amendment, amended) = try self.amend(try self.subscribed())
        try self.completeAll(&amended, from: 100)
        _ = amendment.fulfil(after: amended, in: try self.surroundings(1000))
        #expect(OrderRefusal(cancellingWhatIsAmendedBy: amendment)?.code == "NOT_ALLOWED_IN_STATE")
    }

    @Test("Only what is in flight and wanted can be amended", arguments: OrderLifecycle.State.allCases)
    func amendable(_ state: OrderLifecycle.State) throws {
        var order = try self.subscribed()
        order.state = state
        #expect(order.isAmendable == [.acknowledged, .inProgress, .held].contains(state))
        order.cancellation = Cancellation(requestedAt: Self.start, reason: "no", requestedBy: nil, feeMilliyuan: .zero)
        #expect(!order.isAmendable)
    }
}

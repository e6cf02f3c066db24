import Contracts
import DomainFixtures
import OrdersDomain
import Testing

@Suite("Orders that are cancelled")
struct CancellationTests {
    static let start = OrderTests.start
    let identifiers = CountingIdentifiers()

    private func surroundings(_ seconds: Int = 0) throws -> Order.Surroundings {
        try Shipped.surroundings(at: Self.start.advanced(bySeconds: seconds), identifiers: self.identifiers)
    }

    private func acknowledge(_ submitted: OrderSubmitted = .enhancedB288()) throws -> Order {
        let valid = try validate(submitted, by: try Shipped.catalogue(), given: Facts())
        return Order.acknowledge(valid, in: try self.surroundings()).order
    }

    @discardableResult
    private func complete(_ order: inout Order, _ index: Int, at seconds: Int) throws -> [Outcome] {
        let at = Self.start.advanced(bySeconds: seconds)
        let event = OrderTests.completed(order.workOrders[index], of: order, at: at)
        return order.apply(event, in: try self.surroundings(seconds))
    }

    private func cancelled(_ workOrder: WorkOrder, of order: Order, at seconds: Int) -> WorkOrderEvent {
        .cancelled(
            WorkOrderCancelled(
                workOrderId: workOrder.id, orderId: order.id, type: workOrder.type,
                cancelledAt: Self.start.advanced(bySeconds: seconds)))
    }

    @Test("What waits is dropped, what is under way is asked to stop, and then it is over")
    func beforeAnythingIsDone() throws {
        var order = try self.acknowledge()
        let issued = order.workOrders.filter { $0.state == .issued }
        let outcomes = try order.cancel(for: "changed his mind", in: self.surroundings(10)).get()
        #expect(
            outcomes.dropFirst().prefix(issued.count)
                == issued.map { .cancelRequested($0.id, reason: "changed his mind") }[...])
        #expect(order.state == .pendingCancellation)
        #expect(order.workOrders.filter { $0.state == .cancelled }.count == order.workOrders.count - issued.count)
        #expect(order.waitsFor.map(\.kind) == issued.map { _ in .workOrder })
        var last: [Outcome] = []
        for workOrder in issued {
            #expect(order.state == .pendingCancellation)
            last = order.apply(self.cancelled(workOrder, of: order, at: 20), in: try self.surroundings(20))
        }
        #expect(last == [.cancelled])
        #expect(order.state == .cancelled)
        #expect(order.waitsFor.isEmpty)
        #expect(order.cancellation?.feeMilliyuan == .zero)
    }

    @Test("What is complete is undone in reverse order of completion, one after the other")
    func compensation() throws {
        var order = try self.acknowledge()
        // Broadband: changePlan, changeSpeed; fixed line: changePlan.
        let names = order.workOrders.map { "\($0.memberRef) \($0.type)" }
        let bbPlan = try #require(names.firstIndex(of: "bb changePlan"))
        let bbSpeed = try #require(names.firstIndex(of: "bb changeSpeed"))
        let fxPlan = try #require(names.firstIndex(of: "fx changePlan"))
        try self.complete(&order, bbPlan, at: 100)
        try self.complete(&order, fxPlan, at: 50)
        try self.complete(&order, bbSpeed, at: 200)
        let underWay = order.workOrders.filter(\.state.isUnderWay)
        _ = try order.cancel(for: "no", in: self.surroundings(300)).get()
        // One of those under way completes all the same: it was too late, and it is the last.
        let late = try #require(underWay.first { $0.type == "install" })
        var outcomes: [Outcome] = []
        for workOrder in underWay {
            let event =
                workOrder.id == late.id
                ? OrderTests.completed(workOrder, of: order, at: Self.start.advanced(bySeconds: 310))
                : self.cancelled(workOrder, of: order, at: 305)
            outcomes = order.apply(event, in: try self.surroundings(320))
        }
        var undone: [WorkOrderID] = []
        for step in 0..<4 {
            guard case .issued(let compensation)? = outcomes.first, outcomes.count == 1 else {
                Issue.record("\(outcomes)")
                return
            }
            #expect(order.workOrders.filter(\.state.isUnderWay).map(\.id) == [compensation.id], "one after the other")
            undone.append(try #require(compensation.compensates))
            let at = Self.start.advanced(bySeconds: 400 + step)
            outcomes = order.apply(
                OrderTests.completed(compensation, of: order, at: at), in: try self.surroundings(400 + step))
        }
        #expect(outcomes == [.cancelled])
        #expect(
            undone == [late.id, order.workOrders[bbSpeed].id, order.workOrders[bbPlan].id, order.workOrders[fxPlan].id])
        let types = order.workOrders.filter { $0.compensates != nil }.map(\.type)
        #expect(types == ["dismantle", "changeSpeed", "changePlan", "changePlan"])
        let speed = try #require(order.workOrders.first { $0.compensates == order.workOrders[bbSpeed].id })
        #expect(speed.parameters["speedMbps"] == 1)
        #expect(speed.parameters["formerSpeedMbps"] == 2)
    }

    @Test("A complete order that is not yet in effect is undone whole; one in effect is not cancelled")
    func pending() throws {
        var order = try self.acknowledge(.basicA88Existing())
        for round in 0..<20 where order.state != .pending {
            for index in order.workOrders.indices where order.workOrders[index].state == .issued {
                try self.complete(&order, index, at: round * 10 + index)
            }
        }
        #expect(order.state == .pending)
        var effective = order
        _ = effective.takeEffect(dueBy: try #require(order.effectiveAt))
        let plan = order.cancelPlan(by: try Shipped.catalogue())
        let outcomes = try order.cancel(for: "no", in: self.surroundings(1000)).get()
        #expect(outcomes.count { if case .issued = $0 { true } else { false } } == 1)
        #expect(plan.steps.map(\.fate) == plan.steps.map { _ in .undone })
        #expect(order.workOrders.compactMap(\.compensates) == plan.steps.map(\.workOrderId))
        guard case .failure(let refusal) = effective.cancel(for: "no", in: try self.surroundings(1000)) else {
            Issue.record("an order in effect was cancelled")
            return
        }
        #expect(refusal.code == "NOT_ALLOWED_IN_STATE")
    }

    @Test("Before the soft point of no return it is free, after it costs its fee")
    func softPoint() throws {
        var order = try self.acknowledge(with(.enhancedB288()) { $0.members[0].existing = false })
        let index = try #require(order.workOrders.firstIndex { $0.type == "install" && $0.memberRef == "bb" })
        #expect(order.cancelPlan(by: try Shipped.catalogue()).feeMilliyuan == .zero)
        _ = order.apply(
            OrderTests.started(order.workOrders[index], of: order, at: Self.start), in: try self.surroundings())
        let plan = order.cancelPlan(by: try Shipped.catalogue())
        #expect(plan.feeMilliyuan == Milliyuan(50_000))
        #expect(plan.steps.first { $0.workOrderId == order.workOrders[index].id }?.fate == .stopped)
        let outcomes = try order.cancel(for: "no", in: self.surroundings(5)).get()
        #expect(order.cancellation?.feeMilliyuan == Milliyuan(50_000))
        #expect(outcomes.first == order.cancellation.map { .cancelling($0) })
    }

    @Test("Beyond a hard point of no return cancelling is refused, and nothing changes")
    func hardPoint() throws {
        var surroundings = try self.surroundings()
        surroundings.catalogue.workOrderTypes["changePlan"]?["any"]?.pointsOfNoReturn = .init(refusedFrom: .started)
        var order = try self.acknowledge()
        let index = try #require(order.workOrders.firstIndex { $0.type == "changePlan" })
        #expect(order.cancelPlan(by: surroundings.catalogue).isAllowed, "issued, and not yet begun")
        _ = order.apply(OrderTests.started(order.workOrders[index], of: order, at: Self.start), in: surroundings)
        let before = order
        let plan = order.cancelPlan(by: surroundings.catalogue)
        #expect(plan.refusals.map(\.code) == ["NOT_ALLOWED_IN_STATE"])
        #expect(plan.steps.filter { $0.fate == .refused }.map(\.workOrderId) == [order.workOrders[index].id])
        guard case .failure = order.cancel(for: "no", in: surroundings) else {
            Issue.record("cancelled beyond the point of no return")
            return
        }
        #expect(order == before)
    }

    @Test("What cannot be undone waits for a person, who retries or leaves it; then the order is partial")
    func undoingFails() throws {
        for isLeft in [false, true] {
            var order = try self.acknowledge(.basicA88Existing())
            try self.complete(&order, 0, at: 10)
            let underWay = order.workOrders.filter(\.state.isUnderWay)
            _ = try order.cancel(for: "no", in: self.surroundings(20)).get()
            for workOrder in underWay {
                _ = order.apply(self.cancelled(workOrder, of: order, at: 30), in: try self.surroundings(30))
            }
            let compensation = try #require(order.workOrders.last)
            var outcomes = order.apply(
                OrderTests.failed(compensation, of: order, at: Self.start.advanced(bySeconds: 40)),
                in: try self.surroundings(40))
            #expect(order.state == .held)
            #expect(order.holdReasons.map(\.workOrderId) == [compensation.id])
            let decision: OrderDecision = isLeft ? .skip(compensation.id) : .retry(nil)
            outcomes = try order.apply(decision, in: self.surroundings(50)).get()
            #expect(outcomes.contains(.resumed))
            if isLeft {
                #expect(order.state == .partial)
                return
            }
            #expect(order.state == .pendingCancellation)
            #expect(order.workOrders.last?.issueNumber == 2)
            let again = try #require(order.workOrders.last)
            // A repetition of the failure says nothing of the second issue.
            let repeated = OrderTests.failed(compensation, of: order, at: Self.start.advanced(bySeconds: 40))
            #expect(order.apply(repeated, in: try self.surroundings(60)) == [.ignored(.lateOrRepeated)])
            outcomes = order.apply(
                OrderTests.completed(again, of: order, at: Self.start.advanced(bySeconds: 70)),
                in: try self.surroundings(70))
            #expect(outcomes == [.cancelled])
        }
    }

    @Test("A failure heard before the cancel is answered by the cancel; one of the undoing holds the order")
    func failureMeanwhile() throws {
        var order = try self.acknowledge(.basicA88Existing())
        let underWay = order.workOrders.filter(\.state.isUnderWay)
        _ = try order.cancel(for: "no", in: self.surroundings(20)).get()
        let failed = OrderTests.failed(underWay[0], of: order, at: Self.start)
        #expect(order.apply(failed, in: try self.surroundings(21)) == [.ignored(.lateOrRepeated)])
        guard case .failed(var message) = failed else { return }
        message.undoing = true
        _ = order.apply(.failed(message), in: try self.surroundings(22))
        #expect(order.state == .held)
        let outcomes = try order.apply(.retry(underWay[0].id), in: self.surroundings(30)).get()
        #expect(outcomes.contains(.cancelRequested(underWay[0].id, reason: "no")))
        #expect(order.state == .pendingCancellation)
    }
}

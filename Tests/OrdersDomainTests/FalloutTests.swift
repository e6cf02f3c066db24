import Contracts
import DomainFixtures
import OrdersDomain
import Testing

@Suite("Work orders that fail")
struct FalloutTests {
    static let start = OrderTests.start
    let identifiers = CountingIdentifiers()

    private func surroundings(_ seconds: Int = 0) throws -> Order.Surroundings {
        try Shipped.surroundings(at: Self.start.advanced(bySeconds: seconds), identifiers: self.identifiers)
    }

    private func acknowledge(_ submitted: OrderSubmitted = .enhancedB288()) throws -> Order {
        let valid = try validate(submitted, by: try Shipped.catalogue(), given: Facts())
        return Order.acknowledge(valid, in: try self.surroundings()).order
    }

    private func fail(_ order: inout Order, _ index: Int, _ code: String, at seconds: Int) throws -> [Outcome] {
        let workOrder = order.workOrders[index]
        let failed = WorkOrderFailed(
            workOrderId: workOrder.id, orderId: order.id, type: workOrder.type,
            failedAt: Self.start.advanced(bySeconds: seconds), attempts: 1, results: [:], task: "crm.changePlan",
            code: code, message: "no", issueNumber: workOrder.issueNumber)
        return order.apply(.failed(failed), in: try self.surroundings(seconds))
    }

    @Test("The policy has it issued again after its time, as often as it says; then a person decides")
    func retry() throws {
        var order = try self.acknowledge()
        var seconds = 0
        for issue in 1...3 {
            _ = try self.fail(&order, 0, "TEMPORARY_FAILURE", at: seconds)
            #expect(order.state == .inProgress)
            #expect(order.waitsFor.contains { $0.kind == .retry && $0.workOrderId == order.workOrders[0].id })
            let due = Self.start.advanced(bySeconds: seconds + 1800)
            #expect(order.workOrders[0].retryAt == due)
            let early = order.retry(order.workOrders[0].id, in: try self.surroundings(seconds + 1799))
            #expect(early == [.ignored(.lateOrRepeated)])
            seconds += 1800
            let outcomes = order.retry(order.workOrders[0].id, in: try self.surroundings(seconds))
            #expect(outcomes.first == .issued(order.workOrders[0]))
            #expect(order.workOrders[0].issueNumber == issue + 1)
            #expect(order.workOrders[0].dueAt > due)
        }
        let outcomes = try self.fail(&order, 0, "TEMPORARY_FAILURE", at: seconds)
        #expect(order.state == .held)
        #expect(outcomes.last == .held(order.holdReasons))
    }

    @Test("Where there is nothing to change, the order goes on without it")
    func skip() throws {
        var order = try self.acknowledge()
        let names = order.workOrders.map { "\($0.memberRef) \($0.type)" }
        let plan = try #require(names.firstIndex(of: "fx changePlan"))
        let change = try #require(names.firstIndex(of: "fx changeVas"))
        _ = order.apply(
            OrderTests.completed(order.workOrders[plan], of: order, at: Self.start), in: try self.surroundings())
        _ = try self.fail(&order, change, "NOTHING_TO_CHANGE", at: 5)
        #expect(order.workOrders[change].state == .skipped)
        #expect(order.state == .inProgress)
    }

    @Test("Where there are no resources, the order is cancelled, and what was done is undone")
    func cancel() throws {
        var order = try self.acknowledge(with(.enhancedB288()) { $0.members[0].existing = false })
        let install = try #require(order.workOrders.firstIndex { $0.type == "install" && $0.memberRef == "bb" })
        let outcomes = try self.fail(&order, install, "NO_RESOURCES", at: 5)
        #expect(order.state == .pendingCancellation)
        #expect(order.cancellation?.feeMilliyuan == .zero, "not the customer's doing")
        #expect(outcomes.contains { if case .cancelling = $0 { true } else { false } })
        #expect(order.workOrders[install].state == .cancelling, "what its tasks had done is taken back")
    }

    @Test("A person issues it again with other parameters, or leaves it out, and the order goes on")
    func decisions() throws {
        var order = try self.acknowledge()
        _ = try self.fail(&order, 0, "OPERATION_REFUSED", at: 5)
        #expect(order.state == .held)
        let id = order.workOrders[0].id
        let replaced = try order.apply(
            .replaceParameters(id, ["plan": "WB-X", "formerPlan": .null]), in: self.surroundings(10)
        ).get()
        #expect(replaced.contains(.issued(order.workOrders[0])))
        #expect(replaced.contains(.resumed))
        #expect(order.workOrders[0].parameters["plan"] == "WB-X")
        #expect(order.workOrders[0].parameters["formerPlan"] == nil)
        #expect(order.state == .inProgress)
        _ = try self.fail(&order, 0, "OPERATION_REFUSED", at: 20)
        let skipped = try order.apply(.skip(id), in: self.surroundings(30)).get()
        #expect(order.workOrders[0].state == .skipped)
        #expect(skipped.contains { if case .issued = $0 { true } else { false } }, "those after it go on")
    }

    @Test("An order of which everything was left out has failed")
    func nothingDone() throws {
        var order = try self.acknowledge(.single("VAS-RINGBACK"))
        _ = try self.fail(&order, 0, "OPERATION_REFUSED", at: 5)
        let outcomes = try order.apply(.skip(order.workOrders[0].id), in: self.surroundings(6)).get()
        #expect(order.state == .failed)
        #expect(outcomes.contains { if case .failed = $0 { true } else { false } })
    }

    @Test("What has not failed is neither tried again nor left out")
    func refused() throws {
        var order = try self.acknowledge()
        let before = order
        let stranger = WorkOrderID(rawValue: order.id.rawValue)
        for (decision, code) in [
            (OrderDecision.retry(nil), "NOT_ALLOWED_IN_STATE"),
            (.retry(order.workOrders[0].id), "NOT_ALLOWED_IN_STATE"),
            (.skip(order.workOrders[1].id), "NOT_ALLOWED_IN_STATE"), (.skip(stranger), "NOT_FOUND"),
        ] {
            guard case .failure(let refusal) = order.apply(decision, in: try self.surroundings()) else {
                Issue.record("\(decision) was done")
                continue
            }
            #expect(refusal.code == code)
        }
        #expect(order == before)
    }
}

import Contracts
import Messaging
import OrdersDomain
import Postgres
import Testing

@testable import Orders

@Suite("Orders that are cancelled")
struct CancellationTests {
    private static let order = OrderSubmitted.basic("1", fixedLine: "02988880001", mobile: "13109160001")

    @Test("A cancel ends its order: work orders stopped, numbers free, the bundle gone, and the request fulfilled")
    func beforeAnythingIsDone() async throws {
        try await Desk.open { desk in
            let new = OrderSubmitted.basic("1", fixedLine: "02988880001", mobile: "13109160001", existing: false)
            let submitted = try await desk.submit([new])
            let issued = submitted.bodies(WorkOrderIssued.self)
            let cancelling = try await desk.submit([.cancel(new)])
            let request = try #require(cancelling.bodies(OrderAcknowledged.self).first)
            #expect(request.action == "cancel")
            #expect(request.workOrders.isEmpty)
            let requests = cancelling.bodies(WorkOrderCancelRequested.self)
            #expect(requests.map(\.workOrderId) == issued.map(\.workOrderId))
            #expect(try await desk.look().contains("order counter 1 pendingCancellation"))
            let again = try await desk.submit([.cancel(new)])
            #expect(again.isEmpty, "the same request is the same order")
            var other = OrderSubmitted.cancel(new)
            other.externalId = "another"
            let refused = try await desk.submit([other]).bodies(OrderRejected.self)
            #expect(refused.first?.reasons.map(\.code) == ["NOT_ALLOWED_IN_STATE"])

            let ended = try await desk.tell(requests.map { $0.answer() })
            #expect(ended.bodies(OrderCancelled.self).map(\.externalId) == ["1"])
            #expect(ended.bodies(OrderCompleted.self).map(\.orderId) == [request.orderId])
            #expect(ended.bodies(OrderEffective.self).isEmpty)
            let look = try await desk.look()
            #expect(look.contains("order counter 1 cancelled"))
            #expect(look.contains("order counter cancel-1 completed"))
            #expect(look.contains("bundle WB-BASIC-A-88 cancelled"))
            #expect(look.contains("line 02988880001 closed - free "))
            let next = OrderSubmitted.basic("2", fixedLine: "02988880001", mobile: "13109160001", existing: false)
            #expect(try await desk.submit([next]).bodies(OrderAcknowledged.self).count == 1, "its numbers are free")
        }
    }

    @Test("A complete order is undone in reverse, holding its numbers meanwhile; existing lines stay")
    func pending() async throws {
        try await Desk.open { desk in
            let done = try await desk.completeAll(try await desk.submit([Self.order]))
            let order = try #require(done.bodies(OrderAcknowledged.self).first)
            let completions = done.bodies(WorkOrderIssued.self)
            var outgoing = try await desk.submit([.cancel(Self.order, id: order.orderId)])
            var undone: [WorkOrderID] = []
            #expect(try await desk.look().contains("line 02988880001 active - held callerId"))
            while let issued = outgoing.bodies(WorkOrderIssued.self).first {
                undone.append(try #require(issued.compensates))
                outgoing = try await desk.tell([issued.completed(at: .noon)])
            }
            let cancelled = try #require(outgoing.bodies(OrderCancelled.self).first)
            #expect(cancelled.compensated.map(\.workOrderId) == undone)
            #expect(Set(undone) == Set(completions.map(\.workOrderId)))
            #expect(cancelled.feeMilliyuan == .zero)
            #expect(try await desk.look().contains("line 02988880001 active - free callerId"))
            #expect(try await desk.passTime(to: .firstOfDecember).isEmpty, "it never takes effect")
        }
    }

    @Test("The former plan is what an undone change of plan goes back to")
    func formerValues() async throws {
        try await Desk.open { desk in
            var order = Self.order
            order.members[1].plan = "STD-2G"
            let submitted = try await desk.submit([order])
            let change = try #require(submitted.bodies(WorkOrderIssued.self).first { $0.memberRef == "m2" })
            _ = try await desk.tell([change.completed(at: .noon)])
            let cancelling = try await desk.submit([.cancel(order)])
            let ended = try await desk.tell(cancelling.bodies(WorkOrderCancelRequested.self).map { $0.answer() })
            let undo = try #require(ended.bodies(WorkOrderIssued.self).first)
            #expect(undo.type == "changePlan")
            #expect(undo.parameters["plan"] == "STD-2G")
            #expect(undo.parameters["formerPlan"] == "WB-BASIC-A-88")
        }
    }

    @Test("A cancel of nothing, of another customer's order, of none at all is rejected")
    func rejected() async throws {
        try await Desk.open { desk in
            _ = try await desk.submit([Self.order])
            var stranger = OrderSubmitted.cancel(Self.order)
            stranger.customer.id = "C-other"
            var nothing = OrderSubmitted.cancel(.basic("9", fixedLine: "02988880009", mobile: "13109160009"))
            nothing.externalId = "x"
            var none = OrderSubmitted.cancel(Self.order)
            none.externalId = "y"
            none.originalExternalId = nil
            let rejected = try await desk.submit([stranger, nothing, none]).bodies(OrderRejected.self)
            #expect(rejected.map { $0.reasons.map(\.code) } == [["NOT_FOUND"], ["NOT_FOUND"], ["MALFORMED"]])
        }
    }

    @Test("While another order holds one of its numbers, a complete order cannot be cancelled")
    func busy() async throws {
        try await Desk.open { desk in
            _ = try await desk.completeAll(try await desk.submit([Self.order]))
            let alert = OrderSubmitted(
                externalId: "vas", channel: "counter", customer: Self.order.customer, offer: "VAS-CALLER-ALERT",
                members: [.init(ref: "m", product: "mobile2g", serviceNumber: "13109160001", existing: true)])
            #expect(try await desk.submit([alert]).bodies(OrderAcknowledged.self).count == 1)
            let rejected = try await desk.submit([.cancel(Self.order)]).bodies(OrderRejected.self)
            #expect(rejected.first?.reasons.map(\.code) == ["NUMBER_BUSY"])
        }
    }
}

@Suite("The fallout queue")
struct FalloutQueueTests {
    private static let order = OrderSubmitted.basic("1", fixedLine: "02988880001", mobile: "13109160001")

    private func command(
        _ id: CommandID, _ workOrder: WorkOrderIssued, _ word: String, parameters: JSONObject? = nil, all: Bool = false
    ) -> OrderCommand {
        OrderCommand(
            commandId: id, orderId: workOrder.orderId, workOrderId: all ? nil : workOrder.workOrderId, command: word,
            parameters: parameters, reason: "tried by hand", by: "li", at: .noon)
    }

    @Test("A person has it issued again with other parameters, once a command; then leaves it out, and it goes on")
    func decisions() async throws {
        try await Desk.open { desk in
            let identifiers = UUIDv7Source { 1 }
            let submitted = try await desk.submit([Self.order])
            let first = try #require(submitted.bodies(WorkOrderIssued.self).first)
            #expect(try await desk.tell([first.failed("OPERATION_REFUSED")]).bodies(OrderHeld.self).count == 1)
            let replace = self.command(identifiers.next(), first, "replaceParameters", parameters: ["plan": "X"])
            let replaced = try await desk.command([replace, replace])
            let second = try #require(replaced.outgoing.bodies(WorkOrderIssued.self).first)
            #expect(replaced.outgoing.bodies(WorkOrderIssued.self).count == 1, "once")
            #expect(replaced.outgoing.bodies(OrderResumed.self).count == 1)
            #expect(second.issueNumber == 2)
            #expect(second.parameters["plan"] == "X")
            #expect(try await desk.tell([first.failed("OPERATION_REFUSED")]).isEmpty, "that was the first issue")
            _ = try await desk.tell([second.failed("OPERATION_REFUSED")])
            let retried = try await desk.command([self.command(identifiers.next(), first, "retry", all: true)])
            let third = try #require(retried.outgoing.bodies(WorkOrderIssued.self).first)
            #expect(third.parameters["plan"] == "X", "they are kept")
            _ = try await desk.tell([third.failed("OPERATION_REFUSED")])
            let skipped = try await desk.command([self.command(identifiers.next(), first, "skip")])
            #expect(skipped.outgoing.bodies(WorkOrderIssued.self).allSatisfy { $0.memberRef == first.memberRef })
            #expect(!skipped.outgoing.bodies(WorkOrderIssued.self).isEmpty, "those after it go on")
            let timeline = try await desk.look().filter { $0.hasPrefix("timeline") }
            #expect(timeline.count { $0 == "timeline order.command" } == 3)
            #expect(timeline.count { $0 == "timeline workOrder.failed" } == 3)
        }
    }

    @Test("A command that cannot be done is refused with its code, and the others of its batch are done")
    func refused() async throws {
        try await Desk.open { desk in
            let identifiers = UUIDv7Source { 1 }
            let submitted = try await desk.submit([Self.order])
            let first = try #require(submitted.bodies(WorkOrderIssued.self).first)
            var stranger = self.command(identifiers.next(), first, "cancel")
            stranger.orderId = identifiers.next()
            let result = try await desk.command([
                self.command(identifiers.next(), first, "skip", all: true),
                self.command(identifiers.next(), first, "explode"),
                self.command(identifiers.next(), first, "replaceParameters"),
                self.command(identifiers.next(), first, "skip"),
                stranger,
                self.command(identifiers.next(), first, "cancel"),
            ])
            #expect(
                result.refused.sorted() == [
                    "INVALID_VALUE", "MISSING_FIELD", "MISSING_FIELD", "NOT_ALLOWED_IN_STATE", "NOT_FOUND",
                ])
            #expect(!result.outgoing.bodies(WorkOrderCancelRequested.self).isEmpty)
        }
    }

    @Test("An order that is stuck is found, and none is that a work order, a timer, another order or a person moves")
    func stuck() async throws {
        try await Desk.open { desk in
            let submitted = try await desk.submit([Self.order])
            let first = try #require(submitted.bodies(WorkOrderIssued.self).first)
            func count() async throws -> Int? { try await desk.pool.execute(CountStuckOrders()).first }
            #expect(try await count() == 0)
            _ = try await desk.tell([first.failed("OPERATION_REFUSED")])
            #expect(try await count() == 0)
            let cancelling = try await desk.submit([.cancel(Self.order)])
            #expect(try await count() == 0)
            // What no rule allows: everything under way has vanished.
            _ = try await desk.pool.execute(Vanish())
            #expect(try await count() == 1)
            #expect(try await desk.pool.execute(ListStuckOrders(limit: 10)).map(\.id) == [first.orderId])
            #expect(!cancelling.isEmpty)
        }
    }

    private struct Vanish: Statement {
        static let sql = """
            UPDATE work_order SET state = 'cancelled' WHERE state IN ('issued', 'inProgress', 'cancelling') RETURNING 1::bigint
            """

        static func read(_ columns: inout Columns) throws -> Int { try columns.next() }
    }

    @Test("The fallout policy has a failure tried again at its time, and cancels where it says so")
    func policy() async throws {
        try await Desk.open { desk in
            let submitted = try await desk.submit([Self.order])
            let first = try #require(submitted.bodies(WorkOrderIssued.self).first)
            #expect(try await desk.tell([first.failed("TEMPORARY_FAILURE")]).isEmpty)
            let due = Timestamp.noon.advanced(bySeconds: 1800)
            #expect(try await desk.retry(at: due.advanced(byMilliseconds: -1)).isEmpty)
            let again = try #require(try await desk.retry(at: due).bodies(WorkOrderIssued.self).first)
            #expect(again.issueNumber == 2)
            #expect(again.parameters == first.parameters)
            #expect(try await desk.retry(at: due).isEmpty)

            let new = OrderSubmitted.basic("2", fixedLine: "02988880002", mobile: "13109160002", existing: false)
            let install = try #require(try await desk.submit([new]).bodies(WorkOrderIssued.self).first)
            let cancelling = try await desk.tell([install.failed("NO_RESOURCES")])
            let requests = cancelling.bodies(WorkOrderCancelRequested.self)
            #expect(requests.count == 2)
            let ended = try await desk.tell(requests.map { $0.answer() })
            #expect(ended.bodies(OrderCancelled.self).count == 1)
        }
    }
}

import Contracts
import Messaging
import OrdersDomain
import Postgres
import Testing

@testable import Orders

@Suite("Orders on their way")
struct ProgressTests {
    private static let order = OrderSubmitted.basic("1", fixedLine: "02988880001", mobile: "13109160001")

    @Test("The last completion completes the order, once; its numbers are free, and in effect at its time")
    func completion() async throws {
        try await Desk.open { desk in
            let submitted = try await desk.submit([Self.order])
            let all = try await desk.completeAll(submitted)
            let acknowledged = try #require(all.bodies(OrderAcknowledged.self).first)
            #expect(all.bodies(WorkOrderIssued.self).count == acknowledged.workOrders.count)
            let completed = all.bodies(OrderCompleted.self)
            #expect(completed.map(\.effectiveAt) == [.firstOfDecember])
            #expect(completed.map(\.completedAt) == [.noon])
            #expect(try await desk.look().contains("line 02988880001 active - free callerId"))

            #expect(try await desk.nextEffect() == .firstOfDecember)
            #expect(try await desk.passTime(to: .firstOfDecember.advanced(byMilliseconds: -1)).isEmpty)
            let effective = try await desk.passTime(to: .firstOfDecember).bodies(OrderEffective.self)
            #expect(effective.map(\.effectiveAt) == [.firstOfDecember])
            #expect(effective.first?.members.map(\.serviceNumber) == ["02988880001", "13109160001"])
            #expect(effective.first?.members.map(\.main) == [true, false])
            #expect(try await desk.passTime(to: .firstOfDecember).isEmpty, "once")
            #expect(try await desk.nextEffect() == nil)
            #expect(
                try await desk.look() == [
                    "bundle WB-BASIC-A-88 active",
                    "line 02988880001 active WB-BASIC-A-88 free callerId",
                    "line 13109160001 active WB-BASIC-A-88 free callerId",
                    "order counter 1 completed",
                ])
        }
    }

    @Test("Events again, and events of unknown orders, change nothing and stop nobody")
    func repetitions() async throws {
        try await Desk.open { desk in
            let submitted = try await desk.submit([Self.order])
            let events = submitted.bodies(WorkOrderIssued.self).map { $0.completed(at: .noon) }
            let first = try await desk.tell(events)
            let before = try await desk.look()
            #expect(!first.isEmpty)
            #expect(try await desk.tell(events + events).isEmpty)
            var stray = try #require(submitted.bodies(WorkOrderIssued.self).first)
            stray.orderId = OrderID(rawValue: stray.workOrderId.rawValue)
            #expect(try await desk.tell([stray.completed(at: .noon)]).isEmpty)
            #expect(try await desk.look() == before)
        }
    }

    @Test("A failure holds the order and tells why; its other members go on")
    func failure() async throws {
        try await Desk.open { desk in
            let submitted = try await desk.submit([Self.order])
            let issued = submitted.bodies(WorkOrderIssued.self)
            let failing = try #require(issued.first { $0.memberRef == "fx" })
            let going = try #require(issued.first { $0.memberRef == "m2" })
            let failed = WorkOrderFailed(
                workOrderId: failing.workOrderId, orderId: failing.orderId, type: failing.type, failedAt: .noon,
                attempts: 1,
                results: [:], task: "crm.changePlan", code: "NO_SUCH_LINE", message: "there is no such line")
            let outgoing = try await desk.tell([.failed(failed), going.completed(at: .noon)])
            let held = try #require(outgoing.bodies(OrderHeld.self).first)
            #expect(held.reasons.map(\.code) == ["NO_SUCH_LINE"])
            #expect(outgoing.bodies(WorkOrderIssued.self).allSatisfy { $0.memberRef == "m2" })
            #expect(!outgoing.bodies(WorkOrderIssued.self).isEmpty)
            let fallout = try await desk.pool.execute(ListFallout(after: nil, limit: 10))
            #expect(fallout.map(\.id) == [failing.orderId])
        }
    }

    @Test("Retries and jeopardies are noted in the timeline, once, in the order of time")
    func timeline() async throws {
        try await Desk.open { desk in
            let submitted = try await desk.submit([Self.order])
            let issued = try #require(submitted.bodies(WorkOrderIssued.self).first)
            let jeopardy = WorkOrderEvent.jeopardy(
                WorkOrderJeopardy(
                    workOrderId: issued.workOrderId, orderId: issued.orderId, type: issued.type, kind: .targetNear,
                    dueAt: issued.dueAt, at: .noon.advanced(bySeconds: 60)))
            let outgoing = try await desk.tell([jeopardy, jeopardy])
            #expect(outgoing.bodies(OrderJeopardy.self).map(\.kind) == [.targetNear])
            let later = Timestamp.noon.advanced(bySeconds: 120)
            _ = try await desk.completeAll(submitted, at: later)
            let (rows, orders, workOrders, entries) = try await desk.pool.withTransaction("look") {
                try await $0.execute(
                    together: FindOrderRow(id: issued.orderId), FindOrder(id: issued.orderId),
                    FindWorkOrders(orders: [issued.orderId]), FindTimeline(orderId: issued.orderId))
            }
            var order = try #require(orders.first)
            order.workOrders = workOrders.map(\.workOrder)
            let items = Timeline.items(of: try #require(rows.first), order, entries)
            #expect(items.first?.kind == "order.acknowledged")
            #expect(items.last?.kind == "order.completed")
            #expect(items.count { $0.kind == "workOrder.jeopardy" } == 1)
            #expect(items.map(\.at) == items.map(\.at).sorted())
            #expect(items.count { $0.kind == "workOrder.completed" } == order.workOrders.count)
        }
    }

    @Test("An appointment moves the target and the forecast that are shown, and is noted in the timeline once")
    func rescheduled() async throws {
        try await Desk.open { desk in
            let submitted = try await desk.submit([Self.order])
            let issued = try #require(submitted.bodies(WorkOrderIssued.self).first)
            let appointment = Timestamp.firstOfDecember.advanced(bySeconds: 36_000)
            let event = WorkOrderEvent.rescheduled(
                WorkOrderRescheduled(
                    workOrderId: issued.workOrderId, orderId: issued.orderId, type: issued.type,
                    appointmentAt: appointment, dueAt: appointment.advanced(bySeconds: 3600), reason: "away", by: "li",
                    at: .noon))
            let outgoing = try await desk.tell([event])
            let jeopardy = try #require(outgoing.bodies(OrderJeopardy.self).first)
            #expect(jeopardy.kind == .effectiveMonthAtRisk)
            #expect(jeopardy.expectedEffectiveAt == Timestamp(rfc3339: "2027-01-01T00:00:00+08:00"))
            let (orders, workOrders, entries) = try await desk.pool.withTransaction("look") {
                try await $0.execute(
                    together: FindOrder(id: issued.orderId), FindWorkOrders(orders: [issued.orderId]),
                    FindTimeline(orderId: issued.orderId))
            }
            #expect(orders.first?.expectedEffectiveAt == jeopardy.expectedEffectiveAt)
            let workOrder = try #require(workOrders.first { $0.workOrder.id == issued.workOrderId }).workOrder
            #expect(workOrder.dueAt == appointment.advanced(bySeconds: 3600))
            #expect(entries.map(\.kind) == [.workOrderRescheduled, .orderJeopardy])
            #expect(entries.first?.detail.contains("away") == true)
        }
    }

    @Test("Thousands take effect in pages, each once, earliest first")
    func manyEffects() async throws {
        try await Desk.open { desk in
            let orders = (0..<250).map { number in
                OrderSubmitted.basic(
                    "\(number)", fixedLine: "0298889\(String(10_000 + number).dropFirst())",
                    mobile: "1310917\(String(10_000 + number).dropFirst())")
            }
            _ = try await desk.completeAll(try await desk.submit(orders))
            let effective = try await desk.passTime(to: .firstOfDecember, limit: 100).bodies(OrderEffective.self)
            #expect(Set(effective.map(\.externalId)).count == 250)
            #expect(effective.count == 250)
        }
    }
}

import Contracts
import Foundation
import Testing

@Suite("Message bodies")
struct MessageBodyTests {
    private static let now = Timestamp(microseconds: 1_795_224_600_123_000)
    private static let later = Timestamp(microseconds: 1_795_900_000_000_000)
    private static let order = OrderID(UUID(uuidString: "0192f3c4-0000-7000-8000-000000000001") ?? UUID())
    private static let workOrder = WorkOrderID(UUID(uuidString: "0192f3c4-0000-7000-8000-000000000002") ?? UUID())
    private static let command = CommandID(UUID(uuidString: "0192f3c4-0000-7000-8000-000000000003") ?? UUID())
    private static let task = TaskID(UUID(uuidString: "0192f3c4-0000-7000-8000-000000000004") ?? UUID())
    private static let bundle = BundleID(UUID(uuidString: "0192f3c4-0000-7000-8000-000000000005") ?? UUID())

    private static let submitted = OrderSubmitted(
        externalId: "CRM-1", channel: "counter", requestedAt: now,
        customer: .init(
            id: "C1", name: "汉江贸易", segment: "enterprise", tier: "vip",
            identity: .init(type: "businessLicense", number: "91610700MA6YXXXX0X")),
        accountId: "A1", offer: "WB-ENH-B-288", term: "monthly", payment: "unified",
        members: [
            .init(
                ref: "bb", product: "broadband", serviceNumber: "029B0001", existing: true, main: true, plan: "BB-1M",
                vas: ["callerId"], speedMbps: 1, identity: .init(type: "idCard", number: "610701"), password: "135792",
                consent: true),
            .init(ref: "m2", product: "mobile2g", serviceNumber: "13109160001", existing: false),
        ],
        options: [.init(code: "BB-SPEED-4M", member: "bb")], telemarketing: true, consentReference: "R1"
    )

    static let bodies: [any MessageBody & Equatable] = [
        submitted,
        OrderAcknowledged(
            orderId: order, externalId: "CRM-1", channel: "counter", action: "subscribe", customerId: "C1",
            accountId: "A1", offer: "WB-ENH-B-288", acknowledgedAt: now, expectedEffectiveAt: later,
            workOrders: [
                .init(
                    workOrderId: workOrder, type: "install", product: "mobile2g", memberRef: "m2",
                    serviceNumber: "13109160001", dependsOn: [workOrder], dueAt: later)
            ]),
        OrderRejected(
            orderId: order, externalId: "CRM-1", channel: "counter",
            reasons: [.init(code: "MEMBER_COUNT", path: "/members", message: "…")], rejectedAt: now),
        OrderHeld(
            orderId: order, externalId: "CRM-1",
            reasons: [.init(code: "E1", message: "…", workOrderId: workOrder)], heldAt: now),
        OrderResumed(orderId: order, externalId: "CRM-1", resumedAt: now),
        OrderCompleted(
            orderId: order, externalId: "CRM-1", accountId: "A1", offer: "O", completedAt: now,
            effectiveAt: later),
        OrderEffective(
            orderId: order, externalId: "CRM-1", accountId: "A1", offer: "O", bundleId: bundle,
            effectiveAt: later,
            members: [.init(ref: "m2", product: "mobile2g", serviceNumber: "13109160001", main: true, plan: "P")],
            replaces: bundle),
        OrderFailed(
            orderId: order, externalId: "CRM-1", state: "partial",
            failedWorkOrders: [.init(workOrderId: workOrder, code: "E1", message: "…")]),
        OrderCancelled(
            orderId: order, externalId: "CRM-1",
            compensated: [.init(workOrderId: workOrder, compensationWorkOrderId: workOrder)]),
        OrderJeopardy(
            orderId: order, externalId: "CRM-1", workOrderId: workOrder, kind: .effectiveMonthAtRisk,
            dueAt: later, expectedEffectiveAt: later, at: now),
        WorkOrderIssued(
            workOrderId: workOrder, orderId: order, type: "install", product: "mobile2g", memberRef: "m2",
            serviceNumber: "13109160001", parameters: ["speedMbps": 4, "plan": .null], dueAt: later,
            compensates: workOrder, catalogueVersion: "0123456789abcdef"),
        WorkOrderCancelRequested(workOrderId: workOrder, orderId: order, reason: "r", requestedAt: now),
        WorkOrderStarted(workOrderId: workOrder, orderId: order, type: "install", startedAt: now),
        WorkOrderRetryScheduled(
            workOrderId: workOrder, orderId: order, type: "install", task: "hlr.setServices",
            attempt: 1, code: "TIMEOUT", message: "…", nextAttemptAt: later),
        WorkOrderCompleted(
            workOrderId: workOrder, orderId: order, type: "install", completedAt: now, attempts: 2,
            results: ["port": "3/1/7"]),
        WorkOrderFailed(
            workOrderId: workOrder, orderId: order, type: "install", failedAt: now, attempts: 4,
            results: [:], task: "hlr.setServices", code: "TIMEOUT", message: "…"),
        WorkOrderCancelled(workOrderId: workOrder, orderId: order, type: "install", cancelledAt: now),
        WorkOrderJeopardy(
            workOrderId: workOrder, orderId: order, type: "install", kind: .targetNear, dueAt: later,
            at: now),
        WorkOrderRescheduled(
            workOrderId: workOrder, orderId: order, type: "install", appointmentAt: later, dueAt: later, reason: "away",
            by: "F1", at: now, issueNumber: 2),
        WorkOrderReported(
            workOrderId: workOrder, status: "appointment", reason: "away", appointmentAt: later,
            by: "F1", at: now),
        NetworkCommand(
            commandId: command, workOrderId: workOrder, orderId: order, taskId: task, system: "hlr",
            operation: "setServices", serviceNumber: "13109160001", parameters: ["open": .array(["cmtds"])],
            attempt: 1, deadline: later),
        NetworkResponse(
            commandId: command, workOrderId: workOrder, status: .failed, code: "E1", message: "…",
            retriable: true, attempt: 1, at: now),
        ClockSet(now: now, rate: 3600),
    ]

    @Test("come back from JSON as they went", arguments: bodies.indices)
    func roundTrip(index: Int) throws {
        try Self.checkRoundTrip(Self.bodies[index])
    }

    private static func checkRoundTrip<Body: MessageBody & Equatable>(_ body: Body) throws {
        let encoder = JSONEncoder()
        encoder.userInfo[.businessCalendar] = BusinessCalendar(
            timeZone: try #require(TimeZone(identifier: "Asia/Shanghai")))
        let json = try encoder.encode(body)
        #expect(try JSONDecoder().decode(Body.self, from: json) == body)
        #expect(!body.key.isEmpty && !body.subject.isEmpty)
        #expect(MessageTypes.byTopic[Body.topic.name]?.contains(Body.type) == true)
        #expect(Body.types == [Body.type])
        #expect(!String(decoding: json, as: UTF8.self).contains("+00:00"), "times carry the business offset")
    }

    @Test("are keyed by what their topic is keyed by")
    func keys() {
        for body in Self.bodies {
            let expected =
                switch type(of: body).topic {
                case .ordersSubmitted: "CRM-1"
                case .ordersEvents, .workOrdersIssued, .workOrdersEvents: Self.order.description
                case .clockControl: "clock"
                default: Self.workOrder.description
                }
            #expect(body.key == expected, "\(type(of: body).type)")
        }
    }

    @Test("ignore unknown fields, and need only what they must have")
    func lenient() throws {
        let text = """
            {"externalId":"X","channel":"web","action":"subscribe","offer":"O","customer":{"id":"C","segment":"individual"},
             "members":[{"ref":"a","product":"p","serviceNumber":"1","existing":false,"mood":3}],"extra":{"a":[1.5]}}
            """
        let order = try JSONDecoder().decode(OrderSubmitted.self, from: Data(text.utf8))
        #expect(order.accountId == nil && order.options == nil && order.members.first?.main == nil)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(
                OrderSubmitted.self, from: Data(text.replacingOccurrences(of: "\"O\"", with: "7").utf8))
        }
    }

    @Test("belong to topics that the contract names, each type to one")
    func types() {
        let all = MessageTypes.byTopic.values.joined()
        #expect(Set(all).count == all.count)
        #expect(Set(MessageTypes.byTopic.keys).isSubset(of: Set(Topic.all.map(\.name))))
        #expect(Topic.all.count == 26)
        #expect(Topic.all.filter { $0.partitions != 12 || $0.isCompacted } == [.clockControl])
        #expect(Topic.deadLetters(of: "orders").name == "orders.deadletters")
    }
}

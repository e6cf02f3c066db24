import Contracts
import DomainFixtures
import OrdersDomain
import SeededRandom
import Testing

@Suite("An order on its way")
struct OrderTests {
    static let start = time("2026-11-16T09:00:00+08:00")  // a Monday

    static func acknowledge(
        _ submitted: OrderSubmitted = .enhancedB288(), at now: Timestamp = start
    ) throws -> (order: Order, outcomes: [Outcome]) {
        let catalogue = try Shipped.catalogue()
        let valid = try validate(submitted, by: catalogue, given: Facts())
        return Order.acknowledge(valid, in: try Shipped.surroundings(at: now))
    }

    static func completed(_ workOrder: WorkOrder, of order: Order, at: Timestamp) -> WorkOrderEvent {
        .completed(
            WorkOrderCompleted(
                workOrderId: workOrder.id, orderId: order.id, type: workOrder.type, completedAt: at, attempts: 1,
                results: [:]))
    }

    static func failed(_ workOrder: WorkOrder, of order: Order, at: Timestamp) -> WorkOrderEvent {
        .failed(
            WorkOrderFailed(
                workOrderId: workOrder.id, orderId: order.id, type: workOrder.type, failedAt: at, attempts: 3,
                results: [:], task: "hlr.createSubscriber", code: "NO_ANSWER", message: "no answer",
                issueNumber: workOrder.issueNumber))
    }

    static func started(_ workOrder: WorkOrder, of order: Order, at: Timestamp) -> WorkOrderEvent {
        .started(
            WorkOrderStarted(workOrderId: workOrder.id, orderId: order.id, type: workOrder.type, startedAt: at))
    }

    static func jeopardy(
        _ workOrder: WorkOrder, of order: Order, _ kind: JeopardyKind, at: Timestamp
    ) -> WorkOrderEvent {
        .jeopardy(
            WorkOrderJeopardy(
                workOrderId: workOrder.id, orderId: order.id, type: workOrder.type, kind: kind, dueAt: workOrder.dueAt,
                at: at))
    }

    var calendar: WorkingCalendar { get throws { try Shipped.catalogue().workingCalendar } }

    @Test("What waits for nothing is issued at once, the rest waits, with target times one after the other")
    func acknowledged() throws {
        let (order, outcomes) = try Self.acknowledge()
        #expect(order.state == .acknowledged)
        let issued = order.workOrders.filter { $0.state == .issued }
        #expect(
            issued.map { "\($0.memberRef) \($0.type)" } == [
                "bb changePlan", "fx changePlan", "m2 install", "m3 joinVpn",
            ])
        #expect(outcomes == issued.map { .issued($0) })
        for workOrder in order.workOrders {
            let start = order.workOrders.filter { workOrder.dependsOn.contains($0.id) }.map(\.dueAt).max() ?? Self.start
            #expect(workOrder.dueAt == (try self.calendar.due(workOrder.target, from: start)))
        }
        #expect(order.expectedEffectiveAt == time("2026-12-01T00:00:00+08:00"))
        #expect(order.accountId == "A1")
    }

    @Test("An order without an account opens one")
    func account() throws {
        let (order, _) = try Self.acknowledge(with(.enhancedB288()) { $0.accountId = nil })
        #expect(order.accountId.hasPrefix("A-"))
    }

    @Test("In whatever order work orders complete, predecessors come first and completion comes once, with the last")
    func interleavings() throws {
        var random = SeededGenerator(seed: 77)
        for _ in 0..<500 {
            var (order, outcomes) = try Self.acknowledge()
            var now = Self.start
            var done: Set<WorkOrderID> = []
            var issued: [WorkOrder] = []
            var completions = 0
            while true {
                for outcome in outcomes {
                    switch outcome {
                    case .issued(let workOrder):
                        #expect(Set(workOrder.dependsOn).isSubset(of: done))
                        issued.append(workOrder)
                    case .completed: completions += 1
                    default: break
                    }
                }
                guard let index = issued.indices.randomElement(using: &random) else { break }
                let workOrder = issued.remove(at: index)
                now = now.advanced(bySeconds: Int.random(in: 0...3600, using: &random))
                if Bool.random(using: &random) {
                    _ = try order.apply(Self.started(workOrder, of: order, at: now), in: Shipped.surroundings(at: now))
                }
                let event = Self.completed(workOrder, of: order, at: now)
                outcomes = try order.apply(event, in: Shipped.surroundings(at: now))
                done.insert(workOrder.id)
                #expect(try order.apply(event, in: Shipped.surroundings(at: now)) == [.ignored(.lateOrRepeated)])
            }
            #expect(done.count == 11)
            #expect(completions == 1)
            #expect(order.state == .pending)
            #expect(order.completedAt == now)
            #expect(order.waitsFor.map(\.kind) == [.effect])
        }
    }

    @Test("The last completion decides the effective date, in whatever order completions are heard")
    func completedAt() throws {
        var (order, _) = try Self.acknowledge(
            .single(
                "FAMILY-5",
                [
                    .init(ref: "a", product: "mobile2g", serviceNumber: "13109160001", existing: true),
                    .init(ref: "b", product: "mobile2g", serviceNumber: "13109160002", existing: true, consent: true),
                ]))
        let late = Self.start.advanced(bySeconds: 600)
        _ = try order.apply(
            Self.completed(order.workOrders[0], of: order, at: late), in: Shipped.surroundings(at: late))
        let outcomes = try order.apply(
            Self.completed(order.workOrders[1], of: order, at: Self.start), in: Shipped.surroundings(at: late))
        let effective = late.advanced(bySeconds: 86_400)
        #expect(outcomes == [.completed(completedAt: late, effectiveAt: effective)])
        #expect(order.takeEffect(dueBy: effective.advanced(byMilliseconds: -1)) == [.ignored(.lateOrRepeated)])
        #expect(order.takeEffect(dueBy: effective) == [.effective(at: effective)])
        #expect(order.takeEffect(dueBy: effective) == [.ignored(.lateOrRepeated)])
        #expect(order.state == .completed)
        #expect(order.waitsFor.isEmpty)
    }

    @Test("A value-added service is in effect with its completion")
    func immediate() throws {
        var (order, _) = try Self.acknowledge(.single("VAS-RINGBACK"))
        let event = Self.completed(order.workOrders[0], of: order, at: Self.start)
        let outcomes = try order.apply(event, in: Shipped.surroundings(at: Self.start))
        #expect(outcomes == [.completed(completedAt: Self.start, effectiveAt: Self.start), .effective(at: Self.start)])
        #expect(order.state == .completed)
    }

    @Test("A failed work order holds the order with its reason; other members go on")
    func held() throws {
        var (order, _) = try Self.acknowledge()
        let failing = order.workOrders[0]
        let outcomes = try order.apply(
            Self.failed(failing, of: order, at: Self.start), in: Shipped.surroundings(at: Self.start))
        guard case .held(let reasons) = outcomes.last else {
            Issue.record("\(outcomes)")
            return
        }
        #expect(reasons.map(\.workOrderId) == [failing.id])
        #expect(order.state == .held)
        #expect(order.expectedEffectiveAt == nil)
        let waiting = order.waitsFor
        #expect(waiting.filter { $0.kind == .person }.map(\.workOrderId) == [failing.id])
        #expect(waiting.filter { $0.kind == .workOrder }.count == 3)
        let fixedLine = order.workOrders[2]
        let next = try order.apply(
            Self.completed(fixedLine, of: order, at: Self.start), in: Shipped.surroundings(at: Self.start))
        #expect(next.count == 3)
        #expect(order.state == .held)
    }

    @Test("An event for an unknown work order, and one for a waiting one, change nothing")
    func ignored() throws {
        var (order, _) = try Self.acknowledge()
        let before = order
        let waiting = order.workOrders[1]
        #expect(
            try order.apply(Self.started(waiting, of: order, at: Self.start), in: Shipped.surroundings(at: Self.start))
                == [
                    .ignored(.lateOrRepeated)
                ])
        var stranger = waiting
        stranger.id = WorkOrderID(rawValue: order.id.rawValue)
        #expect(
            try order.apply(Self.started(stranger, of: order, at: Self.start), in: Shipped.surroundings(at: Self.start))
                == [
                    .ignored(.unknownWorkOrder)
                ])
        #expect(order == before)
    }

    @Test("A near and a missed target are told once each")
    func targets() throws {
        var (order, _) = try Self.acknowledge()
        let workOrder = order.workOrders[0]
        for (kind, isTold) in [
            (JeopardyKind.targetNear, true), (.targetNear, false), (.targetMissed, true), (.targetMissed, false),
            (.targetNear, false),
        ] {
            let outcomes = try order.apply(
                Self.jeopardy(workOrder, of: order, kind, at: Self.start), in: Shipped.surroundings(at: Self.start))
            let told = Outcome.Jeopardy(kind: kind, workOrderId: workOrder.id, dueAt: workOrder.dueAt)
            #expect(outcomes == (isTold ? [.jeopardy(told)] : [.ignored(.lateOrRepeated)]))
        }
    }

    @Test("An order about to slip into the next month says so once, before the month ends")
    func monthAtRisk() throws {
        // Installation takes five working days: from Wednesday the 25th at opening to Monday the 30th or so.
        let begun = time("2026-11-23T09:00:00+08:00")
        var (order, _) = try Self.acknowledge(at: begun)
        #expect(order.promisedEffectiveAt == time("2026-12-01T00:00:00+08:00"))
        let late = time("2026-11-30T23:30:00+08:00")
        let missed = Self.jeopardy(order.workOrders[0], of: order, .targetMissed, at: late)
        let outcomes = try order.apply(missed, in: Shipped.surroundings(at: late))
        let risk = Outcome.Jeopardy(kind: .effectiveMonthAtRisk, workOrderId: nil, dueAt: order.promisedEffectiveAt)
        #expect(outcomes.contains(.jeopardy(risk)))
        #expect(order.expectedEffectiveAt == time("2027-01-01T00:00:00+08:00"))
        let again = try order.apply(
            Self.started(order.workOrders[2], of: order, at: late), in: Shipped.surroundings(at: late))
        #expect(again.isEmpty)
    }

    @Test("An appointment moves the target and the forecast; one that slips into the next month says so once")
    func rescheduled() throws {
        var (order, _) = try Self.acknowledge()
        let promised = order.promisedEffectiveAt
        func event(_ text: String, issueNumber: Int? = nil) -> WorkOrderEvent {
            .rescheduled(
                WorkOrderRescheduled(
                    workOrderId: order.workOrders[0].id, orderId: order.id, type: order.workOrders[0].type,
                    appointmentAt: time(text), dueAt: time(text), by: "staff", at: Self.start, issueNumber: issueNumber)
            )
        }
        let surroundings = try Shipped.surroundings(at: Self.start)
        #expect(order.apply(event("2026-11-20T10:00:00+08:00"), in: surroundings) == [])
        #expect(order.workOrders[0].dueAt == time("2026-11-20T10:00:00+08:00"))
        #expect(order.expectedEffectiveAt == promised)
        #expect(order.waitsFor.contains { $0.until == time("2026-11-20T10:00:00+08:00") })
        let outcomes = order.apply(event("2026-12-10T10:00:00+08:00"), in: surroundings)
        #expect(
            outcomes == [.jeopardy(.init(kind: .effectiveMonthAtRisk, workOrderId: nil, dueAt: promised))])
        #expect(order.expectedEffectiveAt == time("2027-01-01T00:00:00+08:00"))
        #expect(order.apply(event("2026-12-11T10:00:00+08:00"), in: surroundings) == [])
        #expect(order.apply(event("2026-11-19T10:00:00+08:00"), in: surroundings) == [])
        #expect(order.expectedEffectiveAt == promised, "and back")
        let former = event("2026-12-11T10:00:00+08:00", issueNumber: 2)
        #expect(order.apply(former, in: surroundings) == [.ignored(.lateOrRepeated)], "of another issue")
    }

    @Test("Every order that is not final waits for something")
    func nothingStuck() throws {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<300 {
            var (order, _) = try Self.acknowledge()
            for step in 0..<30 {
                #expect(order.state.isFinal || !order.waitsFor.isEmpty)
                let workOrder = order.workOrders[Int.random(in: 0..<11, using: &random)]
                let now = Self.start.advanced(bySeconds: step * 60)
                let event =
                    switch Int.random(in: 0..<8, using: &random) {
                    case 0: Self.failed(workOrder, of: order, at: now)
                    case 1: Self.started(workOrder, of: order, at: now)
                    default: Self.completed(workOrder, of: order, at: now)
                    }
                _ = try order.apply(event, in: Shipped.surroundings(at: now))
                _ = order.takeEffect(dueBy: now)
            }
        }
    }
}

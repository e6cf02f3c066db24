import Contracts
import Messaging
import OrdersDomain
import Postgres
import Testing

@testable import Orders

@Suite("Orders in flight that are amended")
struct AmendmentTests {
    /// An `WB-ENH-B-288` of three existing members and a new 2G.
    private static let ordered = OrderSubmitted(
        externalId: "1", channel: "counter",
        customer: .init(
            id: "C-1", segment: "enterprise", identity: .init(type: "businessLicense", number: "91610700MA6Y12340X")),
        accountId: "A-1", offer: "WB-ENH-B-288",
        members: [
            .init(ref: "bb", product: "broadband", serviceNumber: "029B0001", existing: true, speedMbps: 2),
            .init(ref: "fx", product: "fixedLine", serviceNumber: "02988880001", existing: true),
            .init(ref: "m2", product: "mobile2g", serviceNumber: "13109160001", existing: false, main: true),
            .init(ref: "m3", product: "mobile3g", serviceNumber: "18609160001", existing: true, plan: "3G-96"),
        ])

    private static let january = Timestamp(rfc3339: "2027-01-01T00:00:00+08:00") ?? .firstOfDecember
    private static let faster = change("2") { $0.options = [.init(code: "BB-SPEED-4M", member: "bb")] }

    private static func change(_ externalId: String, _ edit: (inout OrderSubmitted) -> Void) -> OrderSubmitted {
        var order = self.ordered
        order.externalId = externalId
        order.action = "change"
        edit(&order)
        return order
    }

    private static func withTerminal(_ externalId: String, _ number: String) -> OrderSubmitted {
        self.change(externalId) {
            $0.options = [.init(code: "TERMINAL-SHARED", member: "m5")]
            $0.members.append(.init(ref: "m5", product: "mobile2g", serviceNumber: number, existing: false))
        }
    }

    private func codes(_ outgoing: [Outgoing]) -> [String] {
        outgoing.bodies(OrderRejected.self).first?.reasons.map(\.code) ?? []
    }

    /// - Returns: how it ended.
    private func ended(_ externalId: String, _ outgoing: [Outgoing]) -> String? {
        outgoing.bodies(OrderCancelled.self).first { $0.externalId == externalId }.map { $0.code ?? "WISH" }
    }

    private func stuck(_ desk: Desk) async throws -> Int? { try await desk.pool.execute(CountStuckOrders()).first }

    @Test("An amendment waits, does only what differs, and takes effect alone in the instant that both are due")
    func together() async throws {
        try await Desk.open { desk in
            let first = try await desk.submit([Self.ordered])
            let plan = try #require(first.bodies(OrderAcknowledged.self).first)
            let second = try await desk.submit([Self.faster])
            let amendment = try #require(second.bodies(OrderAcknowledged.self).first, "\(self.codes(second))")
            #expect(amendment.amends == plan.orderId)
            #expect(amendment.workOrders.map(\.type) == ["changeSpeed"])
            #expect(second.bodies(WorkOrderIssued.self).isEmpty)
            #expect(try await self.stuck(desk) == 0)

            let done = try await desk.completeAll(first)
            #expect(done.bodies(OrderCompleted.self).map(\.externalId) == ["1", "2"])
            let speed = done.bodies(WorkOrderIssued.self).filter { $0.orderId == amendment.orderId }
            #expect(speed.map(\.parameters["speedMbps"]) == [4])
            #expect(speed.map(\.parameters["formerSpeedMbps"]) == [2])
            #expect(try await desk.look().contains("timeline order.amended"))
            #expect(try await desk.look().contains("timeline order.begun"))

            let effect = try await desk.passTime(to: .firstOfDecember)
            let effective = effect.bodies(OrderEffective.self)
            #expect(effective.map(\.externalId) == ["2"])
            #expect(effective.first?.replaces == nil, "what the amended order ordered never was in effect")
            #expect(self.ended("1", effect) == "AMENDED")
            #expect(
                try await desk.look().filter { $0.hasPrefix("bundle") || $0.hasPrefix("order") } == [
                    "bundle WB-ENH-B-288 active", "bundle WB-ENH-B-288 cancelled", "order counter 1 cancelled",
                    "order counter 2 completed",
                ])
            #expect(try await desk.look().contains("line 13109160001 active WB-ENH-B-288 free callerId,groupRingback"))
            // The bundle in effect is the amended one: the next change is measured by it.
            let back = try await desk.submit([Self.change("3") { $0.members[2].existing = true }], at: .firstOfDecember)
            #expect(back.bodies(OrderAcknowledged.self).first?.workOrders.map(\.type) == ["changeSpeed"])
        }
    }

    @Test(
        "Done only after the other's effect, it takes that one's place a month later, even if the clock leaps over both"
    )
    func later() async throws {
        try await Desk.open { desk in
            let first = try await desk.submit([Self.ordered])
            _ = try await desk.submit([Self.faster])
            let done = try await desk.completeAllBut("changeSpeed", first)
            let speed = try #require(done.bodies(WorkOrderIssued.self).first { $0.type == "changeSpeed" })
            // The effect of the first is due, and fires only with that of the second.
            let at = Timestamp.firstOfDecember.advanced(bySeconds: 60)
            _ = try await desk.tell([speed.completed(at: at)], at: at)
            let effective = try await desk.passTime(to: Self.january).bodies(OrderEffective.self)
            #expect(effective.map(\.externalId) == ["1", "2"])
            #expect(effective.map(\.effectiveAt) == [.firstOfDecember, Self.january])
            #expect(effective.last?.replaces == effective.first?.bundleId)
            #expect(
                try await desk.look().filter { $0.hasPrefix("bundle") } == [
                    "bundle WB-ENH-B-288 active", "bundle WB-ENH-B-288 ended",
                ])
        }
    }

    @Test("The last of several counts: the one that waited ends without work, and its numbers pass on")
    func merged() async throws {
        try await Desk.open { desk in
            let first = try await desk.submit([Self.ordered])
            _ = try await desk.submit([Self.withTerminal("2", "13109160005")])
            let third = try await desk.submit([Self.withTerminal("3", "13109160005")])
            #expect(self.ended("2", third) == "SUPERSEDED")
            #expect(third.bodies(WorkOrderCancelRequested.self).isEmpty)
            #expect(try await desk.look().contains("line 13109160005 reserved - held "))
            let fourth = try await desk.submit([Self.withTerminal("4", "13109160006")])
            #expect(self.ended("3", fourth) == "SUPERSEDED")
            #expect(try await desk.look().contains("line 13109160005 closed - free "))
            #expect(try await desk.look().contains("line 13109160006 reserved - held "))
            let fifth = try await desk.submit([Self.change("5") { $0.offer = "WB-ENH-B-488" }])
            #expect(self.codes(fifth) == ["CHANGE_LIMIT"], "amendments are changes of the bundle (ORD-87)")
            #expect(try await self.stuck(desk) == 0)

            let done = try await desk.completeAll(first)
            #expect(done.bodies(OrderCompleted.self).map(\.externalId) == ["1", "4"])
            let effective = try await desk.passTime(to: .firstOfDecember).bodies(OrderEffective.self)
            #expect(effective.map(\.externalId) == ["4"])
            #expect(effective.first?.members.map(\.serviceNumber).contains("13109160006") == true)
            #expect(try await desk.look().contains("line 13109160006 active WB-ENH-B-288 free callerId,groupRingback"))
        }
    }

    @Test("Cancelled, an order takes its amendment along at once; what that had reserved is free")
    func otherCancelled() async throws {
        try await Desk.open { desk in
            _ = try await desk.submit([Self.ordered])
            _ = try await desk.submit([Self.withTerminal("2", "13109160005")])
            let cancelling = try await desk.submit([.cancel(Self.ordered)])
            #expect(self.ended("2", cancelling) == "AMENDED_ORDER_ENDED")
            #expect(try await desk.look().contains("line 13109160005 closed - free "))
            #expect(try await desk.look().contains("order counter 1 pendingCancellation"))
            #expect(try await desk.look().contains("line 02988880001 active - held "))
            let refused = try await desk.submit([Self.faster].map { with($0) { $0.externalId = "3" } })
            #expect(self.codes(refused) == ["FROZEN_UNTIL_EFFECTIVE"])
            let requests = cancelling.bodies(WorkOrderCancelRequested.self)
            let ended = try await desk.tell(requests.map { $0.answer() })
            #expect(self.ended("1", ended) == "WISH")
            #expect(try await desk.look().contains("line 02988880001 active - free "))
            #expect(try await desk.look().contains("line 13109160001 closed - free "))
        }
    }

    @Test("An order of which nothing is left fails, and its amendment ends with a code")
    func otherFails() async throws {
        try await Desk.open { desk in
            var alone = OrderSubmitted.basic("1", fixedLine: "02988880002", mobile: "13109160002")
            let first = try await desk.submit([alone])
            alone.externalId = "2"
            alone.action = "change"
            alone.offer = "WB-BASIC-A-158"
            _ = try await desk.submit([alone])
            var outgoing = first
            while let issued = outgoing.bodies(WorkOrderIssued.self).first {
                _ = issued
                var next: [Outgoing] = []
                for issued in outgoing.bodies(WorkOrderIssued.self) {
                    next += try await desk.tell([issued.failed("OPERATION_REFUSED")])
                    let skip = OrderCommand(
                        commandId: UUIDv7Source { 1 }.next(), orderId: issued.orderId, workOrderId: issued.workOrderId,
                        command: "skip", reason: "in vain", by: "li", at: .noon)
                    next += try await desk.command([skip]).outgoing
                }
                outgoing = next
            }
            #expect(outgoing.bodies(OrderFailed.self).map(\.state) == ["failed"])
            #expect(self.ended("2", outgoing) == "AMENDED_ORDER_ENDED")
            #expect(try await desk.look().allSatisfy { !$0.hasPrefix("line") || $0.contains(" free ") })
        }
    }

    @Test("Withdrawn while it waits, it frees nothing but itself, and another may follow")
    func withdrawn() async throws {
        try await Desk.open { desk in
            let first = try await desk.submit([Self.ordered])
            let terminal = Self.withTerminal("2", "13109160005")
            _ = try await desk.submit([terminal])
            let cancelling = try await desk.submit([.cancel(terminal)])
            #expect(self.codes(cancelling) == [])
            #expect(self.ended("2", cancelling) == "WISH")
            #expect(cancelling.bodies(OrderCompleted.self).count == 1, "the order that asked for it")
            #expect(try await desk.look().contains("line 13109160005 closed - free "))
            #expect(try await desk.look().contains("line 02988880001 active - held "))
            #expect(try await desk.look().contains("line 13109160001 reserved - held "))
            var again = Self.faster
            again.externalId = "3"
            #expect(self.codes(try await desk.submit([again])) == [])
            let done = try await desk.completeAll(first)
            #expect(done.bodies(OrderCompleted.self).map(\.externalId) == ["1", "3"])
            #expect(
                try await desk.passTime(to: .firstOfDecember).bodies(OrderEffective.self).map(\.externalId) == ["3"])
        }
    }

    @Test(
        "Once it has begun, the order that it builds on is cancelled only after it; withdrawn, it leaves that one's effect"
    )
    func begun() async throws {
        try await Desk.open { desk in
            let first = try await desk.submit([Self.ordered])
            _ = try await desk.submit([Self.faster])
            let done = try await desk.completeAllBut("changeSpeed", first)
            let speed = try #require(done.bodies(WorkOrderIssued.self).first { $0.type == "changeSpeed" })
            var cancel = OrderSubmitted.cancel(Self.ordered)
            #expect(self.codes(try await desk.submit([cancel])).first == "NOT_ALLOWED_IN_STATE")
            _ = try await desk.tell([speed.completed(at: .noon)])
            cancel.externalId = "cancel-again"
            #expect(self.codes(try await desk.submit([cancel])) == ["NOT_ALLOWED_IN_STATE"], "its numbers are free now")
            let order = try #require(first.bodies(OrderAcknowledged.self).first)
            let command = OrderCommand(
                commandId: UUIDv7Source { 1 }.next(), orderId: order.orderId, command: "cancel", reason: "no", by: "li",
                at: .noon)
            #expect(try await desk.command([command]).refused == ["NOT_ALLOWED_IN_STATE"])
            var another = Self.change("3") { $0.offer = "WB-ENH-B-488" }
            #expect(self.codes(try await desk.submit([another])) == ["FROZEN_UNTIL_EFFECTIVE"], "all is done (ORD-79)")

            let undo = try #require(try await desk.submit([.cancel(Self.faster)]).bodies(WorkOrderIssued.self).first)
            #expect(undo.parameters["speedMbps"] == 2)
            #expect(self.ended("2", try await desk.tell([undo.completed(at: .noon)])) == "WISH")
            let effective = try await desk.passTime(to: .firstOfDecember).bodies(OrderEffective.self)
            #expect(effective.map(\.externalId) == ["1"])
            let look = try await desk.look()
            #expect(look.contains("line 13109160001 active WB-ENH-B-288 free callerId,groupRingback"))
            another.externalId = "4"
            another.members[2].existing = true
            #expect(self.codes(try await desk.submit([another], at: .firstOfDecember)) == [])
        }
    }

    @Test("Neither a release nor a change that comes to one amends an order in flight")
    func refused() async throws {
        try await Desk.open { desk in
            _ = try await desk.submit([Self.ordered])
            var release = Self.change("2") { $0.action = "release" }
            for (index, plan) in ["BB-2M", "FX-48", "2G-28"].enumerated() { release.members[index].plan = plan }
            #expect(self.codes(try await desk.submit([release])) == ["FROZEN_UNTIL_EFFECTIVE"])
        }
    }

    @Test("Right behind the order that it amends, an amendment is taken in when that one has been")
    func oneBatch() async throws {
        try await Desk.open { desk in
            let outgoing = try await desk.submit([Self.ordered, Self.faster])
            #expect(self.codes(outgoing) == [])
            #expect(outgoing.bodies(OrderAcknowledged.self).map(\.externalId) == ["1"])
            #expect(try await desk.submit([Self.faster]).bodies(OrderAcknowledged.self).count == 1)
        }
    }

    @Test("An amendment that nobody has told of the other's end is found by the audit")
    func stuck() async throws {
        try await Desk.open { desk in
            _ = try await desk.submit([Self.ordered])
            let amendment = try await desk.submit([Self.faster])
            #expect(try await self.stuck(desk) == 0)
            _ = try await desk.pool.execute(Complete())
            #expect(
                try await desk.pool.execute(ListStuckOrders(limit: 10)).map(\.id)
                    == amendment.bodies(OrderAcknowledged.self).map(\.orderId))
        }
    }

    private struct Complete: Statement {
        static let sql = """
            UPDATE product_order
               SET state = 'pending', completed_at = received_at, effective_at = received_at
             WHERE amended_by IS NOT NULL
            RETURNING 1::bigint
            """

        static func read(_ columns: inout Columns) throws -> Int { try columns.next() }
    }
}

private func with<Value>(_ value: Value, _ change: (inout Value) -> Void) -> Value {
    var value = value
    change(&value)
    return value
}

extension Desk {
    /// Carries out whatever is issued, except work orders of one type.
    fileprivate func completeAllBut(_ type: String, _ outgoing: [Outgoing]) async throws -> [Outgoing] {
        var all = outgoing
        var issued = outgoing.bodies(WorkOrderIssued.self).filter { $0.type != type }
        while !issued.isEmpty {
            let next = try await self.tell(issued.map { $0.completed(at: .noon) })
            issued = next.bodies(WorkOrderIssued.self).filter { $0.type != type }
            all += next
        }
        return all
    }
}

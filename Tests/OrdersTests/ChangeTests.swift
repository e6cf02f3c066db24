import Contracts
import Messaging
import OrdersDomain
import Testing

@testable import Orders

@Suite("Bundles that are changed and released")
struct ChangeTests {
    /// An `WB-ENH-B-288` of four existing members, in effect since the 1st of December.
    private static let ordered = OrderSubmitted(
        externalId: "1", channel: "counter",
        customer: .init(
            id: "C-1", segment: "enterprise", identity: .init(type: "businessLicense", number: "91610700MA6Y12340X")),
        accountId: "A-1", offer: "WB-ENH-B-288",
        members: [
            .init(ref: "bb", product: "broadband", serviceNumber: "029B0001", existing: true, speedMbps: 2),
            .init(ref: "fx", product: "fixedLine", serviceNumber: "02988880001", existing: true),
            .init(ref: "m2", product: "mobile2g", serviceNumber: "13109160001", existing: true),
            .init(ref: "m3", product: "mobile3g", serviceNumber: "18609160001", existing: true, plan: "3G-96"),
        ])

    private static func change(
        _ externalId: String, _ edit: (inout OrderSubmitted) -> Void = { _ in }
    ) -> OrderSubmitted {
        var order = Self.ordered
        order.externalId = externalId
        order.action = "change"
        edit(&order)
        return order
    }

    private static let morning = Timestamp.firstOfDecember.advanced(bySeconds: 9 * 3600)
    private static let january = Timestamp(rfc3339: "2027-01-01T00:00:00+08:00") ?? .firstOfDecember

    /// Runs `body` with the bundle in effect.
    private nonisolated(nonsending) func inEffect(
        _ ordered: OrderSubmitted = Self.ordered,
        _ body: (Desk, BundleID) async throws -> Void
    ) async throws {
        try await Desk.open { desk in
            _ = try await desk.completeAll(try await desk.submit([ordered]))
            let effective = try await desk.passTime(to: .firstOfDecember).bodies(OrderEffective.self)
            try await body(desk, try #require(effective.first).bundleId)
        }
    }

    private func types(_ outgoing: [Outgoing]) -> [String] {
        outgoing.bodies(OrderAcknowledged.self).first?.workOrders.map { "\($0.memberRef) \($0.type)" } ?? []
    }

    private func codes(_ outgoing: [Outgoing]) -> [String] {
        outgoing.bodies(OrderRejected.self).first?.reasons.map(\.code) ?? []
    }

    @Test("Only what differs gets work orders; the changed bundle takes the former's place in one instant")
    func changed() async throws {
        try await self.inEffect { desk, former in
            let change = Self.change("2") {
                $0.options = [.init(code: "BB-SPEED-4M", member: "bb"), .init(code: "TERMINAL-SHARED", member: "m5")]
                $0.members[1].leaves = true
                $0.members[1].plan = "FX-48"
                $0.members.append(
                    .init(ref: "m5", product: "mobile2g", serviceNumber: "13109160005", existing: false))
            }
            let outgoing = try await desk.submit([change], at: Self.morning)
            #expect(
                self.types(outgoing) == [
                    "bb changeSpeed", "fx changePlan", "fx closeVas", "fx closeVas", "fx leaveVpn", "m5 install",
                    "m5 openVas", "m5 openVas", "m5 joinVpn",
                ])
            let done = try await desk.completeAll(outgoing, at: Self.morning)
            #expect(done.bodies(OrderCompleted.self).map(\.effectiveAt) == [Self.january])
            let before = try await desk.look()
            #expect(before.contains("line 02988880001 active WB-ENH-B-288 free callerId,groupRingback"), "until then")
            let effective = try #require(try await desk.passTime(to: Self.january).bodies(OrderEffective.self).first)
            #expect(effective.replaces == former)
            #expect(effective.members.map(\.ref) == ["bb", "m2", "m3", "m5"])
            #expect(effective.leaving?.map(\.plan) == ["FX-48"])
            let after = try await desk.look()
            #expect(after.contains("line 02988880001 active FX-48 free "))
            #expect(after.contains("line 13109160005 active WB-ENH-B-288 free callerId,groupRingback"))
            #expect(
                after.filter { $0.hasPrefix("bundle") }.sorted() == [
                    "bundle WB-ENH-B-288 active", "bundle WB-ENH-B-288 ended",
                ])
            // The next one is measured by what is in effect now.
            let back = Self.change("3") {
                $0.members.remove(at: 1)
                $0.members.append(
                    .init(ref: "m5", product: "mobile2g", serviceNumber: "13109160005", existing: true))
                $0.options = [.init(code: "TERMINAL-SHARED", member: "m5")]
            }
            #expect(try await self.types(desk.submit([back], at: Self.january)) == ["bb changeSpeed"])
        }
    }

    @Test("Another tier changes the plans of all but the 3G")
    func tier() async throws {
        try await self.inEffect { desk, _ in
            let outgoing = try await desk.submit([Self.change("2") { $0.offer = "WB-ENH-B-488" }], at: Self.morning)
            #expect(self.types(outgoing) == ["bb changePlan", "fx changePlan", "m2 changePlan"])
            let plan = try #require(outgoing.bodies(WorkOrderIssued.self).first)
            #expect(plan.parameters["formerPlan"] == "WB-ENH-B-288")
            #expect(plan.parameters["plan"] == "WB-ENH-B-488")
        }
    }

    @Test(
        "A later change takes the place of an earlier one: what both want is kept, the rest undone; the fourth is refused"
    )
    func superseded() async throws {
        try await self.inEffect { desk, former in
            let first = Self.change("2") {
                $0.options = [.init(code: "BB-SPEED-4M", member: "bb"), .init(code: "BB-STATIC-IP", member: "bb")]
            }
            let one = try await desk.submit([first], at: Self.morning)
            let speed = try #require(one.bodies(WorkOrderIssued.self).first)
            #expect(speed.type == "changeSpeed")
            let address = try await desk.tell([speed.completed(at: Self.morning)], at: Self.morning)
            let assigned = try #require(address.bodies(WorkOrderIssued.self).first)
            #expect(
                try await desk.tell([assigned.completed(at: Self.morning)], at: Self.morning)
                    .bodies(OrderCompleted.self).count == 1)

            // The same speed, and no address.
            let second = Self.change("3") { $0.options = [.init(code: "BB-SPEED-4M", member: "bb")] }
            let two = try await desk.submit([second], at: Self.morning)
            let undo = try #require(two.bodies(WorkOrderIssued.self).first)
            #expect(two.bodies(WorkOrderIssued.self).map(\.type) == ["releaseStaticIp"])
            #expect(undo.compensates == assigned.workOrderId)
            // Before that is done, a third one comes: another speed.
            let third = Self.change("4") { $0.options = [.init(code: "BB-SPEED-8M", member: "bb")] }
            let three = try await desk.submit([third], at: Self.morning)
            #expect(three.bodies(OrderCancelled.self).map(\.externalId) == ["3"], "it had not begun")
            #expect(three.bodies(WorkOrderIssued.self).isEmpty, "the first is still being undone")
            let fourth = Self.change("5") { $0.offer = "WB-ENH-B-488" }
            #expect(try await self.codes(desk.submit([fourth], at: Self.morning)) == ["CHANGE_LIMIT"])

            // The speed of the first is not what the third wants: it is undone too, then the third begins.
            let undone = try await desk.tell([undo.completed(at: Self.morning)], at: Self.morning)
            let back = try #require(undone.bodies(WorkOrderIssued.self).first)
            #expect(back.compensates == speed.workOrderId)
            let begun = try await desk.tell([back.completed(at: Self.morning)], at: Self.morning)
            #expect(begun.bodies(OrderCancelled.self).map(\.externalId) == ["2"])
            let faster = try #require(begun.bodies(WorkOrderIssued.self).first)
            #expect(faster.parameters["speedMbps"] == 8)
            let completed = try await desk.tell([faster.completed(at: Self.morning)], at: Self.morning)
            #expect(completed.bodies(OrderCompleted.self).map(\.externalId) == ["4"])
            let effective = try await desk.passTime(to: Self.january).bodies(OrderEffective.self)
            #expect(effective.map(\.externalId) == ["4"])
            #expect(effective.first?.replaces == former)
            // A new month, new changes.
            #expect(try await self.codes(desk.submit([fourth], at: Self.january)).isEmpty)
        }
    }

    @Test("What a superseded change has done and the later one wants is done")
    func adopted() async throws {
        try await self.inEffect { desk, _ in
            let first = Self.change("2") {
                $0.options = [.init(code: "TERMINAL-SHARED", member: "m5")]
                $0.members.append(.init(ref: "m5", product: "mobile2g", serviceNumber: "13109160005", existing: false))
            }
            _ = try await desk.completeAll(try await desk.submit([first], at: Self.morning), at: Self.morning)
            let second = Self.change("3") {
                $0.options = [
                    .init(code: "TERMINAL-SHARED", member: "m5"), .init(code: "BB-SPEED-4M", member: "bb"),
                ]
                $0.members.append(.init(ref: "m5", product: "mobile2g", serviceNumber: "13109160005", existing: false))
            }
            let outgoing = try await desk.submit([second], at: Self.morning)
            #expect(self.codes(outgoing).isEmpty)
            #expect(outgoing.bodies(WorkOrderIssued.self).map(\.type) == ["changeSpeed"], "the terminal is there")
            #expect(outgoing.bodies(OrderCancelled.self).first?.compensated == [])
            #expect(try await desk.look().contains("line 13109160005 reserved - held "))
            _ = try await desk.completeAll(outgoing, at: Self.morning)
            let effective = try await desk.passTime(to: Self.january).bodies(OrderEffective.self)
            #expect(effective.map(\.members.count) == [5])
            #expect(try await desk.look().contains("line 13109160005 active WB-ENH-B-288 free callerId,groupRingback"))
        }
    }

    @Test("Without its 3G member plan B falls back to plan A at full price, once the customer has agreed")
    func fallback() async throws {
        try await self.inEffect { desk, _ in
            var leaving = Self.change("2") { $0.members[3].leaves = true }
            let asked = try await desk.submit([leaving], at: Self.morning)
            #expect(self.codes(asked).contains("CONFIRMATION_REQUIRED"))
            leaving.externalId = "3"
            leaving.confirm = true
            let outgoing = try await desk.submit([leaving], at: Self.morning)
            let acknowledged = try #require(outgoing.bodies(OrderAcknowledged.self).first)
            #expect(acknowledged.offer == "WB-ENH-A-288")
            #expect(self.types(outgoing) == ["bb changePlan", "fx changePlan", "m2 changePlan", "m3 leaveVpn"])
            _ = try await desk.completeAll(outgoing, at: Self.morning)
            let effective = try #require(try await desk.passTime(to: Self.january).bodies(OrderEffective.self).first)
            #expect(effective.offer == "WB-ENH-A-288")
            #expect(try await desk.look().contains("line 18609160001 active 3G-96 free "))
        }
    }

    @Test("Where the others do not make up plan A, the bundle ends, once the customer has agreed")
    func fallbackEnds() async throws {
        var ordered = Self.ordered
        ordered.members.remove(at: 2)
        try await self.inEffect(ordered) { desk, _ in
            var leaving = Self.change("2") {
                $0.members.remove(at: 2)
                $0.members[2].leaves = true
            }
            leaving.confirm = true
            #expect(
                try await Set(self.codes(desk.submit([leaving], at: Self.morning))) == ["MALFORMED"], "plans to go to")
            leaving.externalId = "3"
            leaving.members[0].plan = "BB-2M"
            leaving.members[1].plan = "FX-48"
            let outgoing = try await desk.submit([leaving], at: Self.morning)
            #expect(
                self.types(outgoing) == [
                    "bb changePlan", "fx changePlan", "fx closeVas", "fx closeVas", "fx leaveVpn", "m3 leaveVpn",
                ])
            _ = try await desk.completeAll(outgoing, at: Self.morning)
            let effective = try #require(try await desk.passTime(to: Self.january).bodies(OrderEffective.self).first)
            #expect(effective.members.isEmpty)
        }
    }

    @Test("Released, each but the 3G goes to the plan that it names, and what the bundle gave is closed")
    func released() async throws {
        try await self.inEffect { desk, former in
            var release = Self.change("2")
            release.action = "release"
            release.members[3].plan = nil
            let refused = try await desk.submit([release], at: Self.morning)
            #expect(self.codes(refused) == ["MALFORMED", "MALFORMED", "MALFORMED"], "no plans are named")
            release.externalId = "3"
            release.members[0].plan = "BB-2M"
            release.members[1].plan = "FX-48"
            release.members[2].plan = "2G-28"
            let outgoing = try await desk.submit([release], at: Self.morning)
            #expect(
                self.types(outgoing) == [
                    "bb changePlan", "fx changePlan", "fx closeVas", "fx closeVas", "fx leaveVpn", "m2 changePlan",
                    "m2 closeVas", "m2 closeVas", "m2 leaveVpn", "m3 leaveVpn",
                ])
            _ = try await desk.completeAll(outgoing, at: Self.morning)
            let effective = try #require(try await desk.passTime(to: Self.january).bodies(OrderEffective.self).first)
            #expect(effective.replaces == former)
            #expect(effective.leaving?.map(\.plan) == ["BB-2M", "FX-48", "2G-28", "3G-96"])
            #expect(effective.unusedMonths == 0)
            let look = try await desk.look()
            #expect(look.contains("line 13109160001 active 2G-28 free "))
            #expect(look.contains("line 18609160001 active 3G-96 free "))
            #expect(
                look.filter { $0.hasPrefix("bundle") } == ["bundle WB-ENH-B-288 ended", "bundle WB-ENH-B-288 ended"])
        }
    }

    @Test("A prepaid year that is not over is released only against its penalty")
    func term() async throws {
        var ordered = Self.ordered
        ordered.term = "annual"
        try await self.inEffect(ordered) { desk, _ in
            var release = Self.change("2")
            release.action = "release"
            release.members[0].plan = "BB-2M"
            release.members[1].plan = "FX-48"
            release.members[2].plan = "2G-28"
            #expect(try await self.codes(desk.submit([release], at: Self.morning)) == ["TERM_NOT_OVER"])
            release.externalId = "3"
            release.acceptPenalty = true
            let outgoing = try await desk.submit([release], at: Self.morning)
            _ = try await desk.completeAll(outgoing, at: Self.morning)
            let effective = try #require(try await desk.passTime(to: Self.january).bodies(OrderEffective.self).first)
            #expect(effective.unusedMonths == 11, "of twelve from the 1st of December, one is over")
        }
    }

    @Test("What no change may do is refused, with every code at once")
    func refused() async throws {
        try await self.inEffect { desk, _ in
            let cases: [(OrderSubmitted, [String])] = [
                (Self.change("2"), ["NOT_ALLOWED_IN_STATE"]),
                (Self.change("3") { $0.customer.id = "C-other" }, ["NOT_FOUND"]),
                (Self.change("4") { $0.members.remove(at: 1) }, ["MEMBER_COUNT"]),
                (Self.change("5") { $0.members[0].leaves = true }, ["MALFORMED", "MEMBER_COUNT"]),
                (Self.change("6") { $0.bundleId = UUIDv7Source { 1 }.next() }, ["NOT_FOUND"]),
                (Self.change("7") { $0.offer = "VAS-CALLER-ALERT" }, ["NOT_FOUND"]),
            ]
            for (order, codes) in cases {
                let rejected = self.codes(try await desk.submit([order], at: Self.morning))
                #expect(codes.allSatisfy(rejected.contains), "\(order.externalId): \(rejected)")
            }
        }
    }

    @Test("Before its effect a bundle is frozen; afterwards a pending change freezes its members' tariffs")
    func frozen() async throws {
        try await Desk.open { desk in
            _ = try await desk.completeAll(try await desk.submit([Self.ordered]))
            let change = Self.change("2") { $0.offer = "WB-ENH-B-488" }
            #expect(try await self.codes(desk.submit([change])) == ["FROZEN_UNTIL_EFFECTIVE"])
            _ = try await desk.passTime(to: .firstOfDecember)
            var again = change
            again.externalId = "3"
            _ = try await desk.completeAll(try await desk.submit([again], at: Self.morning), at: Self.morning)
            var other = Self.ordered
            other.externalId = "4"
            #expect(try await self.codes(desk.submit([other], at: Self.morning)).contains("NUMBER_IN_ANOTHER_BUNDLE"))
        }
    }

    @Test("Lines are stopped and started again, each by a work order of its own; the bundle stays")
    func suspended() async throws {
        try await self.inEffect { desk, bundle in
            var suspend = Self.change("2")
            suspend.action = "suspend"
            suspend.channel = "system"
            suspend.offer = ""
            suspend.members = Array(suspend.members.prefix(3))
            let outgoing = try await desk.submit([suspend], at: Self.morning)
            #expect(self.types(outgoing) == ["bb suspend", "fx suspend", "m2 suspend"])
            let done = try await desk.completeAll(outgoing, at: Self.morning)
            #expect(done.bodies(OrderEffective.self).map(\.action) == ["suspend"])
            #expect(
                try await desk.look().contains("line 02988880001 suspended WB-ENH-B-288 free callerId,groupRingback"))
            #expect(try await desk.look().contains("bundle WB-ENH-B-288 active"))
            var again = suspend
            again.externalId = "3"
            #expect(try await Set(self.codes(desk.submit([again], at: Self.morning))) == ["NOT_ALLOWED_IN_STATE"])
            var resume = suspend
            resume.externalId = "4"
            resume.action = "resume"
            _ = try await desk.completeAll(try await desk.submit([resume], at: Self.morning), at: Self.morning)
            #expect(try await desk.look().contains("line 02988880001 active WB-ENH-B-288 free callerId,groupRingback"))

            var all = resume
            all.externalId = "5"
            all.action = "suspend"
            all.members = []
            all.bundleId = bundle
            let whole = try await desk.submit([all], at: Self.morning)
            #expect(whole.bodies(OrderRejected.self).first?.reasons == nil)
            #expect(self.types(whole).count == 4)
            var mine = suspend
            mine.externalId = "6"
            mine.channel = "counter"
            mine.members = [Self.ordered.members[3]]
            #expect(try await self.codes(desk.submit([mine], at: Self.morning)) == ["NUMBER_BUSY"])
        }
    }

    @Test("The 3G member that carries plan B is not simply stopped by its customer")
    func carrying() async throws {
        try await self.inEffect { desk, _ in
            var suspend = Self.change("2")
            suspend.action = "suspend"
            suspend.offer = ""
            suspend.members = [Self.ordered.members[3]]
            let rejected = try await desk.submit([suspend], at: Self.morning)
            #expect(self.codes(rejected) == ["NOT_ALLOWED_IN_STATE"])
        }
    }

    @Test("A blacklisted member is stopped alone: the bundle stays, can be changed around it and released (ORD-93)")
    func blacklisted() async throws {
        try await self.inEffect { desk, former in
            var stop = Self.change("2")
            stop.action = "suspend"
            stop.channel = "system"
            stop.offer = ""
            // Even the one that carries plan B, which its customer may not stop (ORD-91).
            stop.members = [Self.ordered.members[3]]
            // Who owns the line may be somebody else than who ordered the bundle.
            stop.customer.id = "C-owner"
            let stopping = try await desk.submit([stop], at: Self.morning)
            #expect(self.types(stopping) == ["m3 suspend"])
            let stopped = try await desk.completeAll(stopping, at: Self.morning)
            #expect(stopped.bodies(OrderEffective.self).map { $0.members.map(\.ref) } == [["m3"]])
            #expect(stopped.bodies(OrderEffective.self).map(\.replaces) == [nil])
            var look = try await desk.look()
            #expect(look.contains("line 18609160001 suspended 3G-96 free "))
            #expect(look.contains("line 13109160001 active WB-ENH-B-288 free callerId,groupRingback"))
            #expect(look.contains("bundle WB-ENH-B-288 active"))

            let change = try await desk.submit([Self.change("3") { $0.offer = "WB-ENH-B-488" }], at: Self.morning)
            #expect(self.types(change) == ["bb changePlan", "fx changePlan", "m2 changePlan"], "\(self.codes(change))")
            _ = try await desk.completeAll(change, at: Self.morning)
            let effective = try #require(try await desk.passTime(to: Self.january).bodies(OrderEffective.self).first)
            #expect(effective.replaces == former)
            #expect(effective.members.map(\.ref) == ["bb", "fx", "m2", "m3"])
            look = try await desk.look()
            #expect(look.contains("line 18609160001 suspended 3G-96 free "), "still stopped, still a member")

            var resume = stop
            resume.externalId = "4"
            resume.action = "resume"
            _ = try await desk.completeAll(try await desk.submit([resume], at: Self.january), at: Self.january)
            #expect(try await desk.look().contains("line 18609160001 active 3G-96 free "))
            var again = stop
            again.externalId = "5"
            _ = try await desk.completeAll(try await desk.submit([again], at: Self.january), at: Self.january)
            var release = Self.change("6")
            release.action = "release"
            for (index, plan) in ["BB-2M", "FX-48", "2G-28"].enumerated() { release.members[index].plan = plan }
            #expect(self.codes(try await desk.submit([release], at: Self.january)) == [])
        }
    }

    @Test("A change that is cancelled leaves the bundle as it is, and does not count")
    func withdrawn() async throws {
        try await self.inEffect { desk, _ in
            for number in 2...5 {
                let change = Self.change("\(number)") { $0.options = [.init(code: "BB-SPEED-4M", member: "bb")] }
                let outgoing = try await desk.submit([change], at: Self.morning)
                #expect(self.types(outgoing) == ["bb changeSpeed"], "the \(number - 1). one")
                let issued = try #require(outgoing.bodies(WorkOrderIssued.self).first)
                _ = try await desk.tell([issued.completed(at: Self.morning)], at: Self.morning)
                let cancelling = try await desk.submit([.cancel(change)], at: Self.morning)
                let undo = try #require(cancelling.bodies(WorkOrderIssued.self).first)
                let ended = try await desk.tell([undo.completed(at: Self.morning)], at: Self.morning)
                #expect(ended.bodies(OrderCancelled.self).count == 1)
            }
            #expect(try await desk.passTime(to: Self.january).isEmpty)
            #expect(try await desk.look().contains("line 029B0001 active WB-ENH-B-288 free "))
        }
    }
}

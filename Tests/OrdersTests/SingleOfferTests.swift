import Contracts
import Messaging
import OrdersDomain
import Postgres
import Testing

@testable import Orders

@Suite("Single offers that are changed and ended, and cards that are replaced")
struct SingleOfferTests {
    private static let card = "14791600001"
    private static let morning = Timestamp.firstOfDecember.advanced(bySeconds: 9 * 3600)
    private static let january = Timestamp(rfc3339: "2027-01-01T00:00:00+08:00") ?? .firstOfDecember

    private static func order(
        _ externalId: String, _ action: String, _ offer: String, _ edit: (inout OrderSubmitted) -> Void = { _ in }
    ) -> OrderSubmitted {
        var order = OrderSubmitted(
            externalId: externalId, channel: "counter", action: action,
            customer: .init(
                id: "P-1", segment: "individual", identity: .init(type: "identityCard", number: "610102198001010011")),
            offer: offer,
            members: [.init(ref: "nb", product: "dataCard", serviceNumber: self.card, existing: true)])
        edit(&order)
        return order
    }

    private func types(_ outgoing: [Outgoing]) -> [String] {
        outgoing.bodies(OrderAcknowledged.self).first?.workOrders.map { "\($0.memberRef) \($0.type)" } ?? []
    }

    private func codes(_ outgoing: [Outgoing]) -> [String] {
        outgoing.bodies(OrderRejected.self).flatMap { $0.reasons.map(\.code) }
    }

    private func plans(_ desk: Desk) async throws -> [String] {
        try await desk.pool.execute(LookAtPlans()).sorted()
    }

    @Test("A card is bound, changes its plan, and is unbound: each plan gives way to the next on the 1st")
    func notebook() async throws {
        try await Desk.open { desk in
            let bound = try await desk.completeAll(
                try await desk.submit([
                    Self.order("1", "subscribe", "G3-50") {
                        $0.members.append(
                            .init(ref: "m", product: "mobile2g", serviceNumber: "13109160001", existing: true))
                    }
                ]))
            #expect(self.types(bound) == ["nb bind"])
            let first = try #require(bound.bodies(OrderEffective.self).first)
            #expect(try await self.plans(desk) == ["13109160001 -", "\(Self.card) G3-50"])

            // The current month's plan can be neither changed nor cancelled (ORD-52).
            #expect(try await self.codes(desk.submit([Self.order("2", "subscribe", "G3-100")])) == ["EXCLUSIVE_PLAN"])
            let change = Self.order("3", "change", "G3-100")
            let changed = try await desk.completeAll(try await desk.submit([change]))
            #expect(self.types(changed) == ["nb changePlan"])
            #expect(changed.bodies(OrderCompleted.self).map(\.effectiveAt) == [.firstOfDecember])
            #expect(try await self.plans(desk).contains("\(Self.card) G3-50"), "until then")
            let meanwhile = Self.order("4", "release", "G3-50")
            #expect(try await self.codes(desk.submit([meanwhile])) == ["FROZEN_UNTIL_EFFECTIVE"])
            let december = try await desk.passTime(to: .firstOfDecember).bodies(OrderEffective.self)
            #expect(december.map(\.replaces) == [first.bundleId])
            #expect(try await self.plans(desk).contains("\(Self.card) G3-100"))

            #expect(
                try await self.codes(desk.submit([Self.order("5", "release", "G3-50")], at: Self.morning))
                    == ["NOT_FOUND"], "that is not what it has")
            let release = try await desk.submit([Self.order("6", "release", "G3-100")], at: Self.morning)
            #expect(self.types(release) == ["nb unbind"])
            _ = try await desk.completeAll(release, at: Self.morning)
            let ended = try #require(try await desk.passTime(to: Self.january).bodies(OrderEffective.self).first)
            #expect(ended.action == "release")
            #expect(ended.replaces == december.first?.bundleId)
            #expect(ended.leaving?.map(\.serviceNumber) == [Self.card, "13109160001"])
            #expect(try await self.plans(desk) == ["13109160001 -", "\(Self.card) -"])
            let look = try await desk.look()
            #expect(look.contains("line \(Self.card) active - free "))
            #expect(look.filter { $0.hasPrefix("bundle") && !$0.hasSuffix("ended") }.isEmpty)

            // It can be bound again.
            let again = try await desk.submit([Self.order("7", "subscribe", "G3-300")], at: Self.january)
            #expect(self.types(again) == ["nb bind"])
        }
    }

    @Test("A change that is cancelled before its effect leaves the plan that there was")
    func withdrawn() async throws {
        try await Desk.open { desk in
            _ = try await desk.completeAll(try await desk.submit([Self.order("1", "subscribe", "G3-50")]))
            let change = Self.order("2", "change", "G3-100")
            _ = try await desk.completeAll(try await desk.submit([change]))
            let undone = try await desk.completeAll(try await desk.submit([.cancel(change)]))
            #expect(undone.bodies(OrderCancelled.self).count == 1)
            #expect(try await self.plans(desk) == ["\(Self.card) G3-50"])
            #expect(try await desk.passTime(to: .firstOfDecember).isEmpty)
            let release = try await desk.submit([Self.order("3", "release", "G3-50")], at: Self.morning)
            #expect(self.types(release) == ["nb unbind"], "nothing stands in its way")
        }
    }

    @Test("A value-added service and a family service are closed for whoever has them")
    func services() async throws {
        try await Desk.open { desk in
            let mobile = OrderSubmitted.Member(
                ref: "a", product: "mobile2g", serviceNumber: "13109160001", existing: true)
            let alert = Self.order("1", "subscribe", "VAS-CALLER-ALERT") { $0.members = [mobile] }
            _ = try await desk.completeAll(try await desk.submit([alert]))
            #expect(try await desk.look().contains("line 13109160001 active - free callerAlert"))
            let close = Self.order("2", "release", "VAS-CALLER-ALERT") { $0.members = [mobile] }
            #expect(try await self.types(desk.completeAll(desk.submit([close]))) == ["a closeVas"])
            #expect(try await desk.look().contains("line 13109160001 active - free "))

            let family = Self.order("3", "subscribe", "FAMILY-5") {
                $0.members = (1...3).map {
                    .init(
                        ref: "f\($0)", product: "mobile2g", serviceNumber: "1310916000\($0)", existing: true,
                        main: $0 == 1, consent: true)
                }
            }
            _ = try await desk.completeAll(try await desk.submit([family]))
            #expect(
                try await self.codes(desk.submit([Self.order("4", "release", "FAMILY-5") { $0.members = [mobile] }]))
                    == ["FROZEN_UNTIL_EFFECTIVE"], "not yet in effect")
            let next = Timestamp.noon.advanced(bySeconds: 86_400)
            _ = try await desk.passTime(to: next)
            let end = Self.order("5", "release", "FAMILY-5") { $0.members = [mobile] }
            let ended = try await desk.submit([end], at: next)
            #expect(self.types(ended) == ["a closeVas", "f2 closeVas", "f3 closeVas"])
            _ = try await desk.completeAll(ended, at: next)
            _ = try await desk.passTime(to: next.advanced(bySeconds: 86_400))
            #expect(try await self.plans(desk).allSatisfy { $0.hasSuffix(" -") })
        }
    }

    @Test("A line gets its new card at once, and stays as it is; one that is locked does not")
    func newCard() async throws {
        try await Desk.open { desk in
            let order = Self.order("1", "replaceSim", "") {
                $0.members = [
                    .init(
                        ref: "m", product: "mobile3g", serviceNumber: "18609160001", existing: true, plan: "3G-96",
                        newCardNumber: "89860112345678901234", cause: "damaged")
                ]
            }
            var locked = order
            locked.externalId = "2"
            locked.members[0].cause = "locked"
            #expect(try await self.codes(desk.submit([locked])) == ["UNLOCK_INSTEAD"])
            let outgoing = try await desk.submit([order])
            let issued = try #require(outgoing.bodies(WorkOrderIssued.self).first)
            #expect(issued.type == "replaceSim")
            #expect(issued.parameters["newCardNumber"] == "89860112345678901234")
            var second = order
            second.externalId = "3"
            #expect(try await self.codes(desk.submit([second])) == ["NUMBER_BUSY"])
            let done = try await desk.completeAll(outgoing)
            #expect(done.bodies(OrderCompleted.self).map(\.effectiveAt) == [.noon])
            #expect(done.bodies(OrderEffective.self).map(\.action) == ["replaceSim"])
            #expect(try await desk.look().contains("line 18609160001 active 3G-96 free "))
        }
    }
}

/// Each line with the plans beside its tariff.
private struct LookAtPlans: Statement {
    static let sql = """
        SELECT l.service_number || ' ' || COALESCE(NULLIF(array_to_string(l.extra_plans, ','), ''), '-') FROM line AS l
        """

    static func read(_ columns: inout Columns) throws -> String { try columns.next() }
}

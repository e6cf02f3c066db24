import Contracts
import Foundation
import Messaging
import OrdersDomain
import Postgres
import Testing

@testable import Orders

@Suite("Lines that change hands, are connected again, and get new passwords")
struct LineRequestTests {
    private static let number = "13109160001"
    private static let december = Timestamp.firstOfDecember

    private func order(
        _ externalId: String, _ action: String, _ offer: String = "", customer: String = "P-1",
        channel: String = "counter", _ edit: (inout OrderSubmitted) -> Void = { _ in }
    ) -> OrderSubmitted {
        var order = OrderSubmitted(
            externalId: externalId, channel: channel, action: action,
            customer: .init(
                id: customer, segment: "individual",
                identity: .init(type: "identityCard", number: "610102198001010011")),
            offer: offer,
            members: [.init(ref: "m", product: "mobile2g", serviceNumber: Self.number, existing: true)])
        edit(&order)
        return order
    }

    private func transfer(_ externalId: String, to owner: String = "P-2", from former: String = "P-1") -> OrderSubmitted
    {
        self.order(externalId, "transferOwnership", customer: former) {
            $0.accountId = "A-\(owner)"
            $0.newOwner = .init(
                id: owner, segment: "individual", identity: .init(type: "passport", number: "E48201739"))
            $0.members[0].password = "480913"
        }
    }

    private func codes(_ outgoing: [Outgoing]) -> [String] {
        outgoing.bodies(OrderRejected.self).flatMap { $0.reasons.map(\.code) }
    }

    private func owner(_ desk: Desk) async throws -> String? { try await desk.pool.execute(LookAtOwner()).first }

    @Test(
        "ORD-61 to ORD-63: a line is the new owner's on the 1st, with what it has alone; until then it is the former's")
    func transfer() async throws {
        try await Desk.open { desk in
            let alert = self.order("1", "subscribe", "VAS-CALLER-ALERT") { $0.accountId = "A-P-1" }
            let subscribed = try await desk.completeAll(try await desk.submit([alert]))
            let bundle = try #require(subscribed.bodies(OrderEffective.self).first?.bundleId)
            let taken = try await desk.submit([self.transfer("2")])
            let acknowledged = try #require(taken.bodies(OrderAcknowledged.self).first)
            #expect(acknowledged.customerId == "P-2" && acknowledged.accountId == "A-P-2")
            let issued = try #require(taken.bodies(WorkOrderIssued.self).first)
            let sealed = try #require(issued.parameters["sealedPassword"]?.string)
            #expect(Desk.passwords?.open(sealed, of: Self.number) == "480913")
            #expect(Desk.passwords?.open(sealed, of: "13109160002") == nil, "for this number alone")
            let done = try await desk.completeAll(taken)
            #expect(done.bodies(OrderCompleted.self).map(\.effectiveAt) == [Self.december])
            #expect(try await self.owner(desk) == "P-1 A-P-1")
            #expect(try await self.codes(desk.submit([self.transfer("3", to: "P-3")])) == ["FROZEN_UNTIL_EFFECTIVE"])
            // The former owner loses the card meanwhile.
            let card = self.order("4", "replaceSim") {
                $0.members[0].newCardNumber = "89860112345678901234"
                $0.members[0].cause = "lost"
            }
            let replaced = try await desk.completeAll(try await desk.submit([card]))
            #expect(replaced.bodies(OrderAcknowledged.self).map(\.accountId) == ["A-P-1"], "the line's own account")

            let effective = try await desk.passTime(to: Self.december).bodies(OrderEffective.self)
            #expect(effective.map(\.action) == ["transferOwnership"] && effective.first?.accountId == "A-P-2")
            #expect(effective.first?.members.first?.otherServices == ["callerAlert"])
            #expect(try await self.owner(desk) == "P-2 A-P-2")
            let late = self.order("5", "release", "VAS-CALLER-ALERT")
            #expect(try await self.codes(desk.submit([late], at: Self.december)) == ["NOT_FOUND"])
            let release = self.order("6", "release", "VAS-CALLER-ALERT", customer: "P-2")
            let ended = try await desk.completeAll(
                try await desk.submit([release], at: Self.december), at: Self.december)
            #expect(ended.bodies(OrderEffective.self).map(\.replaces) == [bundle])
            #expect(ended.bodies(OrderEffective.self).map(\.accountId) == ["A-P-2"])
        }
    }

    @Test("ORD-62: a line of a family, one that is served for a week, and one that owes, stay where they are")
    func bound() async throws {
        try await Desk.open { desk in
            let family = self.order("1", "subscribe", "FAMILY-5") {
                $0.members = (1...3).map {
                    .init(
                        ref: "f\($0)", product: "mobile2g", serviceNumber: "1310916000\($0)", existing: true,
                        main: $0 == 1, consent: true)
                }
            }
            _ = try await desk.completeAll(try await desk.submit([family]))
            #expect(try await self.codes(desk.submit([self.transfer("2")])) == ["AGREEMENT_IN_FORCE"])
        }
        try await Desk.open { desk in
            let new = self.order("1", "subscribe", "VAS-CALLER-ALERT") {
                $0.members[0].existing = false
                $0.members[0].plan = "2G-STD"
            }
            _ = try await desk.completeAll(try await desk.submit([new]))
            #expect(try await self.codes(desk.submit([self.transfer("2")])) == ["TENURE_TOO_SHORT"])
            let later = Timestamp.noon.advanced(bySeconds: 40 * 86_400)
            #expect(try await self.codes(desk.submit([self.transfer("3")], at: later)).isEmpty)
        }
        try await Desk.open { desk in
            let subscribed = self.order("1", "subscribe", "VAS-CALLER-ALERT") { $0.accountId = "A-P-1" }
            _ = try await desk.completeAll(try await desk.submit([subscribed]))
            let stop = self.order("2", "suspend", channel: "system")
            _ = try await desk.completeAll(try await desk.submit([stop]))
            #expect(
                try await Set(self.codes(desk.submit([self.transfer("3")]))) == ["ARREARS", "NOT_ALLOWED_IN_STATE"])
            #expect(try await self.codes(desk.submit([self.order("4", "reconnect")])) == ["ARREARS"])
            let start = self.order("5", "resume", channel: "system")
            _ = try await desk.completeAll(try await desk.submit([start]))
            #expect(try await self.codes(desk.submit([self.transfer("6")])).isEmpty, "paid")
        }
    }

    @Test("A transfer that is cancelled before its effect leaves the line to its owner, and free for another one")
    func withdrawn() async throws {
        try await Desk.open { desk in
            let first = self.transfer("1")
            _ = try await desk.completeAll(try await desk.submit([first]))
            let undone = try await desk.completeAll(try await desk.submit([.cancel(first)]))
            #expect(undone.bodies(OrderCancelled.self).count == 1)
            #expect(
                undone.bodies(WorkOrderIssued.self).last?.parameters["customerId"] == "P-1", "handed back")
            #expect(try await desk.passTime(to: Self.december).isEmpty)
            #expect(try await self.owner(desk)?.hasPrefix("P-1 ") == true)
            #expect(try await self.codes(desk.submit([self.transfer("2", to: "P-3")])).isEmpty)
        }
    }

    @Test(
        "ORD-64 to ORD-67: stopped at its customer's wish, a line is there again with another card and is no longer stopped"
    )
    func stopped() async throws {
        try await Desk.open { desk in
            let subscribed = self.order("1", "subscribe", "VAS-CALLER-ALERT") { $0.accountId = "A-P-1" }
            _ = try await desk.completeAll(try await desk.submit([subscribed]))
            _ = try await desk.completeAll(try await desk.submit([self.order("2", "suspend")]))
            let again = self.order("3", "reconnect") {
                $0.members[0].newCardNumber = "89860112345678901234"
                $0.members[0].cause = "lost"
            }
            let done = try await desk.completeAll(try await desk.submit([again]))
            #expect(done.bodies(WorkOrderIssued.self).map(\.type) == ["reconnect", "replaceSim"])
            let effective = try #require(done.bodies(OrderEffective.self).first)
            #expect(effective.action == "reconnect" && effective.newCard == true && effective.accountId == "A-P-1")
            #expect(try await desk.look().contains("line \(Self.number) active - free callerAlert"))
            #expect(try await self.codes(desk.submit([self.order("4", "reconnect")])) == ["NOT_ALLOWED_IN_STATE"])
        }
    }

    @Test("ORD-66, ORD-67: a line that has ended comes back with its number, to its account, with a tariff")
    func ended() async throws {
        try await Desk.open { desk in
            let new = self.order("1", "subscribe", "VAS-CALLER-ALERT") {
                $0.accountId = "A-P-1"
                $0.members[0].existing = false
                $0.members[0].plan = "2G-STD"
            }
            _ = try await desk.completeAll(try await desk.submit([new]))
            _ = try await desk.pool.execute(CloseLine())
            let again = self.order("2", "reconnect") { $0.members[0].plan = "2G-STD" }
            let taken = try await desk.submit([again])
            #expect(taken.bodies(OrderAcknowledged.self).map(\.accountId) == ["A-P-1"])
            let done = try await desk.completeAll(taken)
            #expect(done.bodies(WorkOrderIssued.self).map(\.type) == ["install", "openVas"])
            let member = try #require(done.bodies(OrderEffective.self).first?.members.first)
            #expect(member.newPlan == "2G-STD" && member.otherServices == ["callerAlert"])
            #expect(try await desk.look().contains("line \(Self.number) active 2G-STD free callerAlert"))
            // One that is cancelled leaves it as it was.
            _ = try await desk.pool.execute(CloseLine())
            let third = self.order("3", "reconnect") { $0.members[0].plan = "2G-STD" }
            _ = try await desk.submit([third])
            _ = try await desk.submit([.cancel(third)])
            #expect(try await self.codes(desk.submit([self.order("4", "reconnect")])) == ["NUMBER_BUSY"])
        }
    }

    @Test("ORD-35: passwords are sealed wherever they are stored or told; a wrong former one changes nothing")
    func password() async throws {
        try await Desk.open { desk in
            let change = self.order("1", "resetPassword") {
                $0.members[0].formerPassword = "703851"
                $0.members[0].password = "480913"
            }
            let taken = try await desk.submit([change])
            let issued = try #require(taken.bodies(WorkOrderIssued.self).first)
            #expect(Set(issued.parameters.keys) == ["sealedFormerPassword", "sealedPassword"])
            let everything = try await desk.pool.execute(LookForPasswords()).first
            #expect(everything == 0)
            let failed = try await desk.tell([issued.failed("WRONG_PASSWORD")])
            let stopped = try #require(failed.bodies(WorkOrderCancelRequested.self).first, "by the fallout policy")
            let ended = try await desk.tell([stopped.answer()])
            #expect(ended.bodies(OrderCancelled.self).count == 1)
            let second = try await desk.submit([
                self.order("2", "resetPassword") { $0.members[0].password = "480913" }
            ])
            let done = try await desk.completeAll(second)
            #expect(done.bodies(OrderEffective.self).map(\.action) == ["resetPassword"])
        }
    }
}

/// As a line is left by what ended it.
private struct CloseLine: Statement {
    static let sql = "UPDATE line SET state = 'closed', plan = NULL"
}

private struct LookAtOwner: Statement {
    static let sql = "SELECT customer_id || ' ' || account_id FROM line"

    static func read(_ columns: inout Columns) throws -> String { try columns.next() }
}

/// Rows in which a password stands as it was typed.
private struct LookForPasswords: Statement {
    static let sql = """
        SELECT (SELECT count(*) FROM product_order AS o WHERE o::text ~ '703851|480913')
               + (SELECT count(*) FROM work_order AS w WHERE w::text ~ '703851|480913')
               + (SELECT count(*) FROM order_request AS r WHERE r::text ~ '703851|480913')
        """

    static func read(_ columns: inout Columns) throws -> Int64 { try columns.next() }
}

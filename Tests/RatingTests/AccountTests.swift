import Contracts
import Foundation
import Messaging
import Postgres
import Testing

@testable import Rating

@Suite("Accounts as orders make them, and what becomes of usage")
struct AccountTests {
    private static let cycle = BillingCycle("2026-12")

    private static func order(
        _ serial: UInt8, _ accountId: String = "A1", _ offer: String = "2G-STD", _ action: String = "subscribe",
        at effectiveAt: Timestamp = december(1), replaces: UInt8? = nil, lines members: [OrderEffective.Member],
        leaving: [OrderEffective.Member]? = nil
    ) -> OrderEffective {
        OrderEffective(
            orderId: OrderID(rawValue: Self.id(serial)), externalId: "E\(serial)", accountId: accountId,
            customerId: "C1", offer: offer, bundleId: Self.bundle(serial), effectiveAt: effectiveAt, members: members,
            replaces: replaces.map(Self.bundle), action: action, leaving: leaving)
    }

    private static func id(_ serial: UInt8) -> UUID {
        UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, serial))
    }

    private static func bundle(_ serial: UInt8) -> BundleID { BundleID(rawValue: Self.id(serial)) }

    private static func line(
        _ number: String = "13109160001", _ product: String = "mobile2g", plan: String? = "2G-STD",
        extraPlan: String? = nil, role: String = "included", closed: Bool? = nil
    ) -> OrderEffective.Member {
        OrderEffective.Member(
            ref: number, product: product, serviceNumber: number, main: true, role: role, newPlan: plan,
            extraPlan: extraPlan, closed: closed)
    }

    private static func call(
        _ serial: UInt8, _ number: String = "13109160001", minutes: Int = 2, endedAt: Timestamp = december(3, 10)
    ) -> UsageRecorded {
        UsageRecorded(
            usageId: UsageID(rawValue: Self.id(serial)), kind: .voice, serviceNumber: number,
            startedAt: endedAt.advanced(bySeconds: -60 * minutes), endedAt: endedAt, direction: .originating,
            otherParty: "01062228888", roaming: .home)
    }

    private static let now = december(4)

    @Test("An account is opened once, with its first order, and its lines belong to it from their effect on")
    func opened() async throws {
        try await Office.open { office in
            let acknowledged = OrderAcknowledged(
                orderId: OrderID(rawValue: Self.id(9)), externalId: "E9", channel: "counter", action: "subscribe",
                customerId: "C1", accountId: "A1", offer: "2G-STD", acknowledgedAt: december(1), workOrders: [])
            let first = try await office.tell(
                [.acknowledged(acknowledged), .acknowledged(acknowledged)], at: december(1))
            #expect(first.bodies(AccountOpened.self).map(\.accountId) == ["A1"])
            let order = Self.order(1, lines: [Self.line()])
            let told = try await office.tell([order])
            #expect(told.bodies(AccountOpened.self).isEmpty)
            let attached = told.bodies(AccountMemberAttached.self)
            #expect(attached.map(\.serviceNumber) == ["13109160001"] && attached.map(\.attachedAt) == [december(1)])
            #expect(try await office.tell([order]).isEmpty, "told again")
            let rated = try await office.rate([Self.call(1)], at: Self.now).bodies(UsageRated.self)
            #expect(rated.map(\.chargeMilliyuan.rawValue) == [500] && rated.map(\.accountId) == ["A1"])
            #expect(rated.first?.lines.map(\.rule) == ["planMinute"])
        }
    }

    @Test("What cannot be rated is rejected with its code and kept; sent again when the cause is gone, it is rated")
    func rejected() async throws {
        try await Office.open { office in
            var absurd = Self.call(3)
            absurd.startedAt = december(3, 11)
            let records = [Self.call(1), absurd, Self.call(4, endedAt: december(9))]
            let codes = try await office.rate(records, at: Self.now).bodies(UsageRejected.self).map(\.code)
            #expect(Set(codes) == ["UNKNOWN_NUMBER", "END_BEFORE_START", "END_IN_FUTURE"] && codes.count == 3)
            try await office.tell([Self.order(1, at: december(3), lines: [Self.line()])])
            let early = Self.call(5, endedAt: december(2))
            let told = try await office.rate([Self.call(1), early], at: Self.now)
            #expect(told.bodies(UsageRated.self).count == 1)
            #expect(told.bodies(UsageRejected.self).map(\.code) == ["MEMBER_INACTIVE"])
            let kept = try await office.pool.execute(
                ListRejections(serviceNumber: nil, code: nil, before: nil, limit: 10))
            #expect(kept.map(\.usageId.rawValue) == [5, 4, 3].map(Self.id))
            #expect(kept.map(\.record) == [early, Self.call(4, endedAt: december(9)), absurd])
        }
    }

    @Test("The same record again is rated once; another one under its id is rejected")
    func repeated() async throws {
        try await Office.open { office in
            try await office.tell([Self.order(1, lines: [Self.line()])])
            let first = try await office.rate([Self.call(1), Self.call(1)], at: Self.now)
            #expect(first.bodies(UsageRated.self).count == 1 && first.count == 1)
            #expect(try await office.rate([Self.call(1)], at: Self.now).isEmpty)
            let others = [Self.call(1, minutes: 3), Self.call(1, endedAt: december(3, 11))]
            for other in others {
                let told = try await office.rate([other], at: Self.now)
                #expect(told.bodies(UsageRejected.self).map(\.code) == ["DUPLICATE_USAGE_ID"] && told.count == 1)
            }
            let cycle = try #require(Self.cycle)
            #expect(try await office.cycle("A1", cycle)?.charge == Milliyuan(500))
        }
    }

    @Test("A stopped line is inactive until it is started again; a closed one belongs to nobody")
    func stopped() async throws {
        try await Office.open { office in
            try await office.tell([Self.order(1, lines: [Self.line()])])
            // In another order than they took effect.
            try await office.tell([
                Self.order(3, "A1", "resume", "resume", at: december(3, 12), lines: [Self.line(plan: nil)])
            ])
            try await office.tell([
                Self.order(2, "A1", "suspend", "suspend", at: december(3, 6), lines: [Self.line(plan: nil)])
            ])
            let closing = Self.line(plan: nil, role: "leaving", closed: true)
            let told = try await office.tell([
                Self.order(
                    4, "A1", "2G-STD", "release", at: december(3, 20), replaces: 1, lines: [], leaving: [closing])
            ])
            #expect(told.bodies(AccountMemberDetached.self).map(\.detachedAt) == [december(3, 20)])
            let records = [3, 10, 15, 21].enumerated().map { index, hour in
                Self.call(UInt8(10 + index), endedAt: december(3, hour))
            }
            let answers = try await office.rate(records, at: Self.now)
            #expect(Set(answers.bodies(UsageRated.self).map(\.usageId.rawValue)) == [Self.id(10), Self.id(12)])
            #expect(answers.bodies(UsageRejected.self).map(\.code) == ["MEMBER_INACTIVE", "MEMBER_INACTIVE"])
        }
    }

    @Test("An effect that becomes known late has what was rated before it rated again, and told")
    func late() async throws {
        try await Office.open { office in
            try await office.tell([Self.order(1, lines: [Self.line()])])
            let data = UsageRecorded(
                usageId: UsageID(rawValue: Self.id(20)), kind: .data, serviceNumber: "13109160001",
                startedAt: december(3), endedAt: december(3, 1), uplinkBytes: 0, downlinkBytes: 1 << 20)
            let first = try await office.rate([data], at: Self.now).bodies(UsageRated.self)
            #expect(first.map(\.chargeMilliyuan.rawValue) == [10_240])
            try await office.tell([
                Self.order(2, "A1", "GPRS-5", at: december(2), lines: [Self.line(plan: nil, extraPlan: "GPRS-5")])
            ])
            let again = try await office.settle(at: Self.now).bodies(UsageRerated.self)
            #expect(again.map(\.previousChargeMilliyuan.rawValue) == [10_240])
            #expect(again.map(\.rated.chargeMilliyuan.rawValue) == [0] && again.map(\.rated.sequence) == [2])
            let cycle = try #require(Self.cycle)
            #expect(try await office.cycle("A1", cycle)?.charge == .zero)
        }
    }

    @Test("An account whose data contradict each other is parked with its reason, and nobody else is")
    func parked() async throws {
        try await Office.open { office in
            let bundle = { (serial: UInt8, number: String) in
                Self.order(serial, "A1", "WB-BASIC-A-88", lines: [Self.line(number, plan: "WB-BASIC-A-88")])
            }
            try await office.tell([bundle(1, "13109160001"), bundle(2, "13109160002")])
            try await office.tell([Self.order(3, "A2", lines: [Self.line("13109160003")])])
            let told = try await office.rate([Self.call(1), Self.call(2, "13109160003")], at: Self.now)
            #expect(told.bodies(AccountParked.self).map(\.accountId) == ["A1"])
            #expect(told.bodies(AccountParked.self).first?.reason.contains("in force at one time") == true)
            #expect(told.bodies(UsageRejected.self).map(\.code) == ["ACCOUNT_PARKED"])
            #expect(told.bodies(UsageRated.self).map(\.accountId) == ["A2"])
            let again = try await office.rate([Self.call(1)], at: Self.now)
            #expect(again.bodies(AccountParked.self).isEmpty, "told once")
        }
    }

    @Test("A bundle brings its lines to its account; a terminal for its network alone stays where it is")
    func moved() async throws {
        try await Office.open { office in
            try await office.tell([
                Self.order(1, "A1", lines: [Self.line()]),
                Self.order(2, "A1", "3G-96", lines: [Self.line("18609160001", "mobile3g", plan: "3G-96")]),
            ])
            let told = try await office.tell([
                Self.order(
                    3, "A2", "WB-BASIC-A-88", at: december(2),
                    lines: [
                        Self.line(plan: "WB-BASIC-A-88"), Self.line("02988881234", "fixedLine", plan: "WB-BASIC-A-88"),
                        Self.line("18609160001", "mobile3g", plan: "3G-96", role: "networkTerminal"),
                    ])
            ])
            let detached = told.bodies(AccountMemberDetached.self)
            #expect(detached.map(\.serviceNumber) == ["13109160001"] && detached.map(\.toAccountId) == ["A2"])
            #expect(
                Set(told.bodies(AccountMemberAttached.self).map(\.serviceNumber)) == ["13109160001", "02988881234"])
            let rated = try await office.rate(
                [Self.call(1, endedAt: december(1, 10)), Self.call(2), Self.call(3, "18609160001")], at: Self.now
            ).bodies(UsageRated.self)
            #expect(
                Dictionary(uniqueKeysWithValues: rated.map { ($0.usageId.rawValue, $0.accountId) })
                    == [Self.id(1): "A1", Self.id(2): "A2", Self.id(3): "A1"])
        }
    }
}

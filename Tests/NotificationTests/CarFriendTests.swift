import Contracts
import Foundation
import NotificationDomain
import Testing

@testable import Notification

/// Nothing in the service knows the car-friend assistant: all of it is in the catalogue.
@Suite("The car-friend assistant")
struct CarFriendTests {
    private static let vip = "13109160001"
    private static let member = "13109160002"
    private static let service = "10620007"

    private func attach(_ numbers: [String], _ desk: Desk) async throws {
        try await desk.tell(
            numbers.map { number in
                AccountEvent.memberAttached(
                    AccountMemberAttached(
                        accountId: "A\(number)", serviceNumber: number, product: "mobile2g", main: true,
                        attachedAt: desk.now))
            })
    }

    /// An order for one line, from its acknowledgement to its effect.
    @discardableResult
    private func order(
        _ action: String, _ offer: String, _ number: String, ending former: BundleID? = nil,
        channel: String = "hotline",
        _ desk: Desk
    ) async throws -> BundleID {
        let (order, bundle) = (OrderID(UUID()), BundleID(UUID()))
        let line = OrderEffective.Member(ref: "line", product: "mobile2g", serviceNumber: number, main: true)
        try await desk.tell([
            OrderEvent.acknowledged(
                OrderAcknowledged(
                    orderId: order, externalId: order.description, channel: channel, action: action, customerId: "C",
                    accountId: "A\(number)", offer: offer, acknowledgedAt: desk.now,
                    workOrders: [
                        .init(
                            workOrderId: WorkOrderID(UUID()), type: "openVas", product: "mobile2g", memberRef: "line",
                            serviceNumber: number, dependsOn: [], dueAt: desk.now)
                    ])),
            .effective(
                OrderEffective(
                    orderId: order, externalId: order.description, accountId: "A\(number)", offer: offer,
                    bundleId: bundle, effectiveAt: desk.now, members: action == "release" ? [] : [line],
                    replaces: former, action: action, channel: channel, leaving: action == "release" ? [line] : nil)),
        ])
        return bundle
    }

    /// Passes every hour up to a time, as the service lives through it.
    private func live(until instant: Timestamp, _ desk: Desk) async throws {
        while desk.now < instant {
            desk.set(min(instant, desk.now.advanced(bySeconds: 3600)))
            try await desk.fireSchedules()
            try await desk.dispatch()
        }
    }

    private func texts(_ template: String, _ number: String, _ desk: Desk) async throws -> [NotificationRow] {
        try await desk.notifications(of: number).filter { $0.template == template }
    }

    @Test("NTF-13, NTF-14: a new member gets a welcome and then the certificate, with number and month, from 10620007")
    func welcome() async throws {
        try await Desk.open { desk in
            desk.set(december(1, "09:00:00"))
            try await attach([Self.member], desk)
            try await order("subscribe", "VAS-CARFRIEND", Self.member, desk)
            try await desk.dispatch()
            let calls = desk.gateway.calls
            #expect(calls.map(\.recipient) == [Self.member, Self.member], "and nothing else")
            #expect(calls.allSatisfy { $0.sender == Self.service })
            #expect(calls.first?.text.contains("欢迎加入") == true)
            let certificate = try #require(calls.last?.text)
            #expect(certificate.contains("会员号：\(Self.member)") && certificate.contains("2026年12月"))
            try await order("subscribe", "GPRS-5", Self.member, desk)
            try await desk.dispatch()
            #expect(desk.gateway.calls.last?.sender == nil, "all else has the gateway's own number")
        }
    }

    @Test("NTF-15: the magazine comes on Mondays, Wednesdays and Fridays at 15:00, as a multimedia message")
    func magazine() async throws {
        try await Desk.open { desk in
            desk.set(december(1, "09:00:00"))
            try await attach([Self.member], desk)
            try await desk.fireSchedules()
            let bundle = try await order("subscribe", "VAS-CARFRIEND", Self.member, desk)
            try await live(until: december(9, "16:00:00"), desk)
            let issues = try await texts("carMagazine", Self.member, desk)
            #expect(issues.allSatisfy { $0.channel == .mms && $0.state == .sent })
            #expect(issues.map(\.dueAt) == [2, 4, 7, 9].map { december($0, "15:00:00") })
            #expect(issues.compactMap(\.text).last?.contains("2026年12月9日") == true)
            // The 11th is a Friday.
            desk.set(december(11, "14:59:59"))
            try await desk.fireSchedules()
            try await order("release", "VAS-CARFRIEND", Self.member, ending: bundle, desk)
            try await live(until: december(18, "16:00:00"), desk)
            #expect(try await texts("carMagazine", Self.member, desk).count == 4, "who has left gets none")
        }
    }

    @Test("NTF-17: the certificate comes again on the 1st of each month, and of a month that has passed unseen none")
    func certificates() async throws {
        try await Desk.open { desk in
            desk.set(december(5, "09:00:00"))
            try await attach([Self.member], desk)
            try await desk.fireSchedules()
            try await order("subscribe", "VAS-CARFRIEND", Self.member, desk)
            // Nothing ran from then on until the 2nd of February.
            desk.set(time("2027-02-02T08:00:00+08:00"))
            try await desk.fireSchedules()
            try await desk.fireSchedules()
            let rows = try await texts("carCertificate", Self.member, desk)
            #expect(rows.map(\.state) == [.scheduled, .suppressed, .scheduled])
            #expect(rows.map(\.code) == [nil, "EXPIRED", nil])
            #expect(rows.last?.text?.contains("2027年2月") == true)
        }
    }

    @Test(
        "NTF-16: VIP members are reminded of the dates that they have told, a week and a day before, each once; others not"
    )
    func reminders() async throws {
        try await Desk.open { desk in
            desk.set(december(1, "09:30:00"))
            try await attach([Self.vip, Self.member], desk)
            try await desk.fireSchedules()
            try await order("subscribe", "VAS-CARFRIEND-VIP", Self.vip, desk)
            try await order("subscribe", "VAS-CARFRIEND", Self.member, desk)
            try await desk.receive([
                text("m1", "BX20261220", from: Self.vip), text("m2", "bx 2026-12-20", from: Self.member),
                text("m3", "NJ20261204", from: Self.vip),
            ])
            try await live(until: december(31, "23:00:00"), desk)
            let insurance = try await texts("carInsuranceDue", Self.vip, desk)
            #expect(insurance.map(\.askedAt) == [december(13, "09:30:00"), december(19, "09:30:00")])
            #expect(insurance.allSatisfy { $0.text?.contains("2026年12月20日") == true && $0.sender == Self.service })
            let inspection = try await texts("carInspectionDue", Self.vip, desk)
            #expect(
                inspection.map(\.askedAt) == [december(2, "09:30:00"), december(3, "09:30:00")],
                "told late, it is still told")
            #expect(try await texts("carInsuranceDue", Self.member, desk).isEmpty, "the table decides (G-30)")
            // The next year's.
            try await desk.receive([text("m4", "BX20270110", from: Self.vip)])
            try await live(until: time("2027-01-12T23:00:00+08:00"), desk)
            #expect(try await texts("carInsuranceDue", Self.vip, desk).count == 4)
        }
    }

    private func text(_ id: String, _ text: String, from sender: String, to: String = service) -> MessageReceived {
        MessageReceived(messageId: id, from: sender, to: to, text: text, receivedAt: december(1, "23:00:00"))
    }

    @Test("ORD-10, G-29: nothing is ordered before a yes, to the number that has asked, within a day, and once")
    func confirmation() async throws {
        try await Desk.open { desk in
            desk.set(december(1, "22:30:00"))
            try await attach([Self.member], desk)
            try await desk.receive([text("m1", "ktcyzs", from: Self.member)])
            #expect(try await desk.told(OrderSubmitted.self).isEmpty)
            try await desk.receive([
                text("m2", "Y", from: Self.member, to: "10086"), text("m3", "Y", from: Self.vip),
            ])
            #expect(try await desk.told(OrderSubmitted.self).isEmpty, "another number, another sender")
            try await desk.receive([text("m4", "y", from: Self.member), text("m5", "Y", from: Self.member)])
            let orders = try await desk.told(OrderSubmitted.self)
            #expect(orders.map(\.offer) == ["VAS-CARFRIEND"] && orders.map(\.externalId) == ["m4"])
            #expect(orders.first?.members.map(\.serviceNumber) == [Self.member])
            // The question of the last command is the one that is open, also within one batch.
            try await desk.receive([
                text("m6", "KTCYZS", from: Self.member), text("m7", "KTCYZSVIP", from: Self.member),
                text("m8", "是", from: Self.member),
            ])
            #expect(try await desk.told(OrderSubmitted.self).map(\.offer) == ["VAS-CARFRIEND", "VAS-CARFRIEND-VIP"])
            try await desk.receive([text("m9", "KTCYZS", from: Self.member)])
            desk.pass(seconds: 86_400)
            try await desk.receive([text("m10", "Y", from: Self.member)])
            #expect(try await desk.told(OrderSubmitted.self).count == 2, "too late")
            try await desk.receive([text("m11", "QXCYZS", from: Self.member)])
            #expect(try await desk.told(OrderSubmitted.self).last?.action == "release")
            let answers = try await desk.notifications(of: Self.member)
            #expect(
                answers.map(\.template) == [
                    "carConfirm", "commandHelp", "commandHelp", "carConfirm", "carConfirmVip", "carConfirm",
                    "commandHelp",
                ])
        }
    }

    @Test("a date that is none, or is over, is answered and not noted")
    func wrongDates() async throws {
        try await Desk.open { desk in
            desk.set(december(1, "12:30:00"))
            try await attach([Self.vip], desk)
            try await desk.receive(
                ["BX20261301", "BX20261201", "BX1", "BXtomorrow"].enumerated().map {
                    text("m\($0)", $1, from: Self.vip)
                })
            #expect(
                try await desk.notifications(of: Self.vip).map(\.template)
                    == Array(repeating: "carDateWrong", count: 4))
        }
    }

    @Test("an end that is told before its beginning, and a line that is closed, end what is sent")
    func ends() async throws {
        try await Desk.open { desk in
            desk.set(december(1, "09:00:00"))
            try await attach([Self.member, Self.vip], desk)
            try await desk.fireSchedules()
            let bundle = BundleID(UUID())
            try await order("release", "VAS-CARFRIEND", Self.member, ending: bundle, desk)
            let line = OrderEffective.Member(ref: "line", product: "mobile2g", serviceNumber: Self.member, main: true)
            try await desk.tell([
                OrderEvent.effective(
                    OrderEffective(
                        orderId: OrderID(UUID()), externalId: "late", accountId: "A", offer: "VAS-CARFRIEND",
                        bundleId: bundle, effectiveAt: desk.now.advanced(bySeconds: -60), members: [line],
                        action: "subscribe", channel: "web"))
            ])
            try await order("subscribe", "VAS-CARFRIEND", Self.vip, desk)
            try await desk.tell([
                .memberDetached(
                    AccountMemberDetached(
                        accountId: "A\(Self.vip)", serviceNumber: Self.vip, product: "mobile2g", toAccountId: nil,
                        orderId: OrderID(UUID()), detachedAt: december(2, "10:00:00")))
            ])
            try await live(until: december(4, "16:00:00"), desk)
            #expect(try await desk.notifications().filter { $0.template == "carMagazine" }.isEmpty)
        }
    }
}

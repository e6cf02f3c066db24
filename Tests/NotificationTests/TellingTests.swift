import Contracts
import Foundation
import NotificationDomain
import Testing

@testable import Notification

@Suite("Customers are told what happens, and order by texts")
struct TellingTests {
    private static let mobile = "13109160001"
    private static let fixed = "02988881234"
    private static let order = OrderID(UUID())
    private static let cycle = Desk.calendar.cycle(of: december(1, "00:00:00"))

    private func attach(_ desk: Desk) async throws {
        try await desk.tell(
            [
                OrderEvent.acknowledged(
                    OrderAcknowledged(
                        orderId: Self.order, externalId: "CRM-1", channel: "counter", action: "subscribe",
                        customerId: "C1", accountId: "A1", offer: "WB-BASIC-A-88",
                        acknowledgedAt: desk.now,
                        workOrders: [
                            line("fixedLine", Self.fixed), line("mobile2g", Self.mobile),
                        ]))
            ])
        try await desk.tell([
            .memberAttached(member(Self.fixed, "fixedLine", main: true, desk)),
            .memberAttached(member(Self.mobile, "mobile2g", main: false, desk)),
        ])
    }

    private func line(_ product: String, _ number: String) -> OrderAcknowledged.PlannedWorkOrder {
        .init(
            workOrderId: WorkOrderID(UUID()), type: "install", product: product, memberRef: number,
            serviceNumber: number, dependsOn: [], dueAt: december(2, "00:00:00"))
    }

    private func member(_ number: String, _ product: String, main: Bool, _ desk: Desk) -> AccountMemberAttached {
        AccountMemberAttached(
            accountId: "A1", serviceNumber: number, product: product, main: main, attachedAt: desk.now)
    }

    private func text(_ id: String, _ text: String, from sender: String = mobile) -> MessageReceived {
        MessageReceived(messageId: id, from: sender, to: "10086", text: text, receivedAt: december(1, "23:00:00"))
    }

    @Test("NTF-24: an order's milestones go to the line that gets texts, with the effective date and how to cancel")
    func milestones() async throws {
        try await Desk.open { desk in
            desk.set(december(1, "09:00:00"))
            try await attach(desk)
            try await desk.tell([
                OrderEvent.completed(
                    OrderCompleted(
                        orderId: Self.order, externalId: "CRM-1", accountId: "A1", offer: "WB-BASIC-A-88",
                        completedAt: desk.now, effectiveAt: time("2027-01-01T00:00:00+08:00")))
            ])
            try await desk.dispatch()
            #expect(desk.gateway.recipients == [Self.mobile, Self.mobile])
            let completed = try #require(desk.gateway.calls.last?.text)
            #expect(completed.contains("2027年1月1日") && completed.contains("取消请致电10086"))
            #expect(try await desk.notifications().map(\.template) == ["orderAcknowledged", "orderCompleted"])
        }
    }

    @Test("an appointment is told with its day and time, to the line that gets texts")
    func appointment() async throws {
        try await Desk.open { desk in
            desk.set(december(1, "09:00:00"))
            try await attach(desk)
            func moved(_ order: OrderID) -> WorkOrderRescheduled {
                WorkOrderRescheduled(
                    workOrderId: WorkOrderID(UUID()), orderId: order, type: "install",
                    appointmentAt: december(4, "14:30:00"), dueAt: december(5, "14:30:00"), by: "field", at: desk.now)
            }
            try await desk.tell([moved(Self.order), moved(OrderID(UUID()))])
            try await desk.dispatch()
            #expect(desk.gateway.recipients == [Self.mobile, Self.mobile])
            #expect(desk.gateway.calls.last?.text.contains("2026年12月4日 14:30") == true)
        }
    }

    private func low(_ remaining: Int64, at: Timestamp) -> AccountEvent {
        .low(
            AllowanceLow(
                accountId: "A1", serviceNumber: Self.mobile, allowance: "GPRS-5", cycle: Self.cycle,
                totalUnits: 30 << 20, usedUnits: (30 << 20) - remaining, remainingUnits: remaining,
                threshold: remaining, at: at))
    }

    @Test(
        "NTF-03, NTF-04, NTF-07: what stood at the end of a day is told between 8 and 11 the next morning, and only the last"
    )
    func quotas() async throws {
        try await Desk.open { desk in
            desk.set(december(3, "22:10:00"))
            try await attach(desk)
            desk.set(december(4, "00:00:00"))
            try await desk.tell([low(5 << 20, at: december(4, "00:00:00"))])
            desk.set(december(4, "11:00:00"))
            try await desk.dispatch()
            #expect(!desk.gateway.calls.contains { $0.text.contains("剩余") }, "too late for today")
            desk.set(december(5, "00:00:00"))
            try await desk.tell([low(0, at: december(5, "00:00:00"))])
            let quotas = try await desk.notifications().filter { $0.template.hasPrefix("data") }
            #expect(quotas.map(\.state) == [.suppressed, .scheduled] && quotas.first?.code == "REPLACED")
            #expect(quotas.map(\.dueAt) == [december(5, "08:00:00"), december(5, "08:00:00")])
            desk.set(december(5, "07:59:59"))
            try await desk.dispatch()
            #expect(!desk.gateway.calls.contains { $0.text.contains("已用完") })
            desk.set(december(5, "08:00:00"))
            try await desk.dispatch()
            let told = try #require(desk.gateway.calls.first { $0.text.contains("已用完") })
            #expect(told.recipient == Self.mobile && told.text.contains("30MB") && told.text.contains("请合理使用"))
            #expect(told.text.contains("GPRS pack, 5 yuan"))
        }
    }

    @Test("What was left of a quota is not told once the line has another pack, or none")
    func overtaken() async throws {
        for (offer, action, isTold) in [
            ("GPRS-5", "release", false), ("GPRS-20", "subscribe", false), ("VAS-CALLER-ALERT", "subscribe", true),
        ] {
            try await Desk.open { desk in
                desk.set(december(3, "22:10:00"))
                try await attach(desk)
                desk.set(december(4, "00:00:00"))
                try await desk.tell([low(5 << 20, at: december(4, "00:00:00"))])
                desk.set(december(4, "07:30:00"))
                let (order, member) = (
                    OrderID(UUID()),
                    OrderEffective.Member(ref: "m", product: "mobile2g", serviceNumber: Self.mobile, main: true)
                )
                try await desk.tell([
                    OrderEvent.acknowledged(
                        OrderAcknowledged(
                            orderId: order, externalId: "W-1", channel: "web", action: action, customerId: "C1",
                            accountId: "A1", offer: offer, acknowledgedAt: desk.now,
                            workOrders: [line("mobile2g", Self.mobile)])),
                    .effective(
                        OrderEffective(
                            orderId: order, externalId: "W-1", accountId: "A1", offer: offer,
                            bundleId: BundleID(UUID()), effectiveAt: desk.now,
                            members: action == "release" ? [] : [member], action: action, channel: "web",
                            leaving: action == "release" ? [member] : nil)),
                ])
                desk.set(december(4, "08:00:00"))
                try await desk.dispatch()
                #expect(desk.gateway.calls.contains { $0.text.contains("剩余") } == isTold, "\(offer)")
                let quota = try await desk.notifications().filter { $0.template == "dataLow" }
                #expect(quota.map(\.code) == [isTold ? nil : "OVERTAKEN"])
            }
        }
    }

    @Test("NTF-01, NTF-02: the notice of the 11th is told in the day's hours, with what is used and what is left")
    func notice() async throws {
        try await Desk.open { desk in
            desk.set(december(3, "09:00:00"))
            try await attach(desk)
            desk.set(december(11, "00:00:00"))
            try await desk.tell([
                .usageNotice(
                    AllowanceUsageNotice(
                        accountId: "A1", serviceNumber: Self.mobile, allowance: "GPRS-5", cycle: Self.cycle,
                        totalUnits: 30 << 20, usedUnits: 12 << 20, remainingUnits: 18 << 20,
                        at: december(11, "00:00:00")))
            ])
            desk.set(december(11, "14:30:00"))
            try await desk.dispatch()
            let told = try #require(desk.gateway.calls.last)
            #expect(told.recipient == Self.mobile && told.text.contains("12MB") && told.text.contains("18MB"))
        }
    }

    @Test(
        "G-53: of a bill, a prepaid year and a commitment it is reminded in the day's hours, by their names and last days"
    )
    func reminders() async throws {
        try await Desk.open { desk in
            desk.set(december(3, "09:00:00"))
            try await attach(desk)
            // What it was told of its order counts no longer.
            desk.set(december(5, "09:00:00"))
            let end = time("2027-01-01T00:00:00+08:00")
            try await desk.tell([
                .billReminder(
                    BillReminder(
                        accountId: "A1", billId: BillID(UUID()), cycle: Self.cycle, outstandingMilliyuan: .yuan(88),
                        dueAt: end, suspensionAt: end, remindedAt: desk.now)),
                .termEnding(
                    AccountTermEnding(
                        accountId: "A1", kind: .prepaidYear, code: "WB-BASIC-A-88", serviceNumber: Self.mobile,
                        endsAt: end, remindedAt: desk.now)),
                .termEnding(
                    AccountTermEnding(
                        accountId: "A1", kind: .commitment, code: "TWO-WAY-120", serviceNumber: Self.mobile,
                        endsAt: end, remindedAt: desk.now)),
            ])
            try await desk.dispatch()
            let texts = desk.gateway.calls.suffix(3).filter { $0.recipient == Self.mobile }.map(\.text)
            #expect(texts.count == 3)
            #expect(texts.contains { $0.contains("88.00元") && $0.contains("2027年1月1日") })
            #expect(texts.filter { $0.contains("2026年12月31日") }.count == 2, "the last day")
            #expect(texts.contains { $0.contains("Two-way bundle, 120 yuan") && $0.contains(Self.mobile) })
        }
    }

    @Test("NTF-09, NTF-21: a rebate is told in the day's hours; a high bill at once, at night too")
    func money() async throws {
        try await Desk.open { desk in
            desk.set(december(3, "23:30:00"))
            try await attach(desk)
            try await desk.tell([
                .credited(
                    LedgerCredited(
                        accountId: "A1", ledgerId: LedgerID(UUID()), amountMilliyuan: .yuan(30),
                        balanceMilliyuan: .yuan(30), cause: .rebate, reference: "R", creditedAt: desk.now)),
                .credited(
                    LedgerCredited(
                        accountId: "A1", ledgerId: LedgerID(UUID()), amountMilliyuan: .yuan(30),
                        balanceMilliyuan: .yuan(60), cause: .payment, reference: "P", creditedAt: desk.now)),
                .highBill(
                    AccountHighBill(
                        accountId: "A1", cycle: Self.cycle,
                        chargeMilliyuan: Milliyuan(301_500), meanMilliyuan: .yuan(100), limitMilliyuan: .yuan(300),
                        at: desk.now)),
            ])
            try await desk.dispatch()
            #expect(desk.gateway.calls.map { $0.text.contains("301.50元") } == [true])
            desk.set(december(4, "08:00:00"))
            try await desk.dispatch()
            #expect(desk.gateway.calls.filter { $0.text.contains("30.00元") }.count == 1, "not of payments")
        }
    }

    @Test("ORD-02: a command is ordered once for the line that sends it, and what becomes of it is told at once")
    func command() async throws {
        try await Desk.open { desk in
            desk.set(december(1, "23:00:00"))
            try await attach(desk)
            try await desk.receive([text("m1", "ktgprs 5"), text("m1", "ktgprs 5")])
            try await desk.receive([text("m1", "ktgprs 5")])
            let orders = try await desk.told(OrderSubmitted.self)
            let order = try #require(orders.first)
            #expect(orders.count == 1 && order.externalId == "m1" && order.channel == "sms" && order.offer == "GPRS-5")
            #expect(order.action == "subscribe" && order.accountId == "A1" && order.customer.id == "C1")
            #expect(order.members.map(\.serviceNumber) == [Self.mobile] && order.members.first?.product == "mobile2g")
            try await desk.tell([
                OrderEvent.rejected(
                    OrderRejected(
                        orderId: OrderID(UUID()), externalId: "m1", channel: "sms",
                        reasons: [.init(code: "NUMBER_BUSY", path: "/members/0", message: "busy")],
                        rejectedAt: desk.now))
            ])
            try await desk.dispatch()
            let answer = try #require(desk.gateway.calls.last)
            #expect(answer.recipient == Self.mobile && answer.text.contains("busy"), "at night too")
        }
    }

    @Test("ORD-07: what is no command gets help, whoever sends it; a stranger's command gets an answer and no order")
    func unknown() async throws {
        try await Desk.open { desk in
            desk.set(december(1, "23:00:00"))
            try await attach(desk)
            try await desk.receive([
                text("m1", "你好"), text("m2", "KTGPRS7"), text("m3", "KTLDTX", from: "13999999999"),
            ])
            try await desk.dispatch()
            let answers = try await desk.notifications().filter { $0.priority == 0 }
            #expect(answers.map(\.template) == ["commandHelp", "commandHelp", "commandStranger"])
            #expect(Set(desk.gateway.recipients) == [Self.mobile, "13999999999"])
            #expect(try await desk.told(OrderSubmitted.self).isEmpty)
        }
    }

    @Test("TD refuses bulk messages, those that wait too, and never urgent ones; HF takes it back")
    func optOut() async throws {
        try await Desk.open { desk in
            desk.set(december(1, "22:00:00"))
            func campaign(_ name: String, _ priority: NotificationPriority = .bulk) -> NotificationRequested {
                NotificationRequested(
                    notificationId: NotificationID(rawValue: UUID()), recipient: Self.mobile, channel: .sms,
                    template: "orderAcknowledged", parameters: ["offerName": .string(name)], priority: priority)
            }
            try await desk.request([campaign("before")])
            try await desk.receive([text("m1", "td")])
            try await desk.request([campaign("after"), campaign("urgent", .urgent), campaign("normal", .normal)])
            desk.set(december(2, "09:00:00"))
            try await desk.dispatch()
            try await desk.receive([text("m2", "HF")])
            try await desk.request([campaign("again")])
            try await desk.dispatch()
            let rows = try await desk.notifications().filter { $0.template == "orderAcknowledged" }
            #expect(rows.map(\.state) == [.suppressed, .suppressed, .sent, .sent, .sent])
            #expect(rows.map(\.code) == ["OPTED_OUT", "OPTED_OUT", nil, nil, nil])
            #expect(desk.gateway.calls.filter { $0.text.contains("退订") }.count == 1)
        }
    }
}

import Contracts
import Foundation
import Testing

/// One of each message that Rating reads or writes, with every field.
enum RatingMessages {
    static let now = Timestamp(microseconds: 1_795_224_600_123_000)
    static let later = Timestamp(microseconds: 1_795_900_000_000_000)
    static let cycle = BillingCycle(of: CivilDate(daysSinceEpoch: 20_789))
    static let usage = UsageID(id(1))
    static let ledger = LedgerID(id(2))
    static let bill = BillID(id(3))
    static let order = OrderID(id(4))
    static let bundle = BundleID(id(5))
    static let subject = ["增值业务费", "G3 notebook", "overage"]

    private static func id(_ number: Int) -> UUID {
        UUID(uuidString: "0192f3c4-0000-7000-8000-00000000000\(number)") ?? UUID()
    }

    static let rated = UsageRated(
        usageId: usage, accountId: "A1", serviceNumber: "13109160001", kind: .voice, cycle: cycle, endedAt: now,
        units: 3,
        lines: [
            .init(
                rule: "sharedMinutes", allowance: "sharedMinutes", units: 2, unitPriceMilliyuan: .zero,
                chargeMilliyuan: .zero, subject: subject, allowanceBefore: 2, allowanceAfter: 0),
            .init(
                rule: "domesticCall", units: 1, unitPriceMilliyuan: Milliyuan(150), chargeMilliyuan: Milliyuan(150),
                subject: subject),
        ],
        chargeMilliyuan: Milliyuan(150), sequence: 1
    )

    static let bodies: [any MessageBody & Equatable] = [
        UsageRecorded(
            usageId: usage, kind: .voice, serviceNumber: "13109160001", startedAt: now, endedAt: later,
            direction: .originating, otherParty: "01062228888", roaming: .home),
        UsageRecorded(
            usageId: usage, kind: .data, serviceNumber: "13109160001", startedAt: now, endedAt: later,
            uplinkBytes: 1, downlinkBytes: 1 << 40),
        UsageRecorded(
            usageId: usage, kind: .wlan, serviceNumber: "13109160001", startedAt: now, endedAt: later, hotspot: .campus),
        rated,
        UsageRerated(rated: rated, previousChargeMilliyuan: .zero),
        UsageRejected(
            usageId: usage, code: "UNKNOWN_NUMBER", message: "…", serviceNumber: "1", accountId: "A1", rejectedAt: now),
        PaymentReceived(
            paymentId: "P1", accountId: "A1", serviceNumber: "1", amountMilliyuan: .yuan(100), ledger: "public",
            agreementId: "G1", channel: "counter", receivedAt: now),
        PaymentRejected(
            paymentId: "P1", accountId: "A1", serviceNumber: "1", amountMilliyuan: .zero, ledger: "x",
            code: "UNKNOWN_LEDGER", message: "…", rejectedAt: now),
        AdjustmentRequested(
            adjustmentId: "J1", accountId: "A1", serviceNumber: "1", usageIds: [usage], billSubject: subject,
            amountMilliyuan: .yuan(1), rule: "double", reason: "r", requestedBy: "complaints", approvedBy: "b"),
        AdjustmentApplied(
            adjustmentId: "J1", accountId: "A1", serviceNumber: "1", usageIds: [usage], billSubject: subject,
            amountMilliyuan: .yuan(1), rule: .rentWaiver, reason: "r", cycle: cycle, appliedAt: now),
        AdjustmentRejected(
            adjustmentId: "J1", accountId: "A1", serviceNumber: "1", usageIds: [usage], amountMilliyuan: .yuan(-1),
            rule: "triple", code: "REFUNDED_BEFORE", message: "…", rejectedAt: now),
        AccountOpened(accountId: "A1", customerId: "C1", publicLedgerId: ledger, orderId: order, openedAt: now),
        AccountMemberAttached(
            accountId: "A1", serviceNumber: "1", product: "mobile3g", plan: "3G-96", bundleId: bundle,
            offer: "WB-ENH-B-288", main: true, orderId: order, attachedAt: now),
        AccountMemberDetached(
            accountId: "A1", serviceNumber: "1", product: "mobile3g", bundleId: bundle, toAccountId: "A2",
            movedMilliyuan: .zero, orderId: order, detachedAt: now),
        AccountOverdue(
            accountId: "A1", billId: bill, cycle: cycle, outstandingMilliyuan: .yuan(1), dueAt: now,
            suspensionAt: later, overdueAt: now),
        AccountSuspensionDue(
            accountId: "A1", outstandingMilliyuan: .yuan(1), serviceNumbers: ["1"], externalId: "S1",
            suspensionDueAt: now),
        AccountRestorationDue(accountId: "A1", serviceNumbers: ["1"], externalId: "S2", restorationDueAt: now),
        AccountHighBill(
            accountId: "A1", cycle: cycle, chargeMilliyuan: .yuan(301), meanMilliyuan: .yuan(100),
            limitMilliyuan: .yuan(300), at: now),
        AccountCommand(
            commandId: CommandID(rawValue: order.rawValue), accountId: "A1", command: "payFor", serviceNumber: "1",
            from: cycle, limitMilliyuan: .yuan(100), unspent: "employee", commitment: "C", reason: "…", by: "m",
            at: now),
        AccountCommandApplied(
            commandId: CommandID(rawValue: order.rawValue), accountId: "A1", command: "payFor", serviceNumber: "1",
            from: cycle, appliedAt: now),
        AccountCommandRejected(
            commandId: CommandID(rawValue: order.rawValue), accountId: "A1", command: "payFor", serviceNumber: "1",
            code: "UNKNOWN_NUMBER", message: "…", rejectedAt: now),
        AccountLineBarred(
            accountId: "A1", serviceNumber: "1", cause: .dataVolume, offer: "VAS-GPRS-BAR", externalId: "bar-1",
            barredUntil: later, reachedAt: now),
        AccountParked(accountId: "A1", code: "TWO_BUNDLES", reason: "…", parkedAt: now),
        AccountResumed(accountId: "A1", by: "op", resumedAt: now),
        LedgerCredited(
            accountId: "A1", ledgerId: ledger, amountMilliyuan: .yuan(1), balanceMilliyuan: .yuan(1),
            serviceNumber: "1", cause: .payment, reference: "P1", creditedAt: now),
        LedgerDebited(
            accountId: "A1", ledgerId: ledger, amountMilliyuan: .yuan(1), balanceMilliyuan: .zero,
            serviceNumber: "1", cause: .bill, reference: bill.description, debitedAt: now),
        AllowanceThresholdReached(
            accountId: "A1", serviceNumber: "1", allowance: "G3-50", cycle: cycle, totalUnits: 500 << 20,
            usedUnits: 450 << 20, remainingUnits: 50 << 20, threshold: 50 << 20, usageId: usage, reachedAt: now),
        AllowanceLow(
            accountId: "A1", serviceNumber: "1", allowance: "G3-50", cycle: cycle, totalUnits: 500 << 20,
            usedUnits: 450 << 20, remainingUnits: 50 << 20, threshold: 50 << 20, at: now),
        AllowanceUsageNotice(
            accountId: "A1", serviceNumber: "1", allowance: "G3-50", cycle: cycle, totalUnits: 500 << 20,
            usedUnits: 450 << 20, remainingUnits: 50 << 20, at: now),
        BillReminder(
            accountId: "A1", billId: bill, cycle: cycle, outstandingMilliyuan: .yuan(3), dueAt: later,
            suspensionAt: later, remindedAt: now),
        AccountTermEnding(
            accountId: "A1", kind: .commitment, code: "TWO-WAY-120", serviceNumber: "1", endsAt: later, remindedAt: now),
        AllowanceCapReached(
            accountId: "A1", serviceNumber: "1", cycle: cycle, kind: .data, cap: .volume, limit: 15 << 30,
            barredUntil: later, usageId: usage, reachedAt: now),
        BillIssued(
            billId: bill, accountId: "A1", cycle: cycle, issuedAt: now, totalMilliyuan: .yuan(3),
            subjects: [.init(path: subject, amountMilliyuan: .yuan(3))],
            ledgers: [.init(ledgerId: ledger, debitedMilliyuan: .yuan(1))], outstandingMilliyuan: .yuan(2),
            mainServiceNumber: "1", dueAt: later),
    ]

    /// As services write them.
    static func encoder() throws -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.userInfo[.businessCalendar] = try self.calendar()
        return encoder
    }

    static func calendar() throws -> BusinessCalendar {
        BusinessCalendar(timeZone: try #require(TimeZone(identifier: "Asia/Shanghai")))
    }
}

@Suite("Rating's messages")
struct RatingMessageTests {
    @Test("come back from JSON as they went", arguments: RatingMessages.bodies.indices)
    func roundTrip(index: Int) throws {
        try Self.checkRoundTrip(RatingMessages.bodies[index])
    }

    private static func checkRoundTrip<Body: MessageBody & Equatable>(_ body: Body) throws {
        let json = try RatingMessages.encoder().encode(body)
        #expect(try JSONDecoder().decode(Body.self, from: json) == body)
        #expect(MessageTypes.byTopic[Body.topic.name]?.contains(Body.type) == true)
        #expect(!String(decoding: json, as: UTF8.self).contains("+00:00"), "times carry the business offset")
    }

    @Test("are all there: each type of Rating's topics has a body")
    func complete() {
        let topics = [
            Topic.usageRecorded, .usageRated, .paymentsReceived, .adjustmentsRequested, .accountsCommands,
            .accountsEvents,
        ]
        let types = topics.flatMap { MessageTypes.byTopic[$0.name] ?? [] }
        #expect(Set(types) == Set(RatingMessages.bodies.map { type(of: $0).type }))
    }

    @Test("are keyed by what their topic is keyed by, and are about the thing that they name")
    func keys() {
        for body in RatingMessages.bodies {
            let isByNumber = type(of: body).topic == .usageRecorded
            #expect(body.key == (isByNumber ? "13109160001" : "A1"), "\(type(of: body).type)")
            #expect(!body.subject.isEmpty)
        }
        let unknown = UsageRejected(usageId: RatingMessages.usage, code: "C", message: "m", serviceNumber: "13")
        #expect(unknown.key == "13" && unknown.subject == RatingMessages.usage.description)
        let byNumber = PaymentReceived(
            paymentId: "P", serviceNumber: "13", amountMilliyuan: .zero, channel: "c", receivedAt: RatingMessages.now)
        #expect(byNumber.key == "13")
    }

    @Test("validate against their schemas")
    func schemas() throws {
        let encoder = try RatingMessages.encoder()
        var lines: [String] = []
        for body in RatingMessages.bodies { lines.append(try ContractValidation.line(body, encoder)) }
        let verdicts = try ContractValidation.verdicts(on: lines)
        for (body, verdict) in zip(RatingMessages.bodies, verdicts) {
            #expect(verdict == "ok", "\(type(of: body).type)")
        }
        #expect(verdicts.count == lines.count)
        let broken = lines.map { $0.replacingOccurrences(of: "\"A1\"", with: "7") }
        #expect(
            try ContractValidation.verdicts(on: broken).filter { $0.hasPrefix("error") }.count == lines.count - 3,
            "but usage.recorded")
    }
}

@Suite("Billing cycles")
struct BillingCycleTests {
    @Test("are calendar months, read and written as 2026-12")
    func text() throws {
        let cycle = try #require(BillingCycle("2026-12"))
        #expect(cycle.description == "2026-12" && cycle.next.description == "2027-01" && cycle.next.previous == cycle)
        #expect(BillingCycle("0007-01")?.description == "0007-01")
        for wrong in ["2026-13", "2026-00", "2026-1", "2026/12", "26-12", "2026-12 ", "２026-1", "+026-12", ""] {
            #expect(BillingCycle(wrong) == nil, "\(wrong)")
        }
        #expect(cycle.previous < cycle && cycle < cycle.next)
        #expect(BillingCycle(year: 2026, month: 13) == nil && BillingCycle(year: 10_000, month: 1) == nil)
    }

    @Test("begin and end at midnight in business time")
    func instants() throws {
        let calendar = try RatingMessages.calendar()
        let start = try #require(Timestamp(rfc3339: "2026-12-01T00:00:00+08:00"))
        let cycle = try #require(BillingCycle("2026-12"))
        #expect(calendar.start(of: cycle) == start && calendar.end(of: cycle.previous) == start)
        #expect(calendar.cycle(of: start) == cycle)
        #expect(calendar.cycle(of: Timestamp(microseconds: start.microseconds - 1)) == cycle.previous)
    }

    @Test("Offsets that are remembered are those of the time zone, also where they change", arguments: 0..<4)
    func offsets(zone: Int) throws {
        let name = ["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe"][zone]
        let calendar = BusinessCalendar(timeZone: try #require(TimeZone(identifier: name)))
        var memory = OffsetMemory(calendar: calendar)
        let start = try #require(Timestamp(rfc3339: "2025-12-31T17:11:07Z"))
        for step in 0..<8000 {
            let instant = start.advanced(bySeconds: step * 4003)
            #expect(memory.offsetSeconds(at: instant) == calendar.offsetSeconds(at: instant))
        }
    }
}

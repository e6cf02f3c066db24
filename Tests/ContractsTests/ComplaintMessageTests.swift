import Contracts
import Foundation
import Testing

/// One of each message that Complaints reads or writes, with every field.
enum ComplaintMessages {
    static let now = Timestamp(microseconds: 1_795_224_600_123_000)
    static let later = Timestamp(microseconds: 1_795_900_000_000_000)
    static let uuid = UUID(uuidString: "0192f3c4-0000-7000-8000-000000000001") ?? UUID()
    static let id = ComplaintID(uuid)
    static let refund = RefundID(uuid)
    static let usage = [UsageID(uuid)]
    static let number = "13109160001"

    static let bodies: [any MessageBody & Equatable] = [
        ComplaintSubmitted(
            externalId: "E1", channel: "counter",
            customer: .init(id: "C1", name: "Li", tier: "gold", contactNumber: number), serviceNumber: number,
            accountId: "A1", category: "billing", subCategory: "traffic", area: "rural", text: "…", occurredAt: now,
            submittedAt: now, related: .init(orderId: OrderID(uuid), usageIds: usage)),
        ComplaintCommand(
            commandId: CommandID(uuid), complaintId: id, command: "refund", text: "…", queue: "agents", owner: "li",
            partner: "dataCentre", level: "supervisor", waitsOn: "customer", tier: "vip", category: "fault",
            subCategory: "noService", area: "urban", repairedAt: now, score: 5, rule: "double",
            amountMilliyuan: .yuan(1), usageIds: usage, accountId: "A1", refundId: refund, role: "agent", by: "li",
            at: now),
        ComplaintAcknowledged(
            complaintId: id, externalId: "E1", channel: "counter", customerId: "C1", serviceNumber: number,
            contactNumber: number, accountId: "A1", tier: "gold", category: "billing", subCategory: "traffic",
            area: "rural", queue: "agents", owner: "agents", level: "agent", isLinked: false,
            problemId: ProblemID(uuid), acknowledgedAt: now, dueAt: later,
            deadlines: [.init(clock: "reply", dueAt: later)]),
        ComplaintRejected(
            complaintId: id, externalId: "E1", channel: "counter",
            reasons: [.init(code: "UNKNOWN_AREA", path: "/area", message: "…")], rejectedAt: now),
        ComplaintAssigned(
            complaintId: id, queue: "agents", owner: "li", level: "agent", by: "li", text: "…", assignedAt: now),
        ComplaintDispatched(
            complaintId: id, partner: "dataCentre", text: "…", category: "billing", subCategory: "traffic",
            serviceNumber: number, reminder: 1, replyDueAt: later, dispatchedAt: now),
        ComplaintReplied(
            complaintId: id, customerId: "C1", serviceNumber: number, contactNumber: number, accountId: "A1",
            partner: "dataCentre", isLate: true, isFirst: false, text: "…", by: "li", repliedAt: now),
        ComplaintEscalated(
            complaintId: id, level: "supervisor", formerLevel: "agent", cause: "deadline", clock: "reply",
            queue: "supervisors", by: "system", text: "…", dueAt: later, escalatedAt: now),
        ComplaintResolved(
            complaintId: id, customerId: "C1", serviceNumber: number, contactNumber: number, accountId: "A1",
            text: "…", by: "li", problemId: ProblemID(uuid), surveyUntil: later, resolvedAt: now),
        ComplaintClosed(
            complaintId: id, customerId: "C1", serviceNumber: number, contactNumber: number, accountId: "A1",
            outcome: "satisfied", score: 5, by: "customer", historyHash: "00", closedAt: now),
        ComplaintReopened(
            complaintId: id, customerId: "C1", serviceNumber: number, contactNumber: number, accountId: "A1",
            score: 1, by: "customer", text: "…", reopenedAt: now),
        ComplaintDeadlineWarning(
            complaintId: id, customerId: "C1", serviceNumber: number, contactNumber: number, accountId: "A1",
            clock: "reply", tier: "vip", category: "billing", area: "urban", queue: "agents", owner: "li",
            level: "agent", dueAt: later, warnedAt: now),
        ComplaintDeadlineMissed(
            complaintId: id, customerId: "C1", serviceNumber: number, contactNumber: number, accountId: "A1",
            clock: "level", tier: "vip", category: "billing", area: "urban", queue: "agents", owner: "li",
            level: "agent", dueAt: now, missedAt: now),
        ComplaintCommandRejected(
            commandId: CommandID(uuid), complaintId: id, command: "refund", code: "USAGE_REFUNDED", message: "…",
            rejectedAt: now),
        ComplaintApprovalRequested(
            complaintId: id, refundId: refund, rule: "double", amountMilliyuan: .yuan(80), reason: "…",
            requestedBy: "li", role: "agent", limitMilliyuan: .yuan(50), requestedAt: now),
        ComplaintRefundSettled(
            complaintId: id, refundId: refund, state: "rejected", amountMilliyuan: .yuan(80),
            cycle: BillingCycle(of: CivilDate(daysSinceEpoch: 20_789)), code: "ABOVE_CHARGE", message: "…",
            settledAt: now),
        ComplaintProblemOpened(
            problemId: ProblemID(uuid), category: "fault", area: "urban", complaints: 50, openedAt: now),
    ]
}

@Suite("Complaints' messages")
struct ComplaintMessageTests {
    @Test("come back from JSON as they went", arguments: ComplaintMessages.bodies.indices)
    func roundTrip(index: Int) throws {
        try Self.checkRoundTrip(ComplaintMessages.bodies[index])
    }

    private static func checkRoundTrip<Body: MessageBody & Equatable>(_ body: Body) throws {
        let json = try RatingMessages.encoder().encode(body)
        #expect(try JSONDecoder().decode(Body.self, from: json) == body)
        #expect(MessageTypes.byTopic[Body.topic.name]?.contains(Body.type) == true)
        #expect(body.key == (body is ComplaintSubmitted ? "E1" : ComplaintMessages.uuid.text))
        #expect(!String(decoding: json, as: UTF8.self).contains("+00:00"), "times carry the business offset")
    }

    @Test("are all there, and validate against their schemas")
    func schemas() throws {
        let topics = [Topic.complaintsSubmitted, .complaintsCommands, .complaintsEvents]
        let types = topics.flatMap { MessageTypes.byTopic[$0.name] ?? [] }
        #expect(Set(types) == Set(ComplaintMessages.bodies.map { type(of: $0).type }))
        let encoder = try RatingMessages.encoder()
        var lines: [String] = []
        for body in ComplaintMessages.bodies { lines.append(try ContractValidation.line(body, encoder)) }
        let verdicts = try ContractValidation.verdicts(on: lines)
        for (body, verdict) in zip(ComplaintMessages.bodies, verdicts) {
            #expect(verdict == "ok", "\(type(of: body).type)")
        }
        #expect(verdicts.count == lines.count)
        let broken = lines.map { $0.replacingOccurrences(of: "\"2026-", with: "7, \"_\": \"2026-") }
        #expect(try ContractValidation.verdicts(on: broken).allSatisfy { $0.hasPrefix("error") })
    }
}

import ComplaintsDomain
import Contracts
import Foundation
import Messaging
import Postgres
import Testing

@testable import Complaints

@Suite("Refunds reach the bill once")
struct RefundFlowTests {
    private func refund(
        _ desk: Desk, _ complaint: ComplaintID, _ usage: [UsageID], yuan: Int64 = 1, id: UUID = UUID()
    ) async throws -> [Outgoing] {
        try await desk.command("refund", complaint, id: id) {
            $0.rule = "double"
            $0.amountMilliyuan = .yuan(yuan)
            $0.usageIds = usage
            $0.text = "never ordered"
        }
    }

    private func applied(_ request: AdjustmentRequested) -> AccountEvent {
        .applied(
            AdjustmentApplied(
                adjustmentId: request.adjustmentId, accountId: request.accountId,
                amountMilliyuan: request.amountMilliyuan, rule: .double, reason: request.reason,
                cycle: BillingCycle(of: Desk.calendar.date(of: hour(0))), appliedAt: hour(3)))
    }

    @Test(
        "A double refund is asked of Rating once, and the ticket shows that it is booked; the same usage is refused after"
    )
    func double() async throws {
        try await Desk.open { desk in
            let usage = UsageID(rawValue: UUID())
            let taken = try await desk.submit([
                complaint("E1", accountId: "A1"), complaint("E2", customer: "C2", accountId: "A2"),
            ])
            let command = UUID()
            for _ in 0..<2 { _ = try await self.refund(desk, taken[0].complaintId, [usage], id: command) }
            let requests = desk.told(AdjustmentRequested.self)
            let request = try #require(requests.first)
            #expect(requests.count == 1 && request.amountMilliyuan == .yuan(2) && request.usageIds == [usage])
            #expect(request.accountId == "A1" && request.rule == "double" && request.approvedBy == nil)
            let refused = try await self.refund(desk, taken[1].complaintId, [usage])
            #expect(refused.bodies(ComplaintCommandRejected.self).map(\.code) == ["USAGE_REFUNDED"])
            #expect(refused.count == 1 && desk.told(AdjustmentRequested.self).count == 1)
            for _ in 0..<2 { try await desk.hear([self.applied(request)]) }
            #expect(desk.told(ComplaintRefundSettled.self).map(\.state) == ["applied"])
            let ticket = try await desk.ticket(taken[0].complaintId)
            #expect(
                ticket.refunds.map(\.state) == [.booked]
                    && ticket.entries.count { $0.event.kind == "refundBooked" } == 1)
        }
    }

    @Test(
        "Above the limit it is asked for approval first, and nothing of Rating; what is declined can be refunded later")
    func approval() async throws {
        try await Desk.open { desk in
            let usage = UsageID(rawValue: UUID())
            let id = try #require(try await desk.submit([complaint("E1", accountId: "A1")]).first).complaintId
            let command = UUID()
            let asked = try await self.refund(desk, id, [usage], yuan: 40, id: command)
            let approval = try #require(asked.bodies(ComplaintApprovalRequested.self).first)
            #expect(asked.count == 1 && approval.amountMilliyuan == .yuan(80) && approval.limitMilliyuan == .yuan(50))
            #expect(try await self.refund(desk, id, [usage]).bodies(ComplaintCommandRejected.self).count == 1)
            try await desk.command("decline", id, by: "wang") {
                $0.refundId = approval.refundId
                $0.role = "supervisor"
                $0.text = "it was ordered"
            }
            #expect(desk.told(ComplaintRefundSettled.self).map(\.state) == ["declined"])
            let again = try #require(
                try await self.refund(desk, id, [usage], yuan: 40).bodies(ComplaintApprovalRequested.self).first)
            try await desk.command("approve", id, by: "wang") {
                $0.refundId = again.refundId
                $0.role = "supervisor"
            }
            let request = try #require(desk.told(AdjustmentRequested.self).first)
            #expect(request.approvedBy == "wang" && request.requestedBy == "agent-7")
            // Rating does not give it: then the records are free again.
            try await desk.hear([
                .rejected(
                    AdjustmentRejected(
                        adjustmentId: request.adjustmentId, accountId: "A1", amountMilliyuan: .yuan(80),
                        rule: "double", code: "ABOVE_CHARGE", message: "…", rejectedAt: hour(1)))
            ])
            let settled = try #require(desk.told(ComplaintRefundSettled.self).last)
            #expect(settled.state == "rejected" && settled.code == "ABOVE_CHARGE")
            #expect(try await self.refund(desk, id, [usage]).bodies(AdjustmentRequested.self).count == 1)
        }
    }

    @Test("RAT-51: rent is waived by the fee of the line's bundle, where nobody names another")
    func waiver() async throws {
        try await Desk.open { desk in
            try await desk.hear([
                .attached(
                    AccountMemberAttached(
                        accountId: "A1", serviceNumber: "13109160001", product: "mobile2g",
                        offer: "WB-BASIC-A-88", attachedAt: hour(0)))
            ])
            let id = try #require(
                try await desk.submit([complaint("E1", "fault", "noService", area: "rural")]).first
            ).complaintId
            try await desk.pass(to: hour(90))
            try await desk.command("repaired", id)
            try await desk.command("refund", id) {
                $0.rule = "rentWaiver"
                $0.text = "not repaired in time"
            }
            let request = try #require(desk.told(AdjustmentRequested.self).first)
            #expect(request.amountMilliyuan == Milliyuan(11_355) && request.usageIds == nil, "88 yuan × 4 ÷ 31")
            let missed = desk.told(ComplaintDeadlineMissed.self).map { "\($0.clock) \($0.missedAt == $0.dueAt)" }
            #expect(missed == ["reply true", "handling true", "repair true", "level true"])
        }
    }
}

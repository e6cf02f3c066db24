import ComplaintsDomain
import Contracts
import Foundation
import Testing

@Suite("Refunds")
struct RefundTests {
    private func code(_ body: () throws(ComplaintRefusal) -> Void) -> ComplaintCode? {
        do throws(ComplaintRefusal) {
            try body()
            return nil
        } catch {
            return error.code
        }
    }

    private func refund(
        _ ticket: inout Ticket, _ rule: String, _ amount: Milliyuan?, at now: Timestamp = hour(1), role: String? = nil,
        usageIds: [UsageID]? = nil, fee: Milliyuan? = nil, refunded: Set<UsageID> = []
    ) throws(ComplaintRefusal) {
        try ticket.do("refund", at: now, fee: fee, refunded: refunded) {
            $0.rule = rule
            $0.amountMilliyuan = amount
            $0.text = "…"
            $0.role = role
            $0.usageIds = usageIds
        }
    }

    @Test(
        "CMP-10, RAT-49: what was charged wrongly comes back once, or twice",
        arguments: [("single", 2000), ("goodwill", 2000), ("double", 4000)])
    func amounts(rule: String, milliyuan: Int64) throws {
        var ticket = try #require(Ticket.taken(.sample()))
        try self.refund(&ticket, rule, Milliyuan(2000))
        #expect(ticket.refunds.map(\.request.amountMilliyuan) == [Milliyuan(milliyuan)])
        #expect(ticket.refunds.map(\.state) == [.requested])
    }

    @Test(
        "SEC-18: beyond the role's limit, all refunds of a complaint together, another person with a higher one approves"
    )
    func approval() throws {
        var ticket = try #require(Ticket.taken(.sample()))
        try self.refund(&ticket, "single", .yuan(50))
        #expect(ticket.refunds.last?.state == .requested, "50 yuan are an agent's")
        try self.refund(&ticket, "single", Milliyuan(1))
        #expect(ticket.refunds.last?.state == .awaitsApproval, "in parts it is no less")
        let id = try #require(ticket.refunds.last?.request.refundId)
        func decide(_ word: String, by: String, _ role: String?, _ id: RefundID?) -> ComplaintCode? {
            self.code { () throws(ComplaintRefusal) in
                try ticket.do(word, at: hour(2), by: by) {
                    $0.refundId = id
                    $0.role = role
                }
            }
        }
        #expect(decide("approve", by: "agent-7", "supervisor", id) == .samePerson)
        #expect(decide("approve", by: "wang", nil, id) == .aboveLimit)
        #expect(decide("approve", by: "wang", "king", id) == .unknownRole)
        #expect(decide("approve", by: "wang", "supervisor", nil) == .missingField)
        #expect(decide("approve", by: "wang", "supervisor", RefundID(rawValue: UUID())) == .unknownRefund)
        #expect(decide("approve", by: "wang", "supervisor", id) == nil)
        #expect(ticket.refunds.last?.state == .requested && ticket.refunds.last?.approvedBy == "wang")
        #expect(decide("decline", by: "wang", "supervisor", id) == .wrongState)
        try self.refund(&ticket, "single", .yuan(10_000), role: "manager")
        #expect(ticket.refunds.last?.state == .requested, "a manager has no limit")
        try self.refund(&ticket, "single", .yuan(1))
        let last = try #require(ticket.refunds.last?.request.refundId)
        #expect(decide("decline", by: "wang", "supervisor", last) == nil && ticket.refunds.last?.state == .declined)
    }

    @Test("A usage record is refunded once, whatever complaint names it")
    func once() throws {
        let usage = UsageID(rawValue: UUID())
        var ticket = try #require(Ticket.taken(.sample()))
        #expect(
            self.code { () throws(ComplaintRefusal) in
                try self.refund(&ticket, "double", .yuan(1), usageIds: [usage], refunded: [usage])
            } == .usageRefunded)
        #expect(ticket.refunds.isEmpty)
    }

    @Test(
        "CMP-03, RAT-51: repaired too late, the monthly fee is waived for the started days of the fault, rounded half up",
        arguments: [(90, 4, 11_355 as Int64), (72, 3, 8516), (73, 4, 11_355), (97, 5, 14_194), (744, 31, 88_000)])
    func waiver(hours: Int, days: Int, milliyuan: Int64) throws {
        var ticket = try #require(Ticket.taken(.sample("fault", "noService", area: "rural")))
        try ticket.do("repaired", at: hour(hours))
        try self.refund(&ticket, "rentWaiver", nil, at: hour(hours + 1), role: "manager", fee: .yuan(88))
        let refund = try #require(ticket.refunds.first?.request)
        #expect(refund.days == days && refund.amountMilliyuan == Milliyuan(milliyuan))
        #expect(refund.basisMilliyuan == .yuan(88))
        #expect(
            self.code { () throws(ComplaintRefusal) in
                try self.refund(&ticket, "rentWaiver", .yuan(88), at: hour(hours + 2), role: "manager")
            } == .waivedBefore)
    }

    @Test("CMP-03, RAT-51: repaired in time there is no waiver; nor before it is repaired, nor for what is no fault")
    func noWaiver() throws {
        var ticket = try #require(Ticket.taken(.sample("fault", "noService", area: "rural")))
        func waive(_ ticket: inout Ticket, at now: Timestamp) -> ComplaintCode? {
            self.code { () throws(ComplaintRefusal) in
                try self.refund(&ticket, "rentWaiver", .yuan(88), at: now, role: "manager")
            }
        }
        #expect(waive(&ticket, at: hour(80)) == .notRepaired)
        var late = ticket
        try late.do("repaired", at: hour(90)) { $0.repairedAt = hour(70) }
        #expect(waive(&late, at: hour(91)) == .deadlineKept, "told late, but repaired after 70 hours")
        #expect(late.missedClocks.contains(.repair), "nobody knew")
        try ticket.do("repaired", at: hour(90))
        #expect(waive(&ticket, at: hour(91)) == nil)
        var billing = try #require(Ticket.taken(.sample()))
        #expect(waive(&billing, at: hour(1)) == .notAFault)
        #expect(
            self.code { () throws(ComplaintRefusal) in try billing.do("repaired", at: hour(1)) } == .notAFault)
        var impossible = try #require(Ticket.taken(.sample("fault")))
        #expect(
            self.code { () throws(ComplaintRefusal) in
                try impossible.do("repaired", at: hour(1)) { $0.repairedAt = hour(2) }
            } == .impossibleTime)
    }

    @Test("What is wrong with a refund is said by a code")
    func refusals() throws {
        var ticket = try #require(Ticket.taken(.sample()))
        func refuse(_ rule: String, _ amount: Milliyuan?, role: String? = nil) -> ComplaintCode? {
            self.code { () throws(ComplaintRefusal) in try self.refund(&ticket, rule, amount, role: role) }
        }
        #expect(refuse("triple", .yuan(1)) == .unknownRule)
        #expect(refuse("single", nil) == .missingField)
        #expect(refuse("single", .zero) == .invalidAmount)
        #expect(refuse("double", Milliyuan(.max)) == .invalidAmount)
        #expect(refuse("single", .yuan(1), role: "king") == .unknownRole)
        var complaint = ComplaintSubmitted.sample()
        complaint.accountId = nil
        var strange = try #require(Ticket.taken(complaint))
        #expect(
            self.code { () throws(ComplaintRefusal) in try self.refund(&strange, "single", .yuan(1)) }
                == .unknownAccount)
    }
}

import Contracts
import Foundation
import NotificationDomain
import Testing

@testable import Notification

@Suite("Customers are told what becomes of their complaints, and say what they think of it")
struct ComplaintTests {
    private static let number = "13109160001"
    private static let complaint = ComplaintID(UUID())

    private func acknowledged(_ desk: Desk, isLinked: Bool = false, number: String? = number) -> ComplaintEvent {
        .acknowledged(
            ComplaintAcknowledged(
                complaintId: Self.complaint, externalId: "H-7", channel: "hotline", customerId: "C1",
                contactNumber: number, tier: "vip", category: "billing", area: "urban", queue: "agents",
                owner: "agents", level: "agent", isLinked: isLinked, acknowledgedAt: desk.now,
                dueAt: december(1, "17:00:00"), deadlines: []))
    }

    private func resolved(_ desk: Desk, _ complaint: ComplaintID = complaint) -> ComplaintEvent {
        .resolved(
            ComplaintResolved(
                complaintId: complaint, customerId: "C1", contactNumber: Self.number, text: "已退费", by: "li",
                surveyUntil: desk.now.advanced(bySeconds: 72 * 3600), resolvedAt: desk.now))
    }

    private func text(_ id: String, _ text: String, from sender: String = number) -> MessageReceived {
        MessageReceived(messageId: id, from: sender, to: "10086", text: text, receivedAt: december(1, "10:00:00"))
    }

    @Test(
        "CMP-04, CMP-20: when it is taken, with the limit for an answer, and when it is answered; not what partners say"
    )
    func milestones() async throws {
        try await Desk.open { desk in
            desk.set(december(1, "09:00:00"))
            func replied(_ partner: String?) -> ComplaintEvent {
                .replied(
                    ComplaintReplied(
                        complaintId: Self.complaint, customerId: "C1", contactNumber: Self.number, partner: partner,
                        isLate: false, isFirst: true, text: "正在核查", by: "li", repliedAt: desk.now))
            }
            try await desk.tell([self.acknowledged(desk), replied("dataCentre"), replied(nil)])
            try await desk.dispatch()
            let texts = desk.gateway.calls.map(\.text)
            #expect(texts.count == 2 && texts[0].contains("H-7") && texts[0].contains("12月1日 17:00"))
            #expect(texts[1].contains("正在核查"))
        }
    }

    @Test("CMP-03: that a fault is not repaired in time")
    func repair() async throws {
        try await Desk.open { desk in
            desk.set(december(1, "09:00:00"))
            for clock in ["reply", "handling", "repair"] {
                try await desk.tell([
                    .deadlineMissed(
                        ComplaintDeadlineMissed(
                            complaintId: Self.complaint, customerId: "C1", contactNumber: Self.number, clock: clock,
                            tier: "vip", category: "fault", area: "rural", queue: "q", level: "agent",
                            dueAt: desk.now, missedAt: desk.now))
                ])
            }
            try await desk.dispatch()
            #expect(desk.gateway.calls.map(\.text).map { $0.contains("减免") } == [true])
        }
    }

    @Test("CMP-25: a number from 1 to 5 is the answer to the last survey, once, and nothing without one")
    func survey() async throws {
        try await Desk.open { desk in
            desk.set(december(1, "09:00:00"))
            try await desk.receive([self.text("m0", "5")])
            #expect(try await desk.told(ComplaintCommand.self).isEmpty)
            let last = ComplaintID(UUID())
            try await desk.tell([self.resolved(desk), self.resolved(desk, last)])
            try await desk.receive([
                self.text("m1", "5", from: "13109160009"), self.text("m2", " 4 "), self.text("m3", "1"),
            ])
            let commands = try await desk.told(ComplaintCommand.self)
            #expect(commands.map(\.complaintId) == [last] && commands.map(\.score) == [4])
            #expect(commands.map(\.command) == ["satisfaction"] && commands.map(\.by) == ["customer"])
            try await desk.dispatch()
            #expect(desk.gateway.calls.map(\.text).count { $0.contains("感谢") } == 1)
            // What is closed asks nothing any more; what has taken too long neither.
            try await desk.tell([self.resolved(desk)])
            try await desk.tell([
                .closed(
                    ComplaintClosed(
                        complaintId: Self.complaint, customerId: "C1", contactNumber: Self.number,
                        outcome: "byCommand", by: "li", historyHash: "00", closedAt: desk.now))
            ])
            try await desk.receive([self.text("m4", "3")])
            try await desk.tell([self.resolved(desk)])
            desk.pass(seconds: 72 * 3600)
            try await desk.receive([self.text("m5", "3")])
            #expect(try await desk.told(ComplaintCommand.self).count == 1)
        }
    }
}

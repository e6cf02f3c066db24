import ComplaintsDomain
import Contracts
import Foundation
import Messaging
import Postgres
import Testing

@testable import Complaints

@Suite("Complaints are taken")
struct IntakeTests {
    @Test("once for each channel and externalId; other content under the same id is refused, once")
    func once() async throws {
        try await Desk.open { desk in
            let first = try #require(try await desk.submit([complaint("E1"), complaint("E1")]).first)
            #expect(first.dueAt == hour(48) && first.deadlines.map(\.clock) == ["reply", "handling"])
            #expect(first.queue == "agents" && first.owner == "agents" && first.level == "agent" && !first.isLinked)
            #expect(try await desk.submit([complaint("E1")]).isEmpty)
            for _ in 0..<2 { try await desk.submit([complaint("E1", text: "other"), complaint("E1", text: "other")]) }
            let rejected = desk.told(ComplaintRejected.self)
            #expect(rejected.map(\.reasons.first?.code) == ["DUPLICATE_EXTERNAL_ID"])
            #expect(try await desk.rows().count == 1)
        }
    }

    @Test("a further one of the same customer, number and category goes with what is open, and is told so")
    func linked() async throws {
        try await Desk.open { desk in
            let first = try #require(try await desk.submit([complaint("E1")]).first)
            let answers = try await desk.submit([
                complaint("E2"), complaint("E3", "order"), complaint("E4", number: "13109160002"),
                complaint("E5", customer: "C2"), complaint("E6"),
            ])
            #expect(answers.filter(\.isLinked).map(\.externalId).sorted() == ["E2", "E6"])
            #expect(answers.filter(\.isLinked).allSatisfy { $0.complaintId == first.complaintId })
            #expect(try await desk.rows().count == 4)
            let kinds = try await desk.ticket(first.complaintId).entries.map(\.event.kind)
            #expect(kinds == ["submitted", "assigned", "evidence", "linked", "linked"])
            // What is over takes nothing more.
            try await desk.command("resolve", first.complaintId) { $0.text = "done" }
            #expect(try await desk.submit([complaint("E7")]).map(\.isLinked) == [false])
        }
    }

    @Test("or refused with all that is wrong, which is kept; the same again is the same")
    func rejected() async throws {
        try await Desk.open { desk in
            let wrong = complaint("E1", "weather", area: "moon")
            try await desk.submit([wrong, wrong])
            try await desk.submit([wrong])
            let told = desk.told(ComplaintRejected.self)
            #expect(told.map { $0.reasons.map(\.code) } == [["UNKNOWN_CATEGORY", "UNKNOWN_AREA"]])
            let rows = try await desk.rows()
            #expect(rows.map(\.state) == ["rejected"] && rows[0].dueAt == nil)
            #expect(try await desk.pass(to: hour(1000)).isEmpty)
        }
    }

    @Test(
        "CMP-11: with what is known of the customer: orders in flight, failed work orders, the last bills, the usage named"
    )
    func evidence() async throws {
        try await Desk.open { desk in
            let order = OrderID(rawValue: UUID())
            let done = OrderID(rawValue: UUID())
            func acknowledged(_ id: OrderID, _ customer: String = "C1") -> OrderEvent {
                .acknowledged(
                    OrderAcknowledged(
                        orderId: id, externalId: "\(id)", channel: "counter", action: "subscribe",
                        customerId: customer, accountId: "A1", offer: "WB-BASIC-A-88", acknowledgedAt: hour(0),
                        workOrders: []))
            }
            try await desk.hear([
                acknowledged(order), acknowledged(done), acknowledged(OrderID(rawValue: UUID()), "C9"),
                .moved(order, state: "held"), .ended(done),
            ])
            let failed = WorkOrderID(rawValue: UUID())
            let mended = WorkOrderID(rawValue: UUID())
            try await desk.hear(
                [failed, mended].map { id in
                    WorkOrderEvent.failed(
                        WorkOrderFailed(
                            workOrderId: id, orderId: order, type: "install", failedAt: hour(0), attempts: 3,
                            results: [:], task: "hlr.create", code: "NO_PORT", message: "…"))
                })
            try await desk.hear([WorkOrderEvent.completed(mended)])
            let cycles = (1...5).compactMap { BillingCycle(year: 2026, month: 6 + $0) }
            try await desk.hear(
                [
                    .opened(
                        AccountOpened(
                            accountId: "A1", customerId: "C1", publicLedgerId: LedgerID(rawValue: UUID()),
                            orderId: order, openedAt: hour(0))),
                    .attached(
                        AccountMemberAttached(
                            accountId: "A1", serviceNumber: "13109160001", product: "mobile2g",
                            offer: "WB-BASIC-A-88", attachedAt: hour(0))),
                ]
                    + cycles.map { cycle in
                        .billed(
                            BillIssued(
                                billId: BillID(rawValue: UUID()), accountId: "A1", cycle: cycle, issuedAt: hour(0),
                                totalMilliyuan: .yuan(88), subjects: [], ledgers: [], outstandingMilliyuan: .zero))
                    })
            let usage = UsageID(rawValue: UUID())
            let taken = try #require(try await desk.submit([complaint("E1", usageIds: [usage])]).first)
            #expect(taken.accountId == "A1")
            let ticket = try await desk.ticket(taken.complaintId)
            guard case .evidence(let evidence)? = ticket.entries.last?.event else {
                Issue.record("there is none")
                return
            }
            #expect(evidence.ordersInFlight.map(\.orderId) == [order])
            #expect(evidence.ordersInFlight.first?.state == "held")
            #expect(evidence.failedWorkOrders.map(\.workOrderId) == [failed])
            #expect(evidence.bills.map(\.cycle) == cycles.suffix(3).reversed())
            #expect(evidence.usageIds == [usage] && evidence.offer == "WB-BASIC-A-88")
            // The number moves to another account.
            try await desk.hear([
                .detached(
                    AccountMemberDetached(
                        accountId: "A1", serviceNumber: "13109160001", product: "mobile2g", toAccountId: "A2",
                        orderId: order, detachedAt: hour(1))),
                .attached(
                    AccountMemberAttached(
                        accountId: "A2", serviceNumber: "13109160001", product: "mobile2g", attachedAt: hour(1))),
            ])
            #expect(try await desk.submit([complaint("E2", "order")]).first?.accountId == "A2")
        }
    }

    @Test("500 of one category and area within ten minutes are one problem; resolving it resolves and tells all, once")
    func massFault() async throws {
        try await Desk.open { desk in
            func fault(_ number: Int, area: String = "urban") -> ComplaintSubmitted {
                complaint(
                    "F\(area)\(number)", "fault", "noService", customer: "C\(number)", number: "1310\(number)",
                    area: area)
            }
            for first in stride(from: 0, to: 500, by: 25) {
                desk.set(hour(0, first / 60))
                try await desk.submit((first..<first + 25).map { fault($0) })
            }
            try await desk.submit((0..<49).map { fault($0, area: "rural") })
            let problem = try #require(desk.told(ComplaintProblemOpened.self).first)
            #expect(desk.told(ComplaintProblemOpened.self).count == 1 && problem.complaints == 50)
            desk.set(hour(20))
            try await desk.submit([fault(500)])
            let stored = try #require(try await desk.pool.execute(FindProblems(ids: [problem.problemId])).first)
            #expect(stored.complaints == 501)
            let one = try #require(try await desk.rows().first { $0.externalId == "Furban7" })
            try await desk.command("cancel", one.complaintId)

            let id = ComplaintID(rawValue: problem.problemId.rawValue)
            let said = try await desk.command("reply", id) { $0.text = "we work on it" }
            #expect(said.bodies(ComplaintReplied.self).count == 500)
            let command = UUID()
            for _ in 0..<2 {
                try await desk.command("resolve", id, id: command) { $0.text = "the exchange is up again" }
            }
            let resolved = desk.told(ComplaintResolved.self)
            #expect(Set(resolved.map(\.complaintId)).count == 500 && resolved.count == 500)
            #expect(resolved.allSatisfy { $0.problemId == problem.problemId })
            let states = try await desk.rows().filter { $0.problemId == problem.problemId }.map(\.state)
            #expect(states.count { $0 == "resolved" } == 500)
            // It takes nothing more, and is none with what was before.
            try await desk.submit([fault(600)])
            #expect(try await desk.rows().last?.problemId == nil)
            let refused = try await desk.command("cancel", id).bodies(ComplaintCommandRejected.self)
            #expect(refused.map(\.code) == ["UNKNOWN_COMMAND"])
        }
    }

    @Test("Complaints that come slowly are no problem")
    func slowly() async throws {
        try await Desk.open { desk in
            for minute in 0..<80 {
                desk.set(hour(0, minute))
                try await desk.submit([complaint("F\(minute)", "fault", customer: "C\(minute)", area: "urban")])
            }
            #expect(desk.told(ComplaintProblemOpened.self).isEmpty)
        }
    }
}

import Contracts
import Messaging
import OrdersDomain
import Postgres
import Testing

@testable import Orders

@Suite("Orders that come in")
struct SubmissionTests {
    private static let order = OrderSubmitted.basic("1", fixedLine: "02988880001", mobile: "13109160001")

    @Test("One is acknowledged, and what waits for nothing is issued; its numbers are held")
    func acknowledged() async throws {
        try await Desk.open { desk in
            let outgoing = try await desk.submit([Self.order])
            let acknowledged = try #require(outgoing.bodies(OrderAcknowledged.self).first)
            #expect(acknowledged.accountId == "A-1")
            #expect(acknowledged.expectedEffectiveAt == .firstOfDecember)
            let roots = acknowledged.workOrders.filter(\.dependsOn.isEmpty).map(\.workOrderId)
            #expect(Set(outgoing.bodies(WorkOrderIssued.self).map(\.workOrderId)) == Set(roots))
            #expect(outgoing.allSatisfy { $0.correlationID == acknowledged.orderId.description })
            #expect(
                try await desk.look() == [
                    "bundle WB-BASIC-A-88 pending",
                    "line 02988880001 active - held callerId",
                    "line 13109160001 active - held ",
                    "order counter 1 acknowledged",
                ])
        }
    }

    @Test("The same again is the same order; other content is refused, once for each content")
    func duplicates() async throws {
        try await Desk.open { desk in
            var other = Self.order
            other.offer = "WB-BASIC-A-158"
            var third = Self.order
            third.term = "annual"
            let first = try await desk.submit([Self.order, Self.order, other, other])
            #expect(first.bodies(OrderAcknowledged.self).count == 1)
            #expect(first.bodies(OrderRejected.self).map(\.reasons.first?.code) == ["DUPLICATE_EXTERNAL_ID"])
            #expect(try await desk.submit([Self.order, other]).isEmpty)
            #expect(try await desk.submit([third]).bodies(OrderRejected.self).count == 1)
            #expect(try await desk.submit([third]).isEmpty)
            var elsewhere = OrderSubmitted.basic("1", fixedLine: "02988880002", mobile: "13109160002")
            elsewhere.channel = "web"
            #expect(try await desk.submit([elsewhere]).bodies(OrderAcknowledged.self).count == 1)
        }
    }

    @Test("The same order in many transactions at once is acknowledged once")
    func atOnce() async throws {
        try await Desk.open { desk in
            let acknowledged = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 {
                    group.addTask { try await desk.submit([Self.order]).bodies(OrderAcknowledged.self).count }
                }
                return try await group.reduce(0, +)
            }
            #expect(acknowledged == 1)
            #expect(try await desk.look().count { $0.hasPrefix("order") } == 1)
        }
    }

    @Test("Orders of one batch are judged in their order: the second finds the number taken, the third goes through")
    func withinABatch() async throws {
        try await Desk.open { desk in
            let outgoing = try await desk.submit([
                Self.order,
                .basic("2", fixedLine: "02988880001", mobile: "13109160002"),
                .basic("3", fixedLine: "02988880003", mobile: "13109160003", existing: false),
            ])
            #expect(outgoing.bodies(OrderAcknowledged.self).map(\.externalId) == ["1", "3"])
            let rejected = try #require(outgoing.bodies(OrderRejected.self).first)
            #expect(rejected.externalId == "2")
            #expect(rejected.reasons.map(\.code) == ["NUMBER_BUSY"])
            let lines = try await desk.look().filter { $0.hasPrefix("line") }
            #expect(lines.contains("line 02988880003 reserved - held "))
            #expect(!lines.contains { $0.contains("13109160002") }, "a rejected order holds nothing")
            // And in a transaction of its own, too.
            let later = try await desk.submit([.basic("4", fixedLine: "02988880009", mobile: "13109160001")])
            #expect(later.bodies(OrderRejected.self).first?.reasons.map(\.code) == ["NUMBER_BUSY"])
        }
    }

    @Test("An id that cannot be kept is refused without hurting its neighbours", arguments: ["", "a\0b"])
    func unkeepable(externalId: String) async throws {
        try await Desk.open { desk in
            var broken = OrderSubmitted.basic("x", fixedLine: "02988880005", mobile: "13109160005")
            broken.externalId = externalId
            broken.customer.id = "C\0"
            let outgoing = try await desk.submit([broken, Self.order])
            #expect(outgoing.bodies(OrderRejected.self).map(\.externalId) == [externalId])
            #expect(outgoing.bodies(OrderAcknowledged.self).map(\.externalId) == ["1"])
        }
    }

    @Test(
        "Values that PostgreSQL refuses are a rejection like any other",
        arguments: ["\0", String(repeating: "x", count: 9999)])
    func unkeepableValues(text: String) async throws {
        try await Desk.open { desk in
            var broken = Self.order
            broken.offer = text
            broken.action = text
            broken.customer.id = text
            broken.members[0].serviceNumber = text
            broken.members[1].plan = text
            broken.members[1].vas = [text]
            let rejected = try await desk.submit([broken]).bodies(OrderRejected.self)
            #expect(rejected.count == 1)
            #expect(try await desk.submit([broken]).isEmpty, "it is recognised")
        }
    }

    @Test("No password reaches the database")
    func password() async throws {
        try await Desk.open { desk in
            var order = OrderSubmitted.basic("1", fixedLine: "02988880001", mobile: "13109160001", existing: false)
            order.members[1].password = "294715"
            #expect(try await desk.submit([order]).bodies(OrderAcknowledged.self).count == 1)
            let requests = try await desk.pool.execute(Requests())
            #expect(requests.count == 1)
            #expect(requests.allSatisfy { !$0.contains("294715") })
        }
    }
}

private struct Requests: Statement {
    static let sql = "SELECT request FROM order_request"
    static func read(_ columns: inout Columns) throws -> String { try columns.next() }
}

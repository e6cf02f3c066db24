import Contracts
import Foundation
import Testing

@testable import LoadGeneratorDomain

@Suite("Gantt chart")
struct GanttTests {
    private static let orderID = OrderID(UUID())
    private static let ids = (0..<4).map { _ in WorkOrderID(UUID()) }

    /// Two work orders in a row, one that fails after a repetition, one that waits for it.
    private static func story() -> OrderStory {
        var story = OrderStory()
        let types = ["install", "joinVpn", "install", "openVas"]
        let planned = zip(self.ids, types).enumerated().map { index, pair in
            OrderAcknowledged.PlannedWorkOrder(
                workOrderId: pair.0, type: pair.1, product: index < 2 ? "fixedLine" : "mobile2g",
                memberRef: index < 2 ? "fx" : "m2", serviceNumber: index < 2 ? "02988880201" : "13109169902",
                dependsOn: [], dueAt: Fixture.now)
        }
        let acknowledged = OrderAcknowledged(
            orderId: self.orderID, externalId: "X", channel: "counter", action: "subscribe", customerId: "C",
            accountId: "A", offer: "WB-BASIC-A-88", acknowledgedAt: Fixture.now, workOrders: planned)
        let events: [(DemoEvent, Int64)] = [
            (.acknowledged(acknowledged), 1000),
            (self.issued(0), 1000), (self.completed(0), 1050), (self.issued(1), 1050), (self.completed(1), 1100),
            (self.issued(2), 1025),
            (.retryScheduled(self.retry(2)), 1030),
            (.workOrderFailed(self.failed(2)), 1075),
        ]
        for (event, at) in events { story.apply(event, at: at) }
        return story
    }

    @Test("Each work order has a bar from its issue to its end, relative to the order's time")
    func chart() {
        let lines = Gantt.draw(Self.story(), width: 8)
        #expect(
            lines == [
                "  fixedLine  install  02988880201  ████····  0–50 ms        completed",
                "  fixedLine  joinVpn  02988880201  ····████  50–100 ms      completed",
                "  mobile2g   install  13109169902  ··████··  25–75 ms       failed NUMBER_TAKEN, 1 repeated",
                "  mobile2g   openVas  13109169902  ········  waiting",
            ])
    }

    @Test("Colours are added where they are wanted, and only there")
    func colours() {
        #expect(Gantt.draw(Self.story(), style: .coloured).allSatisfy { $0.contains("\u{1b}[") })
        #expect(Gantt.draw(Self.story(), style: .plain).allSatisfy { !$0.contains("\u{1b}") })
    }

    @Test("Messages of two topics that overtake each other draw the same chart")
    func overtaking() {
        var story = OrderStory()
        story.apply(Self.completed(0), at: 1050)
        story.apply(Self.issued(0), at: 1000)
        let planned = OrderAcknowledged.PlannedWorkOrder(
            workOrderId: Self.ids[0], type: "install", product: "fixedLine", memberRef: "fx", serviceNumber: "0",
            dependsOn: [], dueAt: Fixture.now)
        let acknowledged = OrderAcknowledged(
            orderId: Self.orderID, externalId: "X", channel: "counter", action: "subscribe", customerId: "C",
            accountId: "A", offer: "O", acknowledgedAt: Fixture.now, workOrders: [planned])
        story.apply(.acknowledged(acknowledged), at: 1000)
        #expect(story.work.map(\.state) == [.completed])
        #expect(Gantt.draw(story, width: 4) == ["  fixedLine  install  0  ████  0–50 ms        completed"])
    }

    private static func issued(_ index: Int) -> DemoEvent {
        .issued(
            WorkOrderIssued(
                workOrderId: self.ids[index], orderId: self.orderID, type: "install", product: "fixedLine",
                memberRef: "fx", serviceNumber: "0", parameters: [:], dueAt: Fixture.now))
    }

    private static func completed(_ index: Int) -> DemoEvent {
        .workOrderCompleted(
            WorkOrderCompleted(
                workOrderId: self.ids[index], orderId: self.orderID, type: "install", completedAt: Fixture.now,
                attempts: 1, results: [:]))
    }

    private static func retry(_ index: Int) -> WorkOrderRetryScheduled {
        WorkOrderRetryScheduled(
            workOrderId: self.ids[index], orderId: self.orderID, type: "install", task: "hlr.createSubscriber",
            attempt: 1, code: "BUSY", message: "", nextAttemptAt: Fixture.now)
    }

    private static func failed(_ index: Int) -> WorkOrderFailed {
        WorkOrderFailed(
            workOrderId: self.ids[index], orderId: self.orderID, type: "install", failedAt: Fixture.now, attempts: 2,
            results: [:], task: "hlr.createSubscriber", code: "NUMBER_TAKEN", message: "")
    }
}

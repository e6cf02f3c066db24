import Contracts
import Foundation
import Testing

@testable import LoadGeneratorDomain

@Suite("Scanning events")
struct EventScannerTests {
    @Test("Finds the ids of an acknowledged order, whatever else it holds and in whatever order")
    func acknowledged() throws {
        let orderID = OrderID(UUID())
        let works = (0..<3).map { _ in WorkOrderID(UUID()) }
        let planned = works.map {
            OrderAcknowledged.PlannedWorkOrder(
                workOrderId: $0, type: "install", product: "mobile2g", memberRef: "m \"2\" \\", serviceNumber: "1",
                dependsOn: [works[0]], dueAt: Fixture.now)
        }
        let body = OrderAcknowledged(
            orderId: orderID, externalId: "X-1", channel: "counter", action: "subscribe", customerId: "\"id\":",
            accountId: "A", offer: "O", acknowledgedAt: Fixture.now, workOrders: planned)
        for formatting in [JSONEncoder.OutputFormatting(), .sortedKeys, .prettyPrinted] {
            let event = EventScanner.scan(try Fixture.event(body, id: Fixture.id, formatting))
            #expect(event.type == "order.acknowledged")
            #expect(event.id == Fixture.bits(Fixture.id))
            #expect(event.orderID == Fixture.bits(orderID.rawValue))
            #expect(event.externalID == "X-1")
            #expect(event.workOrderID == nil)
            #expect(event.listedWorkOrderIDs == works.map { Fixture.bits($0.rawValue) })
        }
    }

    @Test("Takes nothing from the results of a work order")
    func results() throws {
        let workOrderID = WorkOrderID(UUID())
        let body = WorkOrderCompleted(
            workOrderId: workOrderID, orderId: OrderID(UUID()), type: "install", completedAt: Fixture.now,
            attempts: 1, results: ["workOrderId": .string(UUID().uuidString), "type": "other"])
        let event = EventScanner.scan(try Fixture.event(body, id: Fixture.id))
        #expect(event.type == "workOrder.completed")
        #expect(event.workOrderID == Fixture.bits(workOrderID.rawValue))
        #expect(event.listedWorkOrderIDs.isEmpty)
    }

    @Test(
        "Broken text does no harm", arguments: ["", "{", "\"", "{\"type\": \"", "{\"id\": \"\\", "}}]]", "\"a\":\"b\""])
    func broken(text: String) {
        #expect(EventScanner.scan(Array(text.utf8)).type.isEmpty)
    }
}

enum Fixture {
    static let now = Timestamp(microseconds: 1_795_224_600_000_000)
    static let id = UUID(uuidString: "0192f3c4-5d6e-7f80-9a1b-2c3d4e5f6071") ?? UUID()

    /// A structured event, as services publish it.
    static func event<Body: MessageBody>(
        _ body: Body, id: UUID = UUID(), _ formatting: JSONEncoder.OutputFormatting = []
    ) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting
        let event = Event(
            id: id.uuidString.lowercased(), source: "/orders", type: Body.type, subject: body.subject, data: body)
        return Array(try encoder.encode(event))
    }

    private struct Event<Body: Encodable>: Encodable {
        var specversion = "1.0"
        var id: String
        var source: String
        var type: String
        var subject: String
        var data: Body
    }

    static func bits(_ uuid: UUID) -> UInt128 {
        withUnsafeBytes(of: uuid.uuid) { $0.reduce(UInt128(0)) { $0 << 8 | UInt128($1) } }
    }
}

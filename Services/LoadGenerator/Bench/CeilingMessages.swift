import Contracts
import Foundation
import Kafka
import LoadGeneratorDomain

/// The messages that one order causes, with the contents that the benchmark's orders have, but of no meaning.
struct CeilingMessages: Sendable {
    let submitted: MessageTemplate
    let acknowledged: MessageTemplate
    let issued: MessageTemplate
    let started: MessageTemplate
    let command: MessageTemplate
    let response: MessageTemplate
    let workOrderCompleted: MessageTemplate
    let completed: MessageTemplate
    private let shape: OrderShape

    init(_ shape: OrderShape) throws {
        self.shape = shape
        let orderID = MessageTemplate.identifier(OrderID.self)
        let workOrderID = MessageTemplate.identifier(WorkOrderID.self)
        let commandID = MessageTemplate.identifier(CommandID.self)
        let now = Timestamp(microseconds: 1_795_224_600_123_456)
        var orders = SyntheticOrders(seed: 1, startedAtSecond: 1, mix: .benchmark)
        let order = orders.next().order
        self.submitted = try MessageTemplate(bare: order)
        let planned = OrderAcknowledged.PlannedWorkOrder(
            workOrderId: workOrderID, type: "changePlan", product: "fixedLine", memberRef: "fx",
            serviceNumber: "000000000000", dependsOn: [workOrderID], dueAt: now)
        self.acknowledged = try MessageTemplate(
            event: OrderAcknowledged(
                orderId: orderID, externalId: order.externalId, channel: order.channel, action: order.action,
                customerId: order.customer.id, accountId: order.accountId ?? "", offer: order.offer,
                acknowledgedAt: now, workOrders: Array(repeating: planned, count: shape.workOrders)))
        self.issued = try MessageTemplate(
            event: WorkOrderIssued(
                workOrderId: workOrderID, orderId: orderID, type: "changePlan", product: "fixedLine",
                memberRef: "fx", serviceNumber: "000000000000", parameters: Self.parameters, dueAt: now,
                catalogueVersion: "0123456789abcdef"))
        self.started = try MessageTemplate(
            event: WorkOrderStarted(workOrderId: workOrderID, orderId: orderID, type: "changePlan", startedAt: now))
        self.command = try MessageTemplate(
            event: NetworkCommand(
                commandId: commandID, workOrderId: workOrderID, orderId: orderID,
                taskId: MessageTemplate.identifier(), system: "crm", operation: "changePlan",
                serviceNumber: "000000000000", parameters: Self.parameters, attempt: 1, deadline: now))
        self.response = try MessageTemplate(
            event: NetworkResponse(commandId: commandID, workOrderId: workOrderID, status: .succeeded, at: now))
        self.workOrderCompleted = try MessageTemplate(
            event: WorkOrderCompleted(
                workOrderId: workOrderID, orderId: orderID, type: "changePlan", completedAt: now, attempts: 1,
                results: [:]))
        self.completed = try MessageTemplate(
            event: OrderCompleted(
                orderId: orderID, externalId: order.externalId, accountId: order.accountId ?? "",
                offer: order.offer, completedAt: now, effectiveAt: now))
    }

    static let parameters: JSONObject = ["formerPlan": "2G-STANDARD", "plan": "WB-ENH-B-288", "group": "AL-0-0"]

    /// What the simulator and the channels write for one order.
    func others(_ serial: UInt64) -> [[UInt8]] {
        [self.submitted.copy(serial)] + (0..<self.shape.tasks).map { self.response.copy(serial &* 64 &+ UInt64($0)) }
    }

    /// All messages of one order, of the services and of others.
    func all(_ serial: UInt64) -> [[UInt8]] {
        func copies(_ template: MessageTemplate, _ count: Int) -> [[UInt8]] {
            (0..<count).map { template.copy(serial &* 64 &+ UInt64($0)) }
        }
        return self.others(serial) + copies(self.acknowledged, 1) + copies(self.issued, self.shape.workOrders)
            + copies(self.started, self.shape.workOrders) + copies(self.command, self.shape.tasks)
            + copies(self.workOrderCompleted, self.shape.workOrders) + copies(self.completed, 1)
    }
}

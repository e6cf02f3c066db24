/// What an operator does to an order, mostly one in the fallout queue. Done once for each `commandId`.
package struct OrderCommand: MessageBody, Hashable {
    package static let type = "order.command"
    package static let topic = Topic.ordersCommands

    package var commandId: CommandID
    package var orderId: OrderID
    /// Needed by `replaceParameters` and `skip`; absent, `retry` is for every failed work order.
    package var workOrderId: WorkOrderID?
    /// `retry`, `replaceParameters`, `skip` or `cancel`.
    package var command: String
    /// Of `replaceParameters`: takes the place of those of the same names; `null` takes one away.
    package var parameters: JSONObject?
    package var reason: String
    /// Who asks for it.
    package var by: String
    package var at: Timestamp

    package var key: String { self.orderId.description }

    package init(
        commandId: CommandID,
        orderId: OrderID,
        workOrderId: WorkOrderID? = nil,
        command: String,
        parameters: JSONObject? = nil,
        reason: String,
        by: String,
        at: Timestamp
    ) {
        self.commandId = commandId
        self.orderId = orderId
        self.workOrderId = workOrderId
        self.command = command
        self.parameters = parameters
        self.reason = reason
        self.by = by
        self.at = at
    }
}

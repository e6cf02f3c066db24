/// One operation on one network element.
package struct NetworkCommand: MessageBody, Hashable {
    package static let type = "network.command"
    package static let topic = Topic.networkCommands

    /// The same on every repetition.
    package var commandId: CommandID
    package var workOrderId: WorkOrderID
    package var orderId: OrderID
    package var taskId: TaskID
    package var system: String
    package var operation: String
    package var serviceNumber: String
    package var parameters: JSONObject
    /// From 1.
    package var attempt: Int
    /// By the wall clock: an answer after it is late.
    package var deadline: Timestamp

    package var key: String { self.workOrderId.description }
    package var subject: String { self.commandId.description }

    package init(
        commandId: CommandID,
        workOrderId: WorkOrderID,
        orderId: OrderID,
        taskId: TaskID,
        system: String,
        operation: String,
        serviceNumber: String,
        parameters: JSONObject,
        attempt: Int,
        deadline: Timestamp
    ) {
        self.commandId = commandId
        self.workOrderId = workOrderId
        self.orderId = orderId
        self.taskId = taskId
        self.system = system
        self.operation = operation
        self.serviceNumber = serviceNumber
        self.parameters = parameters
        self.attempt = attempt
        self.deadline = deadline
    }
}

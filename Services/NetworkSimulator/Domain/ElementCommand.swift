package import Contracts

/// What an element looks at in a `network.command`; to read the rest of it would cost more than to answer.
package struct ElementCommand: IncomingMessage, Decodable, Hashable {
    package static let types = NetworkCommand.types
    package static let topic = NetworkCommand.topic

    package var commandId: CommandID
    package var workOrderId: WorkOrderID
    package var system: String
    package var operation: String
    package var serviceNumber: String
    package var attempt: Int

    package init(
        commandId: CommandID,
        workOrderId: WorkOrderID,
        system: String,
        operation: String,
        serviceNumber: String,
        attempt: Int
    ) {
        self.commandId = commandId
        self.workOrderId = workOrderId
        self.system = system
        self.operation = operation
        self.serviceNumber = serviceNumber
        self.attempt = attempt
    }

    package static func decode(type: String, from data: any Decoder) throws -> ElementCommand {
        try ElementCommand(from: data)
    }
}

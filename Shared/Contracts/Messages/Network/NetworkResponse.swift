/// What a network element answers to a command.
package struct NetworkResponse: MessageBody, Hashable {
    package static let type = "network.response"
    package static let topic = Topic.networkResponses

    package enum Status: String, Codable, Sendable, CaseIterable {
        case succeeded, failed, rejected
    }

    package var commandId: CommandID
    package var workOrderId: WorkOrderID
    package var status: Status
    package var code: String?
    package var message: String?
    /// Whether trying again may help; absent means not.
    package var retriable: Bool?
    /// Which attempt is answered, from 1; absent means the one that is in flight when the answer is read.
    package var attempt: Int?
    package var at: Timestamp

    package var key: String { self.workOrderId.description }
    package var subject: String { self.commandId.description }

    package init(
        commandId: CommandID,
        workOrderId: WorkOrderID,
        status: Status,
        code: String? = nil,
        message: String? = nil,
        retriable: Bool? = nil,
        attempt: Int? = nil,
        at: Timestamp
    ) {
        self.commandId = commandId
        self.workOrderId = workOrderId
        self.status = status
        self.code = code
        self.message = message
        self.retriable = retriable
        self.attempt = attempt
        self.at = at
    }
}

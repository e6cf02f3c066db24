/// A Kafka topic of the public contract.
package struct Topic: Hashable, Sendable, CustomStringConvertible {
    package let name: String
    /// How many partitions it is created with; a topic that exists is used as it is.
    package let partitions: Int
    /// Compacted topics keep the last record of each key for ever.
    package let isCompacted: Bool
    /// Whether services write CloudEvents in binary mode: the attributes are headers, the value is the data.
    package let isBinary: Bool

    package init(_ name: String, partitions: Int = 12, isCompacted: Bool = false, isBinary: Bool = false) {
        self.name = name
        self.partitions = partitions
        self.isCompacted = isCompacted
        self.isBinary = isBinary
    }

    package var description: String { self.name }

    package static let ordersSubmitted = Topic("orders.submitted")
    package static let ordersEvents = Topic("orders.events")
    package static let ordersCommands = Topic("orders.commands")
    package static let workOrdersIssued = Topic("workorders.issued")
    package static let workOrdersEvents = Topic("workorders.events")
    package static let workOrdersReports = Topic("workorders.reports")
    package static let networkCommands = Topic("network.commands")
    package static let networkResponses = Topic("network.responses")
    package static let usageRecorded = Topic("usage.recorded", isBinary: true)
    package static let usageRated = Topic("usage.rated", isBinary: true)
    package static let paymentsReceived = Topic("payments.received")
    package static let adjustmentsRequested = Topic("adjustments.requested")
    package static let accountsCommands = Topic("accounts.commands")
    package static let accountsEvents = Topic("accounts.events")
    package static let notificationsRequested = Topic("notifications.requested")
    package static let notificationsEvents = Topic("notifications.events")
    package static let messagesReceived = Topic("messages.received")
    package static let complaintsSubmitted = Topic("complaints.submitted")
    package static let complaintsCommands = Topic("complaints.commands")
    package static let complaintsEvents = Topic("complaints.events")
    package static let clockControl = Topic("clock.control", partitions: 1, isCompacted: true)

    /// Where a service puts the records that it refuses to handle.
    package static func deadLetters(of service: String) -> Topic { Topic("\(service).deadletters") }

    /// Every topic of the contract: what a development broker creates.
    package static let all: [Topic] =
        [
            ordersSubmitted, ordersEvents, ordersCommands, workOrdersIssued, workOrdersEvents, workOrdersReports,
            networkCommands, networkResponses, usageRecorded, usageRated, paymentsReceived, adjustmentsRequested,
            accountsCommands, accountsEvents, notificationsRequested, notificationsEvents, messagesReceived,
            complaintsSubmitted,
            complaintsCommands, complaintsEvents, clockControl,
        ] + ["orders", "provisioning", "rating", "notification", "complaints"].map(deadLetters(of:))
}

/// Carry this out: its predecessors are complete.
package struct WorkOrderIssued: MessageBody, Hashable {
    package static let type = "workOrder.issued"
    package static let topic = Topic.workOrdersIssued

    package var workOrderId: WorkOrderID
    package var orderId: OrderID
    package var type: String
    package var product: String
    package var memberRef: String
    package var serviceNumber: String
    package var parameters: JSONObject
    package var dueAt: Timestamp
    /// The completed work order that this one undoes.
    package var compensates: WorkOrderID?
    /// The version of the catalogue on which the order began.
    package var catalogueVersion: String?
    /// From 1, which is meant where it is absent; each time that it is issued again after a failure, one more.
    package var issueNumber: Int?

    package var key: String { self.orderId.description }
    package var subject: String { self.workOrderId.description }

    package init(
        workOrderId: WorkOrderID,
        orderId: OrderID,
        type: String,
        product: String,
        memberRef: String,
        serviceNumber: String,
        parameters: JSONObject,
        dueAt: Timestamp,
        compensates: WorkOrderID? = nil,
        catalogueVersion: String? = nil,
        issueNumber: Int? = nil
    ) {
        self.workOrderId = workOrderId
        self.orderId = orderId
        self.type = type
        self.product = product
        self.memberRef = memberRef
        self.serviceNumber = serviceNumber
        self.parameters = parameters
        self.dueAt = dueAt
        self.compensates = compensates
        self.catalogueVersion = catalogueVersion
        self.issueNumber = issueNumber
    }
}

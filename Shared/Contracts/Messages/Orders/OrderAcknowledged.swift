/// The order is accepted and taken apart: these work orders are its plan.
package struct OrderAcknowledged: MessageBody, Hashable {
    package static let type = "order.acknowledged"
    package static let topic = Topic.ordersEvents

    /// One work order of the plan.
    package struct PlannedWorkOrder: Codable, Hashable, Sendable {
        package var workOrderId: WorkOrderID
        package var type: String
        package var product: String
        package var memberRef: String
        package var serviceNumber: String
        /// Those that must be complete before it is issued.
        package var dependsOn: [WorkOrderID]
        /// Its target time, if those before it keep theirs.
        package var dueAt: Timestamp

        package init(
            workOrderId: WorkOrderID,
            type: String,
            product: String,
            memberRef: String,
            serviceNumber: String,
            dependsOn: [WorkOrderID],
            dueAt: Timestamp
        ) {
            self.workOrderId = workOrderId
            self.type = type
            self.product = product
            self.memberRef = memberRef
            self.serviceNumber = serviceNumber
            self.dependsOn = dependsOn
            self.dueAt = dueAt
        }
    }

    package var orderId: OrderID
    package var externalId: String
    package var channel: String
    package var action: String
    package var customerId: String
    package var accountId: String
    package var offer: String
    package var acknowledgedAt: Timestamp
    /// When it takes effect if every work order keeps its target time.
    package var expectedEffectiveAt: Timestamp?
    /// The order in flight that it amends: none of its work orders is issued before that one is complete.
    package var amends: OrderID?
    package var workOrders: [PlannedWorkOrder]

    package var key: String { self.orderId.description }

    package init(
        orderId: OrderID,
        externalId: String,
        channel: String,
        action: String,
        customerId: String,
        accountId: String,
        offer: String,
        acknowledgedAt: Timestamp,
        expectedEffectiveAt: Timestamp? = nil,
        amends: OrderID? = nil,
        workOrders: [PlannedWorkOrder]
    ) {
        self.orderId = orderId
        self.externalId = externalId
        self.channel = channel
        self.action = action
        self.customerId = customerId
        self.accountId = accountId
        self.offer = offer
        self.acknowledgedAt = acknowledgedAt
        self.expectedEffectiveAt = expectedEffectiveAt
        self.amends = amends
        self.workOrders = workOrders
    }
}

/// What field staff or an operator say of a work order.
package struct WorkOrderReported: MessageBody, Hashable {
    package static let type = "workOrder.reported"
    package static let topic = Topic.workOrdersReports

    package var workOrderId: WorkOrderID
    /// `completed`, `failed` or `appointment`.
    package var status: String
    package var reason: String?
    package var appointmentAt: Timestamp?
    package var by: String
    package var at: Timestamp

    package var key: String { self.workOrderId.description }

    package init(
        workOrderId: WorkOrderID,
        status: String,
        reason: String? = nil,
        appointmentAt: Timestamp? = nil,
        by: String,
        at: Timestamp
    ) {
        self.workOrderId = workOrderId
        self.status = status
        self.reason = reason
        self.appointmentAt = appointmentAt
        self.by = by
        self.at = at
    }
}

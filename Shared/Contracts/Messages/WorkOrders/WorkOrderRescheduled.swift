/// An appointment has moved the work order's target time.
package struct WorkOrderRescheduled: MessageBody, Hashable {
    package static let type = "workOrder.rescheduled"
    package static let topic = Topic.workOrdersEvents

    package var workOrderId: WorkOrderID
    package var orderId: OrderID
    package var type: String
    package var appointmentAt: Timestamp
    /// When its target time ends now: what was left of it counts from the appointment on.
    package var dueAt: Timestamp
    /// Why, in the words of whoever made the appointment.
    package var reason: String?
    package var by: String
    package var at: Timestamp
    /// The one of `workOrder.issued`; absent, the first.
    package var issueNumber: Int?

    package var key: String { self.orderId.description }
    package var subject: String { self.workOrderId.description }

    package init(
        workOrderId: WorkOrderID,
        orderId: OrderID,
        type: String,
        appointmentAt: Timestamp,
        dueAt: Timestamp,
        reason: String? = nil,
        by: String,
        at: Timestamp,
        issueNumber: Int? = nil
    ) {
        self.workOrderId = workOrderId
        self.orderId = orderId
        self.type = type
        self.appointmentAt = appointmentAt
        self.dueAt = dueAt
        self.reason = reason
        self.by = by
        self.at = at
        self.issueNumber = issueNumber
    }
}

/// Which message types belong to which topic: the contract's table.
package enum MessageTypes {
    package static let byTopic: [String: [String]] = [
        Topic.ordersSubmitted.name: ["order.submitted"],
        Topic.ordersEvents.name: [
            "order.acknowledged", "order.rejected", "order.held", "order.resumed", "order.completed",
            "order.effective", "order.failed", "order.cancelled", "order.jeopardy",
        ],
        Topic.ordersCommands.name: ["order.command"],
        Topic.workOrdersIssued.name: ["workOrder.issued", "workOrder.cancelRequested"],
        Topic.workOrdersEvents.name: [
            "workOrder.started", "workOrder.retryScheduled", "workOrder.completed", "workOrder.failed",
            "workOrder.cancelled", "workOrder.jeopardy", "workOrder.rescheduled",
        ],
        Topic.workOrdersReports.name: ["workOrder.reported"],
        Topic.networkCommands.name: ["network.command"],
        Topic.networkResponses.name: ["network.response"],
        Topic.usageRecorded.name: ["usage.recorded"],
        Topic.usageRated.name: ["usage.rated", "usage.rejected", "usage.rerated"],
        Topic.paymentsReceived.name: ["payment.received"],
        Topic.adjustmentsRequested.name: ["adjustment.requested"],
        Topic.accountsCommands.name: ["account.command"],
        Topic.accountsEvents.name: [
            "account.opened", "account.memberAttached", "account.memberDetached", "ledger.credited",
            "ledger.debited", "allowance.thresholdReached", "allowance.capReached", "bill.issued",
            "account.overdue", "account.suspensionDue", "account.restorationDue", "account.highBill",
            "account.parked", "account.resumed", "account.commandApplied", "account.commandRejected",
            "account.lineBarred", "allowance.low", "allowance.usageNotice", "bill.reminder",
            "account.termEnding", "adjustment.applied", "adjustment.rejected",
            "payment.rejected",
        ],
        Topic.notificationsRequested.name: ["notification.requested"],
        Topic.notificationsEvents.name: [
            "notification.scheduled", "notification.sent", "notification.delivered", "notification.failed",
            "notification.suppressed",
        ],
        Topic.messagesReceived.name: ["message.received"],
        Topic.complaintsSubmitted.name: ["complaint.submitted"],
        Topic.complaintsCommands.name: ["complaint.command"],
        Topic.complaintsEvents.name: [
            "complaint.acknowledged", "complaint.rejected", "complaint.assigned", "complaint.dispatched",
            "complaint.replied", "complaint.escalated", "complaint.resolved", "complaint.closed",
            "complaint.reopened", "complaint.deadlineWarning", "complaint.deadlineMissed",
            "complaint.commandRejected", "complaint.approvalRequested", "complaint.refundSettled",
            "complaint.problemOpened",
        ],
        Topic.clockControl.name: ["clock.set"],
    ]
}

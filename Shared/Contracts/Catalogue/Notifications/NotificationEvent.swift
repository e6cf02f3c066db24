/// What can be told, and what is known of each: the facts that templates and triggers may name.
package enum NotificationEvent: String, Sendable, CaseIterable {
    case orderAcknowledged = "order.acknowledged"
    case orderRejected = "order.rejected"
    case orderCompleted = "order.completed"
    case orderEffective = "order.effective"
    case orderFailed = "order.failed"
    case orderCancelled = "order.cancelled"
    case workOrderRescheduled = "workOrder.rescheduled"
    case allowanceThresholdReached = "allowance.thresholdReached"
    case allowanceLow = "allowance.low"
    case allowanceUsageNotice = "allowance.usageNotice"
    case allowanceCapReached = "allowance.capReached"
    case billIssued = "bill.issued"
    case billReminder = "bill.reminder"
    case accountOverdue = "account.overdue"
    case accountSuspensionDue = "account.suspensionDue"
    case accountRestorationDue = "account.restorationDue"
    case accountHighBill = "account.highBill"
    case accountTermEnding = "account.termEnding"
    case accountLineBarred = "account.lineBarred"
    case ledgerCredited = "ledger.credited"
    case adjustmentApplied = "adjustment.applied"
    case complaintAcknowledged = "complaint.acknowledged"
    case complaintReplied = "complaint.replied"
    case complaintResolved = "complaint.resolved"
    case complaintReopened = "complaint.reopened"
    case complaintClosed = "complaint.closed"
    case complaintDeadlineMissed = "complaint.deadlineMissed"

    /// Always there, with what they are.
    package var facts: [String: ParameterKind] {
        switch self {
        case .orderAcknowledged:
            ["offer": .text, "offerName": .text, "action": .text, "channel": .text, "by": .text]
        case .orderRejected:
            ["offer": .text, "offerName": .text, "code": .text, "reason": .text, "channel": .text, "by": .text]
        case .orderCompleted:
            [
                "offer": .text, "offerName": .text, "action": .text, "channel": .text, "by": .text,
                "effectiveAt": .date,
            ]
        case .orderEffective:
            [
                "offer": .text, "offerName": .text, "action": .text, "channel": .text, "by": .text,
                "effectiveAt": .date, "month": .month, "serviceNumber": .text,
            ]
        case .orderFailed:
            [
                "offer": .text, "offerName": .text, "action": .text, "channel": .text, "by": .text, "state": .text,
                "code": .text,
            ]
        case .orderCancelled: ["offer": .text, "offerName": .text, "action": .text, "channel": .text, "by": .text]
        case .workOrderRescheduled:
            [
                "offer": .text, "offerName": .text, "action": .text, "channel": .text, "by": .text, "type": .text,
                "appointmentAt": .dateTime,
            ]
        case .allowanceThresholdReached:
            [
                "allowance": .text, "allowanceName": .text, "unit": .text, "left": .text, "serviceNumber": .text,
                "remainingData": .data, "usedData": .data,
                "remainingMinutes": .minutes, "usedMinutes": .minutes, "threshold": .text, "cycle": .month,
            ]
        case .allowanceLow:
            [
                "allowance": .text, "allowanceName": .text, "left": .text, "serviceNumber": .text,
                "remainingData": .data, "usedData": .data, "threshold": .text, "cycle": .month,
            ]
        case .allowanceUsageNotice:
            [
                "allowance": .text, "allowanceName": .text, "serviceNumber": .text, "remainingData": .data,
                "usedData": .data, "at": .date, "cycle": .month,
            ]
        case .allowanceCapReached: ["serviceNumber": .text, "kind": .text, "cap": .text, "cycle": .month]
        case .billIssued: ["cycle": .month, "total": .money, "outstanding": .money, "dueAt": .date]
        case .billReminder: ["cycle": .month, "outstanding": .money, "dueAt": .date, "suspensionAt": .date]
        case .accountOverdue: ["cycle": .month, "outstanding": .money, "suspensionAt": .date]
        case .accountSuspensionDue: ["outstanding": .money]
        case .accountRestorationDue: [:]
        case .accountHighBill: ["cycle": .month, "charge": .money, "limit": .money]
        case .accountTermEnding:
            ["kind": .text, "code": .text, "name": .text, "serviceNumber": .text, "lastDay": .date]
        case .accountLineBarred: ["serviceNumber": .text, "cause": .text]
        case .ledgerCredited: ["amount": .money, "balance": .money, "cause": .text]
        case .adjustmentApplied: ["amount": .money, "rule": .text, "reason": .text]
        case .complaintAcknowledged:
            ["reference": .text, "category": .text, "tier": .text, "linked": .text, "dueAt": .dateTime]
        case .complaintReplied: ["text": .text, "first": .text]
        case .complaintResolved: ["text": .text, "surveyUntil": .dateTime]
        case .complaintReopened: ["by": .text]
        case .complaintClosed: ["outcome": .text]
        case .complaintDeadlineMissed: ["clock": .text, "category": .text, "tier": .text]
        }
    }
}

package import Contracts

/// What an event brought about, to be sent or counted.
package enum Effect: Hashable, Sendable {
    case command(NetworkCommand)
    case started(WorkOrderStarted)
    case retryScheduled(WorkOrderRetryScheduled)
    case completed(WorkOrderCompleted)
    case failed(WorkOrderFailed)
    case cancelled(WorkOrderCancelled)
    case jeopardy(WorkOrderJeopardy)
    case rescheduled(WorkOrderRescheduled)
    /// The event changed nothing.
    case ignored(Ignored)
    /// The event is refused, and nothing changed.
    case refused(code: String, text: String)

    /// Why an event changed nothing; a label of the metrics.
    package enum Ignored: String, Sendable, CaseIterable {
        /// The work order is known already.
        case repeatedIssue
        /// The command has been answered.
        case repeatedAnswer
        /// The command was given up, or its work order has ended; or an attempt failed after its time, and another is
        /// in flight.
        case lateAnswer
        /// No such command has been sent.
        case unknownCommand
        /// No such work order has been issued.
        case unknownWorkOrder
        /// The work order has ended.
        case ended
        /// Its end has been asked for already.
        case repeatedCancel
        /// The timer was moved or cleared before it fired.
        case notDue
    }
}

/// Codes that Provisioning itself gives; elements have their own.
package enum ProvisioningCode {
    /// The catalogue has no such type of work order for the product.
    package static let unknownType = "UNKNOWN_TYPE"
    /// No attempt was answered by its deadline.
    package static let noAnswer = "NO_ANSWER"
    /// The element gave no code.
    package static let elementFailed = "ELEMENT_FAILED"
    /// People have reported that the work cannot be done.
    package static let fieldFailed = "FIELD_FAILED"
    /// There is no such work order.
    package static let notFound = "NOT_FOUND"
    /// No report is waited for.
    package static let notAllowedInState = "NOT_ALLOWED_IN_STATE"
    /// A report of a kind that there is not.
    package static let invalidValue = "INVALID_VALUE"
    package static let missingField = "MISSING_FIELD"
    /// From an element, with the status `failed`: people do this task, and `workOrder.reported` will tell.
    package static let needsReport = "NEEDS_REPORT"
}

package import Contracts

/// What an event brought about in an order, to be told to others.
package enum Outcome: Hashable, Sendable {
    /// Provisioning is to carry it out.
    case issued(WorkOrder)
    /// Provisioning is to stop it, and to take back what it has done.
    case cancelRequested(WorkOrderID, reason: String)
    /// A work order failed; what follows from it is told besides.
    case failureNoted(WorkOrder)
    /// It waits for a person from now on; every open reason, the new one last.
    case held([HoldReason])
    /// It goes on.
    case resumed
    /// Everything is being stopped and undone from now on.
    case cancelling(Cancellation)
    case cancelled
    /// The order whose place this one takes has ended, and this one begins.
    case begun(after: OrderID, adopted: Int)
    /// It ended without all that was to be done, or to be undone.
    case failed([HoldReason])
    /// The last work order is done.
    case completed(completedAt: Timestamp, effectiveAt: Timestamp)
    case effective(at: Timestamp)
    case jeopardy(Jeopardy)
    /// The event came late, again, or for something else: nothing changed.
    case ignored(Ignored)

    /// Why an order waits for a person.
    package struct HoldReason: Hashable, Sendable {
        package var code: String
        package var message: String
        package var workOrderId: WorkOrderID
        package var since: Timestamp

        package init(code: String, message: String, workOrderId: WorkOrderID, since: Timestamp) {
            self.code = code
            self.message = message
            self.workOrderId = workOrderId
            self.since = since
        }
    }

    /// A target in danger, of a work order or of the effect.
    package struct Jeopardy: Hashable, Sendable {
        package var kind: JeopardyKind
        package var workOrderId: WorkOrderID?
        package var dueAt: Timestamp?

        package init(kind: JeopardyKind, workOrderId: WorkOrderID?, dueAt: Timestamp?) {
            self.kind = kind
            self.workOrderId = workOrderId
            self.dueAt = dueAt
        }
    }

    /// Why an event changed nothing; a label of the metrics.
    package enum Ignored: String, Sendable, CaseIterable {
        case unknownOrder, unknownWorkOrder, lateOrRepeated
    }
}

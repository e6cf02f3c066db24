package import Contracts

/// What Provisioning says of a work order.
package enum WorkOrderEvent: IncomingMessage, Hashable {
    case started(WorkOrderStarted)
    case retryScheduled(WorkOrderRetryScheduled)
    case completed(WorkOrderCompleted)
    case failed(WorkOrderFailed)
    case cancelled(WorkOrderCancelled)
    case jeopardy(WorkOrderJeopardy)
    case rescheduled(WorkOrderRescheduled)

    package static let topic = Topic.workOrdersEvents

    package static let types = [
        WorkOrderStarted.type, WorkOrderRetryScheduled.type, WorkOrderCompleted.type, WorkOrderFailed.type,
        WorkOrderCancelled.type, WorkOrderJeopardy.type, WorkOrderRescheduled.type,
    ]

    package static func decode(type: String, from data: any Decoder) throws -> WorkOrderEvent {
        switch type {
        case WorkOrderStarted.type: .started(try WorkOrderStarted(from: data))
        case WorkOrderRetryScheduled.type: .retryScheduled(try WorkOrderRetryScheduled(from: data))
        case WorkOrderCompleted.type: .completed(try WorkOrderCompleted(from: data))
        case WorkOrderFailed.type: .failed(try WorkOrderFailed(from: data))
        case WorkOrderCancelled.type: .cancelled(try WorkOrderCancelled(from: data))
        case WorkOrderJeopardy.type: .jeopardy(try WorkOrderJeopardy(from: data))
        case WorkOrderRescheduled.type: .rescheduled(try WorkOrderRescheduled(from: data))
        default:
            throw DecodingError.dataCorrupted(
                .init(codingPath: data.codingPath, debugDescription: "'\(type)' is no work-order event"))
        }
    }

    package var orderId: OrderID {
        switch self {
        case .started(let event): event.orderId
        case .retryScheduled(let event): event.orderId
        case .completed(let event): event.orderId
        case .failed(let event): event.orderId
        case .cancelled(let event): event.orderId
        case .jeopardy(let event): event.orderId
        case .rescheduled(let event): event.orderId
        }
    }

    package var workOrderId: WorkOrderID {
        switch self {
        case .started(let event): event.workOrderId
        case .retryScheduled(let event): event.workOrderId
        case .completed(let event): event.workOrderId
        case .failed(let event): event.workOrderId
        case .cancelled(let event): event.workOrderId
        case .jeopardy(let event): event.workOrderId
        case .rescheduled(let event): event.workOrderId
        }
    }

    /// The issue that it speaks of; `nil` where that makes no difference.
    var issueNumber: Int? {
        switch self {
        case .started(let event): event.issueNumber ?? 1
        case .retryScheduled(let event): event.issueNumber ?? 1
        case .failed(let event): event.issueNumber ?? 1
        case .jeopardy(let event): event.issueNumber ?? 1
        case .rescheduled(let event): event.issueNumber ?? 1
        // The end is the end, of whichever issue.
        case .completed, .cancelled: nil
        }
    }

    var kind: WorkOrderLifecycle.Event {
        switch self {
        case .started: .started
        case .retryScheduled: .retryScheduled
        case .completed: .completed
        case .failed: .failed
        case .cancelled: .cancelled
        case .jeopardy: .jeopardy
        case .rescheduled: .rescheduled
        }
    }
}

import Contracts

/// What Orders asks for.
enum IssuedMessage: IncomingMessage, Hashable {
    case issued(WorkOrderIssued)
    case cancelRequested(WorkOrderCancelRequested)

    static let topic = Topic.workOrdersIssued
    static let types = [WorkOrderIssued.type, WorkOrderCancelRequested.type]

    static func decode(type: String, from data: any Decoder) throws -> IssuedMessage {
        type == WorkOrderIssued.type
            ? .issued(try WorkOrderIssued(from: data))
            : .cancelRequested(try WorkOrderCancelRequested(from: data))
    }

    var workOrderId: WorkOrderID {
        switch self {
        case .issued(let issued): issued.workOrderId
        case .cancelRequested(let request): request.workOrderId
        }
    }
}

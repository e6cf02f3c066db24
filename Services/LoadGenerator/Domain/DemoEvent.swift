package import Contracts
import Foundation

/// A message about an order, as the demonstration tells it.
package enum DemoEvent: Sendable {
    case acknowledged(OrderAcknowledged)
    case rejected(OrderRejected)
    case held(OrderHeld)
    case resumed(OrderResumed)
    case completed(OrderCompleted)
    case effective(OrderEffective)
    case failed(OrderFailed)
    case cancelled(OrderCancelled)
    case jeopardy(OrderJeopardy)
    case issued(WorkOrderIssued)
    case started(WorkOrderStarted)
    case retryScheduled(WorkOrderRetryScheduled)
    case workOrderCompleted(WorkOrderCompleted)
    case workOrderFailed(WorkOrderFailed)
    case workOrderCancelled(WorkOrderCancelled)
    /// - key: the record's, which is the order's external id.
    case deadLetter(key: String, code: String, message: String)

    /// Reads a structured CloudEvents event; `nil` for types that are no part of an order's story.
    ///
    /// - Throws: `DecodingError`.
    package init?(structured value: [UInt8]) throws {
        let data = Data(value)
        let decoder = JSONDecoder()
        func body<Body: Decodable>(_ type: Body.Type) throws -> Body {
            try decoder.decode(Envelope<Body>.self, from: data).data
        }
        switch try decoder.decode(EnvelopeType.self, from: data).type {
        case OrderAcknowledged.type: self = .acknowledged(try body(OrderAcknowledged.self))
        case OrderRejected.type: self = .rejected(try body(OrderRejected.self))
        case OrderHeld.type: self = .held(try body(OrderHeld.self))
        case OrderResumed.type: self = .resumed(try body(OrderResumed.self))
        case OrderCompleted.type: self = .completed(try body(OrderCompleted.self))
        case OrderEffective.type: self = .effective(try body(OrderEffective.self))
        case OrderFailed.type: self = .failed(try body(OrderFailed.self))
        case OrderCancelled.type: self = .cancelled(try body(OrderCancelled.self))
        case OrderJeopardy.type: self = .jeopardy(try body(OrderJeopardy.self))
        case WorkOrderIssued.type: self = .issued(try body(WorkOrderIssued.self))
        case WorkOrderStarted.type: self = .started(try body(WorkOrderStarted.self))
        case WorkOrderRetryScheduled.type: self = .retryScheduled(try body(WorkOrderRetryScheduled.self))
        case WorkOrderCompleted.type: self = .workOrderCompleted(try body(WorkOrderCompleted.self))
        case WorkOrderFailed.type: self = .workOrderFailed(try body(WorkOrderFailed.self))
        case WorkOrderCancelled.type: self = .workOrderCancelled(try body(WorkOrderCancelled.self))
        default: return nil
        }
    }
}

private struct EnvelopeType: Decodable {
    var type: String
}

private struct Envelope<Body: Decodable>: Decodable {
    var data: Body
}

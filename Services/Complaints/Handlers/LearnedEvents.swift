import Contracts
import Messaging

/// What Orders tells of orders, as far as complaints may be about them.
enum OrderEvent: IncomingMessage, Hashable {
    case acknowledged(OrderAcknowledged)
    /// It goes on in another state.
    case moved(OrderID, state: String)
    /// Nothing is to be expected of it any more.
    case ended(OrderID)

    static let topic = Topic.ordersEvents
    static let types = [
        OrderAcknowledged.type, OrderHeld.type, OrderResumed.type, OrderCompleted.type, OrderEffective.type,
        OrderFailed.type, OrderCancelled.type,
    ]

    static func decode(type: String, from data: any Decoder) throws -> OrderEvent {
        switch type {
        case OrderAcknowledged.type: .acknowledged(try OrderAcknowledged(from: data))
        case OrderHeld.type: .moved(try OrderHeld(from: data).orderId, state: "held")
        case OrderResumed.type: .moved(try OrderResumed(from: data).orderId, state: "inProgress")
        case OrderCompleted.type: .moved(try OrderCompleted(from: data).orderId, state: "pending")
        case OrderFailed.type: try Self.failed(OrderFailed(from: data))
        case OrderEffective.type: .ended(try OrderEffective(from: data).orderId)
        default: .ended(try OrderCancelled(from: data).orderId)
        }
    }

    private static func failed(_ order: OrderFailed) -> OrderEvent { .moved(order.orderId, state: order.state) }
}

/// What Provisioning tells of work orders that fail, or succeed after all.
enum WorkOrderEvent: IncomingMessage, Hashable {
    case failed(WorkOrderFailed)
    case completed(WorkOrderID)

    static let topic = Topic.workOrdersEvents
    static let types = [WorkOrderFailed.type, WorkOrderCompleted.type]

    static func decode(type: String, from data: any Decoder) throws -> WorkOrderEvent {
        type == WorkOrderFailed.type
            ? .failed(try WorkOrderFailed(from: data)) : .completed(try WorkOrderCompleted(from: data).workOrderId)
    }
}

/// What Rating tells of accounts that complaints are about, and of the refunds that they lead to.
enum AccountEvent: IncomingMessage, Hashable {
    case opened(AccountOpened)
    case attached(AccountMemberAttached)
    case detached(AccountMemberDetached)
    case billed(BillIssued)
    case applied(AdjustmentApplied)
    case rejected(AdjustmentRejected)

    static let topic = Topic.accountsEvents
    static let types = [
        AccountOpened.type, AccountMemberAttached.type, AccountMemberDetached.type, BillIssued.type,
        AdjustmentApplied.type, AdjustmentRejected.type,
    ]

    static func decode(type: String, from data: any Decoder) throws -> AccountEvent {
        switch type {
        case AccountOpened.type: .opened(try AccountOpened(from: data))
        case AccountMemberAttached.type: .attached(try AccountMemberAttached(from: data))
        case AccountMemberDetached.type: .detached(try AccountMemberDetached(from: data))
        case BillIssued.type: .billed(try BillIssued(from: data))
        case AdjustmentApplied.type: .applied(try AdjustmentApplied(from: data))
        default: .rejected(try AdjustmentRejected(from: data))
        }
    }
}

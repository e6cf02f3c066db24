import Contracts
import Messaging

/// What Orders tells that customers are told.
enum OrderEvent: IncomingMessage, Hashable {
    case acknowledged(OrderAcknowledged)
    case rejected(OrderRejected)
    case completed(OrderCompleted)
    case effective(OrderEffective)
    case failed(OrderFailed)
    case cancelled(OrderCancelled)

    static let topic = Topic.ordersEvents
    /// The channel of what the system orders itself.
    static let systemChannel = "system"
    /// The channel of what is ordered by texts.
    static let textChannel = "sms"
    static let types = [
        OrderAcknowledged.type, OrderRejected.type, OrderCompleted.type, OrderEffective.type, OrderFailed.type,
        OrderCancelled.type,
    ]

    static func decode(type: String, from data: any Decoder) throws -> OrderEvent {
        switch type {
        case OrderAcknowledged.type: .acknowledged(try OrderAcknowledged(from: data))
        case OrderRejected.type: .rejected(try OrderRejected(from: data))
        case OrderCompleted.type: .completed(try OrderCompleted(from: data))
        case OrderEffective.type: .effective(try OrderEffective(from: data))
        case OrderFailed.type: .failed(try OrderFailed(from: data))
        default: .cancelled(try OrderCancelled(from: data))
        }
    }

    var orderId: OrderID {
        switch self {
        case .acknowledged(let order): order.orderId
        case .rejected(let order): order.orderId
        case .completed(let order): order.orderId
        case .effective(let order): order.orderId
        case .failed(let order): order.orderId
        case .cancelled(let order): order.orderId
        }
    }

    /// Whose account it is, as a channel's order says.
    var customer: (accountId: String, customerId: String)? {
        guard case .acknowledged(let order) = self, order.channel != Self.systemChannel else { return nil }
        return (order.accountId, order.customerId)
    }

    /// The channel's id of the order: of one by a text, the text's.
    var externalId: String {
        switch self {
        case .acknowledged(let order): order.externalId
        case .rejected(let order): order.externalId
        case .completed(let order): order.externalId
        case .effective(let order): order.externalId
        case .failed(let order): order.externalId
        case .cancelled(let order): order.externalId
        }
    }
}

import Contracts
import RatingDomain

/// What Orders tells that concerns accounts.
enum AccountOrderEvent: IncomingMessage, Hashable {
    case acknowledged(OrderAcknowledged)
    case effective(OrderEffective)
    case cancelled(OrderCancelled)

    static let topic = Topic.ordersEvents
    static let types = [OrderAcknowledged.type, OrderEffective.type, OrderCancelled.type]

    static func decode(type: String, from data: any Decoder) throws -> AccountOrderEvent {
        switch type {
        case OrderAcknowledged.type: .acknowledged(try OrderAcknowledged(from: data))
        case OrderEffective.type: .effective(try OrderEffective(from: data))
        default: .cancelled(try OrderCancelled(from: data))
        }
    }

    /// The account that there has to be; `nil` where it is there already, if it is.
    func account(_ publicLedgerId: LedgerID, _ calendar: BusinessCalendar) -> NewAccount? {
        let (accountId, customerId, orderId, openedAt): (String, String?, OrderID, Timestamp)
        switch self {
        case .acknowledged(let order):
            (accountId, customerId, orderId, openedAt) = (
                order.accountId, order.customerId, order.orderId, order.acknowledgedAt
            )
        case .effective(let order):
            (accountId, customerId, orderId, openedAt) = (
                order.accountId, order.customerId, order.orderId, order.effectiveAt
            )
        case .cancelled: return nil
        }
        return NewAccount(
            accountId: accountId, customerId: customerId, publicLedgerId: publicLedgerId, orderId: orderId,
            openedAt: openedAt, billedThrough: BillingCycle(containing: openedAt, calendar: calendar).previous)
    }
}

extension OrderEffect {
    init(_ order: OrderEffective) {
        let members = order.members + (order.leaving ?? [])
        self.init(
            kind: Kind(order),
            id: order.bundleId.description,
            accountId: order.accountId,
            offer: order.offer,
            channel: order.channel,
            at: order.effectiveAt,
            members: members.enumerated().map { position, member in
                Member(member, isLeaving: position >= order.members.count)
            }
        )
    }
}

extension OrderEffect.Kind {
    fileprivate init(_ order: OrderEffective) {
        let former = order.replaces?.description
        self =
            switch order.action {
            case "suspend": .stop
            case "resume": .start
            case "subscribe", "change", nil: order.members.isEmpty ? .end(of: former) : .agreement(replaces: former)
            case "release": .end(of: former)
            case "transferOwnership": .transfer
            case "reconnect": .reconnection
            default: .nothing
            }
    }
}

extension OrderEffect.Member {
    fileprivate init(_ member: OrderEffective.Member, isLeaving: Bool) {
        let role = member.role.flatMap { AccountHistory.Member.Role(rawValue: $0) } ?? .included
        self.init(
            AccountHistory.Member(
                serviceNumber: member.serviceNumber,
                product: member.product,
                isMain: member.main,
                role: isLeaving ? .leaving : role,
                newPlan: member.newPlan,
                extraPlan: member.extraPlan,
                services: member.services ?? [],
                options: member.options ?? []
            ),
            otherServices: member.otherServices ?? [],
            isClosed: member.closed ?? false
        )
    }
}

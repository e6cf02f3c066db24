import Contracts
import Messaging
import OrdersDomain
import Postgres

/// The orders that a batch of submissions asks to end.
struct CancelTargets {
    /// With all that undoing needs, locked.
    var orders: LockedOrders
    /// A number of each that an order in flight holds.
    let busyNumbers: [OrderID: String]
    private let byExternalId: [SubmissionID: OrderID]

    init(of submissions: [OrderSubmitted], in transaction: Transaction) async throws {
        let cancels = submissions.filter { $0.action == Action.cancel.rawValue }
        let named = cancels.filter { $0.orderId == nil }.compactMap(\.original)
        let found = named.isEmpty ? [] : try await transaction.execute(FindOrdersByExternalID(ids: named))
        self.byExternalId = Dictionary(found.map { ($0.id, $0.orderId) }) { first, _ in first }
        let ids = cancels.compactMap(\.orderId) + self.byExternalId.values
        self.orders = try await LockedOrders(ids, isWhole: true, in: transaction)
        let busy = ids.isEmpty ? [] : try await transaction.execute(FindBusyLines(orders: ids))
        self.busyNumbers = Dictionary(busy.filter(\.isBusy).map { ($0.orderId, $0.serviceNumber) }) { first, _ in first
        }
    }

    func target(of submission: OrderSubmitted) -> OrderID? {
        submission.orderId ?? submission.original.flatMap { self.byExternalId[$0] }
    }
}

extension OrderSubmitted {
    /// The id of the order that it names by the channel's own.
    fileprivate var original: SubmissionID? {
        guard let externalId = self.originalExternalId, isStorable(externalId), isStorable(self.channel) else {
            return nil
        }
        return SubmissionID(channel: self.channel, externalId: externalId)
    }
}

import Contracts
import Messaging
import OrdersDomain
import Postgres

/// The orders that a batch of events is about, locked until the transaction ends.
struct LockedOrders {
    private var orders: [OrderID: Order]
    private let before: [OrderID: Order]
    private let catalogues: Catalogues

    /// Locks and loads.
    ///
    /// - Parameters:
    ///   - isWhole: with the parameters of all work orders, as cancelling and undoing need them.
    ///   - library: where the catalogues are on which the orders began.
    init(
        _ ids: some Sequence<OrderID>,
        isWhole: Bool,
        by library: CatalogueLibrary,
        in transaction: Transaction
    ) async throws {
        let ids = Set(ids).sorted()
        guard !ids.isEmpty else {
            self.orders = [:]
            self.before = [:]
            self.catalogues = Catalogues(current: library.current)
            return
        }
        let (orders, workOrders) = try await transaction.execute(
            together: LockOrders(ids: ids),
            FindWorkOrders(orders: ids, isWhole: isWhole)
        )
        var byId = Dictionary(orders.map { ($0.id, $0) }) { first, _ in first }
        for stored in workOrders { byId[stored.orderId]?.workOrders.append(stored.workOrder) }
        // What is being cancelled is undone with what it was done with: few orders are, so they are read once more.
        let ending = isWhole ? [] : orders.filter { $0.cancellation != nil }.map(\.id)
        if !ending.isEmpty {
            let whole = try await transaction.execute(FindWorkOrders(orders: ending, isWhole: true))
            for id in ending { byId[id]?.workOrders = [] }
            for stored in whole { byId[stored.orderId]?.workOrders.append(stored.workOrder) }
        }
        self.orders = byId
        self.before = byId
        self.catalogues = try await library.catalogues(of: orders.lazy.map(\.catalogueVersion), in: transaction)
    }

    /// What the rules go by for one of the orders: it finishes on the catalogue on which it began.
    func surroundings(of order: Order, _ surroundings: Order.Surroundings) -> Order.Surroundings {
        surroundings.going(by: self.catalogues[order.catalogueVersion])
    }

    /// `nil` for one that there is not, or that was rejected.
    subscript(_ id: OrderID) -> Order? {
        get { self.orders[id] }
        set { self.orders[id] = newValue }
    }

    /// Saves what has changed.
    ///
    /// - Parameter replaced: work orders whose parameters have changed.
    func save(replaced: Set<WorkOrderID> = [], in transaction: Transaction) async throws {
        var changed: [Order] = []
        var changedWorkOrders: [WorkOrder] = []
        var added: [StoredWorkOrder] = []
        for (id, order) in self.orders.sorted(by: { $0.key < $1.key }) where order != self.before[id] {
            let former = self.before[id]?.workOrders ?? []
            changedWorkOrders += zip(order.workOrders, former).compactMap { $0 == $1 ? nil : $0 }
            for position in former.count..<max(former.count, order.workOrders.count) {
                added.append(StoredWorkOrder(orderId: id, position: position, workOrder: order.workOrders[position]))
            }
            if !order.hasSameRow(as: self.before[id]) { changed.append(order) }
        }
        guard !changed.isEmpty || !changedWorkOrders.isEmpty || !added.isEmpty else { return }
        _ = try await transaction.execute(
            together: UpdateOrders(orders: changed),
            UpdateWorkOrders(workOrders: changedWorkOrders)
        )
        if !added.isEmpty { _ = try await transaction.execute(try InsertWorkOrders(added)) }
        let replaced = changedWorkOrders.filter { replaced.contains($0.id) }
        if !replaced.isEmpty { _ = try await transaction.execute(try ReplaceParameters(replaced)) }
    }
}

extension Order {
    /// Whether they differ in their work orders at most.
    fileprivate func hasSameRow(as other: Order?) -> Bool {
        var other = other
        other?.workOrders = self.workOrders
        return self == other
    }
}

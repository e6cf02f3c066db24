import Contracts
import OrdersDomain
import Postgres

/// Orders whose effect is due, with those that amend them or that they amend: of two whose effect is due in one instant,
/// the amendment alone takes effect, and both end in one transaction.
struct DueEffects {
    private let due: [Order]
    private let others: [OrderID: Order]
    private let dueBy: Timestamp

    /// - Parameter due: locked, earliest first.
    init(_ due: [Order], dueBy: Timestamp, in transaction: Transaction) async throws {
        let known = Set(due.map(\.id))
        let missing = Set(due.compactMap(\.amendedBy) + due.compactMap(\.amends)).subtracting(known)
        let others = missing.isEmpty ? [] : try await transaction.execute(LockOrders(ids: missing.sorted()))
        self.others = Dictionary((due + others).map { ($0.id, $0) }) { first, _ in first }
        // What a limit has cut off goes before its amendment.
        let amended = Set(due.compactMap(\.amends))
        let early = others.filter { order in
            amended.contains(order.id) && order.state == .pending && order.effectiveAt.map { $0 <= dueBy } ?? false
        }
        self.due = early + due
        self.dueBy = dueBy
    }

    /// - Returns: the orders after their effect, and what came of it. An amendment whose order has only now taken effect
    ///   is left for the next time: it takes the place of what is in effect by then.
    func taken() -> [(order: Order, outcomes: [Outcome])] {
        var taken: [(order: Order, outcomes: [Outcome])] = []
        var settled: Set<OrderID> = []
        for var order in self.due where !settled.contains(order.id) {
            if let amended = order.amends, settled.contains(amended) { continue }
            settled.insert(order.id)
            if var amendment = order.amendedBy.flatMap({ self.others[$0] }),
                let outcomes = order.yieldEffect(to: amendment, dueBy: self.dueBy)
            {
                settled.insert(amendment.id)
                taken.append((order, outcomes))
                let effect = amendment.takeEffect(dueBy: self.dueBy)
                taken.append((amendment, effect))
            } else {
                let effect = order.takeEffect(dueBy: self.dueBy)
                taken.append((order, effect))
            }
        }
        return taken
    }
}

import Contracts

// A change of a bundle takes the place of an earlier one that is not yet in effect (ORD-87): what that one has not done
// is stopped, what it has done is kept where the later one wants the same, else undone; then the later one begins.
extension Order {
    /// Ends the earlier change in favour of this one.
    ///
    /// - Parameter successor: accepted, and not yet begun.
    package mutating func giveWay(
        to successor: Order,
        in surroundings: Surroundings
    ) -> Result<[Outcome], OrderRefusal> {
        let reason = "order \(successor.externalId) of channel \(successor.channel) takes its place"
        if self.isWaitingForPlace || self.isWaitingForAmended {
            return .success(self.leave(for: reason, .superseded, requestedBy: successor.id, in: surroundings))
        }
        return self.cancel(
            for: reason,
            requestedBy: successor.id,
            keeping: self.shared(with: successor),
            code: .superseded,
            in: surroundings
        )
    }

    /// The order whose place it takes is still being undone: nothing of its own has been done.
    package var isWaitingForPlace: Bool {
        self.state == .acknowledged && self.targetOrderId != nil && self.action != Action.cancel.rawValue
            && !self.isWaitingForAmended
    }

    /// It ends without having begun.
    mutating func leave(
        for reason: String,
        _ code: Cancellation.Code,
        requestedBy requester: OrderID? = nil,
        in surroundings: Surroundings
    ) -> [Outcome] {
        let cancellation = Cancellation(
            requestedAt: surroundings.now, reason: reason, requestedBy: requester, feeMilliyuan: .zero, code: code)
        self.cancellation = cancellation
        for index in self.workOrders.indices {
            self.workOrders[index].state = .cancelled
            self.workOrders[index].endedAt = surroundings.now
        }
        return [.cancelling(cancellation)] + self.move(on: .cancelRequested, in: surroundings)
            + self.move(on: .undone, in: surroundings)
    }

    /// Of a change that is ending in favour of one that has itself been superseded before it began: hands on.
    package mutating func handOver(to successor: Order) {
        self.cancellation?.requestedBy = successor.id
        let shared = self.shared(with: successor)
        let undone = Set(self.workOrders.compactMap(\.compensates))
        for index in self.workOrders.indices where !undone.contains(self.workOrders[index].id) {
            self.workOrders[index].isKept = shared.contains(self.workOrders[index].id)
        }
    }

    /// Begins, where the order whose place this one takes has ended: what that one did and this one wants is done.
    mutating func beginAfter(_ former: Order, in surroundings: Surroundings) -> [Outcome] {
        guard self.state == .acknowledged, self.targetOrderId == former.id, self.cancellation == nil else {
            return [.ignored(.lateOrRepeated)]
        }
        self.targetOrderId = nil
        let done = former.workOrders.filter { $0.isKept && $0.state == .completed }
        var adopted: Set<WorkOrderID> = []
        for index in self.workOrders.indices {
            let same = done.first { $0.does(the: self.workOrders[index]) && !adopted.contains($0.id) }
            guard let same else { continue }
            adopted.insert(same.id)
            self.workOrders[index].state = .completed
            self.workOrders[index].issuedAt = same.issuedAt
            self.workOrders[index].startedAt = same.startedAt
            self.workOrders[index].endedAt = same.endedAt
        }
        return [.begun(after: former.id, adopted: adopted.count)] + self.settle(in: surroundings)
    }

    /// This order's work orders that the other one wants too.
    private func shared(with other: Order) -> Set<WorkOrderID> {
        var wanted = other.workOrders
        var shared: Set<WorkOrderID> = []
        for workOrder in self.workOrders where workOrder.compensates == nil {
            guard let index = wanted.firstIndex(where: { workOrder.does(the: $0) }) else { continue }
            wanted.remove(at: index)
            shared.insert(workOrder.id)
        }
        return shared
    }
}

extension WorkOrder {
    fileprivate func does(the other: WorkOrder) -> Bool {
        self.type == other.type && self.serviceNumber == other.serviceNumber && self.product == other.product
            && self.parameters == other.parameters
    }
}

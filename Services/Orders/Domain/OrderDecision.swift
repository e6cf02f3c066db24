package import Contracts

/// What an operator decides about an order, mostly one of the fallout queue.
package enum OrderDecision: Hashable, Sendable {
    /// Issues what has failed once more: one work order, or all.
    case retry(WorkOrderID?)
    /// Likewise, with parameters in place of those of the same names; `null` takes one away.
    case replaceParameters(WorkOrderID, JSONObject)
    /// Leaves a failed work order out: the order goes on without it.
    case skip(WorkOrderID)
    case cancel(reason: String)
}

extension Order {
    /// Does what an operator has decided.
    package mutating func apply(
        _ decision: OrderDecision,
        in surroundings: Surroundings
    ) -> Result<[Outcome], OrderRefusal> {
        if case .cancel(let reason) = decision { return self.cancel(for: reason, in: surroundings) }
        guard !self.state.isFinal else {
            return .failure(
                OrderRefusal(code: .notAllowedInState, message: "the order has ended: it is \(self.state.rawValue)"))
        }
        do {
            return .success(try self.decide(decision, in: surroundings))
        } catch {
            return .failure(error)
        }
    }

    private mutating func decide(
        _ decision: OrderDecision,
        in surroundings: Surroundings
    ) throws(OrderRefusal) -> [Outcome] {
        var outcomes: [Outcome] = []
        switch decision {
        case .retry(let id):
            for index in try self.failed(id) { outcomes += self.tryAgain(index, in: surroundings) }
        case .replaceParameters(let id, let parameters):
            for index in try self.failed(id) {
                for (name, value) in parameters {
                    self.workOrders[index].parameters[name] = value == .null ? nil : value
                }
                outcomes += self.tryAgain(index, in: surroundings)
            }
        case .skip(let id):
            for index in try self.failed(id, orCancelled: true) { self.leaveOut(index) }
        case .cancel: break
        }
        return outcomes + self.settle(in: surroundings)
    }

    /// The failed work orders that a decision is about.
    private func failed(_ id: WorkOrderID?, orCancelled: Bool = false) throws(OrderRefusal) -> [Int] {
        guard let id else {
            let failed = self.workOrders.indices.filter { self.workOrders[$0].state == .failed }
            if failed.isEmpty {
                throw OrderRefusal(code: .notAllowedInState, message: "no work order of the order has failed")
            }
            return failed
        }
        guard let index = self.workOrders.firstIndex(where: { $0.id == id }) else {
            throw OrderRefusal(code: .notFound, message: "the order has no work order \(id)")
        }
        let workOrder = self.workOrders[index]
        if workOrder.state == .failed || (orCancelled && workOrder.waitsForPerson) { return [index] }
        let what = workOrder.waitsForPerson ? "cancelled: it can be skipped" : workOrder.state.rawValue
        throw OrderRefusal(code: .notAllowedInState, message: "the work order has not failed: it is \(what)")
    }
}

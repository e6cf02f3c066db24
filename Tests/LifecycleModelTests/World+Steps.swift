import Contracts
import OrdersDomain
import ProvisioningDomain

// What may happen at any moment.
extension World {
    mutating func step() throws {
        switch Int.random(in: 0..<42, using: &self.random) {
        case 0..<2: self.submit()
        case 2: self.submitChange()
        case 3: self.cancel()
        case 4..<6: self.decide()
        case 6..<15: try self.deliverToProvisioning()
        case 15..<24: self.deliverToOrders()
        case 24..<33: try self.answer()
        case 33..<36: try self.report()
        case 36..<38: try self.passWallTime()
        case 38..<40: self.amend()
        default: try self.passBusinessTime(upTo: 7200)
        }
    }

    private mutating func submit() {
        guard self.orders.values.filter({ $0.amends == nil }).count < 4 else { return }
        let order = Submissions.new(UInt32.random(in: 0..<90_000_000, using: &self.random), using: &self.random)
        guard let valid = try? validate(order, by: self.catalogue, given: Facts(now: self.now)) else { return }
        let (accepted, outcomes) = Order.acknowledge(valid, in: self.surroundings)
        self.network.know(order)
        self.subscriptions.append((accepted.id, order, self.network))
        self.note(outcomes, of: accepted)
    }

    /// A channel cancels, having looked at the plan.
    private mutating func cancel() {
        guard let id = self.pick(self.orders.keys.sorted()), var order = self.orders[id] else { return }
        var plan = order.cancelPlan(by: self.catalogue)
        if let amendment = order.amendedBy.flatMap({ self.orders[$0] }),
            let refusal = OrderRefusal(cancellingWhatIsAmendedBy: amendment)
        {
            plan.refusals.append(refusal)
            return self.audit.refused(order, plan)
        }
        switch order.cancel(for: "changed his mind", in: self.surroundings) {
        case .success(let outcomes):
            self.audit.cancelled(order, plan)
            self.note(outcomes, of: order)
        case .failure: self.audit.refused(order, plan)
        }
    }

    /// An operator looks into the fallout queue.
    private mutating func decide() {
        guard let order = self.pick(self.orders.values.filter { $0.state == .held }.sorted { $0.id < $1.id }),
            let failed = self.pick(order.holdReasons)
        else { return }
        switch Int.random(in: 0..<8, using: &self.random) {
        case 0: self.apply(.skip(failed.workOrderId), to: order.id)
        case 1: self.apply(.cancel(reason: "an operator's decision"), to: order.id)
        case 2: self.apply(.replaceParameters(failed.workOrderId, ["note": "seen to"]), to: order.id)
        case 3..<6: self.apply(.retry(failed.workOrderId), to: order.id)
        default: self.apply(.retry(nil), to: order.id)
        }
    }

    mutating func apply(_ decision: OrderDecision, to id: OrderID) {
        guard var order = self.orders[id] else { return }
        let plan = order.cancelPlan(by: self.catalogue)
        guard case .success(let outcomes) = order.apply(decision, in: self.surroundings) else { return }
        if case .cancel = decision { self.audit.cancelled(order, plan) }
        self.note(outcomes, of: order)
    }

    /// An element answers, now or to a command of long ago; or it never does.
    private mutating func answer() throws {
        let isLate = self.chance(1, in: 10)
        guard let command = isLate ? self.pick(self.commands) : self.pick(self.unanswered) else { return }
        self.unanswered.removeAll { $0.commandId == command.commandId && $0.attempt == command.attempt }
        // Nothing is begun after the deadline, and what was begun is answered for.
        guard self.wallNow < command.deadline || self.network.hasExecuted(command) else { return }
        var kind = Int.random(in: 0..<24, using: &self.random)
        let isSilent = kind == 0
        // An element knows a command again, and stands by what it has said of it.
        let isFree = self.network.verdict(of: command) == nil
        kind = self.network.verdict(of: command) ?? kind
        let isCarriedOut = isSilent ? isFree && Bool.random(using: &self.random) : kind > 7
        if isCarriedOut { self.network.execute(command) }
        guard !isSilent else { return }
        self.network.note(kind, of: command, isFinal: (3...6).contains(kind))
        try self.apply(.answered(command.answer(kind, at: self.wallNow)))
    }

    private mutating func report() throws {
        let waiting = self.workOrdersAwaitingReport
        guard let id = self.pick(waiting) else { return }
        if self.chance(1, in: 6) {
            let at = self.now.advanced(bySeconds: Int.random(in: 0...200_000, using: &self.random))
            return try self.apply(
                .reported(
                    WorkOrderReported(
                        workOrderId: id, status: "appointment", appointmentAt: at, by: "staff", at: self.now)))
        }
        let status = self.chance(1, in: 12) ? "failed" : "completed"
        if status == "completed" { self.carryOut(id) }
        try self.apply(.reported(WorkOrderReported(workOrderId: id, status: status, by: "staff", at: self.now)))
    }

    /// People do what an element has passed to them.
    mutating func carryOut(_ id: WorkOrderID) {
        let tasks = self.lanes.values.compactMap { $0.workOrders[id] }.flatMap(\.tasks)
        guard let passed = tasks.first(where: { $0.state == .awaitingReport }),
            let command = self.commands.last(where: { $0.commandId == passed.commandId })
        else { return }
        self.network.execute(command)
    }

    var workOrdersAwaitingReport: [WorkOrderID] {
        self.lanes.values.flatMap { $0.workOrders.values }
            .filter { $0.tasks.contains { $0.state == .awaitingReport } }
            .map(\.id).sorted()
    }

    /// Until the next time-out or the end of the next delay.
    mutating func passWallTime() throws {
        let timers = self.lanes.values.flatMap { $0.workOrders.values }.flatMap { workOrder in
            workOrder.tasks.compactMap { task in task.timerAt.map { (at: $0, id: workOrder.id) } }
        }
        guard let next = timers.min(by: { ($0.at, $0.id) < ($1.at, $1.id) }) else { return }
        self.wallNow = max(self.wallNow, next.at)
        try self.apply(.taskTimer(next.id))
    }

    /// What falls due on the way happens.
    mutating func passBusinessTime(upTo seconds: Int) throws {
        self.now = self.now.advanced(bySeconds: Int.random(in: 0...seconds, using: &self.random))
        for id in self.orders.keys.sorted() {
            guard var order = self.orders[id] else { continue }
            for workOrder in order.workOrders where workOrder.retryAt.map({ $0 <= self.now }) ?? false {
                let outcomes = order.retry(workOrder.id, in: self.surroundings)
                self.note(outcomes, of: order)
                order = self.orders[id] ?? order
            }
            if var amendment = order.amendedBy.flatMap({ self.orders[$0] }),
                let outcomes = order.yieldEffect(to: amendment, dueBy: self.now)
            {
                self.note(outcomes, of: order)
                let effect = amendment.takeEffect(dueBy: self.now)
                self.note(effect, of: amendment)
                continue
            }
            let outcomes = order.takeEffect(dueBy: self.now)
            if outcomes != [.ignored(.lateOrRepeated)] { self.note(outcomes, of: order) }
        }
        for workOrder in self.lanes.values.flatMap({ $0.workOrders.values }).sorted(by: { $0.id < $1.id })
        where workOrder.jeopardyAt.map({ $0 <= self.now }) ?? false {
            try self.apply(.targetTimer(workOrder.id))
        }
    }
}

extension NetworkCommand {
    fileprivate func answer(_ kind: Int, at instant: Timestamp) -> NetworkResponse {
        var response = NetworkResponse(
            commandId: self.commandId, workOrderId: self.workOrderId, status: .succeeded, attempt: self.attempt,
            at: instant)
        switch kind {
        case 1, 2: (response.status, response.code, response.retriable) = (.failed, "TEMPORARY_FAILURE", true)
        case 3: (response.status, response.code) = (.failed, "OPERATION_REFUSED")
        case 4: (response.status, response.code) = (.rejected, "TEMPORARY_FAILURE")
        case 5: (response.status, response.code) = (.failed, "NO_RESOURCES")
        case 6: (response.status, response.code) = (.failed, "NOTHING_TO_CHANGE")
        case 7: (response.status, response.code) = (.failed, "NEEDS_REPORT")
        default: break
        }
        return response
    }
}

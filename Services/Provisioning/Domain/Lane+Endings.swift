import Contracts

// A work order that is wanted no more, and one that is wanted once more.
extension Lane {
    /// Drops what is not begun, awaits what is in flight, and takes back what was done, the last first.
    mutating func cancel(_ id: WorkOrderID, _ surroundings: Surroundings) throws(Incomplete) -> [Effect] {
        var workOrder = try self.workOrder(id)
        // Whoever asks again gets the answer again: the first may have found nobody who waited for it.
        if workOrder.state == .cancelled { return [workOrder.cancelled(at: workOrder.endedAt ?? surroundings.now)] }
        guard workOrder.move(on: .cancelRequested, at: surroundings.now) else {
            return [.ignored(workOrder.state == .cancelling ? .repeatedCancel : .ended)]
        }
        let isInFlight = workOrder.currentIndex.map { workOrder.tasks[$0].state == .sent } ?? false
        workOrder.beginCancelling(at: surroundings.now)
        if !isInFlight { self.leave(id) }
        let effects = isInFlight ? [] : self.takeBack(&workOrder, surroundings)
        self.workOrders[id] = workOrder
        return effects
    }

    /// Goes on with a work order that is to be cancelled, once nothing of it is in flight.
    mutating func takeBack(_ workOrder: inout WorkOrder, _ surroundings: Surroundings) -> [Effect] {
        if !workOrder.isAllDone { workOrder.planUndoing(surroundings) }
        return self.proceed(&workOrder, surroundings)
    }

    /// A failed one begins where it stopped: what is done stays done, a field visit above all.
    mutating func issueAgain(
        _ issued: WorkOrderIssued,
        _ known: WorkOrder,
        _ surroundings: Surroundings
    ) -> [Effect] {
        var workOrder = known
        guard (issued.issueNumber ?? 1) > known.issueNumber, known.cancelRequestedAt == nil,
            workOrder.move(on: .issuedAgain, at: surroundings.now)
        else { return [.ignored(.repeatedIssue)] }
        workOrder.beginAgain(issued, surroundings)
        if workOrder.tasks.isEmpty {
            let catalogue = surroundings.catalogues[known.catalogueVersion]
            guard let type = catalogue.workOrderType(issued.type, product: issued.product) else {
                let effects = workOrder.fail(.unknownType(issued), at: surroundings.now)
                self.workOrders[workOrder.id] = workOrder
                return effects
            }
            workOrder.tasks = surroundings.tasks(of: type, with: issued.parameters, by: catalogue)
        }
        workOrder.watchTarget()
        let effects = self.proceed(&workOrder, surroundings)
        self.workOrders[workOrder.id] = workOrder
        return effects
    }
}

extension Lane.Surroundings {
    /// The tasks of a type that a work order with these parameters has, none of them begun.
    func tasks(of type: WorkOrderType, with parameters: JSONObject, by catalogue: Catalogue) -> [WorkTask] {
        type.tasks.filter { $0.isNeeded(with: parameters) }.map { task in
            WorkTask(
                id: self.identifiers.next(),
                name: task.name,
                parameters: task.parameters,
                awaitsReport: task.kind == .field && catalogue.fieldWork == .reported,
                undo: task.undo
            )
        }
    }
}

extension WorkOrder.Failure {
    static func unknownType(_ issued: WorkOrderIssued) -> WorkOrder.Failure {
        WorkOrder.Failure(
            task: "issue",
            code: ProvisioningCode.unknownType,
            message: "the catalogue has no work order \(issued.type) for \(issued.product)"
        )
    }
}

extension WorkOrder {
    /// Everything that was asked for is done.
    var isAllDone: Bool { self.tasks.allSatisfy { $0.undoes != nil || $0.state == .succeeded } }

    /// Drops every task but the one in flight.
    fileprivate mutating func beginCancelling(at now: Timestamp) {
        self.cancelRequestedAt = self.cancelRequestedAt ?? now
        self.endedAt = nil
        self.failure = nil
        self.jeopardyAt = nil
        for index in self.tasks.indices where self.tasks[index].state != .sent {
            if self.tasks[index].move(on: .dropped) { self.tasks[index].endedAt = now }
        }
    }

    /// Adds a task for each that has to be taken back, the last first; those that could not be before are tried anew.
    fileprivate mutating func planUndoing(_ surroundings: Lane.Surroundings) {
        for index in self.tasks.indices where self.tasks[index].undoes != nil {
            self.tasks[index].beginAgain(surroundings.identifiers)
        }
        let type = surroundings.catalogues[self.catalogueVersion].workOrderType(self.type, product: self.product)
        let parameters = type?.parametersOfUndoing(self.parameters) ?? self.parameters
        let planned = Set(self.tasks.compactMap(\.undoes))
        for task in self.tasks.reversed() where task.undoes == nil && !planned.contains(task.id) {
            guard let undo = task.undo, task.mayHaveHadEffect else { continue }
            self.tasks.append(
                WorkTask(
                    id: surroundings.identifiers.next(),
                    name: undo,
                    parameters: parameters.merging(task.parameters) { $1 },
                    awaitsReport: task.awaitsReport,
                    undoes: task.id
                )
            )
        }
    }

    fileprivate mutating func beginAgain(_ issued: WorkOrderIssued, _ surroundings: Lane.Surroundings) {
        self.issueNumber = issued.issueNumber ?? self.issueNumber + 1
        self.parameters = issued.parameters
        self.issuedAt = surroundings.now
        self.dueAt = issued.dueAt
        self.jeopardy = nil
        self.startedAt = nil
        self.endedAt = nil
        self.failure = nil
        for index in self.tasks.indices { self.tasks[index].beginAgain(surroundings.identifiers) }
    }

    /// Nothing is left to do: what was asked for is done, or what was done is taken back.
    mutating func end(at now: Timestamp) -> [Effect] {
        if self.state != .cancelling || (self.isAllDone && !self.tasks.isEmpty) { return self.complete(at: now) }
        _ = self.move(on: .undone, at: now)
        return [self.cancelled(at: now)]
    }

    fileprivate func cancelled(at instant: Timestamp) -> Effect {
        let undone = self.tasks.filter { $0.undoes != nil && $0.state == .succeeded }.map(\.name)
        return .cancelled(
            WorkOrderCancelled(
                workOrderId: self.id, orderId: self.orderId, type: self.type, cancelledAt: instant, undone: undone))
    }
}

extension WorkTask {
    /// A command that was given up without an answer may have been carried out all the same. Taking back what
    /// was never done does no harm; leaving it might.
    fileprivate var mayHaveHadEffect: Bool {
        self.state == .succeeded || self.isUncertain || self.isUnanswered
    }

    fileprivate mutating func beginAgain(_ identifiers: any IdentifierSource) {
        let wasUnanswered = self.isUnanswered
        guard self.move(on: .reopened) else { return }
        self.isUncertain = self.isUncertain || wasUnanswered
        self.commandId = identifiers.next()
        self.attempts = 0
        self.forgivenAttempts = 0
        self.firstSentAt = nil
        self.begunAt = nil
        self.endedAt = nil
        self.code = nil
        self.message = nil
    }
}

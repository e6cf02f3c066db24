package import Contracts

/// One service number and the work orders on it: commands for it are never in flight two at a time.
///
/// Whatever happens to a work order happens in its lane, and the lane is locked as a whole. The lane is
/// also the only place in which commands begin.
package struct Lane: Hashable, Sendable {
    /// What happens.
    package enum Event: Hashable, Sendable {
        case issued(WorkOrderIssued)
        case cancelRequested(WorkOrderID)
        case answered(NetworkResponse)
        case reported(WorkOrderReported)
        /// A command's deadline, or the end of a delay, by the wall clock.
        case taskTimer(WorkOrderID)
        /// A target near or missed, by the business clock.
        case targetTimer(WorkOrderID)
        /// The system for which a task waits may be given a command.
        case systemReady(WorkOrderID)
    }

    /// What the rules go by beside the event.
    package struct Surroundings: Sendable {
        /// Every work order goes by the one on which its order began.
        package var catalogues: Catalogues
        /// Business time.
        package var now: Timestamp
        package var wallNow: Timestamp
        /// Random, from 0 up to, but not including, 1.
        package var jitter: @Sendable () -> Double
        package var identifiers: any IdentifierSource

        package init(
            catalogues: Catalogues,
            now: Timestamp,
            wallNow: Timestamp,
            jitter: @escaping @Sendable () -> Double,
            identifiers: any IdentifierSource
        ) {
            self.catalogues = catalogues
            self.now = now
            self.wallNow = wallNow
            self.jitter = jitter
            self.identifiers = identifiers
        }
    }

    /// A work order that the event needs was not loaded: a mistake of the caller, by which none may be stuck.
    package struct Incomplete: Error, Hashable {
        package var workOrderId: WorkOrderID
    }

    package let serviceNumber: String
    /// Work orders that want a command in flight, in the order in which they got ready. The first has it.
    package var queue: [WorkOrderID]
    /// At least those of the events and the first two of the queue.
    package var workOrders: [WorkOrderID: WorkOrder]
    /// What is known of the systems to which commands go. All lanes share it: it is given before an event, and passed
    /// on after it, and is no part of what makes lanes equal.
    package var systems = TargetSystems()

    package init(serviceNumber: String, queue: [WorkOrderID] = [], workOrders: [WorkOrderID: WorkOrder] = [:]) {
        self.serviceNumber = serviceNumber
        self.queue = queue
        self.workOrders = workOrders
    }

    package static func == (one: Lane, other: Lane) -> Bool {
        one.serviceNumber == other.serviceNumber && one.queue == other.queue && one.workOrders == other.workOrders
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.serviceNumber)
        hasher.combine(self.queue)
    }

    /// Folds an event. One that comes late or again changes nothing.
    ///
    /// - Returns: in the order in which they are to be told.
    package mutating func apply(_ event: Event, in surroundings: Surroundings) throws(Incomplete) -> [Effect] {
        let effects =
            switch event {
            case .issued(let issued): try self.issue(issued, surroundings)
            case .cancelRequested(let id): try self.cancel(id, surroundings)
            case .answered(let response): try self.answer(response, surroundings)
            case .reported(let report): try self.report(report, surroundings)
            case .taskTimer(let id): try self.taskTimer(id, surroundings)
            case .targetTimer(let id): try self.targetTimer(id, surroundings)
            case .systemReady(let id): try self.systemReady(id, surroundings)
            }
        return effects + (try self.dispatch(surroundings))
    }

    /// A work order of this lane that the caller has loaded.
    func workOrder(_ id: WorkOrderID) throws(Incomplete) -> WorkOrder {
        guard let workOrder = self.workOrders[id] else { throw Incomplete(workOrderId: id) }
        return workOrder
    }

    private mutating func issue(_ issued: WorkOrderIssued, _ surroundings: Surroundings) throws(Incomplete) -> [Effect]
    {
        if let known = self.workOrders[issued.workOrderId] { return self.issueAgain(issued, known, surroundings) }
        let catalogue = surroundings.catalogues[issued.catalogueVersion]
        guard let type = catalogue.workOrderType(issued.type, product: issued.product) else {
            var workOrder = WorkOrder(issued, at: surroundings.now, tasks: [])
            let effects = workOrder.fail(.unknownType(issued), at: surroundings.now)
            self.workOrders[workOrder.id] = workOrder
            return effects
        }
        let tasks = surroundings.tasks(of: type, with: issued.parameters, by: catalogue)
        var workOrder = WorkOrder(issued, at: surroundings.now, tasks: tasks)
        workOrder.watchTarget()
        let effects = self.proceed(&workOrder, surroundings)
        self.workOrders[workOrder.id] = workOrder
        return effects
    }

    private mutating func targetTimer(_ id: WorkOrderID, _ surroundings: Surroundings) throws(Incomplete) -> [Effect] {
        var workOrder = try self.workOrder(id)
        guard let jeopardy = workOrder.noteJeopardy(by: surroundings.now) else { return [.ignored(.notDue)] }
        self.workOrders[id] = workOrder
        return [.jeopardy(jeopardy)]
    }
}

// From task to task.
extension Lane {
    /// Begins the next task of a work order, or completes it.
    mutating func proceed(_ workOrder: inout WorkOrder, _ surroundings: Surroundings) -> [Effect] {
        guard let index = workOrder.nextIndex else { return workOrder.end(at: surroundings.now) }
        if workOrder.tasks[index].awaitsReport {
            _ = workOrder.tasks[index].move(on: .reachedByPeople)
            return workOrder.begin(index, at: surroundings.now)
        }
        _ = workOrder.tasks[index].move(on: .reached)
        self.queue.append(workOrder.id)
        return []
    }

    /// Ends a command's time in flight, whatever came of it.
    mutating func leave(_ id: WorkOrderID) {
        self.queue.removeAll { $0 == id }
    }

    /// Sends the first command of whichever work order is first in the queue now, unless its system is to be spared.
    private mutating func dispatch(_ surroundings: Surroundings) throws(Incomplete) -> [Effect] {
        guard let first = self.queue.first else { return [] }
        var workOrder = try self.workOrder(first)
        guard let index = workOrder.currentIndex, workOrder.tasks[index].state == .ready else { return [] }
        let effects = self.send(index, of: &workOrder, surroundings)
        self.workOrders[first] = workOrder
        return effects
    }

    /// Sends a command, or lets its task wait for the system.
    mutating func send(_ index: Int, of workOrder: inout WorkOrder, _ surroundings: Surroundings) -> [Effect] {
        let system = workOrder.tasks[index].system
        guard self.systems.admit(system, by: surroundings.catalogues.current) else {
            workOrder.holdBack(index, isDown: self.systems[system]?.isOpen == true, surroundings)
            return []
        }
        return self.sendAdmitted(index, of: &workOrder, surroundings)
    }

    private mutating func sendAdmitted(
        _ index: Int,
        of workOrder: inout WorkOrder,
        _ surroundings: Surroundings
    ) -> [Effect] {
        let isBeginning = workOrder.tasks[index].begunAt == nil
        return (isBeginning ? workOrder.begin(index, at: surroundings.now) : []) + workOrder.send(index, surroundings)
    }

    /// A task that waits for its system has its turn.
    private mutating func systemReady(_ id: WorkOrderID, _ surroundings: Surroundings) throws(Incomplete) -> [Effect] {
        var workOrder = try self.workOrder(id)
        guard let index = workOrder.currentIndex, workOrder.tasks[index].state == .queued,
            self.systems.admitWaiting(
                workOrder.tasks[index].system, at: surroundings.wallNow, by: surroundings.catalogues.current)
        else { return [.ignored(.notDue)] }
        let effects = self.sendAdmitted(index, of: &workOrder, surroundings)
        self.workOrders[id] = workOrder
        return effects
    }
}

import Contracts
import Messaging
import Postgres
import ProvisioningDomain

/// The lanes that a batch of events is about, locked until the transaction ends.
struct LockedLanes {
    private let context: HandlingContext
    private var surroundings: Lane.Surroundings
    private var lanes: [String: Lane]
    private let before: [String: Lane]
    private var systems: TargetSystems
    private let systemsBefore: TargetSystems
    private var incidents: [Incident] = []

    /// Locks and loads.
    ///
    /// - Parameters:
    ///   - events: the work order of each event that is to be applied, and its lane.
    ///   - library: where the catalogues are by which tasks are made and retried.
    ///   - versions: of those that are issued now; of what is there already they are known.
    ///   - mayFail: whether an event may tell that a system does not answer: the systems are locked then.
    init(
        of events: [(workOrderId: WorkOrderID, serviceNumber: String)],
        by library: CatalogueLibrary,
        issuedOn versions: some Sequence<String?> = [],
        in context: HandlingContext,
        mayFail: Bool = false
    ) async throws {
        self.context = context
        self.surroundings = Lane.Surroundings(
            catalogues: Catalogues(current: library.current),
            now: context.now,
            wallNow: context.wallNow,
            jitter: context.randomFraction,
            identifiers: context.identifiers
        )
        // Each event may end the turn of one work order, so one more may come to the head.
        let depths = Dictionary(events.map { ($0.serviceNumber, 2) }) { depth, _ in depth + 1 }
        let selection = WorkOrderSelection(
            ids: Set(events.map(\.workOrderId)).sorted(),
            depths: depths.map { ($0.key, $0.value) }
        )
        let (lanes, workOrders, tasks, systems) = try await context.transaction.execute(
            together: LockLanes(serviceNumbers: depths.keys.sorted()),
            FindWorkOrders(selection: selection),
            FindTasks(selection: selection),
            FindTargetSystems()
        )
        self.surroundings.catalogues = try await library.catalogues(
            of: workOrders.map(\.catalogueVersion) + versions, in: context.transaction)
        self.systems = try await TargetSystems(
            systems, by: library.current, mayFail: mayFail, in: context.transaction)
        self.systemsBefore = self.systems
        self.before = Self.assemble(lanes, workOrders, tasks)
        self.lanes = self.before
    }

    private static func assemble(
        _ lanes: [Lane],
        _ workOrders: [WorkOrder],
        _ tasks: [StoredTask]
    ) -> [String: Lane] {
        let tasks = Dictionary(grouping: tasks, by: \.workOrderId)
        var byNumber = Dictionary(lanes.map { ($0.serviceNumber, $0) }) { first, _ in first }
        for var workOrder in workOrders {
            workOrder.tasks = tasks[workOrder.id]?.map(\.task) ?? []
            byNumber[workOrder.serviceNumber]?.workOrders[workOrder.id] = workOrder
        }
        return byNumber
    }

    subscript(_ id: WorkOrderID, on serviceNumber: String) -> WorkOrder? {
        self.lanes[serviceNumber]?.workOrders[id]
    }

    /// Folds an event into its lane.
    ///
    /// - Parameter instant: when it happens, in business time; now where it is not given.
    mutating func apply(
        _ event: Lane.Event,
        on serviceNumber: String,
        at instant: Timestamp? = nil
    ) throws -> [Effect] {
        self.surroundings.now = instant ?? self.context.now
        var lane = self.lanes.removeValue(forKey: serviceNumber) ?? Lane(serviceNumber: serviceNumber)
        lane.systems = self.systems
        defer {
            self.systems = lane.systems
            self.lanes[serviceNumber] = lane
        }
        let effects = try lane.apply(event, in: self.surroundings)
        for effect in effects { self.record(effect, of: event, in: lane) }
        return effects
    }

    /// Records an answer that no work order is known for.
    mutating func recordUnknown(_ response: NetworkResponse) {
        self.incidents.append(Incident(response, .unknownCommand, at: self.context.wallNow))
    }

    private mutating func record(_ effect: Effect, of event: Lane.Event, in lane: Lane) {
        switch (effect, event) {
        case (.retryScheduled(let retry), _):
            guard let workOrder = lane.workOrders[retry.workOrderId], let index = workOrder.currentIndex else { return }
            let commandId = workOrder.tasks[index].commandId
            self.incidents.append(Incident(retry, of: commandId, at: self.context.wallNow))
        case (.ignored(let reason), .answered(let response)):
            guard let kind = Incident.Kind(rawValue: reason.rawValue) else { return }
            self.incidents.append(Incident(response, kind, at: self.context.wallNow))
        default:
            break
        }
    }

    /// Saves what has changed.
    func save() async throws {
        var changes = Changes()
        for (number, lane) in self.lanes { changes.add(lane, before: self.before[number]) }
        let transaction = self.context.transaction
        if !changes.newWorkOrders.isEmpty {
            _ = try await transaction.execute(
                together: InsertLanes(lanes: changes.newLanes),
                InsertWorkOrders(changes.newWorkOrders),
                InsertTasks(changes.newTasks)
            )
        }
        if !changes.lanes.isEmpty || !changes.workOrders.isEmpty || !changes.tasks.isEmpty {
            if !changes.reissued.isEmpty {
                _ = try await transaction.execute(try ReissueWorkOrders(changes.reissued))
            }
            if !changes.addedTasks.isEmpty {
                _ = try await transaction.execute(try InsertTasks(changes.addedTasks))
            }
            _ = try await transaction.execute(
                together: UpdateLanes(lanes: changes.lanes),
                UpdateWorkOrders(workOrders: changes.workOrders),
                UpdateTasks(tasks: changes.tasks)
            )
        }
        if !changes.forgiven.isEmpty {
            _ = try await transaction.execute(ForgiveAttempts(tasks: changes.forgiven))
        }
        let systems = self.systems.known.values.filter { $0.isSavedUnlike(self.systemsBefore[$0.name]) }
        if !systems.isEmpty {
            _ = try await transaction.execute(SaveTargetSystems(systems: systems))
        }
        if !self.incidents.isEmpty {
            _ = try await transaction.execute(AppendIncidents(incidents: self.incidents))
        }
    }
}

/// What differs between lanes as they were loaded and as they are.
private struct Changes {
    var newLanes: [Lane] = []
    var newWorkOrders: [WorkOrder] = []
    var newTasks: [StoredTask] = []
    var lanes: [Lane] = []
    var workOrders: [WorkOrder] = []
    var tasks: [StoredTask] = []
    /// Work orders that were issued once more.
    var reissued: [WorkOrder] = []
    /// Tasks of work orders that were there before.
    var addedTasks: [StoredTask] = []
    /// Tasks that had to wait for their system, or do not count that any more.
    var forgiven: [StoredTask] = []

    mutating func add(_ lane: Lane, before: Lane?) {
        if before == nil {
            // A lane without a work order is none: the event was for a number that has nothing.
            if !lane.workOrders.isEmpty { self.newLanes.append(lane) }
        } else if lane.queue != before?.queue {
            self.lanes.append(lane)
        }
        for (id, workOrder) in lane.workOrders { self.add(workOrder, before: before?.workOrders[id]) }
    }

    private mutating func add(_ workOrder: WorkOrder, before: WorkOrder?) {
        guard var former = before else {
            self.newWorkOrders.append(workOrder)
            self.newTasks += workOrder.tasks.enumerated().map { StoredTask(workOrder.id, $0, $1) }
            return
        }
        for (position, task) in workOrder.tasks.enumerated() {
            let stored = StoredTask(workOrder.id, position, task)
            if position >= former.tasks.count {
                self.addedTasks.append(stored)
            } else if task != former.tasks[position] {
                self.tasks.append(stored)
                if task.forgivenAttempts != former.tasks[position].forgivenAttempts { self.forgiven.append(stored) }
            }
        }
        if workOrder.issueNumber != former.issueNumber { self.reissued.append(workOrder) }
        former.tasks = workOrder.tasks
        if workOrder != former { self.workOrders.append(workOrder) }
    }
}

extension StoredTask {
    fileprivate init(_ workOrderId: WorkOrderID, _ position: Int, _ task: WorkTask) {
        self.init(workOrderId: workOrderId, position: position, task: task)
    }
}

extension TargetSystems {
    /// Those of the rows, and those that have a limit, whose commands are counted under the lock.
    fileprivate init(
        _ rows: [StoredTargetSystem],
        by catalogue: Catalogue,
        mayFail: Bool,
        in transaction: Transaction
    ) async throws {
        let limited = catalogue.limitedSystems
        var systems = rows.map { $0.system(by: catalogue) }
        if mayFail || !limited.isEmpty || systems.contains(where: \.isInTrouble) {
            let (_, locked, measured) = try await transaction.execute(
                together: EnsureTargetSystems(names: limited),
                LockTargetSystems(),
                MeasureTargetSystems(names: limited)
            )
            systems = locked.map { $0.system(by: catalogue) }
            for row in measured {
                guard let index = systems.firstIndex(where: { $0.name == row.name }) else { continue }
                systems[index].inFlight = Int(row.inFlight)
                systems[index].isWaitedFor = row.isWaitedFor
            }
        }
        self.init(systems)
    }
}

extension TargetSystem {
    /// Whether what is kept of it differs.
    fileprivate func isSavedUnlike(_ other: TargetSystem?) -> Bool {
        guard var other else { return true }
        other.inFlight = self.inFlight
        other.isWaitedFor = self.isWaitedFor
        return self != other
    }
}

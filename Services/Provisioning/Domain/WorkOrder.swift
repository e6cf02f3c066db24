package import Contracts

/// One product's part of an order, as it is carried out: its tasks one after the other.
package struct WorkOrder: Hashable, Sendable {
    package typealias State = WorkOrderLifecycle.State

    /// Why it was not carried out.
    package struct Failure: Hashable, Sendable {
        /// The task's name; `issue` where there was none to begin with.
        package var task: String
        package var code: String
        package var message: String

        package init(task: String, code: String, message: String) {
            self.task = task
            self.code = code
            self.message = message
        }
    }

    package var id: WorkOrderID
    package var orderId: OrderID
    package var type: String
    package var product: String
    package var memberRef: String
    package var serviceNumber: String
    package var parameters: JSONObject
    package var compensates: WorkOrderID?
    /// On which the order began.
    package var catalogueVersion: String?
    /// How often it was issued, from 1.
    package var issueNumber: Int
    package var state: State = .queued
    package var issuedAt: Timestamp
    /// When its target time ends; an appointment moves it.
    package var dueAt: Timestamp
    /// When the target is near or missed next; `nil` when there is nothing more to tell.
    package var jeopardyAt: Timestamp?
    /// The gravest that was told.
    package var jeopardy: JeopardyKind?
    package var startedAt: Timestamp?
    /// When it completed, failed or was cancelled.
    package var endedAt: Timestamp?
    /// When its end was asked for first.
    package var cancelRequestedAt: Timestamp?
    package var failure: Failure?
    package var tasks: [WorkTask]

    /// As issued. One that is stored is given its further state afterwards.
    package init(_ issued: WorkOrderIssued, at issuedAt: Timestamp, tasks: [WorkTask]) {
        self.id = issued.workOrderId
        self.orderId = issued.orderId
        self.type = issued.type
        self.product = issued.product
        self.memberRef = issued.memberRef
        self.serviceNumber = issued.serviceNumber
        self.parameters = issued.parameters
        self.compensates = issued.compensates
        self.catalogueVersion = issued.catalogueVersion
        self.issueNumber = max(1, issued.issueNumber ?? 1)
        self.issuedAt = issuedAt
        self.dueAt = issued.dueAt
        self.tasks = tasks
    }

    /// Commands sent for all tasks, repetitions included.
    package var attempts: Int { self.tasks.reduce(0) { $0 + $1.attempts } }

    /// What each task that is done came to, by its name.
    package var results: JSONObject {
        var results: JSONObject = [:]
        for (index, task) in self.tasks.enumerated() where task.state == .succeeded {
            var result: JSONObject = ["attempts": .integer(Int64(task.attempts))]
            result["code"] = task.code.map { .string($0) }
            // A type may name one task twice.
            results[results[task.name] == nil ? task.name : "\(task.name)#\(index + 1)"] = .object(result)
        }
        return results
    }

    /// The task that is under way or wants to be; with tasks one after the other there is at most one.
    package var currentIndex: Int? {
        self.tasks.firstIndex { !$0.state.isFinal && $0.state != .waiting }
    }

    /// The task whose turn comes next.
    var nextIndex: Int? { self.tasks.firstIndex { $0.state == .waiting } }

    /// Moves along the table, and stamps.
    ///
    /// - Parameter now: business time.
    /// - Returns: whether the event has an effect here.
    mutating func move(on event: WorkOrderLifecycle.Event, at now: Timestamp) -> Bool {
        guard let next = WorkOrderLifecycle.next(self.state, on: event) else { return false }
        self.state = next
        if event == .taskBegun, self.startedAt == nil { self.startedAt = now }
        if next.isFinal {
            self.endedAt = now
            self.jeopardyAt = nil
            for index in self.tasks.indices where self.tasks[index].move(on: .dropped) {
                self.tasks[index].endedAt = now
            }
        }
        return true
    }

    /// The command of a task, as its latest attempt sends it.
    func command(_ index: Int, deadline: Timestamp) -> NetworkCommand {
        let task = self.tasks[index]
        return NetworkCommand(
            commandId: task.commandId,
            workOrderId: self.id,
            orderId: self.orderId,
            taskId: task.id,
            system: task.system,
            operation: task.operation,
            serviceNumber: self.serviceNumber,
            // What takes back has parameters of its own: the former values.
            parameters: task.undoes == nil ? self.parameters.merging(task.parameters) { $1 } : task.parameters,
            attempt: task.attempts,
            deadline: deadline
        )
    }
}

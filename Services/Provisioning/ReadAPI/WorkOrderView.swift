import Contracts
import ProvisioningDomain

/// A work order in lists.
struct WorkOrderSummary: Encodable, Sendable {
    var workOrderId: WorkOrderID
    var orderId: OrderID
    var type: String
    var product: String
    var memberRef: String
    var serviceNumber: String
    var compensates: WorkOrderID?
    var state: String
    var issuedAt: Timestamp
    var dueAt: Timestamp
    var jeopardy: JeopardyKind?
    var startedAt: Timestamp?
    var endedAt: Timestamp?
    var cancelRequestedAt: Timestamp?
    /// Of a failed one.
    var failure: Failure?

    struct Failure: Encodable, Sendable {
        var task: String
        var code: String
        var message: String
    }

    init(_ workOrder: WorkOrder) {
        self.workOrderId = workOrder.id
        self.orderId = workOrder.orderId
        self.type = workOrder.type
        self.product = workOrder.product
        self.memberRef = workOrder.memberRef
        self.serviceNumber = workOrder.serviceNumber
        self.compensates = workOrder.compensates
        self.state = workOrder.state.rawValue
        self.issuedAt = workOrder.issuedAt
        self.dueAt = workOrder.dueAt
        self.jeopardy = workOrder.jeopardy
        self.startedAt = workOrder.startedAt
        self.endedAt = workOrder.endedAt
        self.cancelRequestedAt = workOrder.cancelRequestedAt
        self.failure = workOrder.failure.map { Failure(task: $0.task, code: $0.code, message: $0.message) }
    }
}

/// A work order with its tasks and their attempts.
struct WorkOrderView: Encodable, Sendable {
    private let summary: WorkOrderSummary
    private let detail: Detail

    private struct Detail: Encodable {
        var parameters: JSONObject
        var catalogueVersion: String?
        var tasks: [TaskView]
        /// That belong to no task of this work order.
        var unknownAnswers: [AnswerView]
    }

    init(_ workOrder: WorkOrder, _ incidents: [Incident]) {
        self.summary = WorkOrderSummary(workOrder)
        let incidents = Dictionary(grouping: incidents, by: \.commandId)
        let known = Set(workOrder.tasks.map(\.commandId))
        self.detail = Detail(
            parameters: workOrder.parameters,
            catalogueVersion: workOrder.catalogueVersion,
            tasks: workOrder.tasks.map { TaskView($0, incidents[$0.commandId] ?? []) },
            unknownAnswers: incidents.filter { !known.contains($0.key) }.values.joined().compactMap(AnswerView.init)
        )
    }

    func encode(to encoder: any Encoder) throws {
        try self.summary.encode(to: encoder)
        try self.detail.encode(to: encoder)
    }
}

/// One step of a work order.
struct TaskView: Encodable, Sendable {
    var taskId: TaskID
    /// Of all its attempts; absent for field work that people report.
    var commandId: CommandID?
    var name: String
    /// The task that it takes back.
    var undoes: TaskID?
    var parameters: JSONObject
    var state: String
    var begunAt: Timestamp?
    var endedAt: Timestamp?
    /// Of one that waits for its system: since when, by the wall clock.
    var waitsForSystemSince: Timestamp?
    var attempts: [AttemptView]
    /// That came late or again.
    var answersWithoutEffect: [AnswerView]

    init(_ task: WorkTask, _ incidents: [Incident]) {
        self.taskId = task.id
        self.commandId = task.awaitsReport ? nil : task.commandId
        self.name = task.name
        self.undoes = task.undoes
        self.parameters = task.parameters
        self.state = task.state.rawValue
        self.begunAt = task.begunAt
        self.endedAt = task.endedAt
        self.waitsForSystemSince = task.state == .queued ? task.timerAt : nil
        self.attempts = incidents.compactMap(AttemptView.init)
        if let latest = AttemptView(latestOf: task), !self.attempts.contains(where: { $0.attempt == latest.attempt }) {
            self.attempts.append(latest)
        }
        self.answersWithoutEffect = incidents.compactMap(AnswerView.init)
    }
}

/// One command sent for a task. All times are by the wall clock.
struct AttemptView: Encodable, Sendable {
    enum Outcome: String, Encodable {
        /// Its answer is waited for.
        case awaited
        case succeeded
        case failed
        /// People do it, and report.
        case passedToPeople
    }

    var attempt: Int
    var outcome: Outcome
    /// What the element said, or why there was nothing to hear.
    var code: String?
    var message: String?
    var failedAt: Timestamp?
    /// Of a failed one, after which another follows.
    var nextAttemptAt: Timestamp?
    /// Of one that is awaited.
    var deadline: Timestamp?

    /// One after which another follows; `nil` for another kind of incident.
    init?(_ incident: Incident) {
        guard let attempt = incident.attempt else { return nil }
        self.attempt = attempt
        self.outcome = .failed
        self.code = incident.code
        self.message = incident.message
        self.failedAt = incident.at
        self.nextAttemptAt = incident.nextAttemptAt
    }

    /// The latest, unless it is one after which another follows.
    init?(latestOf task: WorkTask) {
        guard task.attempts > 0 else { return nil }
        switch task.state {
        case .sent: self.outcome = .awaited
        case .succeeded: self.outcome = .succeeded
        case .queued, .failed, .dropped: self.outcome = .failed
        case .awaitingReport: self.outcome = .passedToPeople
        case .waiting, .ready, .backingOff: return nil
        }
        self.attempt = task.attempts
        self.deadline = task.state == .sent ? task.timerAt : nil
        // While an answer is awaited, they are those of the attempt before.
        if task.state != .sent {
            self.code = task.code
            self.message = task.message
        }
    }
}

/// An answer without effect.
struct AnswerView: Encodable, Sendable {
    var reason: String
    var status: String
    var code: String?
    var message: String?
    /// When it was read, by the wall clock.
    var at: Timestamp

    /// `nil` for another kind of incident.
    init?(_ incident: Incident) {
        guard let status = incident.status else { return nil }
        self.reason = incident.kind.rawValue
        self.status = status.rawValue
        self.code = incident.code
        self.message = incident.message
        self.at = incident.at
    }
}

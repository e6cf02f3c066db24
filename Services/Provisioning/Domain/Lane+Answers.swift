import Contracts

// What elements and people say, and when they say nothing.
extension Lane {
    /// Of a timer that fires later than this after its time, the cause is here and not at the element.
    static let tolerableLatenessMicroseconds: Int64 = 5_000_000

    mutating func answer(_ response: NetworkResponse, _ surroundings: Surroundings) throws(Incomplete) -> [Effect] {
        var workOrder = try self.workOrder(response.workOrderId)
        guard let index = workOrder.tasks.firstIndex(where: { $0.commandId == response.commandId }),
            workOrder.tasks[index].attempts > 0
        else { return [.ignored(.unknownCommand)] }
        let task = workOrder.tasks[index]
        let verdict = Verdict(response)
        // Late or not, it says that the system works.
        if verdict.event != .attemptFailed { self.systems.noteAnswer(of: task.system, to: task.state) }
        // A report may be waited for only since the command was answered; otherwise the answer is the first.
        guard task.state.holdsLane else { return [.ignored(task.isGivenUp ? .lateAnswer : .repeatedAnswer)] }
        if verdict.event == .attemptFailed {
            if task.state != .sent { return [.ignored(.repeatedAnswer)] }
            // The attempt in flight may yet succeed.
            if let attempt = response.attempt, attempt < task.attempts { return [.ignored(.lateAnswer)] }
            let policy = surroundings.catalogues[workOrder.catalogueVersion].retryPolicy(of: index, in: workOrder)
            let sentAt = task.timerAt?.advanced(byMilliseconds: -policy.timeoutMilliseconds)
            self.systems.noteTryAgain(of: task.system, toCommandOf: sentAt)
        }
        let effects = self.take(verdict, index, of: &workOrder, surroundings)
        self.workOrders[workOrder.id] = workOrder
        return effects
    }

    mutating func report(_ report: WorkOrderReported, _ surroundings: Surroundings) throws(Incomplete) -> [Effect] {
        var workOrder = try self.workOrder(report.workOrderId)
        guard let index = workOrder.currentIndex, workOrder.tasks[index].state == .awaitingReport else {
            let text = "the work order is \(workOrder.state.rawValue) and waits for no report"
            return [.refused(code: ProvisioningCode.notAllowedInState, text: text)]
        }
        let effects: [Effect]
        switch report.status {
        case "completed":
            effects = self.take(Verdict(event: .succeeded), index, of: &workOrder, surroundings)
        case "failed":
            let message = report.reason ?? "no reason given"
            let verdict = Verdict(event: .failed, code: ProvisioningCode.fieldFailed, message: message)
            effects = self.take(verdict, index, of: &workOrder, surroundings)
        case "appointment":
            guard let appointmentAt = report.appointmentAt else {
                return [.refused(code: ProvisioningCode.missingField, text: "/appointmentAt: the field is required")]
            }
            workOrder.moveTarget(to: appointmentAt, surroundings)
            effects = [.rescheduled(workOrder.rescheduled(to: appointmentAt, by: report, at: surroundings.now))]
        default:
            let text = "/status: '\(report.status.prefix(40))'; accepted: completed, failed, appointment"
            return [.refused(code: ProvisioningCode.invalidValue, text: text)]
        }
        self.workOrders[workOrder.id] = workOrder
        return effects
    }

    mutating func taskTimer(_ id: WorkOrderID, _ surroundings: Surroundings) throws(Incomplete) -> [Effect] {
        var workOrder = try self.workOrder(id)
        guard let index = workOrder.currentIndex, let timerAt = workOrder.tasks[index].timerAt,
            timerAt <= surroundings.wallNow
        else { return [.ignored(.notDue)] }
        let lateness = surroundings.wallNow.microseconds(since: timerAt)
        let wasAway = lateness > Self.tolerableLatenessMicroseconds
        if wasAway, let firstSentAt = workOrder.tasks[index].firstSentAt {
            workOrder.tasks[index].firstSentAt = Timestamp(microseconds: firstSentAt.microseconds + lateness)
        }
        let effects: [Effect]
        switch workOrder.tasks[index].state {
        case .sent where wasAway:
            // The answer may be there and unread: it gets the time that an answer takes once more.
            let policy = surroundings.catalogues[workOrder.catalogueVersion].retryPolicy(of: index, in: workOrder)
            workOrder.tasks[index].timerAt = surroundings.wallNow.advanced(byMilliseconds: policy.timeoutMilliseconds)
            effects = []
        case .sent:
            effects = self.take(.noAnswer, index, of: &workOrder, surroundings)
        case .backingOff:
            effects = self.send(index, of: &workOrder, surroundings)
        default:
            return [.ignored(.notDue)]
        }
        self.workOrders[id] = workOrder
        return effects
    }

    /// Moves a task by what was said of it.
    private mutating func take(
        _ verdict: Verdict,
        _ index: Int,
        of workOrder: inout WorkOrder,
        _ surroundings: Surroundings
    ) -> [Effect] {
        workOrder.tasks[index].code = verdict.code
        workOrder.tasks[index].message = verdict.message
        let system = workOrder.tasks[index].system
        if verdict.event == .attemptFailed {
            self.systems.noteFailure(
                of: system, on: self.serviceNumber, at: surroundings.wallNow, by: surroundings.catalogues.current)
        }
        if workOrder.state == .cancelling, workOrder.tasks[index].undoes == nil {
            return self.takeLast(verdict, index, of: &workOrder, surroundings)
        }
        switch verdict.event {
        case .attemptFailed where self.systems[system]?.isOpen == true:
            workOrder.holdBack(index, isDown: true, surroundings)
            return []
        case .attemptFailed:
            if let retry = workOrder.scheduleRetry(index, surroundings) { return [retry] }
            self.leave(workOrder.id)
            return workOrder.failTask(index, at: surroundings.now)
        case .succeeded where workOrder.tasks[index].move(on: .succeeded):
            workOrder.tasks[index].endedAt = surroundings.now
            self.leave(workOrder.id)
            return self.proceed(&workOrder, surroundings)
        case .passedToPeople where workOrder.tasks[index].move(on: .passedToPeople):
            self.leave(workOrder.id)
            return []
        default:
            self.leave(workOrder.id)
            return workOrder.failTask(index, at: surroundings.now)
        }
    }
}

extension Lane {
    /// What was in flight when the work order's end was asked for has come to its own: it is not tried again.
    private mutating func takeLast(
        _ verdict: Verdict,
        _ index: Int,
        of workOrder: inout WorkOrder,
        _ surroundings: Surroundings
    ) -> [Effect] {
        switch verdict.event {
        case .succeeded, .failed: _ = workOrder.tasks[index].move(on: verdict.event)
        default: _ = workOrder.tasks[index].move(on: .dropped)
        }
        workOrder.tasks[index].endedAt = surroundings.now
        self.leave(workOrder.id)
        return self.takeBack(&workOrder, surroundings)
    }
}

/// What an answer, a report or silence means for a task.
struct Verdict {
    var event: TaskLifecycle.Event
    var code: String?
    var message: String?

    init(event: TaskLifecycle.Event, code: String? = nil, message: String? = nil) {
        self.event = event
        self.code = code
        self.message = message
    }

    init(_ response: NetworkResponse) {
        self.event =
            switch response.status {
            case .succeeded: .succeeded
            case .failed where response.retriable == true: .attemptFailed
            case .failed where response.code == ProvisioningCode.needsReport: .passedToPeople
            case .failed, .rejected: .failed
            }
        self.code = response.code ?? (self.event == .succeeded ? nil : ProvisioningCode.elementFailed)
        self.message = response.message
    }

    static let noAnswer = Verdict(
        event: .attemptFailed,
        code: ProvisioningCode.noAnswer,
        message: "no answer by the deadline"
    )
}

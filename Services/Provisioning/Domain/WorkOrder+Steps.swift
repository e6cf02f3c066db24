import Contracts

// The steps of a work order, each with what it tells.
extension WorkOrder {
    /// A task is under way; with the first, so is the work order.
    mutating func begin(_ index: Int, at now: Timestamp) -> [Effect] {
        self.tasks[index].begunAt = now
        let isBeginning = self.startedAt == nil && self.state != .cancelling
        guard self.move(on: .taskBegun, at: now), isBeginning else { return [] }
        let started = WorkOrderStarted(
            workOrderId: self.id, orderId: self.orderId, type: self.type, startedAt: now,
            issueNumber: self.issueNumber)
        return [.started(started)]
    }

    /// Sends the command of a task, for the first time or once more.
    mutating func send(_ index: Int, _ surroundings: Lane.Surroundings) -> [Effect] {
        // Whoever had to wait for its system begins to count anew.
        if self.tasks[index].state == .queued { self.tasks[index].firstSentAt = nil }
        guard self.tasks[index].move(on: .commandSent) else { return [] }
        let policy = surroundings.catalogues[self.catalogueVersion].retryPolicy(of: index, in: self)
        let deadline = surroundings.wallNow.advanced(byMilliseconds: policy.timeoutMilliseconds)
        self.tasks[index].attempts += 1
        self.tasks[index].firstSentAt = self.tasks[index].firstSentAt ?? surroundings.wallNow
        self.tasks[index].timerAt = deadline
        return [.command(self.command(index, deadline: deadline))]
    }

    /// Lets a task wait for its system.
    ///
    /// - Parameter isDown: whether it waits because the system does not answer; attempts without an answer are not held
    ///   against it then. One that was answered counts: who is told "try again" each time comes to an end.
    mutating func holdBack(_ index: Int, isDown: Bool, _ surroundings: Lane.Surroundings) {
        guard self.tasks[index].move(on: .heldBack) else { return }
        if isDown, self.tasks[index].isUnanswered {
            self.tasks[index].forgivenAttempts = self.tasks[index].attempts
        }
        self.tasks[index].timerAt = surroundings.wallNow
    }

    /// - Returns: `nil` when there is no attempt left.
    mutating func scheduleRetry(_ index: Int, _ surroundings: Lane.Surroundings) -> Effect? {
        let policy = surroundings.catalogues[self.catalogueVersion].retryPolicy(of: index, in: self)
        let next = policy.nextAttempt(
            after: self.tasks[index].attempts - self.tasks[index].forgivenAttempts,
            firstSentAt: self.tasks[index].firstSentAt ?? surroundings.wallNow,
            at: surroundings.wallNow,
            jitter: surroundings.jitter()
        )
        guard let next, self.tasks[index].move(on: .attemptFailed) else { return nil }
        self.tasks[index].timerAt = next
        return .retryScheduled(
            WorkOrderRetryScheduled(
                workOrderId: self.id,
                orderId: self.orderId,
                type: self.type,
                task: self.tasks[index].name,
                attempt: self.tasks[index].attempts,
                code: self.tasks[index].code ?? ProvisioningCode.elementFailed,
                message: self.tasks[index].message ?? "",
                nextAttemptAt: next,
                issueNumber: self.issueNumber
            )
        )
    }

    /// A task failed for good, and the work order with it. Its code and message are set already.
    mutating func failTask(_ index: Int, at now: Timestamp) -> [Effect] {
        _ = self.tasks[index].move(on: .failed)
        self.tasks[index].endedAt = now
        let failure = Failure(
            task: self.tasks[index].name,
            code: self.tasks[index].code ?? ProvisioningCode.elementFailed,
            message: self.tasks[index].message ?? ""
        )
        return self.fail(failure, at: now)
    }

    mutating func fail(_ failure: Failure, at now: Timestamp) -> [Effect] {
        let undoing = self.state == .cancelling
        self.failure = failure
        _ = self.move(on: .taskFailed, at: now)
        return [
            .failed(
                WorkOrderFailed(
                    workOrderId: self.id,
                    orderId: self.orderId,
                    type: self.type,
                    failedAt: now,
                    attempts: self.attempts,
                    results: self.results,
                    task: failure.task,
                    code: failure.code,
                    message: failure.message,
                    undoing: undoing ? true : nil,
                    issueNumber: self.issueNumber
                )
            )
        ]
    }

    mutating func complete(at now: Timestamp) -> [Effect] {
        _ = self.move(on: .lastTaskSucceeded, at: now)
        return [
            .completed(
                WorkOrderCompleted(
                    workOrderId: self.id,
                    orderId: self.orderId,
                    type: self.type,
                    completedAt: now,
                    attempts: self.attempts,
                    results: self.results
                )
            )
        ]
    }
}

extension WorkTask {
    /// Whether it ended without an answer: what comes now comes late.
    var isGivenUp: Bool { self.state == .dropped || self.code == ProvisioningCode.noAnswer }
}

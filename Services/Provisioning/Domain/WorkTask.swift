package import Contracts

/// One step of a work order on one system; fixed when the work order is issued.
package struct WorkTask: Hashable, Sendable {
    package typealias State = TaskLifecycle.State

    package var id: TaskID
    /// The same on every repetition; another once the task is begun anew after a failure for good, so that no element
    /// takes the new command for the failed one.
    package var commandId: CommandID
    /// The system and the operation: `hlr.createSubscriber`.
    package var name: String
    /// Beside the work order's own parameters, over which they win.
    package var parameters: JSONObject
    /// Whether people do it and report, and no command is sent.
    package var awaitsReport: Bool
    /// The system and operation that take it back; `nil` when it leaves nothing behind.
    package var undo: String?
    /// The task that this one takes back.
    package var undoes: TaskID?
    /// A command of a former issue was given up without an answer: it may have been carried out.
    package var isUncertain = false
    package var state: State = .waiting
    /// Commands sent, repetitions included.
    package var attempts = 0
    /// Of those, the ones that are not held against it: its system did not answer anybody.
    package var forgivenAttempts = 0
    /// By the wall clock. Time in which this service was away is left out: later than it was.
    package var firstSentAt: Timestamp?
    /// By the wall clock: when the attempt has had no answer, or when the next is to begin; of one that waits for its
    /// system, since when.
    package var timerAt: Timestamp?
    /// By the business clock.
    package var begunAt: Timestamp?
    /// By the business clock.
    package var endedAt: Timestamp?
    /// Of the last answer or fault that counted.
    package var code: String?
    package var message: String?

    package init(
        id: TaskID,
        name: String,
        parameters: JSONObject = [:],
        awaitsReport: Bool = false,
        undo: String? = nil,
        undoes: TaskID? = nil
    ) {
        self.id = id
        // At first one id serves both.
        self.commandId = CommandID(rawValue: id.rawValue)
        self.name = name
        self.parameters = parameters
        self.awaitsReport = awaitsReport
        self.undo = undo
        self.undoes = undoes
    }

    package var system: String { String(self.name.prefix { $0 != "." }) }
    package var operation: String { String(self.name.drop { $0 != "." }.dropFirst()) }

    /// Whether the last command sent had no answer.
    var isUnanswered: Bool { self.attempts > 0 && self.code == ProvisioningCode.noAnswer }

    /// Moves along the table.
    ///
    /// - Returns: whether the event has an effect here.
    mutating func move(on event: TaskLifecycle.Event) -> Bool {
        guard let next = TaskLifecycle.next(self.state, on: event) else { return false }
        self.state = next
        if !next.holdsLane { self.timerAt = nil }
        return true
    }
}

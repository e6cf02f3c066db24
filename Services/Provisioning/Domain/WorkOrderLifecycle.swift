/// Which event moves which state of a work order where: one table. What is not in it changes nothing.
package enum WorkOrderLifecycle {
    package enum State: String, Sendable, CaseIterable {
        /// Nothing has been begun: its first command waits for others on the same service number.
        case queued
        case inProgress
        /// Its end was asked for: what is in flight is awaited, and what was done is taken back.
        case cancelling
        case completed
        /// A task failed for good, or could not be taken back. It may be issued again, or cancelled.
        case failed
        case cancelled

        package var isFinal: Bool {
            switch self {
            case .queued, .inProgress, .cancelling: false
            case .completed, .failed, .cancelled: true
            }
        }
    }

    package enum Event: String, Sendable, CaseIterable {
        /// A command has been sent, or a field report is waited for.
        case taskBegun
        case lastTaskSucceeded
        /// A task failed for good, or there is nothing known to be done.
        case taskFailed
        case cancelRequested
        /// Nothing is left that would have to be taken back.
        case undone
        /// After a failure, once more.
        case issuedAgain
    }

    /// - Returns: the state after the event, which may be the same; `nil` when the event has no effect here.
    package static func next(_ state: State, on event: Event) -> State? {
        switch (state, event) {
        case (.queued, .taskBegun): .inProgress
        // A type without tasks; the catalogue's check leaves none, and nothing may be stuck.
        case (.queued, .lastTaskSucceeded): .completed
        case (.queued, .taskFailed): .failed
        case (.queued, .cancelRequested): .cancelling

        case (.inProgress, .taskBegun): .inProgress
        case (.inProgress, .lastTaskSucceeded): .completed
        case (.inProgress, .taskFailed): .failed
        case (.inProgress, .cancelRequested): .cancelling

        case (.cancelling, .taskBegun): .cancelling
        // It was too late: the task in flight was the last.
        case (.cancelling, .lastTaskSucceeded): .completed
        case (.cancelling, .taskFailed): .failed
        case (.cancelling, .undone): .cancelled

        case (.failed, .issuedAgain): .queued
        // What its tasks had done before the failure is taken back.
        case (.failed, .cancelRequested): .cancelling

        default: nil
        }
    }
}

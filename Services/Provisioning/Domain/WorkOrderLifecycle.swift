/// Which event moves which state of a work order where: one table. What is not in it changes nothing.
package enum WorkOrderLifecycle {
    package enum State: String, Sendable, CaseIterable {
        /// Nothing has been begun: its first command waits for others on the same service number.
        case queued
        case inProgress
        case completed
        case failed
        case cancelled

        package var isFinal: Bool {
            switch self {
            case .queued, .inProgress: false
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
        /// It is to be cancelled, and nothing has been done for it that would have to be undone.
        case cancelledUndone
    }

    /// - Returns: the state after the event, which may be the same; `nil` when the event has no effect here.
    package static func next(_ state: State, on event: Event) -> State? {
        switch (state, event) {
        case (.queued, .taskBegun): .inProgress
        // A type without tasks; the catalogue's check leaves none, and nothing may be stuck.
        case (.queued, .lastTaskSucceeded): .completed
        case (.queued, .taskFailed): .failed
        case (.queued, .cancelledUndone): .cancelled

        case (.inProgress, .taskBegun): .inProgress
        case (.inProgress, .lastTaskSucceeded): .completed
        case (.inProgress, .taskFailed): .failed
        case (.inProgress, .cancelledUndone): .cancelled

        default: nil
        }
    }
}

/// Which event moves which state of a work order where, as its order sees it: one table. What is not in
/// it changes nothing.
package enum WorkOrderLifecycle {
    package enum State: String, Sendable, CaseIterable {
        /// Those before it are not complete.
        case waiting
        case issued
        /// Provisioning has said that it is under way.
        case inProgress
        case completed
        case failed
        case cancelled
        /// Left out by a person or by a rule.
        case skipped

        /// Nothing more is expected of it, and those after it may go on.
        package var isDone: Bool { self == .completed || self == .skipped }

        /// Provisioning has it.
        package var isUnderWay: Bool { self == .issued || self == .inProgress }
    }

    package enum Event: String, Sendable, CaseIterable {
        case predecessorsDone
        case started
        case retryScheduled
        case completed
        case failed
        case cancelled
        /// Its target is near or missed: the state stays.
        case jeopardy
    }

    /// - Returns: the state after the event, which may be the same; `nil` when the event has no effect here.
    package static func next(_ state: State, on event: Event) -> State? {
        switch (state, event) {
        case (.waiting, .predecessorsDone): .issued

        case (.issued, .started): .inProgress
        case (.issued, .retryScheduled): .inProgress
        // What is complete has been started, whether or not that was heard of.
        case (.issued, .completed): .completed
        case (.issued, .failed): .failed
        case (.issued, .cancelled): .cancelled
        case (.issued, .jeopardy): .issued

        case (.inProgress, .retryScheduled): .inProgress
        case (.inProgress, .completed): .completed
        case (.inProgress, .failed): .failed
        case (.inProgress, .cancelled): .cancelled
        case (.inProgress, .jeopardy): .inProgress

        default: nil
        }
    }
}

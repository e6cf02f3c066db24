/// Which event moves which state of a work order where, as its order sees it: one table. What is not in
/// it changes nothing.
package enum WorkOrderLifecycle {
    package enum State: String, Sendable, CaseIterable {
        /// Those before it are not complete.
        case waiting
        case issued
        /// Provisioning has said that it is under way.
        case inProgress
        /// Its end was asked for, and Provisioning has not yet said what came of it.
        case cancelling
        case completed
        case failed
        case cancelled
        /// Left out by a person or by a rule.
        case skipped

        /// Nothing more is expected of it, and those after it may go on.
        package var isDone: Bool { self == .completed || self == .skipped }

        /// Provisioning has it.
        package var isUnderWay: Bool { self == .issued || self == .inProgress || self == .cancelling }
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
        /// An appointment has moved its target: the state stays.
        case rescheduled
        /// After a failure, once more.
        case issuedAgain
        /// A person or a rule leaves it out.
        case skipped
        case cancelRequested
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
        case (.issued, .rescheduled): .issued

        case (.inProgress, .retryScheduled): .inProgress
        case (.inProgress, .completed): .completed
        case (.inProgress, .failed): .failed
        case (.inProgress, .cancelled): .cancelled
        case (.inProgress, .jeopardy): .inProgress
        case (.inProgress, .rescheduled): .inProgress

        // The order is cancelled: it was never issued.
        case (.waiting, .cancelRequested): .cancelled
        case (.issued, .cancelRequested): .cancelling
        case (.inProgress, .cancelRequested): .cancelling
        // What its tasks had done before the failure is to be taken back.
        case (.failed, .cancelRequested): .cancelling
        case (.skipped, .cancelRequested): .cancelling

        case (.cancelling, .started): .cancelling
        case (.cancelling, .retryScheduled): .cancelling
        // It was too late.
        case (.cancelling, .completed): .completed
        case (.cancelling, .cancelled): .cancelled
        // What it had done could not be taken back.
        case (.cancelling, .failed): .failed

        case (.failed, .issuedAgain): .issued
        case (.failed, .skipped): .skipped
        // Cancelled without a request of the order: there is nothing to begin again.
        case (.cancelled, .skipped): .skipped

        default: nil
        }
    }
}

/// Which event moves which state of an order where: one table. What is not in it changes nothing.
package enum OrderLifecycle {
    /// TM Forum's names.
    package enum State: String, Sendable, CaseIterable {
        /// Accepted and taken apart; nothing is known to be under way.
        case acknowledged
        case inProgress
        /// A work order failed: a person decides.
        case held
        /// Every work order is done, and the effect is yet to come.
        case pending
        /// Its end was asked for: what is under way is stopped, and what was done is undone.
        case pendingCancellation
        /// In effect.
        case completed
        /// Ended with some of its work orders undone.
        case partial
        /// Ended without effect.
        case failed
        case cancelled
        /// Never accepted.
        case rejected

        package var isFinal: Bool {
            switch self {
            case .acknowledged, .inProgress, .held, .pending, .pendingCancellation: false
            case .completed, .partial, .failed, .cancelled, .rejected: true
            }
        }
    }

    package enum Event: String, Sendable, CaseIterable {
        case workOrderStarted
        /// One has come to its end, and others are still to be done.
        case workOrderCompleted
        case lastWorkOrderCompleted
        /// Failed for good, or cancelled without having been asked to.
        case workOrderFailed
        case effectReached
        case cancelRequested
        /// Nothing waits for a person any more.
        case resumed
        /// Likewise, and the order is to be cancelled.
        case cancellationResumed
        /// Everything is stopped and undone.
        case undone
        /// Everything is stopped, and some of what was done was left as it is by a person.
        case undoneInPart
        /// Every work order was left out.
        case nothingDone
        /// What the order asked of another one has come to pass.
        case fulfilled
    }

    /// - Returns: the state after the event, which may be the same; `nil` when the event has no effect here.
    package static func next(_ state: State, on event: Event) -> State? {
        switch (state, event) {
        case (.acknowledged, .workOrderStarted): .inProgress
        case (.acknowledged, .workOrderCompleted): .inProgress
        case (.acknowledged, .lastWorkOrderCompleted): .pending
        case (.acknowledged, .workOrderFailed): .held
        case (.acknowledged, .cancelRequested): .pendingCancellation
        case (.acknowledged, .nothingDone): .failed

        case (.inProgress, .workOrderStarted): .inProgress
        case (.inProgress, .workOrderCompleted): .inProgress
        case (.inProgress, .lastWorkOrderCompleted): .pending
        case (.inProgress, .workOrderFailed): .held
        case (.inProgress, .cancelRequested): .pendingCancellation
        case (.inProgress, .nothingDone): .failed
        case (.inProgress, .fulfilled): .completed

        // The members that have nothing to do with the failure go on meanwhile.
        case (.held, .workOrderStarted): .held
        case (.held, .workOrderCompleted): .held
        case (.held, .workOrderFailed): .held
        case (.held, .cancelRequested): .pendingCancellation
        case (.held, .resumed): .inProgress
        case (.held, .cancellationResumed): .pendingCancellation

        case (.pending, .effectReached): .completed
        case (.pending, .cancelRequested): .pendingCancellation

        case (.pendingCancellation, .workOrderStarted): .pendingCancellation
        case (.pendingCancellation, .workOrderCompleted): .pendingCancellation
        case (.pendingCancellation, .workOrderFailed): .held
        case (.pendingCancellation, .undone): .cancelled
        case (.pendingCancellation, .undoneInPart): .partial

        default: nil
        }
    }
}

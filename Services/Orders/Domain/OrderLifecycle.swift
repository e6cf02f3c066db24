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
            case .acknowledged, .inProgress, .held, .pending: false
            case .completed, .partial, .failed, .cancelled, .rejected: true
            }
        }
    }

    package enum Event: String, Sendable, CaseIterable {
        case workOrderStarted
        /// One of several that are still to be done.
        case workOrderCompleted
        case lastWorkOrderCompleted
        /// Failed for good, or cancelled without having been asked to.
        case workOrderFailed
        case effectReached
    }

    /// - Returns: the state after the event, which may be the same; `nil` when the event has no effect here.
    package static func next(_ state: State, on event: Event) -> State? {
        switch (state, event) {
        case (.acknowledged, .workOrderStarted): .inProgress
        case (.acknowledged, .workOrderCompleted): .inProgress
        case (.acknowledged, .lastWorkOrderCompleted): .pending
        case (.acknowledged, .workOrderFailed): .held

        case (.inProgress, .workOrderStarted): .inProgress
        case (.inProgress, .workOrderCompleted): .inProgress
        case (.inProgress, .lastWorkOrderCompleted): .pending
        case (.inProgress, .workOrderFailed): .held

        // The members that have nothing to do with the failure go on meanwhile.
        case (.held, .workOrderStarted): .held
        case (.held, .workOrderCompleted): .held
        case (.held, .workOrderFailed): .held

        case (.pending, .effectReached): .completed

        default: nil
        }
    }
}

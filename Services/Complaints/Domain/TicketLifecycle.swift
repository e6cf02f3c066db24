/// Which event moves which state of a ticket where: one table, with TM Forum's states. What is not in it is refused.
package enum TicketLifecycle {
    package enum State: String, Sendable, Codable, CaseIterable {
        /// Taken, and in a queue.
        case acknowledged
        case inProgress
        /// It waits for another party.
        case pending
        /// There is a solution, of which the customer has not said what it is worth.
        case resolved
        case closed
        /// It could not be taken.
        case rejected
        case cancelled

        package var isOpen: Bool {
            switch self {
            case .acknowledged, .inProgress, .pending: true
            case .resolved, .closed, .rejected, .cancelled: false
            }
        }
    }

    package enum Event: String, Sendable, CaseIterable {
        /// Somebody works on it, or answers.
        case worked
        case waited
        case wentOn
        case resolved
        case closed
        case reopened
        case cancelled
    }

    /// - Returns: the state after the event, which may be the same; `nil` when the event cannot be here.
    package static func next(_ state: State, on event: Event) -> State? {
        switch (state, event) {
        case (.acknowledged, .worked), (.inProgress, .worked): .inProgress
        case (.pending, .worked): .pending
        case (.acknowledged, .waited), (.inProgress, .waited), (.pending, .waited): .pending
        case (.pending, .wentOn): .inProgress
        case (.acknowledged, .resolved), (.inProgress, .resolved), (.pending, .resolved): .resolved
        case (.resolved, .closed): .closed
        case (.resolved, .reopened), (.closed, .reopened): .inProgress
        case (.acknowledged, .cancelled), (.inProgress, .cancelled), (.pending, .cancelled): .cancelled
        default: nil
        }
    }
}

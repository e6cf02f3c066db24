/// Which event moves which state of a task where: one table. What is not in it changes nothing.
package enum TaskLifecycle {
    package enum State: String, Sendable, CaseIterable {
        /// Those before it are not done.
        case waiting
        /// Its turn in the work order has come, and it wants the lane of its service number.
        case ready
        /// Its system does not answer, or has as many commands as it may have: it waits for the system.
        case queued
        /// Its command is out, and its answer is waited for.
        case sent
        /// An attempt failed, and the next is to come.
        case backingOff
        /// People do it, and will report.
        case awaitingReport
        case succeeded
        case failed
        /// Not to be done any more.
        case dropped

        package var isFinal: Bool {
            switch self {
            case .waiting, .ready, .queued, .sent, .backingOff, .awaitingReport: false
            case .succeeded, .failed, .dropped: true
            }
        }

        /// No other command for its service number may be in flight.
        package var holdsLane: Bool { self == .queued || self == .sent || self == .backingOff }
    }

    package enum Event: String, Sendable, CaseIterable {
        /// Those before it are done, and it is one for a system.
        case reached
        /// Those before it are done, and it is one for people.
        case reachedByPeople
        /// Its system is given no command now.
        case heldBack
        /// Its command goes out: the first time, or once more.
        case commandSent
        /// The attempt failed, or had no answer, and another is allowed.
        case attemptFailed
        case succeeded
        /// Failed in a way that trying again does not mend, or tried often enough.
        case failed
        /// The system has passed it to people, who will report.
        case passedToPeople
        case dropped
        /// Once more from the beginning, with a command of its own.
        case reopened
    }

    /// - Returns: the state after the event; `nil` when the event has no effect here.
    package static func next(_ state: State, on event: Event) -> State? {
        switch (state, event) {
        case (.waiting, .reached): .ready
        case (.waiting, .reachedByPeople): .awaitingReport
        case (.waiting, .dropped): .dropped

        case (.ready, .commandSent): .sent
        case (.ready, .heldBack): .queued
        case (.ready, .dropped): .dropped

        case (.queued, .commandSent): .sent
        // An attempt before it had to wait may be answered now.
        case (.queued, .succeeded): .succeeded
        case (.queued, .failed): .failed
        case (.queued, .passedToPeople): .awaitingReport
        case (.queued, .dropped): .dropped

        case (.sent, .attemptFailed): .backingOff
        case (.sent, .heldBack): .queued
        case (.sent, .succeeded): .succeeded
        case (.sent, .failed): .failed
        case (.sent, .passedToPeople): .awaitingReport
        // There was no answer, and there will be no further attempt.
        case (.sent, .dropped): .dropped

        case (.backingOff, .commandSent): .sent
        case (.backingOff, .heldBack): .queued
        // The answer to an attempt that was given up is an answer all the same. A failure that may be
        // tried again says nothing new: that is what is going to happen.
        case (.backingOff, .succeeded): .succeeded
        case (.backingOff, .failed): .failed
        case (.backingOff, .passedToPeople): .awaitingReport
        case (.backingOff, .dropped): .dropped

        case (.awaitingReport, .succeeded): .succeeded
        case (.awaitingReport, .failed): .failed
        case (.awaitingReport, .dropped): .dropped

        case (.failed, .reopened): .waiting
        case (.dropped, .reopened): .waiting

        default: nil
        }
    }
}

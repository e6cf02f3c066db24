/// Which event moves which state of a notification where: one table. What is not in it changes nothing.
package enum NotificationLifecycle {
    package enum State: String, Sendable, CaseIterable {
        /// It waits for its time, or for another attempt.
        case scheduled
        /// It is on its way to the gateway, which may have it already.
        case handingOver
        /// The gateway has it.
        case sent
        case delivered
        /// It will not arrive: the gateway, or the network behind it, has said so.
        case failed
        /// The process died while it was handed over: it may have gone out.
        case uncertain
        /// It is not sent, since it is of no use any more or not wanted.
        case suppressed
        /// Its time was over before it could be sent.
        case expired

        package var isFinal: Bool {
            switch self {
            case .delivered, .failed, .suppressed, .expired: true
            case .scheduled, .handingOver, .sent, .uncertain: false
            }
        }
    }

    package enum Event: String, Sendable, CaseIterable {
        /// Noted before the gateway is called, with the receipt's address.
        case handedOver
        case accepted
        /// The gateway was not there, or will not have it now.
        case deferred
        case refused
        /// Nobody knows what became of the call.
        case lost
        /// Once more, although it may have gone out: urgent ones alone.
        case repeated
        /// By receipts, which may overtake the gateway's answer.
        case deliveryReported
        case failureReported
        /// Overtaken by events, or refused by its recipient.
        case withdrawn
        case timePassed
    }

    /// - Returns: the state after the event, which may be the same; `nil` when the event has no effect here.
    package static func next(_ state: State, on event: Event) -> State? {
        switch (state, event) {
        case (.scheduled, .handedOver): .handingOver
        case (.scheduled, .withdrawn): .suppressed
        case (.scheduled, .timePassed): .expired

        case (.handingOver, .accepted): .sent
        case (.handingOver, .deferred): .scheduled
        case (.handingOver, .refused): .failed
        case (.handingOver, .lost): .uncertain
        case (.handingOver, .deliveryReported): .delivered
        case (.handingOver, .failureReported): .failed

        case (.sent, .deliveryReported): .delivered
        case (.sent, .failureReported): .failed

        // The answer of a call that was thought lost.
        case (.uncertain, .accepted): .sent
        case (.uncertain, .repeated): .handingOver
        case (.uncertain, .deliveryReported): .delivered
        case (.uncertain, .failureReported): .failed

        default: nil
        }
    }
}

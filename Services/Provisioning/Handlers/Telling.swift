import Contracts
import Messaging
import ProvisioningDomain

extension Handled {
    /// Sends and counts what an event brought about.
    ///
    /// - Parameter cause: the message that was the event; `nil` for a timer.
    /// - Returns: why the event is refused; `nil` when it is not.
    mutating func tell(_ effects: [Effect], causedBy cause: EventContext?) -> Refusal? {
        var refusal: Refusal?
        for effect in effects {
            switch effect {
            case .command(let command):
                self.tell(command, of: command.orderId, cause)
                self.count("provisioning.commands", [("task", "\(command.system).\(command.operation)")])
            case .started(let started):
                self.tell(started, of: started.orderId, cause)
            case .retryScheduled(let retry):
                self.tell(retry, of: retry.orderId, cause)
                self.count("provisioning.retries", [("task", retry.task)])
            case .completed(let completed):
                self.tell(completed, of: completed.orderId, cause)
                self.countEnd(completed.type, .completed)
            case .failed(let failed):
                self.tell(failed, of: failed.orderId, cause)
                // The type is whatever was issued: only those of the catalogue are few.
                self.countEnd(failed.code == ProvisioningCode.unknownType ? "unknown" : failed.type, .failed)
            case .cancelled(let cancelled):
                self.tell(cancelled, of: cancelled.orderId, cause)
                self.countEnd(cancelled.type, .cancelled)
            case .jeopardy(let jeopardy):
                self.tell(jeopardy, of: jeopardy.orderId, cause)
                self.count("provisioning.jeopardies", [("kind", jeopardy.kind.rawValue)])
            case .rescheduled(let rescheduled):
                self.tell(rescheduled, of: rescheduled.orderId, cause)
                self.count("provisioning.appointments")
            case .ignored(let reason):
                self.countIgnored(reason)
            case .refused(let code, let text):
                refusal = Refusal(code: code, text: text)
            }
        }
        return refusal
    }

    mutating func countIgnored(_ reason: Effect.Ignored) {
        self.count("provisioning.events.ignored", [("reason", reason.rawValue)])
    }

    private mutating func tell(_ body: some MessageBody, of orderId: OrderID, _ cause: EventContext?) {
        self.send(body, causedBy: cause, correlationID: orderId.description)
    }

    private mutating func countEnd(_ type: String, _ state: WorkOrderLifecycle.State) {
        self.count("provisioning.workorders.ended", [("type", type), ("state", state.rawValue)])
    }
}

package import Contracts

/// One product's part of an order, as the order sees it.
package struct WorkOrder: Hashable, Sendable {
    package typealias State = WorkOrderLifecycle.State

    /// Why it was not carried out.
    package struct Failure: Hashable, Sendable {
        package var code: String
        package var message: String

        package init(code: String, message: String) {
            self.code = code
            self.message = message
        }
    }

    package var id: WorkOrderID
    package var type: String
    package var product: String
    package var memberRef: String
    package var serviceNumber: String
    package var parameters: JSONObject
    /// Those of the same order that must be done before it is issued.
    package var dependsOn: [WorkOrderID]
    package var target: TargetTime
    /// The completed work order of the same order that this one undoes.
    package var compensates: WorkOrderID?
    /// How often it was issued, or is going to be: from 1.
    package var issueNumber = 1
    package var state: State = .waiting
    /// Of an issued one, when its target time ends; of a waiting one, when it would if those before it kept theirs.
    package var dueAt: Timestamp
    package var issuedAt: Timestamp?
    package var startedAt: Timestamp?
    /// When it completed, failed or was cancelled.
    package var endedAt: Timestamp?
    package var failure: Failure?
    /// Of a failed one, when the fallout policy has it issued again, by the business clock; `nil`: a person decides.
    package var retryAt: Timestamp?
    /// The gravest that was heard of.
    package var jeopardy: JeopardyKind?
    /// The order that takes the place of this one's wants the same: it is not undone.
    package var isKept = false

    package init(
        id: WorkOrderID,
        type: String,
        product: String,
        memberRef: String,
        serviceNumber: String,
        parameters: JSONObject = [:],
        dependsOn: [WorkOrderID] = [],
        target: TargetTime,
        compensates: WorkOrderID? = nil,
        dueAt: Timestamp = Timestamp(microseconds: 0)
    ) {
        self.id = id
        self.type = type
        self.product = product
        self.memberRef = memberRef
        self.serviceNumber = serviceNumber
        self.parameters = parameters
        self.dependsOn = dependsOn
        self.target = target
        self.compensates = compensates
        self.dueAt = dueAt
    }
}

extension WorkOrder {
    /// The code of one that was cancelled though nobody had asked for it.
    static let cancelledUnasked = "CANCELLED"

    /// Nothing moves it but a person.
    package var waitsForPerson: Bool {
        (self.state == .failed && self.retryAt == nil)
            || (self.state == .cancelled && self.failure?.code == Self.cancelledUnasked)
    }

    /// Whether the event speaks of a former issue, or of a failure before it was heard that the end is asked for.
    func isOutdated(_ event: WorkOrderEvent) -> Bool {
        if let issueNumber = event.issueNumber, issueNumber != self.issueNumber { return true }
        guard case .failed(let failure) = event else { return false }
        return self.state == .cancelling && failure.undoing != true
    }

    mutating func note(_ event: WorkOrderEvent, wasAskedToStop: Bool, at now: Timestamp) {
        switch event {
        case .started(let event): self.startedAt = event.startedAt
        case .retryScheduled: self.startedAt = self.startedAt ?? now
        case .completed(let event): self.endedAt = event.completedAt
        case .failed(let event):
            self.endedAt = event.failedAt
            self.failure = Failure(code: event.code, message: event.message)
        case .cancelled(let event):
            self.endedAt = event.cancelledAt
            self.failure =
                wasAskedToStop
                ? nil
                : Failure(
                    code: Self.cancelledUnasked, message: "the work order was cancelled without a request of the order")
        case .rescheduled(let event): self.dueAt = event.dueAt
        case .jeopardy: break
        }
    }
}

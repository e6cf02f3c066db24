package import Contracts

/// What has become of one order so far, put together from its messages in whatever order they come.
package struct OrderStory: Sendable {
    /// One work order, with the wall-clock times at which its messages were published, in milliseconds since 1970.
    package struct Work: Sendable {
        package enum State: String, Sendable {
            case waiting, issued, started, completed, failed, cancelled
        }

        package var plan: OrderAcknowledged.PlannedWorkOrder
        package var state = State.waiting
        package var issuedAt: Int64?
        package var endedAt: Int64?
        package var retries = 0
        package var failure: String?
    }

    package var acknowledged: OrderAcknowledged?
    package var acknowledgements = 0
    package var startedAt: Int64?
    package var work: [Work] = []
    package var rejections: [OrderRejected] = []
    package var completions: [OrderCompleted] = []
    package var effects: [OrderEffective] = []
    package var held: OrderHeld?
    package var failed: OrderFailed?
    package var cancelled: OrderCancelled?
    package var deadLetters: [String] = []
    /// Work-order messages that came before the acknowledgement.
    private var early: [(event: DemoEvent, at: Int64)] = []

    package init() {}

    package var retries: Int { self.work.reduce(0) { $0 + $1.retries } }

    /// Whether nothing more happens to it by itself, but for its effect.
    package var hasEnded: Bool {
        !self.rejections.isEmpty || !self.deadLetters.isEmpty || self.held != nil || !self.completions.isEmpty
            || self.failed != nil || self.cancelled != nil
    }

    /// Whether every work order has come to its end, or waits for one that failed, as far as has been heard.
    package var isWorkSettled: Bool {
        if !self.completions.isEmpty { return self.work.allSatisfy { $0.state == .completed } }
        return !self.work.contains { [.issued, .started].contains($0.state) }
    }

    package mutating func apply(_ event: DemoEvent, at milliseconds: Int64) {
        switch event {
        case .acknowledged(let body): self.acknowledge(body, at: milliseconds)
        case .rejected(let body): self.rejections.append(body)
        case .held(let body): self.held = body
        case .completed(let body): self.completions.append(body)
        case .effective(let body): self.effects.append(body)
        case .failed(let body): self.failed = body
        case .cancelled(let body): self.cancelled = body
        case .deadLetter(_, let code, _): self.deadLetters.append(code)
        case .resumed, .jeopardy: break
        default: self.applyToWork(event, at: milliseconds)
        }
    }

    private mutating func acknowledge(_ body: OrderAcknowledged, at milliseconds: Int64) {
        self.acknowledgements += 1
        guard self.acknowledged == nil else { return }
        self.acknowledged = body
        self.startedAt = milliseconds
        self.work = body.workOrders.map { Work(plan: $0) }
        for (event, at) in self.early { self.applyToWork(event, at: at) }
        self.early = []
    }

    private mutating func applyToWork(_ event: DemoEvent, at milliseconds: Int64) {
        guard self.acknowledged != nil else {
            self.early.append((event, milliseconds))
            return
        }
        guard let id = event.workOrderID, let index = self.work.firstIndex(where: { $0.plan.workOrderId == id }) else {
            return
        }
        self.work[index].apply(event, at: milliseconds)
    }
}

extension OrderStory.Work {
    /// Messages of two topics may overtake each other: nothing leads back from a later state.
    fileprivate mutating func apply(_ event: DemoEvent, at milliseconds: Int64) {
        let hasEnded = self.endedAt != nil
        switch event {
        case .issued:
            self.issuedAt = min(self.issuedAt ?? milliseconds, milliseconds)
            if self.state == .waiting { self.state = .issued }
        case .started:
            self.issuedAt = self.issuedAt ?? milliseconds
            if !hasEnded { self.state = .started }
        case .retryScheduled:
            self.retries += 1
        case .workOrderCompleted:
            self.end(.completed, at: milliseconds)
        case .workOrderFailed(let body):
            self.end(.failed, at: milliseconds)
            self.failure = body.code
        case .workOrderCancelled:
            self.end(.cancelled, at: milliseconds)
        default: break
        }
    }

    private mutating func end(_ state: State, at milliseconds: Int64) {
        self.state = state
        self.endedAt = milliseconds
        self.issuedAt = self.issuedAt ?? milliseconds
    }
}

extension DemoEvent {
    var workOrderID: WorkOrderID? {
        switch self {
        case .issued(let body): body.workOrderId
        case .started(let body): body.workOrderId
        case .retryScheduled(let body): body.workOrderId
        case .workOrderCompleted(let body): body.workOrderId
        case .workOrderFailed(let body): body.workOrderId
        case .workOrderCancelled(let body): body.workOrderId
        default: nil
        }
    }

    /// Of messages of Provisioning and of work orders, which do not name the external id.
    var orderID: OrderID? {
        switch self {
        case .issued(let body): body.orderId
        case .started(let body): body.orderId
        case .retryScheduled(let body): body.orderId
        case .workOrderCompleted(let body): body.orderId
        case .workOrderFailed(let body): body.orderId
        case .workOrderCancelled(let body): body.orderId
        default: nil
        }
    }

    var externalID: String? {
        switch self {
        case .acknowledged(let body): body.externalId
        case .rejected(let body): body.externalId
        case .held(let body): body.externalId
        case .resumed(let body): body.externalId
        case .completed(let body): body.externalId
        case .effective(let body): body.externalId
        case .failed(let body): body.externalId
        case .cancelled(let body): body.externalId
        case .jeopardy(let body): body.externalId
        case .deadLetter(let key, _, _): key
        default: nil
        }
    }
}

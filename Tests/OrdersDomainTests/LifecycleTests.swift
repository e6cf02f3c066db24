import OrdersDomain
import Testing

@Suite("Lifecycle")
struct LifecycleTests {
    typealias State = OrderLifecycle.State
    typealias Event = OrderLifecycle.Event

    /// The order's table, written a second time by hand.
    static let orders: [State: [Event: State]] = [
        .acknowledged: [
            .workOrderStarted: .inProgress, .workOrderCompleted: .inProgress, .lastWorkOrderCompleted: .pending,
            .workOrderFailed: .held, .cancelRequested: .pendingCancellation, .nothingDone: .failed,
        ],
        .inProgress: [
            .workOrderStarted: .inProgress, .workOrderCompleted: .inProgress, .lastWorkOrderCompleted: .pending,
            .workOrderFailed: .held, .cancelRequested: .pendingCancellation, .nothingDone: .failed,
            .fulfilled: .completed,
        ],
        .held: [
            .workOrderStarted: .held, .workOrderCompleted: .held, .workOrderFailed: .held, .resumed: .inProgress,
            .cancelRequested: .pendingCancellation, .cancellationResumed: .pendingCancellation,
        ],
        .pending: [.effectReached: .completed, .cancelRequested: .pendingCancellation],
        .pendingCancellation: [
            .workOrderStarted: .pendingCancellation, .workOrderCompleted: .pendingCancellation,
            .workOrderFailed: .held, .undone: .cancelled, .undoneInPart: .partial,
        ],
    ]

    static let underWay: [WorkOrderLifecycle.Event: WorkOrderLifecycle.State] = [
        .retryScheduled: .inProgress, .completed: .completed, .failed: .failed, .cancelled: .cancelled,
        .cancelRequested: .cancelling,
    ]

    static let workOrders: [WorkOrderLifecycle.State: [WorkOrderLifecycle.Event: WorkOrderLifecycle.State]] = [
        .waiting: [.predecessorsDone: .issued, .cancelRequested: .cancelled],
        .issued: underWay.merging([.started: .inProgress, .jeopardy: .issued, .rescheduled: .issued]) { $1 },
        .inProgress: underWay.merging([.jeopardy: .inProgress, .rescheduled: .inProgress]) { $1 },
        .cancelling: [
            .started: .cancelling, .retryScheduled: .cancelling, .completed: .completed, .cancelled: .cancelled,
            .failed: .failed,
        ],
        .failed: [.issuedAgain: .issued, .skipped: .skipped, .cancelRequested: .cancelling],
        .cancelled: [.skipped: .skipped],
        .skipped: [.cancelRequested: .cancelling],
    ]

    @Test("An order moves where the table says, and nowhere else", arguments: State.allCases, Event.allCases)
    func order(_ state: State, _ event: Event) {
        #expect(OrderLifecycle.next(state, on: event) == Self.orders[state]?[event])
    }

    @Test(
        "A work order moves where the table says, and nowhere else",
        arguments: WorkOrderLifecycle.State.allCases, WorkOrderLifecycle.Event.allCases)
    func workOrder(_ state: WorkOrderLifecycle.State, _ event: WorkOrderLifecycle.Event) {
        #expect(WorkOrderLifecycle.next(state, on: event) == Self.workOrders[state]?[event])
    }

    @Test("A final state is left by nothing", arguments: State.allCases.filter(\.isFinal), Event.allCases)
    func final(_ state: State, _ event: Event) {
        #expect(OrderLifecycle.next(state, on: event) == nil)
    }
}

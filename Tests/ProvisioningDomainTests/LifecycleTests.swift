import ProvisioningDomain
import Testing

@Suite("Lifecycles")
struct LifecycleTests {
    typealias WorkOrderState = WorkOrderLifecycle.State
    typealias TaskState = TaskLifecycle.State

    /// The table of work orders, written a second time by hand.
    static let workOrders: [WorkOrderState: [WorkOrderLifecycle.Event: WorkOrderState]] = [
        .queued: [
            .taskBegun: .inProgress, .lastTaskSucceeded: .completed, .taskFailed: .failed,
            .cancelRequested: .cancelling,
        ],
        .inProgress: [
            .taskBegun: .inProgress, .lastTaskSucceeded: .completed, .taskFailed: .failed,
            .cancelRequested: .cancelling,
        ],
        .cancelling: [
            .taskBegun: .cancelling, .lastTaskSucceeded: .completed, .taskFailed: .failed, .undone: .cancelled,
        ],
        .failed: [.issuedAgain: .queued, .cancelRequested: .cancelling],
    ]

    /// The table of tasks, likewise.
    static let tasks: [TaskState: [TaskLifecycle.Event: TaskState]] = [
        .waiting: [.reached: .ready, .reachedByPeople: .awaitingReport, .dropped: .dropped],
        .ready: [.commandSent: .sent, .heldBack: .queued, .dropped: .dropped],
        .queued: [
            .commandSent: .sent, .succeeded: .succeeded, .failed: .failed, .passedToPeople: .awaitingReport,
            .dropped: .dropped,
        ],
        .sent: [
            .heldBack: .queued, .attemptFailed: .backingOff, .succeeded: .succeeded, .failed: .failed,
            .passedToPeople: .awaitingReport,
            .dropped: .dropped,
        ],
        .backingOff: [
            .heldBack: .queued, .commandSent: .sent, .succeeded: .succeeded, .failed: .failed,
            .passedToPeople: .awaitingReport,
            .dropped: .dropped,
        ],
        .awaitingReport: [.succeeded: .succeeded, .failed: .failed, .dropped: .dropped],
        .failed: [.reopened: .waiting],
        .dropped: [.reopened: .waiting],
    ]

    @Test(
        "A work order moves where the table says, and nowhere else",
        arguments: WorkOrderState.allCases, WorkOrderLifecycle.Event.allCases)
    func workOrder(_ state: WorkOrderState, _ event: WorkOrderLifecycle.Event) {
        #expect(WorkOrderLifecycle.next(state, on: event) == Self.workOrders[state]?[event])
    }

    @Test(
        "A task moves where the table says, and nowhere else",
        arguments: TaskState.allCases, TaskLifecycle.Event.allCases)
    func task(_ state: TaskState, _ event: TaskLifecycle.Event) {
        #expect(TaskLifecycle.next(state, on: event) == Self.tasks[state]?[event])
    }

    @Test("What is done stays done; only a failure may be begun again or taken back")
    func final() {
        #expect(WorkOrderState.allCases.filter { $0.isFinal && Self.workOrders[$0] != nil } == [.failed])
        #expect(TaskState.allCases.filter { $0.isFinal && Self.tasks[$0] != nil } == [.failed, .dropped])
        #expect(WorkOrderState.allCases.filter(\.isFinal) == [.completed, .failed, .cancelled])
        #expect(TaskState.allCases.filter(\.isFinal) == [.succeeded, .failed, .dropped])
    }

    @Test("Only a command that is out, or will be again, keeps its service number from others")
    func lane() {
        #expect(TaskState.allCases.filter(\.holdsLane) == [.queued, .sent, .backingOff])
    }
}

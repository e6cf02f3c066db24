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
            .cancelledUndone: .cancelled,
        ],
        .inProgress: [
            .taskBegun: .inProgress, .lastTaskSucceeded: .completed, .taskFailed: .failed,
            .cancelledUndone: .cancelled,
        ],
    ]

    /// The table of tasks, likewise.
    static let tasks: [TaskState: [TaskLifecycle.Event: TaskState]] = [
        .waiting: [.reached: .ready, .reachedByPeople: .awaitingReport, .dropped: .dropped],
        .ready: [.commandSent: .sent, .dropped: .dropped],
        .sent: [
            .attemptFailed: .backingOff, .succeeded: .succeeded, .failed: .failed, .passedToPeople: .awaitingReport,
        ],
        .backingOff: [
            .commandSent: .sent, .succeeded: .succeeded, .failed: .failed, .passedToPeople: .awaitingReport,
        ],
        .awaitingReport: [.succeeded: .succeeded, .failed: .failed, .dropped: .dropped],
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

    @Test("A final state is left by nothing")
    func final() {
        for state in WorkOrderState.allCases where state.isFinal { #expect(Self.workOrders[state] == nil) }
        for state in TaskState.allCases where state.isFinal { #expect(Self.tasks[state] == nil) }
        #expect(WorkOrderState.allCases.filter(\.isFinal) == [.completed, .failed, .cancelled])
        #expect(TaskState.allCases.filter(\.isFinal) == [.succeeded, .failed, .dropped])
    }

    @Test("Only a command that is out, or will be again, keeps its service number from others")
    func lane() {
        #expect(TaskState.allCases.filter(\.holdsLane) == [.sent, .backingOff])
    }
}

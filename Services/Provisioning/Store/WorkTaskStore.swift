import Contracts
import Postgres
import ProvisioningDomain

/// A task beside its work order and its place in it.
struct StoredTask: Sendable {
    var workOrderId: WorkOrderID
    var position: Int
    var task: WorkTask
}

/// The columns of a task.
enum WorkTaskColumns {
    static let list = """
        work_order_id, position, task_id, name, parameters, awaits_report, state, attempts, first_sent_at, timer_at,
        begun_at, ended_at, code, message, command_id, undo, undoes, is_uncertain, forgiven_attempts
        """

    static func read(_ columns: inout Columns) throws -> StoredTask {
        let workOrderId: WorkOrderID = try columns.next()
        let position: Int32 = try columns.next()
        var task = WorkTask(
            id: try columns.next(),
            name: try columns.next(),
            parameters: try columns.next(JSONB.self).parameters(),
            awaitsReport: try columns.next()
        )
        task.state = try columns.next()
        task.attempts = Int(try columns.next(Int32.self))
        task.firstSentAt = try columns.next()
        task.timerAt = try columns.next()
        task.begunAt = try columns.next()
        task.endedAt = try columns.next()
        task.code = try columns.next()
        task.message = try columns.next()
        task.commandId = try columns.next(CommandID?.self) ?? task.commandId
        task.undo = try columns.next()
        task.undoes = try columns.next()
        task.isUncertain = try columns.next()
        task.forgivenAttempts = Int(try columns.next(Int32.self))
        return StoredTask(workOrderId: workOrderId, position: Int(position), task: task)
    }
}

/// The tasks of the same work orders as `FindWorkOrders`, in their order.
struct FindTasks: Statement {
    static let sql = """
        SELECT \(WorkTaskColumns.list)
          FROM work_task
         WHERE work_order_id = ANY (\(WorkOrderSelection.sql))
         ORDER BY work_order_id, position
        """

    var selection: WorkOrderSelection

    func bind(_ parameters: inout Parameters) { self.selection.bind(&parameters) }

    static func read(_ columns: inout Columns) throws -> StoredTask { try WorkTaskColumns.read(&columns) }
}

struct InsertTasks: Statement {
    static let sql = """
        INSERT INTO work_task (
               work_order_id, position, task_id, name, parameters, awaits_report, undo, undoes, state, attempts,
               first_sent_at, timer_at, begun_at, ended_at, code, message, command_id, is_uncertain)
        SELECT *
          FROM unnest(
               $1::uuid[], $2::bigint[], $3::uuid[], $4::text[], $5::jsonb[], $6::boolean[], $7::text[], $8::uuid[],
               $9::text[], $10::bigint[], $11::timestamptz[], $12::timestamptz[], $13::timestamptz[],
               $14::timestamptz[], $15::text[], $16::text[], $17::uuid[], $18::boolean[])
        """

    var tasks: [StoredTask]
    private let parameters: [JSONB]

    init(_ tasks: [StoredTask]) throws {
        self.tasks = tasks
        self.parameters = try tasks.map { try JSONB(parameters: $0.task.parameters) }
    }

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.tasks.map(\.workOrderId))
        parameters.append(self.tasks.map(\.position))
        parameters.append(self.tasks.map(\.task.id))
        parameters.append(self.tasks.map(\.task.name))
        parameters.append(self.parameters)
        parameters.append(self.tasks.map(\.task.awaitsReport))
        parameters.append(self.tasks.map(\.task.undo))
        parameters.append(self.tasks.map(\.task.undoes))
        self.tasks.bindChangeable(&parameters)
    }
}

struct UpdateTasks: Statement {
    static let sql = """
        UPDATE work_task AS t
           SET state = b.state,
               attempts = b.attempts,
               first_sent_at = b.first_sent_at,
               timer_at = b.timer_at,
               begun_at = b.begun_at,
               ended_at = b.ended_at,
               code = b.code,
               message = b.message,
               command_id = b.command_id,
               is_uncertain = b.is_uncertain
          FROM unnest(
               $1::uuid[], $2::bigint[], $3::text[], $4::bigint[], $5::timestamptz[], $6::timestamptz[],
               $7::timestamptz[], $8::timestamptz[], $9::text[], $10::text[], $11::uuid[], $12::boolean[])
               AS b (work_order_id, position, state, attempts, first_sent_at, timer_at, begun_at, ended_at, code,
                     message, command_id, is_uncertain)
         WHERE t.work_order_id = b.work_order_id
           AND t.position = b.position::integer
        """

    var tasks: [StoredTask]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.tasks.map(\.workOrderId))
        parameters.append(self.tasks.map(\.position))
        self.tasks.bindChangeable(&parameters)
    }
}

/// Which attempts are not held against tasks: few ever have any.
struct ForgiveAttempts: Statement {
    static let sql = """
        UPDATE work_task AS t
           SET forgiven_attempts = b.forgiven_attempts
          FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS b (work_order_id, position, forgiven_attempts)
         WHERE t.work_order_id = b.work_order_id
           AND t.position = b.position::integer
        """

    var tasks: [StoredTask]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.tasks.map(\.workOrderId))
        parameters.append(self.tasks.map(\.position))
        parameters.append(self.tasks.map(\.task.forgivenAttempts))
    }
}

extension [StoredTask] {
    /// What may change after the issue, in one order for both statements.
    fileprivate func bindChangeable(_ parameters: inout Parameters) {
        parameters.append(self.map(\.task.state))
        parameters.append(self.map(\.task.attempts))
        parameters.append(self.map(\.task.firstSentAt))
        parameters.append(self.map(\.task.timerAt))
        parameters.append(self.map(\.task.begunAt))
        parameters.append(self.map(\.task.endedAt))
        parameters.append(self.map(\.task.code))
        parameters.append(self.map(\.task.message))
        parameters.append(self.map(\.task.commandId))
        parameters.append(self.map(\.task.isUncertain))
    }
}

/// When the next timer of a task in this state is due.
struct NextTaskTimer: Statement {
    static let sql = """
        SELECT timer_at
          FROM work_task
         WHERE timer_at IS NOT NULL
           AND state = $1
         ORDER BY timer_at
         LIMIT 1
        """

    var state: WorkTask.State

    func bind(_ parameters: inout Parameters) { parameters.append(self.state.rawValue) }

    static func read(_ columns: inout Columns) throws -> Timestamp? { try columns.next() }
}

/// Work orders with a task in this state whose timer is due, earliest first. Not locked: their lanes have to be.
struct FindDueTasks: Statement {
    static let sql = """
        SELECT t.work_order_id,
               (SELECT w.service_number FROM work_order AS w WHERE w.work_order_id = t.work_order_id),
               t.timer_at
          FROM work_task AS t
         WHERE t.state = $1
           AND t.timer_at <= $2
         ORDER BY t.timer_at
         LIMIT $3
        """

    var state: WorkTask.State
    var dueBy: Timestamp
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.state.rawValue)
        parameters.append(self.dueBy)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> DueTimer { try DueTimer(&columns) }
}

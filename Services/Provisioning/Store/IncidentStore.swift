import Contracts
import Postgres

/// Something that went otherwise than by one command and one answer.
struct Incident: Sendable {
    enum Kind: String, Sendable, PostgresEncodable, PostgresDecodable {
        /// Another attempt follows.
        case attemptFailed
        case lateAnswer
        case repeatedAnswer
        case unknownCommand
    }

    var workOrderId: WorkOrderID
    var commandId: CommandID
    var kind: Kind
    /// By the wall clock, as the next.
    var at: Timestamp
    /// Of a failed attempt, from 1.
    var attempt: Int?
    var nextAttemptAt: Timestamp?
    /// Of an answer without effect.
    var status: NetworkResponse.Status?
    var code: String?
    var message: String?

    init(_ retry: WorkOrderRetryScheduled, of commandId: CommandID, at: Timestamp) {
        self.workOrderId = retry.workOrderId
        self.commandId = commandId
        self.kind = .attemptFailed
        self.at = at
        self.attempt = retry.attempt
        self.nextAttemptAt = retry.nextAttemptAt
        self.code = retry.code
        self.message = retry.message
    }

    init(_ response: NetworkResponse, _ kind: Kind, at: Timestamp) {
        self.workOrderId = response.workOrderId
        self.commandId = response.commandId
        self.kind = kind
        self.at = at
        self.status = response.status
        self.code = response.code
        self.message = response.message
    }
}

struct AppendIncidents: Statement {
    static let sql = """
        INSERT INTO incident (
               work_order_id, command_id, kind, at, attempt, next_attempt_at, status, code, message)
        SELECT b.work_order_id, b.command_id, b.kind, b.at, b.attempt, b.next_attempt_at, b.status, b.code, b.message
          FROM unnest(
               $1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::bigint[], $6::timestamptz[], $7::text[],
               $8::text[], $9::text[])
               WITH ORDINALITY AS b (work_order_id, command_id, kind, at, attempt, next_attempt_at, status, code,
                                     message, position)
         ORDER BY b.position
        """

    var incidents: [Incident]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.incidents.map(\.workOrderId))
        parameters.append(self.incidents.map(\.commandId))
        parameters.append(self.incidents.map(\.kind))
        parameters.append(self.incidents.map(\.at))
        parameters.append(self.incidents.map(\.attempt))
        parameters.append(self.incidents.map(\.nextAttemptAt))
        parameters.append(self.incidents.map(\.status))
        parameters.append(self.incidents.map(\.code))
        parameters.append(self.incidents.map(\.message))
    }
}

/// What befell a work order, in the order in which it did.
struct FindIncidents: Statement {
    static let sql = """
        SELECT work_order_id, command_id, kind, at, attempt, next_attempt_at, status, code, message
          FROM incident
         WHERE work_order_id = $1
         ORDER BY incident_id
        """

    var workOrderId: WorkOrderID

    func bind(_ parameters: inout Parameters) { parameters.append(self.workOrderId) }

    static func read(_ columns: inout Columns) throws -> Incident { try Incident(&columns) }
}

extension Incident {
    fileprivate init(_ columns: inout Columns) throws {
        self.workOrderId = try columns.next()
        self.commandId = try columns.next()
        self.kind = try columns.next()
        self.at = try columns.next()
        self.attempt = try columns.next(Int32?.self).map(Int.init)
        self.nextAttemptAt = try columns.next()
        self.status = try columns.next()
        self.code = try columns.next()
        self.message = try columns.next()
    }
}

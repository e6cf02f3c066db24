import Contracts
import OrdersDomain
import Postgres

/// Notes what operators ask for.
///
/// - Returns: the commands that are new: the others were decided on before.
struct InsertCommands: Statement {
    static let sql = """
        INSERT INTO order_command (
               command_id, order_id, work_order_id, command, parameters, reason, requested_by, requested_at,
               received_at)
        SELECT b.*, $9
          FROM unnest(
               $1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::jsonb[], $6::text[], $7::text[], $8::timestamptz[])
               AS b
         ORDER BY 1
            ON CONFLICT DO NOTHING
        RETURNING command_id
        """

    private let commands: [OrderCommand]
    private let parameters: [JSONB]
    private let receivedAt: Timestamp

    init(_ commands: [OrderCommand], receivedAt: Timestamp) throws {
        self.commands = commands
        self.parameters = try commands.map { try JSONB(encoding: $0.parameters ?? [:]) }
        self.receivedAt = receivedAt
    }

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.commands.map(\.commandId))
        parameters.append(self.commands.map(\.orderId))
        parameters.append(self.commands.map(\.workOrderId))
        parameters.append(self.commands.map(\.command))
        parameters.append(self.parameters)
        parameters.append(self.commands.map { storable($0.reason) })
        parameters.append(self.commands.map { storable($0.by) })
        parameters.append(self.commands.map(\.at))
        parameters.append(self.receivedAt)
    }

    static func read(_ columns: inout Columns) throws -> CommandID { try columns.next() }
}

struct NoteRefusals: Statement {
    static let sql = """
        UPDATE order_command AS c
           SET refusal = b.refusal
          FROM unnest($1::uuid[], $2::text[]) AS b (command_id, refusal)
         WHERE c.command_id = b.command_id
        """

    var refusals: [(commandId: CommandID, text: String)]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.refusals.map(\.commandId))
        parameters.append(self.refusals.map(\.text))
    }
}

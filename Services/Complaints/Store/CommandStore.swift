import Contracts
import Messaging
import Postgres

/// Keeps commands; tells which of them are new.
struct InsertCommands: Statement {
    static let sql = """
        INSERT INTO complaint_command (command_id, complaint_id, command, by, received_at)
        SELECT b.command_id, b.complaint_id, b.command, b.by, $5
          FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) AS b (command_id, complaint_id, command, by)
         ORDER BY b.command_id
            ON CONFLICT DO NOTHING
        RETURNING command_id
        """

    var commands: [ComplaintCommand]
    var receivedAt: Timestamp

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.commands.map(\.commandId))
        parameters.append(self.commands.map(\.complaintId))
        parameters.append(self.commands.map { storable($0.command) })
        parameters.append(self.commands.map { storable($0.by) })
        parameters.append(self.receivedAt)
    }

    static func read(_ columns: inout Columns) throws -> CommandID { try columns.next() }
}

struct NoteRefusals: Statement {
    static let sql = """
        UPDATE complaint_command AS c
           SET refusal = b.refusal
          FROM unnest($1::uuid[], $2::text[]) AS b (command_id, refusal)
         WHERE c.command_id = b.command_id
        """

    var refusals: [(commandId: CommandID, text: String)]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.refusals.map(\.commandId))
        parameters.append(self.refusals.map { storable($0.text) })
    }
}

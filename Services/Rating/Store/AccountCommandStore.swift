import Contracts
import Postgres

/// Commands that have been done, by their ids.
struct FindAccountCommands: Statement {
    static let sql = "SELECT command_id, content FROM account_command WHERE command_id = ANY ($1)"

    var ids: [CommandID]

    func bind(_ parameters: inout Parameters) { parameters.append(self.ids) }

    static func read(_ columns: inout Columns) throws -> (id: CommandID, content: [UInt8]) {
        (try columns.next(), try columns.next())
    }
}

struct InsertAccountCommands: Statement {
    static let sql = """
        INSERT INTO account_command (command_id, content, applied_at)
        SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::timestamptz[])
        """

    var commands: [(id: CommandID, content: [UInt8], at: Timestamp)]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.commands.map(\.id))
        parameters.append(self.commands.map(\.content))
        parameters.append(self.commands.map(\.at))
    }
}

/// The last cycles that accounts have been billed for.
struct FindBilledThrough: Statement {
    static let sql = "SELECT account_no, billed_through FROM account WHERE account_no = ANY ($1)"

    var accounts: [Int64]

    func bind(_ parameters: inout Parameters) { parameters.append(self.accounts) }

    static func read(_ columns: inout Columns) throws -> (account: Int64, cycle: BillingCycle) {
        (try columns.next(), try columns.next())
    }
}

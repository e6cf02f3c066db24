import Contracts
import Messaging
import Postgres

/// What the journal says of itself: nothing, where it is right.
struct CheckJournal: Statement {
    static let sql = "SELECT fault FROM journal_fault"

    static func read(_ columns: inout Columns) throws -> String { try columns.next() }
}

struct FindJournalCheck: Statement {
    static let sql = "SELECT checked_at FROM journal_check"

    static func read(_ columns: inout Columns) throws -> Timestamp { try columns.next() }
}

struct KeepJournalCheck: Statement {
    static let sql = """
        INSERT INTO journal_check (checked_at, faults, sample)
        VALUES ($1, $2, $3)
            ON CONFLICT (only_row) DO UPDATE
               SET checked_at = EXCLUDED.checked_at,
                   faults = EXCLUDED.faults,
                   sample = EXCLUDED.sample
        """

    var checkedAt: Timestamp
    var faults: [String]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.checkedAt)
        parameters.append(self.faults.count)
        parameters.append(Array(self.faults.prefix(20)))
    }
}

import Contracts
import Postgres

extension Database {
    /// How many complaints of a run are tickets.
    func complaints(_ run: String) async throws -> Int {
        try await self.execute(CountComplaints(run: run)).first ?? 0
    }

    /// Of how many something is due that has not happened.
    func dueComplaints(_ run: String, by now: Timestamp) async throws -> Int {
        try await self.execute(CountDueComplaints(run: run, now: now)).first ?? 0
    }

    /// What each history has of warnings and missed deadlines, and how many of them are there twice.
    func deadlineEntries(
        _ run: String
    ) async throws -> [(externalId: String, warned: Int, missed: Int, doubles: Int)] {
        try await self.execute(CountDeadlineEntries(run: run))
    }

    /// Changes what nobody may change, as somebody would who owns the database.
    func change(_ sql: String) async throws {
        try await self.script("SET session_replication_role = replica; \(sql); SET session_replication_role = origin")
    }
}

private struct CountComplaints: Statement {
    static let sql = "SELECT count(*) FROM complaints.ticket WHERE external_id LIKE $1 || '-%'"

    var run: String

    func bind(_ parameters: inout Parameters) { parameters.append(self.run) }

    static func read(_ columns: inout Columns) throws -> Int { try columns.next() }
}

private struct CountDueComplaints: Statement {
    static let sql = "SELECT count(*) FROM complaints.ticket WHERE external_id LIKE $1 || '-%' AND next_at <= $2"

    var run: String
    var now: Timestamp

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.run)
        parameters.append(PostgresTimestamp(microseconds: self.now.microseconds))
    }

    static func read(_ columns: inout Columns) throws -> Int { try columns.next() }
}

private struct CountDeadlineEntries: Statement {
    static let sql = """
        SELECT t.external_id,
               count(*) FILTER (WHERE e.kind = 'warned'),
               count(*) FILTER (WHERE e.kind = 'missed'),
               count(*) FILTER (WHERE e.kind IN ('warned', 'missed')) - count(DISTINCT (e.kind, e.content))
                   FILTER (WHERE e.kind IN ('warned', 'missed'))
          FROM complaints.ticket AS t
          JOIN complaints.ticket_entry AS e
            ON e.complaint_id = t.complaint_id
         WHERE t.external_id LIKE $1 || '-%'
         GROUP BY t.external_id
        """

    var run: String

    func bind(_ parameters: inout Parameters) { parameters.append(self.run) }

    static func read(
        _ columns: inout Columns
    ) throws -> (externalId: String, warned: Int, missed: Int, doubles: Int) {
        (try columns.next(), try columns.next(), try columns.next(), try columns.next())
    }
}

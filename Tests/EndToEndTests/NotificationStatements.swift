import Contracts
import Postgres

extension Database {
    /// How many messages of a run are neither waiting nor on their way.
    func settledNotifications(_ run: String) async throws -> Int {
        try await self.execute(CountSettled(run: run)).first ?? 0
    }

    func notificationStates(_ run: String) async throws -> [(serial: Int, state: String, urgent: Bool)] {
        try await self.execute(FindStates(run: run))
    }
}

extension Database {
    /// How many messages to anybody the gateway could be handed at a time.
    func dueNotifications(by now: Timestamp) async throws -> Int {
        try await self.execute(CountDue(now: now)).first ?? 0
    }

    /// The most calls of the gateway for one message of a run.
    func notificationAttempts(_ run: String) async throws -> Int {
        try await self.execute(FindAttempts(run: run)).first ?? 0
    }
}

private struct FindAttempts: Statement {
    static let sql = """
        SELECT COALESCE(max(attempts), 0)::bigint
          FROM notification.notification
         WHERE text LIKE '%' || $1 || '-%'
        """

    var run: String

    func bind(_ parameters: inout Parameters) { parameters.append(self.run) }

    static func read(_ columns: inout Columns) throws -> Int { try columns.next() }
}

private struct CountDue: Statement {
    static let sql = """
        SELECT count(*)
          FROM notification.notification
         WHERE state = 'handingOver'
            OR state = 'scheduled' AND due_at <= $1
        """

    var now: Timestamp

    func bind(_ parameters: inout Parameters) {
        parameters.append(PostgresTimestamp(microseconds: self.now.microseconds))
    }

    static func read(_ columns: inout Columns) throws -> Int { try columns.next() }
}

private struct CountSettled: Statement {
    static let sql = """
        SELECT count(*)
          FROM notification.notification
         WHERE text LIKE '%' || $1 || '-%'
           AND state NOT IN ('scheduled', 'handingOver')
        """

    var run: String

    func bind(_ parameters: inout Parameters) { parameters.append(self.run) }

    static func read(_ columns: inout Columns) throws -> Int { try columns.next() }
}

private struct FindStates: Statement {
    static let sql = """
        SELECT substring(text FROM $1 || '-(\\d+)-')::bigint, state, priority = 0
          FROM notification.notification
         WHERE text LIKE '%' || $1 || '-%'
        """

    var run: String

    func bind(_ parameters: inout Parameters) { parameters.append(self.run) }

    static func read(_ columns: inout Columns) throws -> (serial: Int, state: String, urgent: Bool) {
        (try columns.next(), try columns.next(), try columns.next())
    }
}

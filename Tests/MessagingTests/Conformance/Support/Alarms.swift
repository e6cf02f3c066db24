import Contracts
import Postgres

@testable import Messaging

/// Alarms of one name space, written down when they go off.
struct AlarmSource: TimerSource {
    let name: String
    var clock = TimerClock.business
    var silentTopic: Topic?
    /// What going off sets: the new alarm's name, source and delay.
    var followUps: [String: FollowUp] = [:]
    /// How many at once, whatever the loop would take: so that order holds across transactions too.
    var most = Int.max

    struct FollowUp: Sendable {
        var name: String
        var source: String
        var seconds: Int
    }

    func nextDueAt(in transaction: Transaction) async throws -> Timestamp? {
        try await transaction.execute(NextAlarm(source: self.name)).first ?? nil
    }

    func fire(dueBy: Timestamp, limit: Int, in context: HandlingContext) async throws -> Fired {
        let fired = try await context.transaction.execute(
            FireAlarms(source: self.name, dueBy: dueBy, limit: Int32(min(limit, self.most)))
        )
        for alarm in fired {
            guard let next = self.followUps[alarm.name] else { continue }
            let dueAt = alarm.dueAt.advanced(bySeconds: next.seconds)
            _ = try await context.transaction.execute(
                SetAlarms(names: [next.name], sources: [next.source], dueAt: [dueAt])
            )
        }
        let outgoing = fired.map { Outgoing(NumberEchoed(key: $0.name, number: 1), causedBy: nil) }
        return Fired(count: fired.count, outgoing: outgoing)
    }
}

struct Alarm: Hashable, Sendable {
    var name: String
    var dueAt: Timestamp
}

struct SetAlarms: Statement {
    static let sql = """
        INSERT INTO alarm (name, source, due_at)
        SELECT a.name, a.source, a.due_at
          FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS a (name, source, due_at)
        """

    var names: [String]
    var sources: [String]
    var dueAt: [Timestamp]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.names)
        parameters.append(self.sources)
        parameters.append(self.dueAt)
    }
}

private struct NextAlarm: Statement {
    static let sql = "SELECT min(due_at) FROM alarm WHERE source = $1"

    var source: String

    func bind(_ parameters: inout Parameters) { parameters.append(self.source) }
    static func read(_ columns: inout Columns) throws -> Timestamp? { try columns.next() }
}

private struct FireAlarms: Statement {
    static let sql = """
        WITH due AS (
            SELECT name
              FROM alarm
             WHERE source = $1
               AND due_at <= $2
             ORDER BY due_at
             LIMIT $3
        ), gone AS (
            DELETE FROM alarm
             WHERE name IN (SELECT name FROM due)
            RETURNING name, due_at
        )
        INSERT INTO firing (name, due_at)
        SELECT name, due_at
          FROM gone
         ORDER BY due_at
        RETURNING name, due_at
        """

    var source: String
    var dueBy: Timestamp
    var limit: Int32

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.source)
        parameters.append(self.dueBy)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> Alarm {
        Alarm(name: try columns.next(), dueAt: try columns.next())
    }
}

/// What has gone off, in the order in which it did.
struct FindFirings: Statement {
    static let sql = "SELECT name, due_at FROM firing ORDER BY sequence"

    static func read(_ columns: inout Columns) throws -> Alarm {
        Alarm(name: try columns.next(), dueAt: try columns.next())
    }
}

extension Store {
    /// Sets alarms so many seconds after an instant.
    func setAlarms(_ alarms: [(name: String, source: String, seconds: Int)], after start: Timestamp) async throws {
        _ = try await self.execute(
            SetAlarms(
                names: alarms.map(\.name),
                sources: alarms.map(\.source),
                dueAt: alarms.map { start.advanced(bySeconds: $0.seconds) }
            )
        )
    }

    func firings() async throws -> [Alarm] { try await self.execute(FindFirings()) }
}

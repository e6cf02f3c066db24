import Contracts
import Postgres
import ProvisioningDomain

/// What is kept of a target system. One without a row has never failed.
struct StoredTargetSystem: Sendable {
    var name: String
    var failures: Int
    var serviceNumbers: [String]
    var openedAt: Timestamp?
    var probeAt: Timestamp?
    var probes: Int

    init(_ columns: inout Columns) throws {
        self.name = try columns.next()
        self.failures = Int(try columns.next(Int32.self))
        self.serviceNumbers = try columns.next()
        self.openedAt = try columns.next()
        self.probeAt = try columns.next()
        self.probes = Int(try columns.next(Int32.self))
    }

    /// As the domain sees it, with the catalogue's policy.
    func system(by catalogue: Catalogue) -> TargetSystem {
        var system = TargetSystem(name: self.name, policy: catalogue.targetSystemPolicy(self.name))
        system.failures = self.failures
        system.serviceNumbers = self.serviceNumbers
        system.openedAt = self.openedAt
        system.probeAt = self.probeAt
        system.probes = self.probes
        return system
    }
}

/// All that ever failed: few, and read with every batch.
struct FindTargetSystems: Statement {
    static let sql = """
        SELECT system, failures, service_numbers, opened_at, probe_at, probes
          FROM target_system
        """

    static func read(_ columns: inout Columns) throws -> StoredTargetSystem { try StoredTargetSystem(&columns) }
}

/// Makes sure of a row for each of these, so that it can be locked.
struct EnsureTargetSystems: Statement {
    static let sql = """
        INSERT INTO target_system (system)
        SELECT unnest($1::text[])
            ON CONFLICT (system) DO NOTHING
        """

    var names: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.names) }
}

/// The same, locked until the transaction ends; after the lanes, and in one order everywhere.
struct LockTargetSystems: Statement {
    static let sql = """
        SELECT system, failures, service_numbers, opened_at, probe_at, probes
          FROM target_system
         ORDER BY system
           FOR UPDATE
        """

    static func read(_ columns: inout Columns) throws -> StoredTargetSystem { try StoredTargetSystem(&columns) }
}

/// How many commands of systems are without an answer, and whether tasks wait for them. Exact under the systems' locks:
/// whoever sends a command to one of them holds its lock.
struct MeasureTargetSystems: Statement {
    static let sql = """
        SELECT s.system,
               (SELECT count(*)
                  FROM work_task AS t
                 WHERE t.state = 'sent'
                   AND t.timer_at IS NOT NULL
                   AND split_part(t.name, '.', 1) = s.system),
               EXISTS (SELECT FROM work_task AS t
                        WHERE t.state = 'queued'
                          AND split_part(t.name, '.', 1) = s.system)
          FROM unnest($1::text[]) AS s (system)
        """

    var names: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.names) }

    static func read(_ columns: inout Columns) throws -> (name: String, inFlight: Int64, isWaitedFor: Bool) {
        (try columns.next(), try columns.next(), try columns.next())
    }
}

struct SaveTargetSystems: Statement {
    static let sql = """
        INSERT INTO target_system (system, failures, service_numbers, opened_at, probe_at, probes)
        SELECT b.system, b.failures, b.service_numbers::text[], b.opened_at, b.probe_at, b.probes
          FROM unnest($1::text[], $2::bigint[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::bigint[])
               AS b (system, failures, service_numbers, opened_at, probe_at, probes)
         ORDER BY b.system
            ON CONFLICT (system) DO UPDATE
           SET failures = EXCLUDED.failures,
               service_numbers = EXCLUDED.service_numbers,
               opened_at = EXCLUDED.opened_at,
               probe_at = EXCLUDED.probe_at,
               probes = EXCLUDED.probes
        """

    var systems: [TargetSystem]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.systems.map(\.name))
        parameters.append(self.systems.map(\.failures))
        parameters.append(self.systems.map(\.serviceNumbersText))
        parameters.append(self.systems.map(\.openedAt))
        parameters.append(self.systems.map(\.probeAt))
        parameters.append(self.systems.map(\.probes))
    }
}

extension TargetSystem {
    /// An array of arrays is no type of the server's; each is its text form, every element quoted.
    fileprivate var serviceNumbersText: String {
        let elements = self.serviceNumbers.map { number in
            "\"\(number.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined())\""
        }
        return "{\(elements.joined(separator: ","))}"
    }
}

/// For each system for which tasks wait: since when the first of them does.
struct FindAwaitedSystems: Statement {
    static let sql = """
        SELECT s.system, s.failures, s.service_numbers, s.opened_at, s.probe_at, s.probes, t.timer_at
          FROM target_system AS s
         CROSS JOIN LATERAL (SELECT timer_at
                               FROM work_task
                              WHERE state = 'queued'
                                AND split_part(name, '.', 1) = s.system
                              ORDER BY timer_at
                              LIMIT 1) AS t
        """

    static func read(_ columns: inout Columns) throws -> (system: StoredTargetSystem, waitsSince: Timestamp) {
        (try StoredTargetSystem(&columns), try columns.next())
    }
}

/// Tasks that wait for a system, the longest first. Not locked: their lanes have to be.
struct FindQueuedTasks: Statement {
    static let sql = """
        SELECT t.work_order_id,
               (SELECT w.service_number FROM work_order AS w WHERE w.work_order_id = t.work_order_id),
               t.timer_at
          FROM work_task AS t
         WHERE t.state = 'queued'
           AND split_part(t.name, '.', 1) = $1
         ORDER BY t.timer_at
         LIMIT $2
        """

    var system: String
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.system)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> DueTimer { try DueTimer(&columns) }
}

/// What systems have to do: for lists and metrics.
struct CountSystemTasks: Statement {
    struct Row: Sendable {
        var name: String
        var inFlight: Int
        var queued: Int
        var queuedSince: Timestamp?
    }

    static let sql = """
        SELECT s.system,
               count(*) FILTER (WHERE t.state = 'sent'),
               count(*) FILTER (WHERE t.state = 'queued'),
               min(t.timer_at) FILTER (WHERE t.state = 'queued')
          FROM unnest($1::text[]) AS s (system)
          LEFT JOIN work_task AS t
            ON t.timer_at IS NOT NULL
           AND t.state IN ('sent', 'queued')
           AND split_part(t.name, '.', 1) = s.system
         GROUP BY s.system
         ORDER BY s.system
        """

    var names: [String]

    func bind(_ parameters: inout Parameters) { parameters.append(self.names) }

    static func read(_ columns: inout Columns) throws -> Row {
        Row(
            name: try columns.next(),
            inFlight: Int(try columns.next(Int64.self)),
            queued: Int(try columns.next(Int64.self)),
            queuedSince: try columns.next()
        )
    }
}

import Contracts
import Foundation
import Postgres
import RatingDomain

/// One account in one cycle.
struct CycleKey: Hashable, Comparable, Sendable {
    var account: Int64
    var cycle: BillingCycle

    static func < (left: CycleKey, right: CycleKey) -> Bool {
        (left.account, left.cycle) < (right.account, right.cycle)
    }
}

/// What an account has used in a cycle, as it is stored.
struct StoredCycle: Sendable {
    var key: CycleKey
    var accountId: String
    /// Of the account's terms.
    var revision: Int64
    var catalogueVersion: String
    /// See `CounterForms`.
    var counters: [UInt8]
    var charge: Milliyuan
    var records: Int64
    var lastEndedAt: Timestamp?
    /// From which end on records have to be rated again.
    var pendingFrom: Timestamp?
    /// By the wall clock.
    var pendingSince: Timestamp?
    /// When they are, by the wall clock.
    var rerateAt: Timestamp?
    /// What was used when it was billed; `nil` before.
    var billedCounters: [UInt8]?
    var isParked: Bool
    /// Counts the changes of the row.
    var version: Int64
    /// That its charges are abnormally high has been told.
    var isHigh: Bool
    /// Of the account's last bills; `nil` while there are too few.
    var meanBill: Milliyuan?

    var isBilled: Bool { self.billedCounters != nil }

    /// Whether both are rated by the same terms.
    func isRatedAlike(_ other: StoredCycle) -> Bool {
        self.revision == other.revision && self.catalogueVersion == other.catalogueVersion
    }
}

/// Makes the partitions of cycles where there are none.
struct OpenUsageCycles: Statement {
    static let sql = "SELECT FROM unnest($1::date[]) AS c (cycle), open_usage_cycle(c.cycle)"

    var cycles: [BillingCycle]

    func bind(_ parameters: inout Parameters) { parameters.append(self.cycles) }
}

/// Cycles in which an account has used nothing yet.
struct InsertCycles: Statement {
    static let sql = """
        INSERT INTO account_cycle (account_no, cycle, catalogue_version, revision)
        SELECT b.account_no, b.cycle, $3, a.revision
          FROM unnest($1::bigint[], $2::date[]) AS b (account_no, cycle)
          JOIN account AS a
            ON a.account_no = b.account_no
         ORDER BY b.account_no, b.cycle
           FOR SHARE OF a
            ON CONFLICT DO NOTHING
        """

    var keys: [CycleKey]
    var catalogueVersion: String

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.keys.map(\.account))
        parameters.append(self.keys.map(\.cycle))
        parameters.append(self.catalogueVersion)
    }
}

/// In one order everywhere, until the transaction ends.
struct LockCycles: Statement {
    static let sql = """
        SELECT \(columns)
          FROM unnest($1::bigint[], $2::date[]) AS b (account_no, cycle)
          JOIN account_cycle AS c
            ON c.account_no = b.account_no
           AND c.cycle = b.cycle
          JOIN account AS a
            ON a.account_no = c.account_no
         ORDER BY c.account_no, c.cycle
           FOR UPDATE OF c
        """

    static let columns = """
        c.account_no, c.cycle, a.account_id, c.revision, c.catalogue_version, c.counters, c.charge_milliyuan, c.records,
        c.last_ended_at, c.pending_from, c.pending_since, c.rerate_at, c.billed_counters, a.parked_code IS NOT NULL, c.version,
        c.is_high, a.mean_bill_milliyuan
        """

    var keys: [CycleKey]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.keys.map(\.account))
        parameters.append(self.keys.map(\.cycle))
    }

    static func read(_ columns: inout Columns) throws -> StoredCycle { try StoredCycle(&columns) }
}

/// The same without a lock, as far as they are of another version than a known one.
struct FindChangedCycles: Statement {
    static let sql = """
        SELECT \(LockCycles.columns)
          FROM unnest($1::bigint[], $2::date[], $3::bigint[]) AS b (account_no, cycle, version)
          JOIN account_cycle AS c
            ON c.account_no = b.account_no
           AND c.cycle = b.cycle
          JOIN account AS a
            ON a.account_no = c.account_no
         WHERE c.version <> b.version
        """

    /// With the version that is known of each; `nil` where none is.
    var cycles: [(key: CycleKey, version: Int64?)]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.cycles.map(\.key.account))
        parameters.append(self.cycles.map(\.key.cycle))
        parameters.append(self.cycles.map { $0.version ?? 0 })
    }

    static func read(_ columns: inout Columns) throws -> StoredCycle { try StoredCycle(&columns) }
}

/// The same, and locks all that were looked for until the transaction ends, in the order of `LockCycles`: nobody changes
/// them meanwhile, also those that have not changed.
struct LockChangedCycles: Statement {
    static let sql = """
        WITH locked AS MATERIALIZED (
            SELECT \(LockCycles.columns), b.version AS known_version
              FROM unnest($1::bigint[], $2::date[], $3::bigint[]) AS b (account_no, cycle, version)
              JOIN account_cycle AS c
                ON c.account_no = b.account_no
               AND c.cycle = b.cycle
              JOIN account AS a
                ON a.account_no = c.account_no
             ORDER BY c.account_no, c.cycle
               FOR NO KEY UPDATE OF c
        )
        SELECT *
          FROM locked
         WHERE version <> known_version
        """

    var changed: FindChangedCycles

    func bind(_ parameters: inout Parameters) { self.changed.bind(&parameters) }

    static func read(_ columns: inout Columns) throws -> StoredCycle {
        let cycle = try StoredCycle(&columns)
        let _: Int64 = try columns.next()
        return cycle
    }
}

/// Lets one transaction at a time rate usage of the accounts of a lane, and tells by a row that another instance had the
/// lane before.
struct TakeUsageLane: Statement {
    static let sql = """
        INSERT INTO usage_lane AS l (lane_no, holder)
        VALUES ($1, $2)
            ON CONFLICT (lane_no) DO UPDATE
           SET holder = excluded.holder
         WHERE l.holder IS DISTINCT FROM excluded.holder
        RETURNING lane_no
        """

    var lane: Int
    /// An instance; with `nil`, whoever comes next finds that another had it.
    var holder: UUID?

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.lane)
        parameters.append(self.holder)
    }

    static func read(_ columns: inout Columns) throws -> Int { try columns.next() }
}

/// Cycles in which records have to be rated again, those first that have waited longest.
struct LockPendingCycles: Statement {
    static let sql = """
        SELECT \(LockCycles.columns)
          FROM account_cycle AS c
          JOIN account AS a
            ON a.account_no = c.account_no
         WHERE c.rerate_at <= $1
           AND a.parked_code IS NULL
         ORDER BY c.rerate_at
         LIMIT $2
           FOR UPDATE OF c SKIP LOCKED
        """

    /// By the wall clock.
    var dueBy: Timestamp
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.dueBy)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> StoredCycle { try StoredCycle(&columns) }
}

struct NextPendingCycle: Statement {
    static let sql = """
        SELECT c.rerate_at
          FROM account_cycle AS c
          JOIN account AS a
            ON a.account_no = c.account_no
         WHERE c.rerate_at IS NOT NULL
           AND a.parked_code IS NULL
         ORDER BY c.rerate_at
         LIMIT 1
        """

    static func read(_ columns: inout Columns) throws -> Timestamp { try columns.next() }
}

/// What every change of a cycle sets, and counts as a change.
private enum CycleChange {
    static let assignments = """
        counters = b.counters,
               charge_milliyuan = b.charge_milliyuan,
               records = b.records,
               last_ended_at = b.last_ended_at,
               pending_from = b.pending_from,
               pending_since = b.pending_since,
               rerate_at = b.rerate_at,
               is_high = b.is_high,
               version = c.version + 1
        """

    static let types = """
        $1::bigint[], $2::date[], $3::bytea[], $4::bigint[], $5::bigint[], $6::timestamptz[], $7::timestamptz[],
               $8::timestamptz[], $9::timestamptz[], $10::boolean[]
        """

    static let columns = """
        account_no, cycle, counters, charge_milliyuan, records, last_ended_at, pending_from, pending_since, rerate_at, is_high
        """

    static func bind(_ cycles: [StoredCycle], _ parameters: inout Parameters) {
        parameters.append(cycles.map(\.key.account))
        parameters.append(cycles.map(\.key.cycle))
        parameters.append(cycles.map(\.counters))
        parameters.append(cycles.map(\.charge))
        parameters.append(cycles.map(\.records))
        parameters.append(cycles.map(\.lastEndedAt))
        parameters.append(cycles.map(\.pendingFrom))
        parameters.append(cycles.map(\.pendingSince))
        parameters.append(cycles.map(\.rerateAt))
        parameters.append(cycles.map(\.isHigh))
    }
}

/// Saves cycles that are locked.
struct UpdateCycles: Statement {
    static let sql = """
        UPDATE account_cycle AS c
           SET \(CycleChange.assignments),
               billed_counters = b.billed_counters
          FROM unnest(\(CycleChange.types), $11::bytea[])
               AS b (\(CycleChange.columns), billed_counters)
         WHERE c.account_no = b.account_no
           AND c.cycle = b.cycle
        """

    var cycles: [StoredCycle]

    func bind(_ parameters: inout Parameters) {
        CycleChange.bind(self.cycles, &parameters)
        parameters.append(self.cycles.map(\.billedCounters))
    }
}

/// What rating has counted in cycles that nobody has changed since they were read: those that are of another version are
/// left as they are.
struct CountUsage: Statement {
    static let sql = """
        UPDATE account_cycle AS c
           SET \(CycleChange.assignments)
          FROM unnest(\(CycleChange.types), $11::bigint[])
               AS b (\(CycleChange.columns), version)
         WHERE c.account_no = b.account_no
           AND c.cycle = b.cycle
           AND c.version = b.version
        """

    /// In the order of locking.
    var cycles: [StoredCycle]

    func bind(_ parameters: inout Parameters) {
        CycleChange.bind(self.cycles, &parameters)
        parameters.append(self.cycles.map(\.version))
    }
}

extension StoredCycle {
    init(_ columns: inout Columns) throws {
        self.init(
            key: CycleKey(account: try columns.next(), cycle: try columns.next()),
            accountId: try columns.next(),
            revision: try columns.next(),
            catalogueVersion: try columns.next(),
            counters: try columns.next(),
            charge: try columns.next(),
            records: try columns.next(),
            lastEndedAt: try columns.next(),
            pendingFrom: try columns.next(),
            pendingSince: try columns.next(),
            rerateAt: try columns.next(),
            billedCounters: try columns.next(),
            isParked: try columns.next(),
            version: try columns.next(),
            isHigh: try columns.next(),
            meanBill: try columns.next()
        )
    }

    /// Notes that its charges are abnormally high, fees and usage together (NTF-21).
    ///
    /// - Returns: what is to be told, once a cycle.
    mutating func noteHighBill(_ terms: CompiledTerms, at now: Timestamp) -> AccountHighBill? {
        guard let mean = self.meanBill, !self.isHigh, !self.isBilled else { return nil }
        let charges = self.charge + terms.fees
        guard let limit = CreditControl.highBillLimit(charges: charges, mean: mean, terms.highBill) else { return nil }
        self.isHigh = true
        return AccountHighBill(
            accountId: self.accountId, cycle: self.key.cycle, chargeMilliyuan: charges, meanMilliyuan: mean,
            limitMilliyuan: limit, at: now)
    }

    /// Notes that a record has come, and whether records have to be rated again for it.
    mutating func noteArrival(of endedAt: Timestamp, isDependent: Bool, at wallNow: Timestamp) {
        if isDependent {
            self.pendingFrom = self.pendingFrom.map { min($0, endedAt) } ?? endedAt
            self.pendingSince = self.pendingSince ?? wallNow
        }
        guard let since = self.pendingSince else { return }
        self.rerateAt = ReratingDelay.dueAt(since: since, arrival: wallNow)
    }

    /// Notes that all of its records are rated as they have to be.
    mutating func setSettled() {
        self.pendingFrom = nil
        self.pendingSince = nil
        self.rerateAt = nil
    }
}

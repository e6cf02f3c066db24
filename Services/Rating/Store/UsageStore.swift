import Contracts
import Foundation
import Postgres
import RatingDomain

/// A rated usage record, as it is stored.
struct StoredUsage: Sendable {
    var cycle: BillingCycle
    var usageId: UUID
    var account: Int64
    var endedAt: Timestamp
    /// See `UsageRecord.storedForm`.
    var content: [UInt8]
    /// See `RatedUsage.storedForm`.
    var result: [UInt8]
    var charge: Milliyuan
    /// Counts what was told of it.
    var sequence: Int64 = 1
    var lateness = Lateness.inTime

    /// Whether it came in time for the bill of its cycle.
    enum Lateness: Int16, Hashable, Sendable, PostgresEncodable, PostgresDecodable {
        case inTime = 0
        /// The next bill has it.
        case unbilled = 1
        case billed = 2
    }

    var key: CycleKey { CycleKey(account: self.account, cycle: self.cycle) }

    func record() throws -> UsageRecord {
        try UsageRecord(usageId: self.usageId, endedAt: self.endedAt, storedForm: self.content)
    }
}

/// What a cycle has under usage records' ids: the same again, or another one under the same id.
struct FindUsageContents: Statement {
    static let sql = """
        SELECT f.usage_id, f.account_no, f.ended_at, f.content
          FROM unnest($2::uuid[]) AS b (usage_id)
          JOIN LATERAL (
               SELECT u.usage_id, u.account_no, u.ended_at, u.content
                 FROM usage_record AS u
                WHERE u.cycle = $1
                  AND u.usage_id = b.usage_id
               OFFSET 0) AS f
            ON true
        """

    struct Row: Sendable {
        var usageId: UUID
        var account: Int64
        var endedAt: Timestamp
        var content: [UInt8]
    }

    var cycle: BillingCycle
    var ids: [UUID]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.cycle)
        parameters.append(self.ids)
    }

    static func read(_ columns: inout Columns) throws -> Row {
        Row(
            usageId: try columns.next(), account: try columns.next(), endedAt: try columns.next(),
            content: try columns.next())
    }
}

/// Whether a cycle has usage records of these ids.
///
/// Each id by itself: all together, they might be looked for one by one in all that the cycle has, which is nothing when
/// that is planned.
struct FindUsageIds: Statement {
    static let sql = """
        SELECT b.usage_id
          FROM unnest($2::uuid[]) AS b (usage_id)
         WHERE (SELECT u.usage_id FROM usage_record AS u WHERE u.cycle = $1 AND u.usage_id = b.usage_id) IS NOT NULL
        """

    var cycle: BillingCycle
    var ids: [UUID]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.cycle)
        parameters.append(self.ids)
    }

    static func read(_ columns: inout Columns) throws -> UUID { try columns.next() }
}

extension Transaction {
    /// Adds records by the fastest way, which refuses all of them when one is there already.
    func copy(_ records: [StoredUsage]) async throws {
        for (cycle, records) in Dictionary(grouping: records, by: \.cycle) {
            try await self.copy(
                into: "usage_record_\(cycle.description.replacing("-", with: "_"))",
                columns: [
                    "cycle", "usage_id", "account_no", "ended_at", "content", "result", "charge_milliyuan", "lateness",
                ], rows: records
            ) { record, row in
                row.append(record.cycle)
                row.append(record.usageId)
                row.append(record.account)
                row.append(record.endedAt)
                row.append(record.content)
                row.append(record.result)
                row.append(record.charge)
                row.append(record.lateness)
            }
        }
    }
}

struct InsertUsage: Statement {
    static let sql = """
        INSERT INTO usage_record (cycle, usage_id, account_no, ended_at, content, result, charge_milliyuan, lateness)
        SELECT *
          FROM unnest(
               $1::date[], $2::uuid[], $3::bigint[], $4::timestamptz[], $5::bytea[], $6::bytea[], $7::bigint[],
               $8::smallint[])
        """

    var records: [StoredUsage]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.records.map(\.cycle))
        parameters.append(self.records.map(\.usageId))
        parameters.append(self.records.map(\.account))
        parameters.append(self.records.map(\.endedAt))
        parameters.append(self.records.map(\.content))
        parameters.append(self.records.map(\.result))
        parameters.append(self.records.map(\.charge))
        parameters.append(self.records.map(\.lateness))
    }
}

/// Results that are others now, or are told once more.
struct UpdateUsage: Statement {
    static let sql = """
        UPDATE usage_record AS u
           SET result = b.result,
               charge_milliyuan = b.charge_milliyuan,
               sequence = b.sequence
          FROM unnest($1::date[], $2::uuid[], $3::bytea[], $4::bigint[], $5::bigint[])
               AS b (cycle, usage_id, result, charge_milliyuan, sequence)
         WHERE u.cycle = b.cycle
           AND u.usage_id = b.usage_id
        """

    var records: [StoredUsage]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.records.map(\.cycle))
        parameters.append(self.records.map(\.usageId))
        parameters.append(self.records.map(\.result))
        parameters.append(self.records.map(\.charge))
        parameters.append(self.records.map(\.sequence))
    }
}

/// Records that find no member any more.
struct DeleteUsage: Statement {
    static let sql = """
        DELETE FROM usage_record AS u
         USING unnest($1::date[], $2::uuid[]) AS b (cycle, usage_id)
         WHERE u.cycle = b.cycle
           AND u.usage_id = b.usage_id
        """

    var records: [(cycle: BillingCycle, usageId: UUID)]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.records.map(\.cycle))
        parameters.append(self.records.map(\.usageId))
    }
}

/// All records of accounts' cycles, in no order.
struct FindUsageOfCycles: Statement {
    static let sql = """
        SELECT u.cycle, u.usage_id, u.account_no, u.ended_at, u.content, u.result, u.charge_milliyuan, u.sequence, u.lateness
          FROM unnest($1::bigint[], $2::date[]) AS b (account_no, cycle)
          JOIN usage_record AS u
            ON u.account_no = b.account_no
           AND u.cycle = b.cycle
        """

    var keys: [CycleKey]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.keys.map(\.account))
        parameters.append(self.keys.map(\.cycle))
    }

    static func read(_ columns: inout Columns) throws -> StoredUsage { try StoredUsage(&columns) }
}

/// A cycle's records that cost something, by their ids.
struct ListChargedUsage: Statement {
    static let sql = """
        SELECT cycle, usage_id, account_no, ended_at, content, result, charge_milliyuan, sequence, lateness
          FROM usage_record
         WHERE cycle = $1
           AND usage_id > $2
           AND ended_at >= $3
           AND ended_at < $4
           AND charge_milliyuan <> 0
         ORDER BY usage_id
         LIMIT $5
        """

    var cycle: BillingCycle
    var from: Timestamp
    /// Without it.
    var until: Timestamp
    var after: UUID
    var limit: Int

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.cycle)
        parameters.append(self.after)
        parameters.append(self.from)
        parameters.append(self.until)
        parameters.append(self.limit)
    }

    static func read(_ columns: inout Columns) throws -> StoredUsage { try StoredUsage(&columns) }
}

/// An account's records by their ends.
struct FindUsageBetween: Statement {
    static let sql = """
        SELECT cycle, usage_id, account_no, ended_at, content, result, charge_milliyuan, sequence, lateness
          FROM usage_record
         WHERE account_no = $1
           AND ended_at >= $2
           AND ended_at < $3
        """

    var account: Int64
    var from: Timestamp
    /// Without it.
    var until: Timestamp

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.account)
        parameters.append(self.from)
        parameters.append(self.until)
    }

    static func read(_ columns: inout Columns) throws -> StoredUsage { try StoredUsage(&columns) }
}

/// The records of accounts' cycles that cost something.
struct FindChargedUsage: Statement {
    static let sql = """
        SELECT u.cycle, u.usage_id, u.account_no, u.ended_at, u.content, u.result, u.charge_milliyuan, u.sequence, u.lateness
          FROM unnest($1::bigint[], $2::date[]) AS b (account_no, cycle)
          JOIN usage_record AS u
            ON u.account_no = b.account_no
           AND u.cycle = b.cycle
         WHERE u.charge_milliyuan <> 0
        """

    var keys: [CycleKey]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.keys.map(\.account))
        parameters.append(self.keys.map(\.cycle))
    }

    static func read(_ columns: inout Columns) throws -> StoredUsage { try StoredUsage(&columns) }
}

extension StoredUsage {
    init(_ columns: inout Columns) throws {
        self.init(
            cycle: try columns.next(),
            usageId: try columns.next(),
            account: try columns.next(),
            endedAt: try columns.next(),
            content: try columns.next(),
            result: try columns.next(),
            charge: try columns.next(),
            sequence: try columns.next(),
            lateness: try columns.next()
        )
    }
}

/// Late records that wait for a bill.
struct FindLateUsage: Statement {
    static let sql = """
        SELECT cycle, usage_id, account_no, ended_at, content, result, charge_milliyuan, sequence, lateness
          FROM usage_record
         WHERE account_no = ANY ($1)
           AND lateness = 1
           AND cycle < $2
        """

    var accounts: [Int64]
    /// Of the bill.
    var before: BillingCycle

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.accounts)
        parameters.append(self.before)
    }

    static func read(_ columns: inout Columns) throws -> StoredUsage { try StoredUsage(&columns) }
}

struct MarkLateUsageBilled: Statement {
    static let sql = """
        UPDATE usage_record AS u
           SET lateness = 2
          FROM unnest($1::date[], $2::uuid[]) AS b (cycle, usage_id)
         WHERE u.cycle = b.cycle
           AND u.usage_id = b.usage_id
        """

    var records: [StoredUsage]

    func bind(_ parameters: inout Parameters) {
        parameters.append(self.records.map(\.cycle))
        parameters.append(self.records.map(\.usageId))
    }
}

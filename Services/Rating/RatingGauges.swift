import CoreMetrics
import Postgres

/// What waits: cycles to be rated again, accounts whose data contradict each other, usage that was rejected.
struct RatingGauges: Sendable {
    private let pending = Gauge(label: "rating.cycles.pending")
    private let parked = Gauge(label: "rating.accounts.parked")
    private let rejected = Gauge(label: "rating.usage.rejections")
    /// Above zero: money is not where it should be. For an alarm.
    private let faults = Gauge(label: "rating.journal.faults")

    func measure(_ pool: PostgresPool) async throws {
        guard let counts = try await pool.execute(CountWaiting()).first else { return }
        self.pending.record(counts.pending)
        self.parked.record(counts.parked)
        self.rejected.record(counts.rejected)
        self.faults.record(counts.faults)
    }
}

private struct CountWaiting: Statement {
    static let sql = """
        SELECT (SELECT count(*) FROM account_cycle WHERE rerate_at IS NOT NULL),
               (SELECT count(*) FROM account WHERE parked_until IS NOT NULL),
               (SELECT count(*) FROM usage_rejection),
               (SELECT COALESCE(max(faults), 0) FROM journal_check)
        """

    static func read(_ columns: inout Columns) throws -> (pending: Int, parked: Int, rejected: Int, faults: Int) {
        (try columns.next(), try columns.next(), try columns.next(), try columns.next())
    }
}

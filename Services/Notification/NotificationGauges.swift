import CoreMetrics
import Postgres

/// What waits, for how long, and of what nobody knows whether it went out.
struct NotificationGauges: Sendable {
    private let outlets: [(gate: GatewayGate, closed: Gauge)]
    private let scheduled = Gauge(label: "notification.scheduled")
    private let due = Gauge(label: "notification.due")
    private let oldest = Gauge(label: "notification.due.oldest.seconds")
    private let uncertain = Gauge(label: "notification.uncertain")

    init(outlets: [GatewayOutlet]) {
        self.outlets = outlets.map { outlet in
            (outlet.gate, Gauge(label: "notification.gateway.closed", dimensions: [("gateway", outlet.gateway.id)]))
        }
    }

    func measure(_ pool: PostgresPool) async throws {
        guard let counts = try await pool.execute(CountNotifications()).first else { return }
        self.scheduled.record(counts.scheduled)
        self.due.record(counts.due)
        self.oldest.record(counts.oldestSeconds)
        self.uncertain.record(counts.uncertain)
        for (gate, closed) in self.outlets { closed.record(gate.isClosed ? 1 : 0) }
    }
}

/// Those are due that have been called for in vain, or are on their way.
private struct CountNotifications: Statement {
    static let sql = """
        SELECT (SELECT count(*) FROM notification WHERE state = 'scheduled'),
               (SELECT count(*)
                  FROM notification
                 WHERE state = 'handingOver' OR state = 'scheduled' AND next_attempt_at IS NOT NULL),
               (SELECT COALESCE(extract(epoch FROM clock_timestamp() - min(claimed_at))::bigint, 0)
                  FROM notification
                 WHERE state = 'handingOver'),
               (SELECT count(*) FROM notification WHERE state = 'uncertain')
        """

    static func read(
        _ columns: inout Columns
    ) throws -> (scheduled: Int, due: Int, oldestSeconds: Int, uncertain: Int) {
        (try columns.next(), try columns.next(), try columns.next(), try columns.next())
    }
}

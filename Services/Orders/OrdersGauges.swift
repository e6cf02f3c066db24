import CoreMetrics
import OrdersDomain
import Postgres

/// Open orders by state, and those that nothing moves.
struct OrdersGauges: Sendable {
    private let gauges: [OrderLifecycle.State: Gauge]
    private let stuck = Gauge(label: "orders.stuck")

    init() {
        let open = OrderLifecycle.State.allCases.filter { !$0.isFinal }
        self.gauges = Dictionary(
            uniqueKeysWithValues: open.map { ($0, Gauge(label: "orders.open", dimensions: [("state", $0.rawValue)])) })
    }

    func measure(_ pool: PostgresPool) async throws {
        let counts = Dictionary(try await pool.execute(CountOpenOrders()).map { ($0.state, $0.count) }) { first, _ in
            first
        }
        for (state, gauge) in self.gauges { gauge.record(counts[state] ?? 0) }
        self.stuck.record(try await pool.execute(CountStuckOrders()).first ?? 0)
    }
}

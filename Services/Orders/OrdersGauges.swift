import CoreMetrics
import OrdersDomain
import Postgres

/// Open orders by state.
struct OrdersGauges: Sendable {
    private let gauges: [OrderLifecycle.State: Gauge]

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
    }
}

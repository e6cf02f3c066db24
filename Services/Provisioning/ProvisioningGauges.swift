import Metrics
import Postgres
import ProvisioningDomain
import Synchronization

/// Open work orders by type and state, and those past their target; what target systems have to do, and which of them do
/// not answer.
final class ProvisioningGauges: Sendable {
    private struct Label: Hashable {
        var name: String
        var dimensions: [String: String]
    }

    /// Those that have been shown: one without work orders goes back to 0, and does not vanish.
    private let gauges = Mutex<[Label: Gauge]>([:])
    private let systems: [String]

    /// - Parameter systems: the target systems of the catalogue.
    init(systems: [String]) { self.systems = systems }

    @Sendable func measure(_ pool: PostgresPool) async throws {
        var values: [Label: Int] = [:]
        for count in try await pool.execute(CountOpenWorkOrders()) {
            let dimensions = ["type": count.type, "state": count.state.rawValue]
            values[Label(name: "provisioning.workorders.open", dimensions: dimensions), default: 0] += count.open
            let overdue = Label(name: "provisioning.workorders.overdue", dimensions: ["type": count.type])
            values[overdue, default: 0] += count.overdue
        }
        let open = Set(try await pool.execute(FindTargetSystems()).filter { $0.openedAt != nil }.map(\.name))
        for count in try await pool.execute(CountSystemTasks(names: self.systems)) {
            let dimensions = ["system": count.name]
            values[Label(name: "provisioning.systems.open", dimensions: dimensions)] = open.contains(count.name) ? 1 : 0
            values[Label(name: "provisioning.systems.inflight", dimensions: dimensions)] = count.inFlight
            values[Label(name: "provisioning.systems.queued", dimensions: dimensions)] = count.queued
        }
        self.gauges.withLock { gauges in
            for label in values.keys where gauges[label] == nil {
                gauges[label] = Gauge(label: label.name, dimensions: label.dimensions.sorted { $0.key < $1.key })
            }
            for (label, gauge) in gauges { gauge.record(values[label] ?? 0) }
        }
    }
}
